"""A grid's keeper lists the taxpayers within their own reach, and no others."""

import pytest
from django.utils import timezone

from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.services import grids
from yihu.hub.registers.taxpayers.models import Taxpayer

pytestmark = pytest.mark.django_db


def test_the_register_decides_what_a_grid_may_list(cast, offices) -> None:
    for number, office in (("91440303OWN", "1440303"), ("91440305FAR", "1440305")):
        Taxpayer.objects.create(number=number, household_id=f"H{number}", name=number, office_code=office)
    now = timezone.now()
    act = {"actor": cast[StandardDuty.SECTION_CHIEF], "now": now}
    grid = grids.open_grid(
        office=offices["east"], code="G1", name="网格", divisions=[], effective_on=timezone.localdate(now), **act
    )
    listed = {"grid": grid, "effective_on": timezone.localdate(now), **act}
    assert grids.list_taxpayers(numbers=["91440303OWN"], **listed) == 1
    with pytest.raises(grids.UnableToKeepGridError, match="没有查到"):
        grids.list_taxpayers(numbers=["91440305FAR"], **listed)
