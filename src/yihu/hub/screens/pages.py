"""What stands around the content of a generic screen: title, way back, acts, and help for a person without a manual."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """A button: where it leads and what it is called. `icon` is a Tabler icon without `ti-`."""

    title: str
    url: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way back; without an address it is the present page."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What a list without rows teaches: what would stand here and how it gets here."""

    title: str
    lesson: str
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The head of a screen. `help` holds pairs of a term and its explanation, in Chinese."""

    title: str
    lead: str = ""
    crumbs: tuple[Crumb, ...] = ()
    acts: tuple[Act, ...] = ()
    help: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A state in words and a tone: on (in force), wait (somebody must act), stop (refused, ended early), off."""

    text: str
    tone: str = "off"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a detail's head: what it is, its value, and where it leads."""

    title: str
    value: object
    url: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a detail; `count` stands beside the title when known."""

    key: str
    title: str
    count: int | None = None
