"""A taxpayer of the east office and one of the west."""

from typing import Any

import pytest

from yihu.hub.base.row_scope import as_system
from yihu.hub.conftest import cast, client_of, offices
from yihu.hub.registers.taxpayers.models import Taxpayer

__all__ = ["cast", "client_of", "offices"]
EAST, WEST = "91440303MA5EAST001", "91440305MA5WEST001"


@pytest.fixture
def taxpayers(offices: dict[str, Any]) -> None:
    with as_system("测试"):
        for number, name, office in ((EAST, "罗湖贸易有限公司", "east"), (WEST, "南山科技有限公司", "west")):
            Taxpayer.objects.create(
                number=number, household_id=f"H{number[-8:]}", name=name, office_code=offices[office].code,
                division_code=offices[office].division_code,
            )  # fmt: skip
