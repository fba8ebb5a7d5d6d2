"""
Reconciliation: what an outside system has open is held against what is open here, and the differences are mended.

Messages may have been lost on either side. The system is right about what is its own: what it no longer has is taken
back here, what it has and we lack is put on the list if its list says enough. What our people ended is not undone.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.base.sealing import Sealer
from yihu.hub.centres.exchange.api import OutsideSystem, find_system
from yihu.hub.centres.tasks.choices import OPEN, DifferenceKind, ListWay, ReportState, TodoState
from yihu.hub.centres.tasks.models import Difference, Reconciliation, Source, Todo
from yihu.hub.centres.tasks.services.outside import (
    Pushed,
    people_by_name,
    source_row_of,
    take_end,
    take_pushed,
)
from yihu.hub.centres.tasks.services.refusals import UnableToReconcileError, UnableToTaskError
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User

SEALER = Sealer("exchange-key")
KEPT_DIFFERENCES = 5_000
TAKEN_BACK = "对账撤回"


@transaction.atomic
def reconcile(
    *, system: OutsideSystem, listed: Iterable[Pushed], as_of: int, way: ListWay, now: datetime
) -> Reconciliation:
    """
    Compare a system's list with the to-dos open here, and keep the report.

    :param listed: what the system has open; a title of "" when its list gives no content
    :param as_of: milliseconds; to-dos with a later stamp are left alone, they may have come after the list was made
    :raises UnableToPutError: TODO-001, the source is switched off
    """
    row = source_row_of(system)
    theirs = {(one.key, one.receiver.lower()): one for one in listed}
    with as_system("与外部系统对账"):
        # Beside the open ones those that ended: what they still have may have ended here.
        known = list(_of_source(row, {key for key, _ in theirs}))
    found = _differences(theirs, known, as_of)
    report = Reconciliation.objects.create(
        source=row, way=way, made_at=now, as_of=as_of, theirs=len(theirs),
        ours=sum(todo.is_open for todo in known), differing=len(found),
        state=ReportState.OPEN if found else ReportState.CLEAN,
        failure=f"差异过多，只列出前 {KEPT_DIFFERENCES:,} 条" if len(found) > KEPT_DIFFERENCES else "",
    )  # fmt: skip
    for one in found:
        one.report = report
    Difference.objects.bulk_create(found[:KEPT_DIFFERENCES])
    return report


def _of_source(row: Source, keys: set[str]) -> Iterable[Todo]:
    mine = Todo.objects.select_related("receiver").filter(source=row)
    return mine.filter(state__in=OPEN) | mine.filter(key__in=keys)


def _differences(theirs: dict[tuple[str, str], Pushed], known: list[Todo], as_of: int) -> list[Difference]:
    here = {(todo.key, todo.receiver.username.lower()): todo for todo in known}
    found = [one for place, item in theirs.items() if (one := _of_theirs(item, here.get(place)))]
    for place, todo in here.items():
        if todo.is_open and place not in theirs and todo.stamp <= as_of:
            found.append(
                Difference(
                    kind=DifferenceKind.EXTRA, key=todo.key, receiver=todo.receiver.username, our_stamp=todo.stamp
                )
            )
    return found


def _of_theirs(item: Pushed, todo: Todo | None) -> Difference | None:
    """How something they have stands here; None when it stands the same."""
    kind = None
    if todo is None:
        kind = DifferenceKind.MISSING
    elif item.stamp > todo.stamp:
        kind = DifferenceKind.STALE if todo.is_open else DifferenceKind.MISSING
    elif not todo.is_open:
        kind = DifferenceKind.ENDED_HERE
    if kind is None:
        return None
    sealed = SEALER.seal(json.dumps(item.kept(), ensure_ascii=False)) if item.title else ""
    return Difference(
        kind=kind, key=item.key, receiver=item.receiver, their_stamp=item.stamp,
        our_stamp=todo.stamp if todo else None, sealed=sealed,
    )  # fmt: skip


def note_failure(*, system: OutsideSystem, reason: str, now: datetime) -> Reconciliation:
    """A list could not be had."""
    return Reconciliation.objects.create(
        source=source_row_of(system), way=ListWay.FETCHED, made_at=now, state=ReportState.FAILED, failure=reason[:300]
    )


def mend(*, report_id: int, actor: User | None, now: datetime) -> Reconciliation:
    """
    Make to-dos here stand as the system has them; each by itself, its outcome noted. Twice is as once.

    :param actor: None for the machine itself, when the system's terms say so
    :raises UnableToReconcileError: TODO-060 out of reach, 061 nothing to mend
    """
    report = Reconciliation.objects.select_related("source").get(pk=report_id)
    system = find_system(report.source.code)
    if system is None or (actor is not None and not _may(actor, system)):
        raise UnableToReconcileError("TODO-060", "该系统不在您的管辖范围内，请由其归口机关的人员办理")
    if report.state != ReportState.OPEN:
        raise UnableToReconcileError("TODO-061", "这份报告没有需要修正的差异，请刷新后再看")
    for one in report.differences.filter(is_mended=False):
        one.is_mended, one.note = _mended(system, report, one, now)
        one.save(update_fields=["is_mended", "note"])
    return _closed(report, actor, now)


def _may(actor: User, system: OutsideSystem) -> bool:
    return actor.holds("exchange.operate") and actor.reaches("exchange.operate", system.office)


def _mended(system: OutsideSystem, report: Reconciliation, one: Difference, now: datetime) -> tuple[bool, str]:
    if one.kind == DifferenceKind.ENDED_HERE:
        return False, "本系统人员已办结，以本系统为准，请对方据办理结果更新"
    if one.kind != DifferenceKind.EXTRA and not one.sealed:
        return False, "对方清单没有内容，请对方重新推送"
    try:
        if one.kind == DifferenceKind.EXTRA:
            take_end(
                system=system, key=one.key, receiver=one.receiver, state=TodoState.WITHDRAWN, verdict=TAKEN_BACK,
                stamp=max(one.our_stamp or 0, report.as_of), now=now,
            )  # fmt: skip
            return True, "已撤回"
        item = Pushed.read(json.loads(SEALER.unseal(one.sealed)))
        people = people_by_name([item.receiver, item.initiator])
        take_pushed(system=system, row=report.source, item=item, people=people, now=now)
    except UnableToTaskError as error:
        return False, str(error)[:300]
    return True, "已补收"


@transaction.atomic
def _closed(report: Reconciliation, actor: User | None, now: datetime) -> Reconciliation:
    found = Reconciliation.objects.select_for_update(no_key=True).get(pk=report.pk)
    found.mended = found.differences.filter(is_mended=True).count()
    found.state, found.mended_at, found.mended_by = ReportState.MENDED, now, actor
    found.save(update_fields=["mended", "state", "mended_at", "mended_by"])
    who: dict[str, Any] = {"actor": actor} if actor is not None else {"username": "系统"}
    record(
        verb="reconciliation.mend", request=current_request() if actor else None,
        target=f"outside-system:{report.source.code}", target_name=report.source.name,
        detail={"count": found.mended, "failures": found.differing - found.mended}, **who,
    )  # fmt: skip
    return found
