"""What the frame around the pages offers: places to go, the search, and sections of the home page.

Apps add theirs in `AppConfig.ready`; a reader sees only what they may open.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Place:
    """
    An entry of the side navigation. `key` is the letter after `g`; `icon` a Tabler icon without `ti-`;
    `badge_url_name` answers with what stands beside the title, asked for on load, on news
    (the live stream) and every five minutes.
    """

    title: str
    url_name: str
    icon: str
    permission: str
    order: int
    key: str = ""
    note: str = ""
    group: str = ""
    badge_url_name: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of the home page, loaded from its own address; `size` is wide, narrow or full."""

    title: str
    url_name: str
    permission: str
    order: int
    size: str = "full"


@dataclass(frozen=True, slots=True)
class Search:
    """Where the global search goes, and where it finds suggestions while one types; a lower order comes first."""

    url_name: str
    permission: str
    suggest_url_name: str = ""
    hint: str = "搜索企业、识别号、人员"
    order: int = 0


@dataclass(frozen=True, slots=True)
class Bell:
    """The bell of the frame: the inbox behind it, and where its number comes from."""

    url_name: str
    count_url_name: str
    permission: str


_places: dict[str, Place] = {}
_bells: list[Bell] = []
_panels: dict[str, Panel] = {}
_searches: dict[str, Search] = {}


def add_place(place: Place) -> None:
    _places[place.url_name] = place


def add_panel(panel: Panel) -> None:
    _panels[panel.url_name] = panel


def add_search(search: Search) -> None:
    _searches[search.url_name] = search


def set_bell(bell: Bell) -> None:
    _bells[:] = [bell]


def places_for(user: object) -> list[Place]:
    """The places a user may open, in order."""
    return [p for p in sorted(_places.values(), key=lambda p: p.order) if user.holds(p.permission)]


def panels_for(user: object) -> list[Panel]:
    """The home-page sections a user may see, in order."""
    return [p for p in sorted(_panels.values(), key=lambda p: p.order) if user.holds(p.permission)]


def all_permissions() -> set[str]:
    """Every permission named by an entry, for the test that they exist."""
    entries: Iterable[Place | Panel | Search | Bell] = [
        *_places.values(), *_panels.values(), *_searches.values(), *_bells,
    ]  # fmt: skip
    return {entry.permission for entry in entries}


def frame(request: HttpRequest) -> dict[str, object]:
    """Template context of the frame; empty before sign-in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    searches = sorted(_searches.values(), key=lambda s: s.order)
    search = next((s for s in searches if user.holds(s.permission)), None)
    bell = next((b for b in _bells if user.holds(b.permission)), None)
    return {"frame_places": _with_current(request, places_for(user)), "frame_search": search, "frame_bell": bell}


def _with_current(request: HttpRequest, places: list[Place]) -> list[dict[str, object]]:
    """Mark the place whose address is the longest beginning of the one shown."""
    entries = [{"place": p, "url": reverse(p.url_name), "current": False} for p in places]
    inside = [e for e in entries if request.path.startswith(e["url"]) and (e["url"] != "/" or request.path == "/")]
    if inside:
        max(inside, key=lambda e: len(e["url"]))["current"] = True
    return entries
