"""Reconciliation asked for by the outside system: it sends what it has open and is told what differs."""

from typing import Annotated

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Router

from yihu.hub.base.history import acting
from yihu.hub.centres.exchange.api import RefusedError, Signed, passing_of
from yihu.hub.centres.tasks.choices import ListWay, ReportState
from yihu.hub.centres.tasks.models import Reconciliation
from yihu.hub.centres.tasks.services.fetching import RECONCILE
from yihu.hub.centres.tasks.services.outside import milliseconds
from yihu.hub.centres.tasks.services.reconciling import mend, reconcile
from yihu.hub.centres.tasks.services.refusals import UnableToTaskError
from yihu.hub.centres.tasks.services.shapes import Differing, OpenList, Report

router = Router(tags=["对账"])
SHOWN = 500
# A list of tomorrow would take back what is pushed today.
AHEAD_MILLISECONDS = 60_000


@router.post("", response=Report, auth=Signed(RECONCILE), operation_id="reconcile", summary="报送在办清单")
def send_list(request: HttpRequest, listed: OpenList) -> Report:
    """须为该时刻的全部在办待办：清单里没有的会被视为对方已无。只比对并留下报告；约定自动修正的，随即修正。"""
    system, now = request.auth, timezone.now()
    if listed.as_of > milliseconds(now) + AHEAD_MILLISECONDS:
        raise RefusedError("EXC-020", "as_of：清单的时刻晚于现在", field="as_of")
    passing_of(request).items = len(listed.items)
    with acting(system=f"接入系统 {system.code}"):
        try:
            report = reconcile(
                system=system, listed=[one.pushed() for one in listed.items], as_of=listed.as_of, way=ListWay.SENT,
                now=now,
            )  # fmt: skip
        except UnableToTaskError as error:
            raise RefusedError("EXC-008", str(error)) from error
        if system.mends_itself and report.state == ReportState.OPEN:
            report = mend(report_id=report.pk, actor=None, now=now)
    return _told(report)


@router.get(
    "/{number}", response=Report, auth=Signed(RECONCILE), operation_id="get_reconciliation", summary="查看对账报告"
)
def get_report(request: HttpRequest, number: Annotated[int, Path(ge=1, le=2**53, description="报告编号")]) -> Report:
    """只能查看本系统的报告。"""
    report = Reconciliation.objects.filter(pk=number, source__code=request.auth.code).first()
    if report is None:
        raise Http404(f"没有编号为 {number} 的对账报告")
    return _told(report)


def _told(report: Reconciliation) -> Report:
    found = [
        Differing(
            kind=one.kind.lower(), key=one.key, receiver=one.receiver, their_stamp=one.their_stamp,
            our_stamp=one.our_stamp, mended=one.is_mended, note=one.note,
        )
        for one in report.differences.all()[:SHOWN]
    ]  # fmt: skip
    return Report(
        number=report.pk, state=report.state.lower(), made_at=report.made_at, theirs=report.theirs, ours=report.ours,
        differing=report.differing, mended=report.mended, differences=found,
    )  # fmt: skip
