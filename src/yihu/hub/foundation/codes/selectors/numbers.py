"""Judging numbers with the revisions of GB/T 2260 that were loaded here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yihu.hub.foundation.codes.models import TableVersion
from yihu.hub.foundation.codes.selectors.index import VersionIndex, index_of
from yihu.hub.foundation.codes.selectors.tables import find_version
from yihu.kit.number_verdicts import NumberVerdict, RegionSpan, examine_number

REVISIONS = "divisions-history"
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts in the order asked, and the edition of GB/T 2260 used; None leaves regions unjudged."""

    verdicts: tuple[NumberVerdict, ...]
    edition: TableVersion | None


def examine(numbers: Iterable[str], *, today: date, on: date | None = None) -> Judged:
    """
    Judge numbers; their regions too when the revisions of GB/T 2260 have been published.

    :param on: the day on which the region of a credit code must have been valid
    """
    edition = find_version(REVISIONS, on=today)
    regions = _Regions(index_of(edition)) if edition else None
    verdicts = tuple(examine_number(n, regions=regions, on=on) for n in numbers)
    return Judged(verdicts, edition)


class _Regions:
    def __init__(self, index: VersionIndex) -> None:
        self.index = index

    def __call__(self, code: str) -> Sequence[RegionSpan]:
        return [RegionSpan(s.name, s.valid_from, s.valid_to) for s in self.index.spans_of(code)]


def split_numbers(text: str) -> list[str]:
    """Pasted text as numbers, one a line or divided by commas; at most `MOST`, blanks left out."""
    parts = text.replace("，", "\n").replace(",", "\n").replace("；", "\n").replace(";", "\n").splitlines()
    return [p.strip() for p in parts if p.strip()][: MOST + 1]
