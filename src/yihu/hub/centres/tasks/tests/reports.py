"""A report of a reconciliation, made straight in the tables."""

from typing import Any

from django.utils import timezone

from yihu.hub.centres.tasks.choices import DifferenceKind, ListWay, ReportState, SourceKind
from yihu.hub.centres.tasks.models import Difference, Reconciliation, Source


def report_of(office: Any) -> Reconciliation:
    """One difference between us and the office's system (see the exchange's `system_of`)."""
    code = f"oa-{office.code}".lower()
    row, _ = Source.objects.get_or_create(code=code, defaults={"name": "市局办公系统", "kind": SourceKind.OUTSIDE})
    report = Reconciliation.objects.create(
        source=row, way=ListWay.SENT, made_at=timezone.now(), theirs=1, differing=1, state=ReportState.OPEN
    )
    Difference.objects.create(report=report, kind=DifferenceKind.MISSING, key="F-1", receiver="officer", their_stamp=1)
    return report
