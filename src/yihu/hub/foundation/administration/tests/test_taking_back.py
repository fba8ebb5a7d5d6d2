"""What was done and is undone or put right: names, grids, listed taxpayers, borrowed permissions, leave."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.conftest import LONG_AGO
from yihu.hub.foundation.org.models import Delegation, Grid, GridMember, GridTaxpayer, Leave, Office, User
from yihu.hub.screens.testing import FormContract

ROOT = "/administration/"
KEEPERS = frozenset({"SYSTEM_ADMIN"})
CHIEFS = frozenset({"SECTION_CHIEF"})
NUMBER = "91440303MA5DEMO001"


def day(ahead: int = 0) -> str:
    return str(timezone.localdate() + timedelta(days=ahead))


@pytest.fixture
def grid(cast: Any) -> Grid:
    """A grid of the chief's office with one member and one listed taxpayer."""
    office = Office.objects.get(code="1440303")
    made = Grid.objects.create(code="G1", name="东门一格", office=office, divisions=["440303001"], valid_from=LONG_AGO)
    GridMember.objects.create(grid=made, user=User.objects.get(username="officer"), valid_from=LONG_AGO)
    GridTaxpayer.objects.create(grid=made, number=NUMBER, valid_from=LONG_AGO)
    return made


@pytest.mark.usefixtures("grid")
class TestChangeGrid(FormContract):
    address = f"{ROOT}grids/G1/change/"
    holders = CHIEFS
    needed = frozenset({"name"})


@pytest.mark.usefixtures("grid")
class TestCloseGrid(FormContract):
    address = f"{ROOT}grids/G1/close/"
    holders = CHIEFS
    needed = frozenset({"effective_on", "sure"})


class TestRenamePerson(FormContract):
    address = f"{ROOT}people/officer/rename/"
    holders = KEEPERS
    needed = frozenset({"display_name"})


@pytest.mark.django_db
def test_a_person_is_renamed_and_the_account_stays(client_of: Any) -> None:
    address = f"{ROOT}people/officer/rename/"
    assert 'value="税收管理员"' in client_of["SYSTEM_ADMIN"].get(address).content.decode()
    answer = client_of["SYSTEM_ADMIN"].post(address, {"display_name": "李明"}, follow=True)
    assert "officer 的姓名已改为 李明" in answer.content.decode()
    assert User.objects.get(username="officer").display_name == "李明"


@pytest.mark.django_db
def test_a_grid_gets_another_ground(client_of: Any, grid: Grid) -> None:
    chief, address = client_of["SECTION_CHIEF"], f"{ROOT}grids/G1/change/"
    assert "涉及网格员 1 人" in chief.get(address).content.decode()
    refused = chief.post(address, {"name": "东门", "divisions": "罗湖"})
    assert "不是区划代码" in refused.content.decode()
    chief.post(address, {"name": "东门大格", "divisions": "440303001，440303002"})
    grid.refresh_from_db()
    assert (grid.name, grid.divisions) == ("东门大格", ["440303001", "440303002"])


@pytest.mark.django_db
def test_a_grid_is_closed_once_and_then_offers_no_act(client_of: Any, grid: Grid) -> None:
    chief, address = client_of["SECTION_CHIEF"], f"{ROOT}grids/G1/close/"
    assert "点名户 1 户" in chief.get(address).content.decode()
    past = chief.post(address, {"effective_on": day(-1), "sure": "on"})
    assert "终止日不能早于今天" in past.content.decode()
    answer = chief.post(address, {"effective_on": day(), "sure": "on"}, follow=True)
    assert "网格 东门一格 自" in answer.content.decode()
    assert "撤销网格</a>" not in answer.content.decode()
    again = chief.post(address, {"effective_on": day(9), "sure": "on"})
    assert again.status_code == 422
    assert "起不再有效，不必再办" in again.content.decode()
    assert "不必再办" in chief.post(f"{ROOT}grids/G1/change/", {"name": "甲"}).content.decode()
    grid.refresh_from_db()
    assert str(grid.valid_to) == day()


@pytest.mark.django_db
def test_a_listed_taxpayer_is_taken_from_the_list(client_of: Any, grid: Grid) -> None:
    row = GridTaxpayer.objects.get()
    address = f"{ROOT}grids/taxpayers/{row.pk}/end/"
    chief = client_of["SECTION_CHIEF"]
    assert address in chief.get(f"{ROOT}grids/G1/?tab=taxpayers").content.decode()
    assert client_of["OFFICER"].get(address).status_code == 403
    assert chief.post(address, {"effective_on": day()}).status_code == 422
    answer = chief.post(address, {"effective_on": day(), "sure": "on"}, follow=True)
    assert f"{NUMBER} 自 {day()} 起不再点名" in answer.content.decode()
    assert address not in answer.content.decode()
    assert "不必再办" in chief.post(address, {"effective_on": day(), "sure": "on"}).content.decode()


@pytest.mark.django_db
def test_a_grid_of_another_office_is_not_there(client_of: Any, grid: Grid) -> None:
    Grid.objects.filter(pk=grid.pk).update(office=Office.objects.get(code="1440305"))
    row = GridTaxpayer.objects.get()
    for address in ("grids/G1/change/", "grids/G1/close/", f"grids/taxpayers/{row.pk}/end/"):
        assert client_of["SECTION_CHIEF"].get(f"{ROOT}{address}").status_code == 404, address


@pytest.mark.django_db
def test_what_was_borrowed_is_given_back_by_the_receiver_only(client_of: Any) -> None:
    data = {"receiver": "section_chief", "valid_from": day(), "last_day": day(3), "reason": "出差"}
    client_of["OFFICER"].post(f"{ROOT}mine/delegate/", data)
    address = f"{ROOT}mine/delegations/{Delegation.objects.get().pk}/return/"
    assert client_of["OFFICER"].get(address).status_code == 404
    assert client_of["DIRECTOR"].post(address).status_code == 404
    chief = client_of["SECTION_CHIEF"]
    assert address in chief.get(f"{ROOT}mine/").content.decode()
    assert "即刻不能再以税收管理员的岗位办事：全部权限" in chief.get(address).content.decode()
    answer = chief.post(address, follow=True)
    assert "已退还税收管理员的委托" in answer.content.decode()
    assert Delegation.objects.get().revoked_at is not None
    assert "该委托已经结束或已经撤回" in chief.post(address).content.decode()


@pytest.mark.django_db
def test_the_system_administrator_cancels_somebodys_leave(client_of: Any) -> None:
    data = {"valid_from": day(), "last_day": day(4), "substitute": "section_chief", "reason": "年休假"}
    client_of["OFFICER"].post(f"{ROOT}mine/leave/", data)
    found = Leave.objects.get()
    address = f"{ROOT}people/leaves/{found.pk}/cancel/"
    assert client_of["SECTION_CHIEF"].post(address).status_code == 403
    admin = client_of["SYSTEM_ADMIN"]
    assert address in admin.get(f"{ROOT}people/officer/?tab=leaves").content.decode()
    assert address not in client_of["SECTION_CHIEF"].get(f"{ROOT}people/officer/?tab=leaves").content.decode()
    assert "代办人 科所长 由此得到的权限即刻收回" in admin.get(address).content.decode()
    answer = admin.post(address, follow=True)
    assert "已取消 税收管理员" in answer.content.decode()
    found.refresh_from_db()
    assert found.cancelled_at is not None
    assert Delegation.objects.get().revoked_at is not None
    assert "已经结束或已经取消" in admin.post(address).content.decode()
