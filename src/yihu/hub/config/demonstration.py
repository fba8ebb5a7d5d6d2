"""Work in progress for the people of a new demonstration, so that nobody meets empty lists, by the real services."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import yaml
from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.api import Case, act_on_case, apply_at_once, find_in_force
from yihu.hub.centres.modelhub.api import teach_demonstration
from yihu.hub.centres.workflow.api import assignments_for
from yihu.hub.config.compute import build_again
from yihu.hub.foundation.org.api import User
from yihu.hub.registers.taxpayers.api import refresh_register
from yihu.hub.subsystems.bookings.services.keeping import save_resource

PLAN = Path(__file__).with_name("demonstration.yaml")
DAY = re.compile(r"\+(\d+)d")
STEWARD, APPROVER = "chief", "director"
log = structlog.get_logger("yihu.demonstration")


def begin_work(*, now: datetime) -> int:
    """
    Write down rooms and vehicles, hand in the applications of the plan and act on some of them.

    What is refused is logged and left out: a demonstration without one of its cases is still one.

    :return: how many cases were handed in
    """
    plan = yaml.safe_load(PLAN.read_text("utf-8"))
    people = User.objects.select_related("office").in_bulk(field_name="username")
    with as_system("演示数据"):
        for resource in plan["resources"]:
            _keep(resource, people, now)
        return sum(_hand_in(case, people, now) for case in plan["cases"])


def begin_models(*, say: Callable[[str], None]) -> None:
    """
    Train the demonstration's models, let its director decide on them, and score the published snapshot with them.

    Done once: where anything was ever trained, or the people of the demonstration are not there, it does nothing.
    """
    people = User.objects.in_bulk([STEWARD, APPROVER], field_name="username")
    if len(people) < 2:
        return
    with as_system("演示数据"):
        if not teach_demonstration(steward=people[STEWARD], approver=people[APPROVER], say=say):
            return
    say("演示模型：给当前快照评分")
    build_again(now=timezone.now())
    refresh_register(now=timezone.now())


def _keep(resource: Mapping[str, Any], people: Mapping[str, User], now: datetime) -> None:
    keeper = people[resource["keeper"]]
    values = {name: value for name, value in resource.items() if name != "keeper"}
    try:
        save_resource(actor=keeper, now=now, office=keeper.office, **values)
    except UnableTo as error:
        log.warning("resource left out", code=resource["code"], reason=str(error))


def _hand_in(plan: Mapping[str, Any], people: Mapping[str, User], now: datetime) -> bool:
    today = timezone.localtime(now).date()
    version = find_in_force(plan["matter"], today)
    if version is None:
        log.warning("case left out", matter=plan["matter"], reason="not in force")
        return False
    try:
        form = dated(plan["form"], today)
        case = apply_at_once(version=version, actor=people[plan["by"]], form=form, now=now)
        for act in plan.get("acts", ()):
            _act(case, act, people, now)
    except UnableTo as error:
        faults = [f"{fault.field}: {fault}" for fault in getattr(error, "faults", ())]
        log.warning("case left out", matter=plan["matter"], reason=str(error), faults=faults)
        return False
    return True


def _act(case: Case, plan: Mapping[str, Any], people: Mapping[str, User], now: datetime) -> None:
    actor = people[plan["by"]]
    mine = assignments_for(case.instance, actor)
    act_on_case(
        case=case, assignment=mine[0], verb=plan["verb"], actor=actor, now=now, opinion=plan.get("opinion", ""),
        people=[people[name] for name in plan.get("people", ())], node_id=plan.get("to", ""),
    )  # fmt: skip


def dated(value: Any, today: date) -> Any:
    """The plan's value with `+3d` as the third working day (Monday to Friday) from today."""
    if isinstance(value, Mapping):
        return {name: dated(inner, today) for name, inner in value.items()}
    if isinstance(value, list):
        return [dated(inner, today) for inner in value]
    found = DAY.fullmatch(value) if isinstance(value, str) else None
    return working_day(today, int(found[1])).isoformat() if found else value


def working_day(today: date, ahead: int) -> date:
    """The day that many Mondays to Fridays ahead."""
    day = today
    while ahead:
        day += timedelta(days=1)
        ahead -= day.weekday() < 5
    return day
