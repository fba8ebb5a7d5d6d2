"""Signing people on to other systems: the protocol, who is told what, and who is refused."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client as Browser
from django.utils import timezone

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.models import ClientRegistration
from yihu.hub.foundation.identity.services.clients import (
    ClientDraft,
    UnableToChangeClientError,
    UnableToRegisterClientError,
    change_client,
    disable_client,
    enable_client,
    register_client,
    rotate_secret,
)
from yihu.hub.foundation.identity.tests.conftest import CALLBACK, System
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db


def _code(answer: Any) -> dict[str, list[str]]:
    """The parameters with which the browser is sent back."""
    target = re.search(r'content="0;url=([^"]+)"', answer.content.decode()).group(1).replace("&amp;", "&")
    assert target.startswith(CALLBACK)
    return parse_qs(urlsplit(target).query)


def _sign_on(browser: Browser, system: System, **changed: str) -> str:
    found = _code(browser.get(system.address(**changed)))
    assert found["state"] == ["s1"]
    return found["code"][0]


def _look(token: str) -> Any:
    return Browser().get("/identity/o/api/userinfo", HTTP_AUTHORIZATION=f"Bearer {token}")


def test_discovery_names_only_what_is_there(client) -> None:
    found = client.get("/.well-known/openid-configuration").json()
    assert found["issuer"] == "http://testserver"
    assert (found["response_types_supported"], found["grant_types_supported"]) == (["code"], ["authorization_code"])
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        assert client.get(urlsplit(found[name]).path).status_code in {200, 302, 400, 401, 405}, name


def test_a_person_is_signed_on_and_told_of_as_allowed(client_of, cast, system) -> None:
    code = _sign_on(client_of[StandardDuty.OFFICER], system)
    given = system.exchange(code).json()
    key = jwt.PyJWKSet.from_dict(Browser().get("/.well-known/jwks.json").json()).keys[0]
    told = jwt.decode(given["id_token"], key.key, algorithms=["RS256"], audience=system.id, issuer="http://testserver")
    assert (told["sub"], told["nonce"]) == (str(cast[StandardDuty.OFFICER].pk), "n1")
    seen = _look(given["access_token"]).json()
    assert (seen["name"], seen["preferred_username"]) == (cast[StandardDuty.OFFICER].display_name, "officer")
    assert (seen["office_name"], seen["post"], seen["duties"]) == ("罗湖税务所", "税收管理员", ["OFFICER"])
    record = AccessRecord.objects.get(verb="client.grant")
    assert (record.actor_username, record.target_name) == ("officer", "发票查验平台")


def test_a_narrow_scope_tells_a_number_only(client_of, system) -> None:
    given = system.exchange(_sign_on(client_of[StandardDuty.OFFICER], system, scope="openid")).json()
    assert set(_look(given["access_token"]).json()) == {"sub"}


def test_a_scope_that_was_not_registered_is_refused(client_of, system, request_of) -> None:
    _change(system, request_of, scopes=("profile",))
    found = _code(client_of[StandardDuty.OFFICER].get(system.address(scope="openid duties")))
    assert found["error"] == ["invalid_scope"]


def test_strangers_sign_in_first(client, system) -> None:
    answer = client.get(system.address())
    assert answer["Location"].startswith("/account/sign-in/?next=/identity/o/authorize")


def test_silent_sign_on_tells_that_nobody_is_there(client, system) -> None:
    answer = client.get(system.address(prompt="none"))
    assert "error=login_required" in answer["Location"]


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": "https://desk.example:444/callback"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": ""},
        {"client_id": "nobody"},
        {"client_id": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
    ],
)
def test_a_request_that_deviates_goes_nowhere(client_of, system, changed: dict[str, str]) -> None:
    answer = client_of[StandardDuty.OFFICER].get(system.address(**changed))
    assert answer.status_code == 400
    assert "没有继续" in answer.content.decode()
    assert not AccessRecord.objects.filter(verb="client.grant").exists()


@pytest.mark.parametrize(
    "changed", [{"code_verifier": ""}, {"code_verifier": "x" * 64}, {"client_secret": "wrong"}, {"redirect_uri": ""}]
)
def test_a_code_without_its_proof_is_worth_nothing(client_of, system, changed: dict[str, str]) -> None:
    code = _sign_on(client_of[StandardDuty.OFFICER], system)
    assert system.exchange(code, **changed).status_code in {400, 401}


def test_a_code_is_good_once(client_of, system) -> None:
    code = _sign_on(client_of[StandardDuty.OFFICER], system)
    assert system.exchange(code).status_code == 200
    assert system.exchange(code).status_code == 400


@pytest.mark.parametrize("grant", ["password", "client_credentials", "refresh_token", "implicit"])
def test_other_grants_do_not_exist(client_of, system, grant: str) -> None:
    given = system.exchange(_sign_on(client_of[StandardDuty.OFFICER], system)).json()
    asked = {
        "grant_type": grant,
        "username": "officer",
        "password": "x",
        "refresh_token": given.get("refresh_token", ""),
    }
    assert system.exchange("x", **asked).status_code in {400, 401}


def test_consent_is_asked_for_systems_outside_the_house(client_of, system, request_of) -> None:
    _change(system, request_of, trusted=False)
    browser = client_of[StandardDuty.OFFICER]
    page = browser.get(system.address()).content.decode()
    assert "发票查验平台" in page
    assert "机关和岗位" in page
    form = {
        "request": re.search(r'name="request" value="([^"]+)"', page).group(1),
        "scopes": ["openid", "profile", "org", "duties"],
    }
    refused = _code(browser.post(system.address(), {**form, "action": "refuse"}))
    assert refused["error"] == ["access_denied"]
    code = _code(browser.post(system.address(), {**form, "action": "grant"}))["code"][0]
    assert system.exchange(code, code_verifier="").status_code == 400
    code = _code(browser.post(system.address(), {**form, "action": "grant"}))["code"][0]
    assert system.exchange(code).status_code == 200


def test_a_consent_forged_elsewhere_is_refused(cast, system, request_of) -> None:
    _change(system, request_of, trusted=False)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(cast[StandardDuty.OFFICER])
    page = browser.get(system.address()).content.decode()
    form = {"request": re.search(r'name="request" value="([^"]+)"', page).group(1), "scopes": ["openid"]}
    assert browser.post(system.address(), {**form, "action": "grant"}).status_code == 403


def test_a_disabled_account_loses_its_tokens_at_once(client_of, cast, system) -> None:
    browser = client_of[StandardDuty.OFFICER]
    given = system.exchange(_sign_on(browser, system)).json()
    waiting = _sign_on(browser, system)
    cast[StandardDuty.OFFICER].is_active = False
    cast[StandardDuty.OFFICER].save()
    assert _look(given["access_token"]).status_code == 401
    assert system.exchange(waiting).status_code in {400, 401}
    assert browser.get(system.address())["Location"].startswith("/account/sign-in/")


def test_a_disabled_system_signs_nobody_on_and_its_tokens_end(client_of, system, request_of) -> None:
    browser = client_of[StandardDuty.OFFICER]
    given = system.exchange(_sign_on(browser, system)).json()
    waiting = _sign_on(browser, system)
    disable_client(registration=system.registration, request=request_of(), now=timezone.now())
    assert "已经停用" in browser.get(system.address()).content.decode()
    assert _look(given["access_token"]).status_code == 401
    assert system.exchange(waiting).status_code in {400, 401}
    with pytest.raises(UnableToChangeClientError):
        disable_client(registration=system.registration, request=request_of(), now=timezone.now())
    enable_client(registration=system.registration, request=request_of())
    assert system.exchange(_sign_on(browser, system)).status_code == 200


def test_a_new_secret_ends_the_old_one(client_of, system, request_of) -> None:
    old = system.secret
    system.secret = rotate_secret(registration=system.registration, request=request_of(), now=timezone.now())
    code = _sign_on(client_of[StandardDuty.OFFICER], system)
    assert system.exchange(code, client_secret=old).status_code == 401
    assert system.exchange(_sign_on(client_of[StandardDuty.OFFICER], system)).status_code == 200
    stored = ClientRegistration.objects.get().client.secret
    assert system.secret not in stored
    assert not AccessRecord.objects.filter(detail__icontains=system.secret).exists()


@pytest.mark.parametrize(
    "uri",
    ["http://desk.example/cb", "https://*.desk.example/cb", "https://desk.example/cb#x", "desk.example", "javascript:1",
     "https://user@desk.example/cb"],
)  # fmt: skip
def test_unsafe_addresses_are_not_registered(request_of, uri: str) -> None:
    draft = ClientDraft("x", "", (uri,), (), (), True)
    with pytest.raises(UnableToRegisterClientError):
        register_client(draft=draft, request=request_of(), now=timezone.now())
    assert not ClientRegistration.objects.exists()


def test_signing_out_there_signs_out_here(client_of, system) -> None:
    browser = client_of[StandardDuty.OFFICER]
    given = system.exchange(_sign_on(browser, system)).json()
    asked = {"id_token_hint": given["id_token"], "post_logout_redirect_uri": "https://desk.example/bye"}
    page = browser.get("/identity/o/logout", asked).content.decode()
    assert "是否同时退出一户工作台" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    answer = browser.post("/identity/o/logout", {**asked, "action": "logout", "csrfmiddlewaretoken": token})
    assert "https://desk.example/bye" in answer.content.decode()
    assert browser.get("/").status_code == 302
    assert _look(given["access_token"]).status_code == 401


def test_signing_out_leads_only_where_registered(client_of, system) -> None:
    answer = client_of[StandardDuty.OFFICER].get(
        "/identity/o/logout", {"post_logout_redirect_uri": "https://evil.example/"}
    )
    assert answer.status_code == 400


def _change(system: System, request_of: Any, **changed: Any) -> None:
    draft = {
        "name": "发票查验平台",
        "purpose": "",
        "redirect_uris": (CALLBACK,),
        "logout_uris": (),
        "scopes": ("profile", "org", "duties"),
        "trusted": True,
        **changed,
    }
    change_client(registration=system.registration, draft=ClientDraft(**draft), request=request_of())
