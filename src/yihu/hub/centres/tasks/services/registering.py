"""Sources kept by the security administrator: where they may lead, what counts as low risk, what goes by SMS."""

import re
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yihu.hub.base.requests import current_request
from yihu.hub.centres.tasks.choices import SourceKind
from yihu.hub.centres.tasks.models import Source
from yihu.hub.centres.tasks.services.refusals import UnableToKeepSourceError
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User

PERMISSION = "tasks.sources"
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
KEPT = ("name", "hosts", "low_risk_kinds", "sms_kinds", "sms_cap_amount", "is_active")


@transaction.atomic
def register_source(*, actor: User, code: str, name: str, hosts: list[str], now: datetime) -> Source:
    """
    Register another system, with nothing of low risk yet.

    :raises UnableToKeepSourceError: TODO-050 no permission, 051 the code is taken, 052 a host is malformed
    """
    _permit(actor)
    if Source.objects.filter(code=code).exists():
        raise UnableToKeepSourceError("TODO-051", f"来源代码“{code}”已被使用，请另取一个")
    made = Source.objects.create(code=code, name=name, kind=SourceKind.OUTSIDE, hosts=_hosts(hosts))
    _write("todo-source.register", actor, made, {}, _facts(made))
    return made


@transaction.atomic
def change_source(
    *,
    actor: User,
    code: str,
    name: str,
    hosts: list[str],
    low_risk_kinds: list[str],
    sms_kinds: list[str],
    sms_cap_amount: Decimal,
    is_active: bool,
    now: datetime,
) -> Source:
    """
    Change what a source may do. To-dos that are there keep their mark of low risk; codes already sent are asked again.

    :raises UnableToKeepSourceError: TODO-050 no permission, 052 a host is malformed, 053 SMS beyond low risk
    """
    _permit(actor)
    found = Source.objects.select_for_update().get(code=code)
    before = _facts(found)
    beyond = set(sms_kinds) - set(low_risk_kinds)
    if found.kind == SourceKind.OUTSIDE and beyond:
        raise UnableToKeepSourceError("TODO-053", f"可短信审批的事项须先列入低风险事项：{'、'.join(sorted(beyond))}")
    found.name, found.hosts, found.is_active = name, _hosts(hosts), is_active
    found.low_risk_kinds, found.sms_kinds, found.sms_cap_amount = low_risk_kinds, sms_kinds, sms_cap_amount
    found.save()
    _write("todo-source.change", actor, found, before, _facts(found))
    return found


def _permit(actor: User) -> None:
    if not actor.holds(PERMISSION):
        raise UnableToKeepSourceError("TODO-050", "您的岗位没有“维护待办来源”的权限，请联系安全管理员")


def _hosts(hosts: list[str]) -> list[str]:
    found = list(dict.fromkeys(host.strip().lower() for host in hosts if host.strip()))
    wrong = [host for host in found if not HOST.fullmatch(host)]
    if wrong:
        raise UnableToKeepSourceError(
            "TODO-052", f"域名只写主机名，不带协议、端口和路径，如 oa.example.gov.cn：{'、'.join(wrong)}"
        )
    return found


def _facts(source: Source) -> dict[str, object]:
    return {name: getattr(source, name) for name in KEPT}


def _write(verb: str, actor: User, source: Source, before: dict[str, object], after: dict[str, object]) -> None:
    record(
        verb=verb, request=current_request(), actor=actor, target=f"todo-source:{source.code}",
        target_name=source.name, before=before, after=after,
    )  # fmt: skip
