"""Two people for every system: registered by one, let in by another; what is proposed holds only once confirmed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from yihu.hub.centres.exchange.choices import ProposalState, SystemState
from yihu.hub.centres.exchange.models import OutsideSystem, Proposal
from yihu.hub.centres.exchange.selectors.systems import list_systems
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.centres.exchange.services.systems import (
    confirm_proposal,
    disable_system,
    propose_terms,
    refuse_proposal,
    register_system,
)
from yihu.hub.centres.exchange.services.terms import Terms, check_terms, url_problem
from yihu.hub.conftest import appointed
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty

TERMS = Terms(
    name="市局办公系统", contact="王工", purpose="推送待办", operations=("system.self",), addresses=("10.0.0.0/8",),
    hosts=("oa.example.gov.cn",), per_minute=60, per_day=1000, valid_from="2026-01-01",
    webhook_url="https://oa.example.gov.cn/results",
)  # fmt: skip


@pytest.fixture
def registered(offices: dict, people: dict) -> OutsideSystem:
    return register_system(
        code="oa", office=offices["bureau"], terms=TERMS, reason="依据", actor=people["registrar"], now=timezone.now()
    )


def confirm(system: OutsideSystem, actor: Any) -> OutsideSystem:
    proposal = system.proposals.get(state=ProposalState.OPEN)
    return confirm_proposal(proposal=proposal, actor=actor, note="", now=timezone.now())


@pytest.mark.django_db
def test_a_system_waits_for_a_second_person(registered: OutsideSystem, people: dict) -> None:
    assert (registered.state, registered.operations) == (SystemState.WAITING, [])
    enabled = confirm(registered, people["second"])
    assert (enabled.state, enabled.operations, enabled.per_minute) == (SystemState.ENABLED, ["system.self"], 60)
    assert Terms.of(OutsideSystem.objects.get()) == TERMS
    verbs = list(AccessRecord.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["outside-system.register", "outside-system.enable"]


@pytest.mark.django_db
def test_nobody_enables_what_they_registered_or_proposed(
    registered: OutsideSystem, people: dict, offices: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the duties were changed so that one person held both permissions."""
    both = people["registrar"]
    monkeypatch.setattr(type(both), "holds", lambda self, permission: True)
    monkeypatch.setattr(type(both), "reaches", lambda self, permission, office: True)
    with pytest.raises(UnableToExchangeError, match="另一人"):
        confirm(registered, both)
    other = appointed(StandardDuty.SECURITY_ADMIN, offices["bureau"], "another")
    propose_terms(system=registered, terms=replace(TERMS, per_day=5), reason="调", actor=other, now=timezone.now())
    for one in (both, other):
        with pytest.raises(UnableToExchangeError, match="另一人"):
            confirm(registered, one)
    assert confirm(registered, people["second"]).per_day == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(state=ProposalState.CONFIRMED).update(decided_by=other)


@pytest.mark.django_db
def test_the_registrar_holds_no_permission_to_confirm(registered: OutsideSystem, people: dict) -> None:
    with pytest.raises(UnableToExchangeError, match="权限"):
        confirm(registered, people["registrar"])
    with pytest.raises(UnableToExchangeError, match="权限"):
        disable_system(system=registered, reason="x", actor=people["second"], now=timezone.now())


@pytest.mark.django_db
def test_a_change_holds_once_confirmed_and_replaces_what_waited(registered: OutsideSystem, people: dict) -> None:
    confirm(registered, people["second"])
    for limit in (7, 8):
        terms = replace(TERMS, per_minute=limit)
        propose_terms(system=registered, terms=terms, reason="调", actor=people["registrar"], now=timezone.now())
    registered.refresh_from_db()
    assert registered.per_minute == 60
    assert list(registered.proposals.order_by("pk").values_list("state", flat=True)) == [
        "CONFIRMED", "REPLACED", "OPEN",
    ]  # fmt: skip
    assert confirm(registered, people["second"]).per_minute == 8


@pytest.mark.django_db
def test_an_application_is_decided_once(registered: OutsideSystem, people: dict) -> None:
    proposal = registered.proposals.get()
    with pytest.raises(UnableToExchangeError, match="理由"):
        refuse_proposal(proposal=proposal, actor=people["second"], note=" ", now=timezone.now())
    refuse_proposal(proposal=proposal, actor=people["second"], note="缺联系人", now=timezone.now())
    registered.refresh_from_db()
    assert registered.state == SystemState.WAITING
    with pytest.raises(UnableToExchangeError, match="已经处理过"):
        confirm_proposal(proposal=proposal, actor=people["second"], note="", now=timezone.now())


@pytest.mark.django_db
def test_a_disabled_system_comes_back_by_two_people(registered: OutsideSystem, people: dict) -> None:
    confirm(registered, people["second"])
    disable_system(system=registered, reason="异常", actor=people["registrar"], now=timezone.now())
    registered.refresh_from_db()
    assert registered.state == SystemState.DISABLED
    propose_terms(system=registered, terms=TERMS, reason="恢复", actor=people["registrar"], now=timezone.now())
    assert confirm(registered, people["second"]).state == SystemState.ENABLED


@pytest.mark.django_db
def test_systems_of_other_offices_are_out_of_reach(registered: OutsideSystem, offices: dict) -> None:
    stranger = appointed(StandardDuty.SECURITY_ADMIN, offices["east"], "east-security")
    assert not list_systems(stranger).exists()
    with pytest.raises(UnableToExchangeError, match="管辖范围"):
        disable_system(system=registered, reason="x", actor=stranger, now=timezone.now())
    with pytest.raises(UnableToExchangeError, match="管辖范围"):
        register_system(code="b", office=offices["bureau"], terms=TERMS, reason="x", actor=stranger, now=timezone.now())


@pytest.mark.django_db
def test_a_code_is_taken_once(registered: OutsideSystem, offices: dict, people: dict) -> None:
    with pytest.raises(UnableToExchangeError, match="已经登记过"):
        register_system(
            code="oa", office=offices["bureau"], terms=TERMS, reason="x", actor=people["registrar"], now=timezone.now()
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"operations": ()}, "至少"),
        ({"operations": ("todo.everything",)}, "没有操作"),
        ({"addresses": ("10.0.0.1/8",)}, "写法"),
        ({"addresses": ("0.0.0.0/0",)}, "任意地址"),
        ({"addresses": ("::/0",)}, "任意地址"),
        ({"hosts": ("*.example.com",)}, "写法"),
        ({"hosts": ("https://oa.example.gov.cn",)}, "写法"),
        ({"hosts": ("oa.example.gov.cn\n",)}, "写法"),
        ({"per_minute": 0}, "配额"),
        ({"per_day": 0}, "配额"),
        ({"valid_to": "2026-01-01"}, "失效日"),
        ({"webhook_url": "https://evil.example.com/"}, "结果通知地址"),
        ({"list_url": "http://oa.example.gov.cn/"}, "https"),
    ],
)
def test_terms_that_cannot_be_allowed(change: dict[str, Any], said: str) -> None:
    check_terms(TERMS)
    with pytest.raises(UnableToExchangeError, match=said):
        check_terms(replace(TERMS, **change))


HOSTS = ("oa.example.gov.cn", "10.1.2.3:8443")


@pytest.mark.parametrize(
    "url", ["https://oa.example.gov.cn/a?b=1#c", "https://OA.example.gov.cn:443/", "https://10.1.2.3:8443/待办"]
)
def test_links_to_registered_hosts(url: str) -> None:
    assert url_problem(url, HOSTS) == ""


@pytest.mark.parametrize(
    "url",
    [
        "", "/relative", "//oa.example.gov.cn/", "javascript:alert(1)", "JavaScript:alert(1)//https://oa.example.gov.cn",
        "java\nscript:alert(1)", "data:text/html,x", "http://oa.example.gov.cn/", "https://evil.com/",
        "https://oa.example.gov.cn.evil.com/", "https://oa.example.gov.cn@evil.com/", "https://evil.com\\@oa.example.gov.cn/",
        "https://oa.example.gov.cn:8443/", "https://10.1.2.3/", "https://oa.example.gov.cn\t.evil.com/",
        "https://oa.example.gov.cn:99999/", "https://user:pass@oa.example.gov.cn/", "https://[::1/", "ftp://oa.example.gov.cn/",
        "https://oa.example.gov.cn。evil.com/", "https://evil.com#@oa.example.gov.cn/",
    ],
)  # fmt: skip
def test_links_elsewhere_are_refused(url: str) -> None:
    assert url_problem(url, HOSTS)


def test_plain_http_only_to_hosts_the_installation_lists(settings: Any) -> None:
    settings.EXCHANGE_PLAIN_HOSTS = ["oa.example.gov.cn"]
    assert url_problem("http://oa.example.gov.cn/", HOSTS) == ""
    assert url_problem("http://10.1.2.3:8443/", HOSTS)


def test_a_day_is_the_last_in_effect() -> None:
    today = timezone.localdate()
    system = OutsideSystem(valid_from=today - timedelta(days=1), valid_to=today + timedelta(days=1))
    assert system.is_valid_on(today)
    assert not system.is_valid_on(today + timedelta(days=1))
