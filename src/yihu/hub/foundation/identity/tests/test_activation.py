"""A code from the system administrator opens an account once."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.foundation.identity.selectors import find_obligation
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.services.people import issue_activation_code, register_person

pytestmark = pytest.mark.django_db
PAGE = "/account/activate/"
NEW = "river-lamp-seven-9"


@pytest.fixture
def newcomer(cast: Any, offices: Any) -> tuple[Any, str]:
    """Somebody registered by the system administrator, and their code."""
    admin, now = cast[StandardDuty.SYSTEM_ADMIN], timezone.now()
    user = register_person(actor=admin, now=now, username="zhang", display_name="张三", office=offices["east"])
    return user, issue_activation_code(actor=admin, now=now, user=user)


def _open(client: Client, code: str, password: str = NEW, again: str = "", name: str = "zhang") -> Any:
    return client.post(PAGE, {"login": name, "code": code, "password1": password, "password2": again or password})


def test_a_code_opens_the_account_once(client: Client, newcomer: Any, settings: Any) -> None:
    user, code = newcomer
    assert "用激活码启用账号" in client.get("/account/sign-in/").content.decode()
    assert _open(client, f" {code.upper()} ", name="Zhang")["Location"] == "/account/sign-in/"
    settings.HANDED_OUT_MUST_CHANGE = True
    user.refresh_from_db()
    assert find_obligation(user, now=timezone.now()) is None, "chosen by its owner"
    assert client.post("/account/sign-in/", {"login": "zhang", "password": NEW}).status_code == 302
    assert "激活码不正确" in _open(Client(), code).content.decode()


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("short", "", "至少 10 位"), ("abcdefghijklm", "", "至少三类"), (NEW, "another-one-77", "两次输入的新密码不一致")],
)
def test_a_weak_password_does_not_use_the_code_up(
    client: Client, newcomer: Any, password: str, again: str, said: str
) -> None:
    for _ in range(7):
        assert said in _open(client, newcomer[1], password, again).content.decode()
    assert _open(client, newcomer[1]).status_code == 302


def test_codes_cannot_be_tried_out(client: Client, newcomer: Any, settings: Any) -> None:
    pages = [_open(client, "aaaa-bbbb-cccc-dddd").content.decode() for _ in range(settings.SIGN_IN_FAILURES + 1)]
    assert all("激活码不正确" in page for page in pages[:-1])
    assert "已暂停登录" in pages[-1]
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert "激活码不正确" in _open(elsewhere, newcomer[1]).content.decode(), "the code itself ended after five"


def test_an_unknown_name_is_told_the_same(client: Client, newcomer: Any) -> None:
    pages = [_open(client, "aaaa-bbbb-cccc-dddd", name=name).content.decode() for name in ("zhang", "nobody")]
    assert all("账号或激活码不正确" in page for page in pages)


def test_a_new_code_for_a_lost_password_ends_what_was_signed_in(client_of: Any, cast: Any, client: Client) -> None:
    user, admin = cast[StandardDuty.OFFICER], cast[StandardDuty.SYSTEM_ADMIN]
    code = issue_activation_code(actor=admin, now=timezone.now(), user=user)
    assert client_of[StandardDuty.OFFICER].get("/").status_code == 200
    assert _open(client, code, name="officer").status_code == 302
    assert client_of[StandardDuty.OFFICER].get("/").status_code == 302
