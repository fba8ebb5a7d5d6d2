"""A chief puts a grid's list right by the role of the web, within the scope and no further."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.base.row_scope import as_system
from yihu.hub.conftest import LONG_AGO
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Grid, GridTaxpayer
from yihu.hub.registers.taxpayers.models import Taxpayer

pytestmark = pytest.mark.django_db
GRIDS = "/administration/grids/"


@pytest.fixture
def rows(offices, web_role) -> dict[str, int]:
    """Two taxpayers listed in a grid of the east office, one of them of the west; the keys of the list's rows."""
    with as_system("测试准备"):
        grid = Grid.objects.create(code="G1", name="东门一格", office=offices["east"], valid_from=LONG_AGO)
        for number, office in (("E1", "1440303"), ("W1", "1440305")):
            Taxpayer.objects.create(
                number=number, household_id=f"H{number}", name=number, office_code=office, label=Label.INTERNAL
            )
        return {n: GridTaxpayer.objects.create(grid=grid, number=n, valid_from=LONG_AGO).pk for n in ("E1", "W1")}


def test_what_is_listed_is_taken_from_the_list_within_the_scope(client_of, rows) -> None:
    chief = client_of[StandardDuty.SECTION_CHIEF]
    day = timezone.localdate() + timedelta(days=2)
    data = {"effective_on": str(day), "sure": "on"}
    answer = chief.post(f"{GRIDS}taxpayers/{rows['E1']}/end/", data, follow=True)
    assert f"E1 自 {day} 起不再点名" in answer.content.decode()
    assert chief.post(f"{GRIDS}taxpayers/{rows['W1']}/end/", data).status_code == 404
    with as_system("核对"):
        assert dict(GridTaxpayer.objects.values_list("number", "valid_to")) == {"E1": day, "W1": None}


def test_a_grid_is_changed_and_closed(client_of, rows) -> None:
    chief = client_of[StandardDuty.SECTION_CHIEF]
    today = timezone.localdate()
    assert "点名户 1 户" in chief.get(f"{GRIDS}G1/close/").content.decode()
    assert chief.post(f"{GRIDS}G1/change/", {"name": "东门大格", "divisions": "440303002"}).status_code == 302
    assert chief.post(f"{GRIDS}G1/close/", {"effective_on": str(today), "sure": "on"}).status_code == 302
    grid = Grid.objects.get()
    assert (grid.name, grid.divisions, grid.valid_to) == ("东门大格", ["440303002"], today)
