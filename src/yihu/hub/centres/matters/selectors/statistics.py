"""How cases were handled, by matter and by office."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet

from yihu.hub.centres.matters.choices import CaseState, OutcomeKind
from yihu.hub.centres.matters.models import Case


@dataclass(frozen=True, slots=True)
class Figures:
    """One line: shares are between 0 and 1, None without anything to divide by."""

    name: str
    key: str
    total: int
    finished: int
    granted: int
    open: int
    overdue: int
    on_time: float | None
    mean_days: float | None
    returned: float | None


FINISHED = Q(state=CaseState.DONE)
IN_TIME = FINISHED & (Q(due_at=None) | Q(finished_at__lte=F("due_at")))


def figures_by(rows: QuerySet[Case], key: str, name: str, *, now: Any) -> list[Figures]:
    """The figures of every value of a field, the most cases first. One query."""
    grouped = rows.order_by().values(key, name).annotate(
        total=Count("pk"),
        finished=Count("pk", filter=FINISHED),
        granted=Count("pk", filter=FINISHED & Q(outcome_kind=OutcomeKind.GRANTED)),
        overdue=Count("pk", filter=Q(state=CaseState.OPEN, due_at__lt=now)),
        in_time=Count("pk", filter=IN_TIME),
        mean=Avg("worked_days", filter=FINISHED),
        sent_back=Count("pk", filter=Q(returns__gt=0)),
    )  # fmt: skip
    return sorted((_figures(row, row[name], str(row[key])) for row in grouped), key=lambda f: (-f.total, f.name))


def figures_of(rows: QuerySet[Case], *, now: Any) -> Figures:
    """The figures of all rows together. One query."""
    found = rows.order_by().aggregate(
        total=Count("pk"), finished=Count("pk", filter=FINISHED),
        granted=Count("pk", filter=FINISHED & Q(outcome_kind=OutcomeKind.GRANTED)),
        overdue=Count("pk", filter=Q(state=CaseState.OPEN, due_at__lt=now)), in_time=Count("pk", filter=IN_TIME),
        mean=Avg("worked_days", filter=FINISHED), sent_back=Count("pk", filter=Q(returns__gt=0)),
    )  # fmt: skip
    return _figures(found, "合计", "")


def _figures(row: dict[str, Any], name: str, key: str) -> Figures:
    total, finished = row["total"], row["finished"]
    return Figures(
        name=name, key=key, total=total, finished=finished, granted=row["granted"], open=total - finished,
        overdue=row["overdue"], on_time=row["in_time"] / finished if finished else None, mean_days=row["mean"],
        returned=row["sent_back"] / total if total else None,
    )  # fmt: skip


def since(rows: QuerySet[Case], first: date | None, last: date | None) -> QuerySet[Case]:
    """Cases handed in from one day to another, both included."""
    if first:
        rows = rows.filter(submitted_at__date__gte=first)
    if last:
        rows = rows.filter(submitted_at__date__lt=last + timedelta(days=1))
    return rows
