"""Nightly reconciliation with systems that serve a list of what they have open."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.exchange.api import OutsideSystem, fetch_list, systems_with_lists
from yihu.hub.centres.tasks.choices import ListWay, ReportState
from yihu.hub.centres.tasks.models import Reconciliation
from yihu.hub.centres.tasks.services.reconciling import mend, note_failure, reconcile
from yihu.hub.centres.tasks.services.refusals import UnableToReconcileError
from yihu.hub.centres.tasks.services.shapes import OpenList

RECONCILE = "todo.reconcile"


def reconcile_all(*, now: datetime) -> list[Reconciliation]:
    """Every system that serves a list, one after another; one that fails leaves a report that says so."""
    return [reconcile_fetched(system=system, now=now) for system in systems_with_lists()]


def reconcile_fetched(*, system: OutsideSystem, now: datetime) -> Reconciliation:
    """Fetch the list of one system, compare, and mend if its terms say so."""
    try:
        listed = _read(fetch_list(system=system, operation=RECONCILE, now=now))
        report = reconcile(
            system=system, listed=[one.pushed() for one in listed.items], as_of=listed.as_of, way=ListWay.FETCHED,
            now=now,
        )  # fmt: skip
    except UnableTo as error:
        return note_failure(system=system, reason=str(error), now=now)
    if system.mends_itself and report.state == ReportState.OPEN:
        report = mend(report_id=report.pk, actor=None, now=now)
    return report


def _read(content: Any) -> OpenList:
    try:
        return OpenList.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UnableToReconcileError(
            "TODO-062", f"对方的清单不符合格式：{place}（{len(error.errors())} 处）"
        ) from error
