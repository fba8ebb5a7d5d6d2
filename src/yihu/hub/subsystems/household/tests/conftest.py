"""A small real district, simulated, gathered and built once, and two officers of different offices in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from yihu.hub.foundation.org.api import Office, OfficeSeen, StandardDuty, create_user, learn_offices, top_office
from yihu.hub.registers.taxpayers.api import refresh_register
from yihu.lens.home import Home
from yihu.lens.snapshots.reader import Snapshot
from yihu.lens.snapshots.tests.small import NOW, build_small


@pytest.fixture(scope="session")
def district_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_small(tmp_path_factory.mktemp("district"), taxpayers=120, invoices=2_500, months=12, seed=5)


@dataclass(frozen=True)
class District:
    """The snapshot, and one household with many invoices in each of two offices; `stranger` has no office."""

    snapshot: Snapshot
    own: dict
    other: dict


@pytest.fixture
def district(district_home: Path, monkeypatch: pytest.MonkeyPatch) -> District:
    monkeypatch.setenv("YIHU_HOME", str(district_home))
    snapshot = Snapshot.open(Home(district_home))
    rows = snapshot.rows(
        "SELECT h.* FROM households h WHERE is_registered AND office_code IS NOT NULL "
        "ORDER BY sales_amount DESC, household_id"
    )
    own = rows[0]
    return District(snapshot, own, next(r for r in rows if r["office_code"] != own["office_code"]))


@pytest.fixture
def client_at(db: None) -> Callable[..., Client]:
    """Sign in somebody with a duty: officers and chiefs at a household's office, others at the top."""

    def sign_in(household: dict, duty: StandardDuty = StandardDuty.OFFICER) -> Client:
        office = top_office(code="TOP", name="总局")
        if duty in {StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF}:
            seen = OfficeSeen(
                household["office_code"], household["office_name"] or "所", household["division_code"][:6]
            )
            learn_offices([seen])
            office = Office.objects.get(code=seen.code)
        user = create_user(
            username=f"{duty.lower()}-{office.code}",
            password="correct-horse-battery",
            display_name="甲",
            duty=duty,
            office=office,
        )
        refresh_register(now=NOW)
        # Whoever comes from the worklist has said why.
        client = Client(HTTP_REFERER="http://testserver/worklist/")
        client.force_login(user)
        return client

    return sign_in
