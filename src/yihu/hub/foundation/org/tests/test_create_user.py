"""The command that makes accounts."""

import io

import pytest
from django.core.management import CommandError, call_command

from yihu.hub.foundation.org.choices import OfficeLevel
from yihu.hub.foundation.org.models import Office, User

pytestmark = pytest.mark.django_db


def _call(monkeypatch: pytest.MonkeyPatch, password: str, *arguments: str) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    said = io.StringIO()
    call_command("create_user", "zhang", "--name", "张三", "--duty", "OFFICER", *arguments, stdout=said)
    return said.getvalue()


def test_an_account_is_made_in_an_office_that_exists(offices, monkeypatch) -> None:
    assert "张三" in _call(monkeypatch, "long-enough-words", "--office", "1440303")
    user = User.objects.get(username="zhang")
    assert user.check_password("long-enough-words")
    assert user.office == offices["east"]


def test_an_unknown_office_is_made_only_when_named(db, monkeypatch) -> None:
    with pytest.raises(CommandError, match="--office-name"):
        _call(monkeypatch, "long-enough-words", "--office", "B")
    _call(
        monkeypatch,
        "long-enough-words",
        "--office",
        "B",
        "--office-name",
        "市局",
        "--division",
        "4403",
        "--level",
        "CITY",
    )
    office = Office.objects.get(code="B")
    assert (office.level, office.path, office.parent) == (OfficeLevel.CITY, "B/", None)


def test_a_weak_password_makes_nothing(offices, monkeypatch) -> None:
    with pytest.raises(CommandError, match="密码"):
        _call(monkeypatch, "123", "--office", "1440303")
    assert not User.objects.exists()
