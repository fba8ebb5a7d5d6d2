"""Pages: who may open them, what they show, the two-person path by forms, the secret shown once."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from yihu.hub.centres.exchange.models import DeadLetter, Delivery, OutsideSystem, Proposal, SystemKey
from yihu.hub.centres.exchange.tests.rows import Caller, caller_of, delivery_of, exchange_rows_of, letter_of
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract, OpensForHolders

READERS = frozenset({"SECURITY_ADMIN", "SYSTEM_ADMIN", "AUDITOR"})
REGISTRAR = frozenset({"SECURITY_ADMIN"})


@pytest.fixture
def rows(offices: dict, people: dict) -> dict[str, Any]:
    return exchange_rows_of(offices["bureau"], people["registrar"])


@pytest.fixture
def security(client_of: dict[Any, Client]) -> Client:
    return client_of[StandardDuty.SECURITY_ADMIN]


@pytest.fixture
def second(client_of: dict[Any, Client]) -> Client:
    return client_of[StandardDuty.SYSTEM_ADMIN]


@pytest.mark.usefixtures("rows")
class TestSystems(ListContract):
    address, holders = "/exchange/", READERS


@pytest.mark.usefixtures("rows")
class TestPassages(ListContract):
    address, holders = "/exchange/log/", READERS


@pytest.mark.usefixtures("rows")
class TestLetters(ListContract):
    address, holders = "/exchange/letters/", READERS


@pytest.mark.usefixtures("rows")
class TestDeliveries(ListContract):
    address, holders = "/exchange/deliveries/", READERS


@pytest.mark.usefixtures("rows")
class TestSystem(OpensForHolders):
    address, holders = "/exchange/systems/oa-1440300/", READERS

    @pytest.mark.parametrize("tab", ["keys", "passages", "letters", "deliveries", "proposals", "history"])
    def test_each_tab_opens(self, client_of: dict[Any, Client], tab: str) -> None:
        assert self.opened(client_of, f"?tab={tab}").status_code == 200

    def test_acts_stand_only_for_those_who_may(self, client_of: dict[Any, Client]) -> None:
        pages = {duty: client_of[StandardDuty[duty]].get(self.address).content.decode() for duty in READERS}
        assert {duty for duty, page in pages.items() if "发放密钥</a>" in page} == {"SECURITY_ADMIN"}
        assert {duty for duty, page in pages.items() if "复核</a>" in page} == {"SYSTEM_ADMIN"}


class TestRegister(FormContract):
    address, holders = "/exchange/systems/new/", REGISTRAR
    needed = frozenset(
        {"code", "name", "office", "contact", "purpose", "operations", "per_minute", "per_day", "valid_from", "reason"}
    )


FORM = {
    "code": "oa-city", "name": "市局办公系统", "office": "1440300 深圳市税务局", "contact": "王工",
    "purpose": "推送待办",
    "operations": ["system.self"], "per_minute": "60", "per_day": "1000", "valid_from": "2026-01-01",
    "hosts": "oa.example.gov.cn\nOA2.example.gov.cn:8443", "reason": "合同 12 号",
}  # fmt: skip


@pytest.mark.django_db
def test_from_registration_to_the_first_call(security: Client, second: Client, outside: Client, offices: dict) -> None:
    assert security.post("/exchange/systems/new/", FORM).status_code == 302
    proposal = Proposal.objects.get()
    mine = security.get(f"/exchange/proposals/{proposal.pk}/").content.decode()
    assert "须由另一人复核" in mine
    assert security.post(f"/exchange/proposals/{proposal.pk}/decide/", {"decision": "confirm"}).status_code == 403
    theirs = second.get(f"/exchange/proposals/{proposal.pk}/").content.decode()
    assert "oa2.example.gov.cn:8443" in theirs
    assert second.post(f"/exchange/proposals/{proposal.pk}/decide/", {"decision": "confirm"}).status_code == 302
    answer = security.post("/exchange/systems/oa-city/keys/new/", {"kind": "hmac-sm3", "last_day": _in_days(30)})
    secret = base64.b64decode(answer.context["issued"].secret)
    assert answer.context["issued"].secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    caller = Caller(SystemKey.objects.get(), secret)
    assert caller.call(outside, "GET", "/api/exchange/v1/self").status_code == 200
    shown = security.get("/exchange/systems/oa-city/").content.decode()
    assert answer.context["issued"].secret not in shown
    assert "1 / 60" in shown


def _in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.mark.django_db
def test_a_refusal_keeps_what_was_typed(security: Client, offices: dict) -> None:
    answer = security.post("/exchange/systems/new/", FORM | {"addresses": "everywhere", "purpose": "很长的用途"})
    assert answer.status_code == 422
    assert "来源地址“everywhere”的写法不对" in answer.content.decode()
    assert "很长的用途" in answer.content.decode()
    assert not OutsideSystem.objects.exists()


@pytest.mark.django_db
def test_a_change_is_shown_beside_what_is_in_force(security: Client, second: Client, rows: dict) -> None:
    address = f"/exchange/systems/{rows['outside-system']}/change/"
    initial = security.get(address).context["form"].initial
    data = {k: v for k, v in initial.items() if v is not None} | {
        "per_minute": "77",
        "reason": "高峰",
        "mends_itself": "",
    }
    assert security.post(address, data).status_code == 302
    proposal = Proposal.objects.get(state="OPEN")
    page = second.get(f"/exchange/proposals/{proposal.pk}/").content.decode()
    assert '<mark class="exchange-changed">77</mark>' in page
    assert page.count("exchange-changed") == 1
    refused = second.post(f"/exchange/proposals/{proposal.pk}/decide/", {"decision": "refuse", "note": ""})
    assert refused.status_code == 422
    assert "请写明退回的理由" in refused.content.decode()


@pytest.mark.django_db
def test_keys_are_replaced_and_revoked_by_forms(security: Client, rows: dict) -> None:
    key = SystemKey.objects.get(pk=rows["outside-key"])
    public = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    values = {"public_key": public, "overlap_days": "3", "last_day": _in_days(60)}
    answer = security.post(f"/exchange/keys/{key.pk}/replace/", values)
    assert answer.status_code == 200
    key.refresh_from_db()
    assert key.expires_at < timezone.now() + timedelta(days=3, minutes=1)
    assert security.post(f"/exchange/keys/{key.pk}/revoke/", {"reason": "外泄", "sure": "on"}).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


@pytest.mark.django_db
def test_contents_hide_numbers_of_persons(second: Client, rows: dict) -> None:
    page = second.get(f"/exchange/letters/{rows['dead-letter']}/").content.decode()
    assert "的申请" in page
    assert "13800138000" not in page


@pytest.mark.django_db
def test_a_letter_nobody_can_take_again_says_so(second: Client, rows: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yihu.hub.centres.exchange.services.letters.find_redo", lambda operation: None)
    answer = second.post(f"/exchange/letters/{rows['dead-letter']}/resubmit/", follow=True)
    assert "不支持补收" in answer.content.decode()
    values = {"reason": "重复", "sure": "on"}
    assert second.post(f"/exchange/letters/{rows['dead-letter']}/discard/", values).status_code == 302
    assert DeadLetter.objects.get().state == "DISCARDED"


@pytest.mark.django_db
def test_messages_are_cancelled_and_sent_again(second: Client, rows: dict) -> None:
    base = f"/exchange/deliveries/{rows['delivery']}/"
    assert second.post(f"{base}cancel/").status_code == 302
    assert Delivery.objects.get().state == "CANCELLED"
    assert second.post(f"{base}resend/").status_code == 302
    assert Delivery.objects.get().state == "PENDING"


@pytest.mark.django_db
def test_rows_of_other_offices_are_not_there(client_of: dict[Any, Client], offices: dict, people: dict) -> None:
    from yihu.hub.conftest import appointed

    system = OutsideSystem.objects.get(code=exchange_rows_of(offices["bureau"], people["registrar"])["outside-system"])
    letter, delivery, key = letter_of(system, reference="F-2"), delivery_of(system), caller_of(system).key
    stranger = Client()
    stranger.force_login(appointed(StandardDuty.SYSTEM_ADMIN, offices["east"], "east-system"))
    for address in (
        f"systems/{system.code}/", f"letters/{letter.pk}/", f"deliveries/{delivery.pk}/",
        f"log/{system.passages.get().pk}/", f"proposals/{system.proposals.get().pk}/",
    ):  # fmt: skip
        assert stranger.get(f"/exchange/{address}").status_code == 404, address
    for address in (f"letters/{letter.pk}/resubmit/", f"deliveries/{delivery.pk}/resend/"):
        assert stranger.post(f"/exchange/{address}").status_code == 404, address
    guard = Client()
    guard.force_login(appointed(StandardDuty.SECURITY_ADMIN, offices["east"], "east-security"))
    assert guard.post(f"/exchange/keys/{key.pk}/revoke/", {"reason": "x", "sure": "on"}).status_code == 404
    assert "市局办公系统" not in guard.get("/exchange/").content.decode()


@pytest.mark.django_db
def test_the_description_is_open_and_in_chinese(outside: Client) -> None:
    page = outside.get("/api/exchange/v1/document").content.decode()
    assert "核对身份、权限和配额" in page
    assert "EXC-012" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    found = outside.get("/api/exchange/v1/openapi.json").json()
    assert found["paths"]["/api/exchange/v1/self"]["get"]["x-operation"] == "system.self"
    assert outside.get("/api/exchange/v1/keys").json()["keys"][0]["alg"] == "ed25519"
