"""Read the catalogue's address."""

from dataclasses import dataclass

from django.http import QueryDict

from yihu.hub.subsystems.indicators.choices import WINDOWS, Direction, Gap, Sort, Use
from yihu.hub.subsystems.indicators.compute import Entry


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
        """The entries in the order asked for; what is unknown comes last."""
        keys = {
            Sort.MISSING: lambda e: -1 if e.missing is None else e.missing,
            Sort.MOVED: lambda e: -1 if e.stability is None else e.stability,
            Sort.USED: lambda e: len(e.rules) + len(e.models),
        }
        key = keys.get(Sort(self.sort))
        return sorted(entries, key=key, reverse=True) if key else entries


def _is_used(entry: Entry, use: str) -> bool:
    return {Use.RULES: bool(entry.rules), Use.MODELS: bool(entry.models)}.get(
        Use(use), not entry.rules and not entry.models
    )


def gap_of(entry: Entry) -> str:
    """The band of the missing rate; empty while nothing is built."""
    if entry.missing is None:
        return ""
    if entry.missing == 1:
        return Gap.ALL
    return Gap.FULL if entry.missing < 0.1 else Gap.PART if entry.missing < 0.5 else Gap.MOST


def read_catalogue(query: QueryDict) -> CatalogueRequest:
    """Read the filters; what is no filter is left out."""
    window = query.get("window", "")
    return CatalogueRequest(
        text=query.get("text", "").strip()[:60],
        theme=query.get("theme", ""),
        window=int(window) if window in {str(number) for number, _ in WINDOWS} else None,
        direction=_one_of(Direction.values, query.get("direction")),
        source=query.get("source", ""),
        use=_one_of(Use.values, query.get("use")),
        gap=_one_of(Gap.values, query.get("gap")),
        sort=_one_of(Sort.values, query.get("sort")) or Sort.CATALOGUE,
    )


def _one_of(values: list[str], value: str | None) -> str:
    return value if value in values else ""
