"""The lists of the workbench hold to what every list must; trees and details keep within the reader's reach."""

from typing import Any

import pytest

from yihu.hub.screens.testing import ListContract, OpensForHolders

VIEWERS = frozenset({"SECTION_CHIEF", "DIRECTOR", "AUDITOR", "SYSTEM_ADMIN", "SECURITY_ADMIN"})
ROOT = "/administration/"


class TestOfficeTree(OpensForHolders):
    address = f"{ROOT}offices/"
    holders = VIEWERS


class TestOfficeList(ListContract):
    address = f"{ROOT}offices/list/"
    holders = VIEWERS
    queries = 12


class TestPeople(ListContract):
    address = f"{ROOT}people/"
    holders = VIEWERS
    queries = 12


class TestWaiting(ListContract):
    address = f"{ROOT}appointments/waiting/"
    holders = frozenset({"SECURITY_ADMIN"})
    queries = 12


class TestSubmitted(ListContract):
    address = f"{ROOT}appointments/"
    holders = frozenset({"SYSTEM_ADMIN"})
    queries = 12


class TestDuties(ListContract):
    address = f"{ROOT}duties/"
    holders = frozenset({"SECURITY_ADMIN"})
    queries = 12


class TestMatrix(OpensForHolders):
    address = f"{ROOT}duties/matrix/"
    holders = frozenset({"SECURITY_ADMIN"})

    def test_it_shows_what_each_duty_carries(self, client_of: Any) -> None:
        matrix = self.opened(client_of).context["matrix"]
        column = [d.code for d in matrix.duties].index("SYSTEM_ADMIN")
        rows = {row.code: row.carried[column] for _, rows in matrix.families for row in rows}
        assert rows["org.people"]
        assert not rows["org.confirm"]


class TestBarePosts(ListContract):
    address = f"{ROOT}posts/without-duty/"
    holders = frozenset({"SECURITY_ADMIN"})
    queries = 12


class TestDelegations(ListContract):
    address = f"{ROOT}delegations/"
    holders = frozenset({"SECURITY_ADMIN"})
    queries = 12


class TestGrids(ListContract):
    address = f"{ROOT}grids/"
    holders = frozenset({"SECTION_CHIEF"})
    queries = 12


class TestMine(OpensForHolders):
    address = f"{ROOT}mine/"
    holders = VIEWERS | {"OFFICER", "OPERATOR"}


@pytest.mark.django_db
def test_a_chief_sees_the_own_office_and_not_the_neighbours(client_of: Any, offices: Any) -> None:
    chief = client_of["SECTION_CHIEF"]
    assert chief.get(f"{ROOT}offices/1440303/").status_code == 200
    assert chief.get(f"{ROOT}offices/1440305/").status_code == 404
    assert chief.get(f"{ROOT}offices/1440305/below/").status_code == 404
    assert chief.get(f"{ROOT}people/director/").status_code == 404
    listed = chief.get(f"{ROOT}people/").content.decode()
    assert "officer" in listed
    assert "director" not in listed
    suggested = chief.get(f"{ROOT}offices/suggest/?office=税务").content.decode()
    assert "1440303" in suggested
    assert "1440305" not in suggested


@pytest.mark.django_db
def test_a_chief_is_shown_no_act_that_would_be_refused(client_of: Any) -> None:
    text = client_of["SECTION_CHIEF"].get(f"{ROOT}people/officer/").content.decode()
    for act in ("depart", "appoint/", "appointments/"):
        assert act not in text


@pytest.mark.django_db
def test_the_tree_begins_at_the_readers_office_and_unfolds(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    top = admin.get(f"{ROOT}offices/").content.decode()
    assert "深圳市税务局" in top
    assert "罗湖税务所" not in top
    below = admin.get(f"{ROOT}offices/1440300/below/").content.decode()
    assert "罗湖税务所" in below
    assert "南山税务所" in below


@pytest.mark.django_db
def test_every_tab_of_an_office_and_a_person_opens(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    for tab in ("below", "departments", "posts", "people", "grids", "changes"):
        assert admin.get(f"{ROOT}offices/1440300/?tab={tab}").status_code == 200, tab
    for tab in ("appointments", "rights", "delegations", "leaves", "grids"):
        assert admin.get(f"{ROOT}people/officer/?tab={tab}").status_code == 200, tab
    assert admin.get(f"{ROOT}people/officer/?tab=nothing").status_code == 404
    assert "归并与撤销归并" in admin.get(f"{ROOT}people/officer/?tab=rights").content.decode()


@pytest.mark.django_db
def test_one_search_finds_offices_posts_and_people(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    assert "罗湖税务所" in admin.get(f"{ROOT}search/?q=罗湖").content.decode()
    assert "/people/officer/" in admin.get(f"{ROOT}search/suggest/?q=offi").content.decode()
    assert "没有找到" in admin.get(f"{ROOT}search/?q=zzzz").content.decode()


@pytest.mark.django_db
def test_home_page_sections_count_what_is_there(client_of: Any) -> None:
    text = client_of["SYSTEM_ADMIN"].get(f"{ROOT}panels/system/").content.decode()
    assert "<strong>3</strong><span>机关</span>" in text
    assert "<strong>7</strong><span>在岗人员</span>" in text
    assert client_of["SYSTEM_ADMIN"].get(f"{ROOT}panels/security/").status_code == 403
    assert (
        "<strong>0</strong><span>任职待确认</span>"
        in client_of["SECURITY_ADMIN"].get(f"{ROOT}panels/security/").content.decode()
    )
