"""Acts on offices, departments and posts: done, refused in words, and refused to others."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.foundation.org.models import Department, Office, OfficeChange, Post
from yihu.hub.screens.testing import FormContract

ROOT = "/administration/"
KEEPERS = frozenset({"SYSTEM_ADMIN"})
NEW = {
    "code": "1440306",
    "name": "福田税务所",
    "level": "5",
    "parent": "1440300 深圳市税务局",
    "division_code": "440304",
}


def day(ahead: int = 0) -> str:
    return str(timezone.localdate() + timedelta(days=ahead))


class TestNewOffice(FormContract):
    address = f"{ROOT}offices/1440300/new/"
    holders = KEEPERS
    needed = frozenset({"code", "name", "level", "parent", "effective_on", "note"})


class TestRenameOffice(FormContract):
    address = f"{ROOT}offices/1440303/rename/"
    holders = KEEPERS
    needed = frozenset({"name", "effective_on", "note"})


class TestMoveOffice(FormContract):
    address = f"{ROOT}offices/1440303/move/"
    holders = KEEPERS
    needed = frozenset({"parent", "effective_on", "note"})


class TestMergeOffice(FormContract):
    address = f"{ROOT}offices/1440303/merge/"
    holders = KEEPERS
    needed = frozenset({"into", "effective_on", "note", "sure"})


class TestCloseOffice(FormContract):
    address = f"{ROOT}offices/1440303/close/"
    holders = KEEPERS
    needed = frozenset({"effective_on", "note", "sure"})


class TestNewDepartment(FormContract):
    address = f"{ROOT}offices/1440303/departments/new/"
    holders = KEEPERS
    needed = frozenset({"code", "name", "effective_on"})


class TestNewPost(FormContract):
    address = f"{ROOT}offices/1440303/posts/new/"
    holders = KEEPERS
    needed = frozenset({"code", "name", "effective_on"})


class TestClosePost(FormContract):
    address = f"{ROOT}posts/1440303-OFFICER/close/"
    holders = KEEPERS
    needed = frozenset({"effective_on", "sure"})


@pytest.mark.django_db
def test_an_office_is_opened_below_another(client_of: Any) -> None:
    answer = client_of["SYSTEM_ADMIN"].post(
        f"{ROOT}offices/1440300/new/", {**NEW, "effective_on": day(), "note": "深税发〔2026〕1号"}, follow=True
    )
    office = Office.objects.get(code="1440306")
    assert (office.path, office.parent.code, office.level) == ("1440300/1440306/", "1440300", 5)
    assert "已设立 福田税务所（1440306）" in answer.content.decode()
    assert "深税发〔2026〕1号" in client_of["SYSTEM_ADMIN"].get(f"{ROOT}offices/1440306/?tab=changes").content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "1440303"}, "已在用"),
        ({"code": "14/03"}, "代码只能用字母"),
        ({"parent": "999 没有"}, "没有找到这个机关"),
        ({"level": "3"}, "不能隶属于"),
        ({"division_code": "罗湖"}, "区划代码是 2 到 12 位数字"),
    ],
)
@pytest.mark.django_db
def test_what_does_not_fit_is_said_in_words(client_of: Any, wrong: dict[str, str], words: str) -> None:
    data = {**NEW, "effective_on": day(), "note": "文", **wrong}
    answer = client_of["SYSTEM_ADMIN"].post(f"{ROOT}offices/1440300/new/", data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Office.objects.filter(code="1440306").exists()


@pytest.mark.django_db
def test_a_change_of_a_later_day_waits_and_may_be_cancelled(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    data = {"name": "罗湖区税务分局", "effective_on": day(5), "note": "更名通知"}
    answer = admin.post(f"{ROOT}offices/1440303/rename/", data, follow=True)
    text = answer.content.decode()
    assert "自动生效，之前可在“变动”页取消" in text
    assert "名称：罗湖税务所 → 罗湖区税务分局" in text
    assert Office.objects.get(code="1440303").name == "罗湖税务所"
    change = OfficeChange.objects.get()
    address = f"{ROOT}offices/changes/{change.pk}/cancel/"
    assert client_of["SECURITY_ADMIN"].post(address).status_code == 403
    assert "已取消" in admin.post(address, follow=True).content.decode()
    change.refresh_from_db()
    assert change.cancelled_at is not None


@pytest.mark.django_db
def test_an_office_is_renamed_and_moved_today(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    admin.post(f"{ROOT}offices/1440300/new/", {**NEW, "level": "4", "effective_on": day(), "note": "文"})
    admin.post(f"{ROOT}offices/1440303/rename/", {"name": "东门税务所", "effective_on": day(), "note": "文"})
    admin.post(f"{ROOT}offices/1440303/move/", {"parent": "1440306", "effective_on": day(), "note": "文"})
    moved = Office.objects.get(code="1440303")
    assert (moved.name, moved.path) == ("东门税务所", "1440300/1440306/1440303/")


@pytest.mark.django_db
def test_an_office_with_people_cannot_be_closed(client_of: Any) -> None:
    answer = client_of["SYSTEM_ADMIN"].post(
        f"{ROOT}offices/1440303/close/", {"effective_on": day(), "note": "文", "sure": "on"}
    )
    assert answer.status_code == 422
    assert "人在岗，请先终止任职" in answer.content.decode()


@pytest.mark.django_db
def test_departments_and_posts_are_opened_renamed_and_closed(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    at = {"effective_on": day()}
    admin.post(f"{ROOT}offices/1440303/departments/new/", {"code": "1440303-ZG", "name": "征管股", **at})
    department = Department.objects.get(code="1440303-ZG")
    data = {"code": "1440303-G1", "name": "管理员一岗", "department": department.pk, **at}
    answer = admin.post(f"{ROOT}offices/1440303/posts/new/", data, follow=True)
    assert "由安全管理员授予岗责" in answer.content.decode()
    admin.post(f"{ROOT}posts/1440303-G1/rename/", {"name": "管理员二岗"})
    admin.post(f"{ROOT}departments/1440303-ZG/rename/", {"name": "征收管理股"})
    post = Post.objects.select_related("department").get(code="1440303-G1")
    assert (post.name, post.department.name) == ("管理员二岗", "征收管理股")
    refused = admin.post(f"{ROOT}departments/1440303-ZG/close/", {**at, "sure": "on"})
    assert "还有 1 个岗位" in refused.content.decode()
    admin.post(f"{ROOT}posts/1440303-G1/close/", {**at, "sure": "on"})
    admin.post(f"{ROOT}departments/1440303-ZG/close/", {**at, "sure": "on"})
    assert Department.objects.get(code="1440303-ZG").valid_to == timezone.localdate()
    assert "posts/1440303-G1/close/" not in admin.get(f"{ROOT}posts/1440303-G1/").content.decode()


@pytest.mark.django_db
def test_offices_beyond_reach_are_not_there(client_of: Any, offices: Any) -> None:
    Office.objects.create(code="1110000", name="北京市税务局", level=3, path="1110000/", valid_from="1994-08-01")
    for address in ("", "rename/", "close/", "posts/new/", "?tab=people"):
        assert client_of["SYSTEM_ADMIN"].get(f"{ROOT}offices/1110000/{address}").status_code == 404, address
