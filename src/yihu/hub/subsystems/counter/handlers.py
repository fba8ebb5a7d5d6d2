"""Prefills, effects and candidates that the matters of taxpayers name: each a call of one service."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from yihu.hub.centres.matters.api import register_check, register_handler, register_prefill
from yihu.hub.centres.workflow.api import ServiceError, Verb, register_candidates, trail
from yihu.hub.foundation.org.api import Office, OfficeLevel, StandardDuty, User, find_office, list_able
from yihu.hub.registers.grants import api as grants

TAXES = {
    "VAT": "增值税", "CIT": "企业所得税", "CONSUMPTION": "消费税", "RESOURCE": "资源税", "LAND": "土地增值税",
    "STAMP": "印花税", "PROPERTY": "房产税",
}  # fmt: skip
# Items of a change: the field of the form, and whether its values may stand in the register (persons' may not).
ITEMS = {
    "NAME": ("名称", "new_name"), "LEGAL": ("法定代表人（负责人）", ""), "ADDRESS": ("生产经营地址", "address"),
    "FINANCE": ("财务负责人", ""), "AGENT": ("办税人员", ""), "BANK": ("存款账户", ""),
    "SCOPE": ("核算方式与适用会计制度", "scope"), "CONTACT": ("联系方式", ""),
}  # fmt: skip
IN_THE_CASE = "见办件"


def register() -> None:
    """Called once when the program starts."""
    register_prefill("quota.current", current_quota)
    register_check("counter.deferral", check_deferral)
    register_handler("counter.change-registration", change_registration)
    register_handler("counter.grant-quota", grant_quota)
    register_handler("counter.grant-deferral", grant_deferral)
    register_candidates("counter.deciding-directors", deciding_directors)


def current_quota(*, actor: Any, taxpayer: Any, now: datetime) -> str | None:
    """The standing quota as a form keeps money; None when there is none."""
    found = grants.standing_quota(taxpayer.number, timezone.localdate(now)) if taxpayer else None
    return None if found is None else f"{found:.2f}"


def change_registration(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """:raises ServiceError: GRT-…"""
    try:
        grants.record_change(
            number=instance.taxpayer_number, changes=list(_changes(data)), actor=decider(instance), now=now,
            changed_date=date.fromisoformat(data["changed_on"]), case_number=instance.subject_number,
        )  # fmt: skip
    except grants.UnableToGrantError as error:
        raise ServiceError(error.code, str(error)) from error


def _changes(data: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """In words; names and numbers of persons stay in the case, where they are sealed."""
    for item in data["items"]:
        title, field = ITEMS[item]
        pair = data.get(field) or {} if field else {}
        yield {"title": title, "before": pair.get("before") or "", "after": pair.get("after") or IN_THE_CASE}


def grant_quota(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """What was granted, or what was asked for when nothing else was written. :raises ServiceError: GRT-…"""
    amount = data.get("granted") or data["requested"]
    try:
        grants.grant_quota(
            number=instance.taxpayer_number, kind=grants.QuotaKind(data["quota_kind"]), amount=_money(amount),
            case_number=instance.subject_number, actor=decider(instance), now=now,
        )  # fmt: skip
    except grants.UnableToGrantError as error:
        raise ServiceError(error.code, str(error)) from error


def grant_deferral(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """:raises ServiceError: GRT-…"""
    try:
        grants.grant_deferral(
            number=instance.taxpayer_number, tax_name=TAXES[data["tax"]],
            period=(date.fromisoformat(data["period_start"]), date.fromisoformat(data["period_end"])),
            amount=_money(data.get("granted_amount") or data["amount"]), due_date=date.fromisoformat(data["due_on"]),
            deferred_to=date.fromisoformat(data.get("granted_to") or data["deferred_to"]),
            case_number=instance.subject_number, actor=decider(instance), now=now,
        )  # fmt: skip
    except grants.UnableToGrantError as error:
        raise ServiceError(error.code, str(error)) from error


def check_deferral(*, actor: Any, data: Mapping[str, Any], taxpayer: Any, now: datetime) -> tuple[str, str, str] | None:
    """Whether the tax may be deferred so long, as (code, field, words) of what is wrong: months, not days, count."""
    due, until = date.fromisoformat(data["due_on"]), date.fromisoformat(data["deferred_to"])
    last = grants.months_after(due, 3)
    if until > last:
        return "GRT-004", "deferred_to", f"延期最长三个月（征管法第三十一条），缴纳期限 {due} 的最晚延至 {last}"
    if due < timezone.localdate(now):
        return "GRT-003", "due_on", f"缴纳期限 {due} 已过；延期应在期限届满前申请（实施细则第四十二条）"
    return None


def _money(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def decider(instance: Any) -> User | None:
    """Who agreed last; None when the clock did."""
    acts = [a for a in trail(instance) if a.verb == Verb.AGREE and a.actor]
    return acts[-1].actor if acts else None


def deciding_directors(*, instance: Any, node: Any, day: date) -> Iterable[User]:
    """
    Directors of the office that decides on deferrals: the province, or a city with a province's rights below none.

    Source: 税收征管法第三十一条, 实施细则第四十一条 (计划单列市).
    """
    office = find_office(instance.office_code)
    if office is None:
        return ()
    above = [found for code in reversed(office.ancestor_codes) if (found := find_office(code)) is not None]
    decides = deciding_office(above)
    if decides is None:
        return ()
    holders = list_able(permission="workflow.act", day=day, duty=StandardDuty.DIRECTOR, office_codes=[decides.code])
    return User.objects.filter(pk__in=[holder.user_id for holder in holders], is_active=True)


def deciding_office(above: list[Office]) -> Office | None:
    """The nearest province; without one the highest office that is not the headquarters. `above`: the nearest first."""
    province = next((o for o in above if o.level == OfficeLevel.PROVINCE), None)
    return province or next((o for o in reversed(above) if o.level != OfficeLevel.HEADQUARTERS), None)
