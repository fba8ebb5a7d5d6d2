"""A signed request is let in once, fresh, whole, within its system's terms and quota; every refusal has its code."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.centres.exchange.choices import KeyKind, SystemState
from yihu.hub.centres.exchange.models import Nonce, OutsideSystem, Passage
from yihu.hub.centres.exchange.services import admission, passages
from yihu.hub.centres.exchange.tests.rows import Caller, caller_of

pytestmark = pytest.mark.django_db
SELF = "/api/exchange/v1/self"


def code_of(answer: Any) -> str:
    assert answer["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == answer.status_code
    assert found["advice"]
    assert found["trace"] == answer["X-Request-ID"]
    return found["code"]


def test_a_signed_request_is_answered(any_caller: Caller, outside: Client) -> None:
    answer = any_caller.call(outside, "GET", SELF)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["system"], found["key"]) == (any_caller.key.system.code, any_caller.key.key_id)
    assert found["minute"] == {"limit": 10_000, "used": 1}


def test_a_request_without_signature_is_refused_and_writes_nothing(caller: Caller, outside: Client) -> None:
    answer = outside.get(SELF)
    assert (answer.status_code, code_of(answer)) == (401, "EXC-001")
    assert answer["WWW-Authenticate"].startswith("Signature")
    assert not Passage.objects.exists()
    assert not Nonce.objects.exists()


def test_a_session_counts_for_nothing(client_of: dict[Any, Client]) -> None:
    assert {one.get(SELF).status_code for one in client_of.values()} == {401}


# A clock ahead comes nearer while the request is on its way: it stands half a minute beyond the bound.
@pytest.mark.parametrize("away", [-301, 330, -86_400])
def test_a_clock_that_is_off_is_refused(caller: Caller, outside: Client, away: int) -> None:
    created = int(timezone.now().timestamp()) + away
    answer = caller.call(outside, "GET", SELF, created=created)
    assert (answer.status_code, code_of(answer)) == (401, "EXC-004")


@pytest.mark.parametrize("away", [-290, 290])
def test_a_clock_within_five_minutes_is_good(caller: Caller, outside: Client, away: int) -> None:
    created = int(timezone.now().timestamp()) + away
    assert caller.call(outside, "GET", SELF, created=created).status_code == 200


def test_a_request_passes_once(any_caller: Caller, outside: Client) -> None:
    headers = any_caller.headers("GET", SELF)
    assert any_caller.call(outside, "GET", SELF, headers=headers).status_code == 200
    answer = any_caller.call(outside, "GET", SELF, headers=headers)
    assert (answer.status_code, code_of(answer)) == (401, "EXC-011")


def test_a_nonce_outlives_its_timestamp(caller: Caller, outside: Client) -> None:
    """Forgetting a nonce must not open the door to its request again, however the clocks are off."""
    ahead = int(timezone.now().timestamp()) + admission.SKEW_SECONDS - 5
    headers = caller.headers("GET", SELF, created=ahead)
    assert caller.call(outside, "GET", SELF, headers=headers).status_code == 200
    last_moment = timezone.now() + timedelta(seconds=2 * admission.SKEW_SECONDS)
    passages.forget_what_ended(now=last_moment)
    assert Nonce.objects.count() == 1
    passages.forget_what_ended(now=last_moment + timedelta(seconds=120))
    assert Nonce.objects.count() == 0


@pytest.mark.parametrize(("part", "code"), [("Signature", "EXC-006"), ("Content-Digest", "EXC-005")])
def test_headers_of_another_request_are_refused(caller: Caller, outside: Client, part: str, code: str) -> None:
    good, other = caller.headers("GET", SELF), caller.headers("GET", SELF, b"other")
    answer = caller.call(outside, "GET", SELF, headers=good | {part: other[part]})
    assert (answer.status_code, code_of(answer)) == (401, code)
    assert not Nonce.objects.exists(), "nothing is written for whoever proved nothing"


def test_another_method_path_or_query_is_refused(caller: Caller, outside: Client) -> None:
    for method, path, query in (("POST", SELF, ""), ("GET", "/api/exchange/v1/selfs", ""), ("GET", SELF, "a=1")):
        headers = caller.headers(method, path, b"", query)
        assert code_of(caller.call(outside, "GET", SELF, headers=headers)) == "EXC-006"


def test_a_strange_key_is_refused(caller: Caller, outside: Client) -> None:
    headers = caller.headers("GET", SELF)
    headers["Signature-Input"] = headers["Signature-Input"].replace(caller.key.key_id, "nobody")
    assert code_of(caller.call(outside, "GET", SELF, headers=headers)) == "EXC-003"


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now() - timedelta(minutes=1)},
        {"expires_at": timezone.now() - timedelta(minutes=1)},
        {"valid_from": timezone.now() + timedelta(hours=1)},
    ],
)
def test_a_key_out_of_force_is_refused(caller: Caller, outside: Client, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(caller.key, name, value)
    caller.key.save()
    assert code_of(caller.call(outside, "GET", SELF)) == "EXC-007"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": SystemState.WAITING}, "EXC-008"),
        ({"state": SystemState.DISABLED}, "EXC-008"),
        ({"valid_to": timezone.localdate()}, "EXC-008"),
        ({"valid_from": timezone.localdate() + timedelta(days=1)}, "EXC-008"),
        ({"valid_from": None}, "EXC-008"),
        ({"addresses": ["10.0.0.0/8", "192.0.2.7"]}, "EXC-009"),
        ({"operations": []}, "EXC-010"),
        ({"operations": ["todo.push"]}, "EXC-010"),
    ],
)
def test_what_the_terms_do_not_allow_is_refused(
    caller: Caller, outside: Client, change: dict[str, Any], code: str
) -> None:
    OutsideSystem.objects.filter(pk=caller.key.system_id).update(**change)
    answer = caller.call(outside, "GET", SELF)
    assert (answer.status_code, code_of(answer)) == (403, code)
    assert not Nonce.objects.exists()


def test_a_listed_address_is_let_in(caller: Caller, outside: Client) -> None:
    OutsideSystem.objects.filter(pk=caller.key.system_id).update(addresses=["127.0.0.0/8"])
    assert caller.call(outside, "GET", SELF).status_code == 200


def test_a_forwarded_address_made_up_by_the_caller_counts_for_nothing(caller: Caller, outside: Client) -> None:
    OutsideSystem.objects.filter(pk=caller.key.system_id).update(addresses=["10.0.0.0/8"])
    headers = caller.headers("GET", SELF) | {"X-Forwarded-For": "10.1.1.1"}
    assert code_of(caller.call(outside, "GET", SELF, headers=headers)) == "EXC-009"


@pytest.mark.parametrize("which", ["per_minute", "per_day"])
def test_a_quota_is_used_up_to_the_last_and_then_says_when(
    caller: Caller, outside: Client, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_past = timezone.now().replace(second=30)
    monkeypatch.setattr(timezone, "now", lambda: half_past)
    OutsideSystem.objects.filter(pk=caller.key.system_id).update(**{which: 3})
    answers = [caller.call(outside, "GET", SELF) for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert code_of(answers[-1]) == "EXC-012"
    wait = int(answers[-1]["Retry-After"])
    assert wait == 30 if which == "per_minute" else 0 < wait <= 86_400
    monkeypatch.setattr(timezone, "now", lambda: half_past + timedelta(seconds=wait))
    assert caller.call(outside, "GET", SELF).status_code == 200


def test_quotas_are_of_one_system_alone(caller: Caller, outside: Client, offices: dict, people: dict) -> None:
    from yihu.hub.centres.exchange.tests.rows import system_of

    other = caller_of(system_of(offices["east"], people["registrar"], code="other"))
    OutsideSystem.objects.filter(pk=caller.key.system_id).update(per_minute=1)
    caller.call(outside, "GET", SELF)
    assert caller.call(outside, "GET", SELF).status_code == 429
    assert other.call(outside, "GET", SELF).status_code == 200


def test_two_keys_are_good_beside_each_other(system: OutsideSystem, outside: Client) -> None:
    old, new = caller_of(system), caller_of(system, KeyKind.HMAC_SM3)
    assert {one.call(outside, "GET", SELF).status_code for one in (old, new)} == {200}


def test_every_answer_leaves_a_line_without_the_body(caller: Caller, outside: Client) -> None:
    caller.call(outside, "GET", SELF, query="phone=13800138000")
    caller.call(outside, "GET", SELF, created=1)
    good, bad = Passage.objects.order_by("pk")
    assert (good.status, good.operation, good.code) == (200, "system.self", "")
    assert "13800138000" not in good.path
    assert (bad.status, bad.code, bad.key_id) == (401, "EXC-004", caller.key.key_id)


def test_refused_requests_do_not_fill_the_log(caller: Caller, outside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    half_past = timezone.now().replace(second=30)
    monkeypatch.setattr(timezone, "now", lambda: half_past)
    monkeypatch.setattr(passages, "LOGGED_REFUSALS", 2)
    for _ in range(4):
        caller.call(outside, "GET", SELF, created=1)
    assert Passage.objects.count() == 2


def test_a_body_too_large_is_refused_before_it_is_read(caller: Caller, outside: Client, settings: Any) -> None:
    settings.EXCHANGE_BODY_BYTES = 10
    headers = caller.headers("GET", SELF)
    answer = outside.generic("GET", SELF, b"x" * 11, content_type="application/json", headers=headers)
    assert (answer.status_code, code_of(answer)) == (413, "EXC-022")


def test_other_methods_and_addresses_are_problems_too(caller: Caller, outside: Client) -> None:
    answer = caller.call(outside, "DELETE", SELF)
    assert (answer.status_code, code_of(answer), answer["Allow"]) == (405, "EXC-031", "GET")
    assert code_of(outside.post("/api/exchange/v1/nothing")) == "EXC-030"


def test_the_web_role_may_do_what_admission_does(caller: Caller, outside: Client, web_role: None) -> None:
    assert caller.call(outside, "GET", SELF).status_code == 200


def test_while_the_log_is_shut_changes_are_put_off_in_the_callers_language(
    caller: Caller, outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yihu.hub.foundation.audit.gate.LogMiddleware._is_shut", lambda self: True)
    answer = caller.call(outside, "PUT", "/api/exchange/v1/todos/F-1", {})
    assert (answer.status_code, code_of(answer), answer["Retry-After"]) == (503, "EXC-051", "60")
    assert caller.call(outside, "GET", SELF).status_code == 200, "reading goes on"


def test_an_operation_without_signature_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from ninja import Router

    from yihu.hub.centres.exchange import catalogue
    from yihu.hub.centres.exchange.endpoints import mounting

    router = Router()
    router.get("/open")(lambda request: {})
    monkeypatch.setattr(catalogue, "_routers", {"loose": router})
    monkeypatch.setattr(mounting, "API", mounting.make_api())
    with pytest.raises(TypeError, match="auth=Signed"):
        mounting.api_patterns()
