"""Which office decides on a deferral."""

from typing import Any

import pytest

from yihu.hub.foundation.org.choices import OfficeLevel
from yihu.hub.foundation.org.models import Office
from yihu.hub.subsystems.counter.handlers import deciding_office

COUNTY = Office(code="C", level=OfficeLevel.COUNTY)
CITY = Office(code="B", level=OfficeLevel.CITY)
PROVINCE = Office(code="A", level=OfficeLevel.PROVINCE)
TOP = Office(code="T", level=OfficeLevel.HEADQUARTERS)


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ([COUNTY, CITY, PROVINCE, TOP], PROVINCE),
        ([COUNTY, CITY, TOP], CITY),
        ([CITY], CITY),
        ([TOP], None),
        ([], None),
    ],
)
def test_the_province_or_a_city_with_its_rights(above: list[Any], expected: Any) -> None:
    assert deciding_office(above) is expected
