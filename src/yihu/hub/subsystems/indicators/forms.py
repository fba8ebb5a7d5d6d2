"""Read the addresses of the catalogue's pages: nonsense falls back to the default."""

from collections.abc import Container
from dataclasses import dataclass

from django.http import QueryDict

from yihu.hub.subsystems.indicators.choices import PAGE_SIZES, Direction, End, Gap, Sort, Use
from yihu.hub.subsystems.indicators.compute import Entry, sources, themes, windows


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list, and how long a page is."""

    size: int = PAGE_SIZES[0]
    page: int = 1

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    def pages(self, count: int) -> int:
        """How many pages so many rows fill."""
        return -(-count // self.size)


@dataclass(frozen=True, slots=True)
class CatalogueRequest:
    """What is asked for; empty means any."""

    text: str = ""
    theme: str = ""
    window: int | None = None
    direction: str = ""
    source: str = ""
    use: str = ""
    gap: str = ""
    sort: str = Sort.CATALOGUE
    paging: Paging = Paging()

    def holds(self, entry: Entry) -> bool:
        """Whether an indicator is among those asked for."""
        item = entry.item
        words = (item.code, item.zh, item.sentence, item.formula, item.law)
        return (
            (not self.text or any(self.text.lower() in word.lower() for word in words))
            and self.theme in ("", item.theme)
            and self.window in (None, item.window)
            and self.direction in ("", item.direction)
            and (not self.source or self.source in item.tables)
            and (not self.use or _is_used(entry, self.use))
            and self.gap in ("", gap_of(entry))
        )

    def order(self, entries: list[Entry]) -> list[Entry]:
        """The entries in the order asked for; what is unknown comes last, ties stay in the catalogue's order."""
        keys = {
            Sort.MISSING: lambda e: -1 if e.missing is None else e.missing,
            Sort.MOVED: lambda e: -1 if e.stability is None else e.stability,
            Sort.USED: lambda e: e.users,
        }
        key = keys.get(Sort(self.sort))
        return sorted(entries, key=key, reverse=True) if key else entries


@dataclass(frozen=True, slots=True)
class HouseholdsRequest:
    """From which end households are listed."""

    end: End
    paging: Paging

    @property
    def lowest(self) -> bool:
        return self.end == End.LOW


def _is_used(entry: Entry, use: str) -> bool:
    return {
        Use.RULES: bool(entry.rules),
        Use.OUTLIERS: entry.in_outliers,
        Use.MODELS: bool(entry.models),
        Use.NONE: not entry.users,
    }[Use(use)]


def gap_of(entry: Entry) -> str:
    """The band of the missing rate; empty while nothing is built."""
    if entry.missing is None:
        return ""
    if entry.missing == 1:
        return Gap.ALL
    return Gap.FULL if entry.missing < 0.1 else Gap.PART if entry.missing < 0.5 else Gap.MOST


def read_catalogue(query: QueryDict) -> CatalogueRequest:
    """Read the filters, the order and the page."""
    window = query.get("window", "")
    return CatalogueRequest(
        text=query.get("text", "").strip()[:60],
        theme=_one_of(themes(), query.get("theme")),
        window=int(window) if window in map(str, windows()) else None,
        direction=_one_of(Direction.values, query.get("direction")),
        source=_one_of(sources(), query.get("source")),
        use=_one_of(Use.values, query.get("use")),
        gap=_one_of(Gap.values, query.get("gap")),
        sort=_one_of(Sort.values, query.get("sort")) or Sort.CATALOGUE,
        paging=_read_paging(query),
    )


def read_households(query: QueryDict, direction: str) -> HouseholdsRequest:
    """Read the end and the page; unless asked otherwise from the end that is suspicious."""
    first = End.LOW if direction == Direction.LOW else End.HIGH
    return HouseholdsRequest(End(_one_of(End.values, query.get("end")) or first), _read_paging(query))


def _read_paging(query: QueryDict) -> Paging:
    size, page = (_whole(query.get(name)) for name in ("size", "page"))
    return Paging(size if size in PAGE_SIZES else PAGE_SIZES[0], min(max(page, 1), 1_000_000))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0


def _one_of(values: Container[str], value: str | None) -> str:
    return value if value and value in values else ""
