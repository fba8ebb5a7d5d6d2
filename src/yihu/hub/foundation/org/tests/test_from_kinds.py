"""An installation whose users had one kind each keeps every one of them at work after the migrations."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from yihu.hub.base.access import scope_for
from yihu.hub.foundation.org.choices import OfficeLevel, StandardDuty
from yihu.hub.foundation.org.models import Appointment, Office, User
from yihu.hub.foundation.org.services.standard import load_standard_duties


@pytest.fixture
def before():
    """The tables as they were when users had kinds; afterwards all is brought forward again."""
    MigrationExecutor(connection).migrate([("org", "0001_first")])
    yield MigrationExecutor(connection).loader.project_state([("org", "0001_first")]).apps
    forward()


def forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_offices_find_their_place_and_users_their_post(before) -> None:
    office, user = before.get_model("org", "Office"), before.get_model("org", "User")
    top = office.objects.create(code="BUREAU", name="演示辖区税务局", is_bureau=True)
    city = office.objects.create(code="1440300", name="深圳市税务局", division_code="4403", is_bureau=True)
    branch = office.objects.create(code="1440303", name="罗湖税务所", division_code="440303")
    for kind, place in (("OFFICER", branch), ("SECTION_CHIEF", branch), ("DIRECTOR", city), ("AUDITOR", top)):
        user.objects.create(username=kind.lower(), password="!", display_name=kind, kind=kind, office=place)
    forward()
    load_standard_duties(today=timezone.localdate())
    assert {o.code: (o.level, o.path) for o in Office.objects.all()} == {
        "BUREAU": (OfficeLevel.HEADQUARTERS, "BUREAU/"),
        "1440300": (OfficeLevel.CITY, "BUREAU/1440300/"),
        "1440303": (OfficeLevel.BRANCH, "BUREAU/1440300/1440303/"),
    }
    assert Appointment.objects.filter(is_primary=True, confirmed_at__isnull=False).count() == 4
    people = {u.username: u for u in User.objects.all()}
    assert people["officer"].post_title == StandardDuty.OFFICER.label
    assert scope_for(people["officer"], "household.view").offices == ("1440303",)
    assert scope_for(people["director"], "household.judge").offices == ("1440300", "1440303")
    assert people["auditor"].holds("audit.view")
    assert not people["auditor"].holds("household.view")
