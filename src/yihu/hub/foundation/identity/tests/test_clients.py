"""The security administrator's pages of other systems."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.models import ClientRegistration
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract

pytestmark = pytest.mark.django_db
FORM = {
    "name": "公文系统",
    "purpose": "收发公文",
    "redirect_uris": "https://oa.example/cb\nhttps://oa.example/cb2",
    "logout_uris": "",
    "scopes": ["profile", "org"],
}


@pytest.fixture
def keeper(client_of: Any) -> Any:
    return client_of[StandardDuty.SECURITY_ADMIN]


def _secret(page: str) -> str:
    return re.search(r"data-secret>([^<]+)<", page).group(1)


def test_a_registered_system_gets_its_secret_once(keeper: Any) -> None:
    page = keeper.post("/security/clients/new/", FORM)
    secret, registration = _secret(page.content.decode()), ClientRegistration.objects.get()
    assert "no-store" in page["Cache-Control"]
    assert check_password(secret, registration.client.secret)
    assert registration.client.get_redirect_uris() == ["https://oa.example/cb", "https://oa.example/cb2"]
    assert registration.client.get_scopes() == ["openid", "profile", "org"]
    assert registration.registered_by == "security_admin"
    again = keeper.get(f"/security/clients/{registration.pk}/").content.decode()
    assert registration.client.pk in again
    assert secret not in again
    assert "公文系统" in keeper.get("/security/clients/").content.decode()


def test_an_unsafe_address_is_explained(keeper: Any) -> None:
    page = keeper.post("/security/clients/new/", {**FORM, "redirect_uris": "http://oa.example/cb"})
    assert page.status_code == 422
    assert "须以 https:// 开头" in page.content.decode()
    assert not ClientRegistration.objects.exists()


def test_change_rotate_out_of_use_and_back(keeper: Any, system: Any) -> None:
    at = f"/security/clients/{system.registration.pk}/"
    assert keeper.get(f"{at}change/").status_code == 200
    assert keeper.post(f"{at}change/", FORM)["Location"] == at
    new = _secret(keeper.post(f"{at}secret/").content.decode())
    system.registration.client.refresh_from_db()
    assert check_password(new, system.registration.client.secret)
    assert "已停用" in keeper.post(f"{at}switch/", {"state": "off"}, follow=True).content.decode()
    assert "已经停用" in keeper.post(f"{at}switch/", {"state": "off"}, follow=True).content.decode()
    assert "已启用" in keeper.post(f"{at}switch/", {"state": "on"}, follow=True).content.decode()
    verbs = set(AccessRecord.objects.filter(target=f"client:{system.id}").values_list("verb", flat=True))
    assert verbs == {f"client.{act}" for act in ("register", "change", "rotate", "disable", "enable")}


def test_only_the_security_administrator_touches_systems(client_of: Any, system: Any) -> None:
    at = f"/security/clients/{system.registration.pk}/"
    for duty, browser in client_of.items():
        if duty != StandardDuty.SECURITY_ADMIN:
            answers = [browser.get(at), browser.post(f"{at}secret/"), browser.post(f"{at}switch/", {"state": "off"})]
            assert {answer.status_code for answer in answers} == {403}, duty


def test_a_system_that_is_not_there(keeper: Any) -> None:
    assert keeper.get("/security/clients/99/").status_code == 404


class TestSystems(ListContract):
    address = "/security/clients/"
    holders = frozenset({"SECURITY_ADMIN"})

    @pytest.fixture(autouse=True)
    def _one(self, system: Any) -> None:
        """A list with a row."""


class TestNewSystem(FormContract):
    address = "/security/clients/new/"
    holders = frozenset({"SECURITY_ADMIN"})
    needed = frozenset({"name", "redirect_uris"})
