"""Scope and clearance hold in every read and write, and PostgreSQL decides exactly as the pages do."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest

from yihu.hub.base.access import Area, Label, Scope
from yihu.hub.base.row_scope import as_system, within
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer
from yihu.hub.subsystems.household import services
from yihu.hub.subsystems.household.models import Visit
from yihu.hub.subsystems.household.selectors import Desk
from yihu.lens.snapshots.worklist import WorklistFilter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(district, client_at):
    return client_at(district.own)


def label(household: dict, value: Label) -> None:
    Taxpayer.objects.filter(household_id=household["household_id"]).update(label=value)


def scopes(district) -> list[Scope]:
    own, other = district.own, district.other
    district_code = own["division_code"][:4]
    return [
        Scope(clearance=Label.INTERNAL),
        Scope(offices=(own["office_code"],), clearance=Label.INTERNAL),
        Scope(offices=(own["office_code"],), clearance=Label.SENSITIVE),
        Scope(divisions=(district_code,), clearance=Label.INTERNAL),
        Scope(areas=(Area(own["office_code"], own["division_code"][:6]),), clearance=Label.INTERNAL),
        Scope(areas=(Area(own["office_code"], "99"),), clearance=Label.IMPORTANT),
        Scope(numbers=(other["primary_registration_id"],), clearance=Label.INTERNAL),
        Scope(offices=(other["office_code"],), numbers=(own["primary_registration_id"],), clearance=Label.INTERNAL),
        Scope(everything=True, clearance=Label.INTERNAL),
        Scope(everything=True, clearance=Label.IMPORTANT),
        Scope(everything=True, clearance=Label.PUBLIC),
    ]


def expected(district, scope: Scope, labels: dict[str, int]) -> set[str]:
    """Registered households in reach, computed without the code under test."""
    found = set()
    if scope.clearance < Label.INTERNAL:
        return found
    for row in district.snapshot.rows("SELECT * FROM households WHERE is_registered"):
        office, division = row["office_code"] or "", row["division_code"] or ""
        numbers = {r["registration_id"] for r in district.snapshot.registrations(row["household_id"])}
        reached = (
            scope.everything
            or office in scope.offices
            or any(division.startswith(d) for d in scope.divisions)
            or any(a.office_code == office and division.startswith(a.division_prefix) for a in scope.areas)
            or bool(numbers & set(scope.numbers))
        )
        if reached and labels.get(row["household_id"], Label.INTERNAL) <= scope.clearance:
            found.add(row["household_id"])
    return found


def test_pages_and_postgresql_draw_the_same_line_for_every_kind_of_scope(district, officer, web_role) -> None:
    labels = {district.own["household_id"]: 2, district.other["household_id"]: 3}
    with as_system("测试准备"):
        for household in (district.own, district.other):
            label_now = labels[household["household_id"]]
            rows = Taxpayer.objects.filter(household_id=household["household_id"])
            with within(Scope(everything=True, clearance=Label.IMPORTANT), user_id=1, permission="taxpayer.label"):
                rows.update(label=label_now)
    sizes = set()
    for scope in scopes(district):
        wanted = expected(district, scope, labels)
        desk = Desk(AnonymousUser(), district.snapshot, scope)
        listed = {
            row["household_id"]
            for row in desk.snapshot.worklist(WorklistFilter(**desk.bounds), limit=10_000)
            if row["is_registered"]
        }
        assert listed == wanted, scope
        assert desk.snapshot.count_worklist(WorklistFilter(**desk.bounds))["all"] >= len(wanted)
        with within(scope, user_id=1, permission="household.view"), connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT household_id FROM taxpayers_taxpayer")
            walled = {row[0] for row in cursor.fetchall()}
        if scope.numbers:
            # PostgreSQL decides a listed number by itself, the page its whole household.
            assert walled <= wanted
        else:
            assert walled == wanted, scope
        sizes.add(len(wanted))
    assert len(sizes) > 4


def test_a_household_labelled_above_the_clearance_is_nowhere(district, officer, client_at) -> None:
    own, name = district.own["household_id"], district.own["name"]
    before = officer.get("/worklist/").context["counts"]["all"]
    label(district.own, Label.SENSITIVE)
    assert officer.get(f"/household/{own}/overview/").status_code == 404
    assert officer.get(f"/household/{own}/network.json").status_code == 404
    assert officer.get("/trace/", {"household": own}).status_code == 404
    worklist = officer.get("/worklist/", {"size": 200})
    assert worklist.context["counts"]["all"] == before - 1
    assert own not in worklist.content.decode()
    exported = b"".join(officer.get("/worklist/export.csv").streaming_content).decode()
    assert own not in exported
    for path in ("/search/", "/search/suggest/"):
        assert own not in officer.get(path, {"q": name}).content.decode()
        assert own not in officer.get(path, {"q": district.own["primary_registration_id"]}).content.decode()
    assert client_at(district.own, StandardDuty.SECTION_CHIEF).get(f"/household/{own}/overview/").status_code == 200


def request_of(client) -> HttpRequest:
    request = HttpRequest()
    request.user = client.get("/").context["user"]
    return request


def test_a_judgement_is_refused_by_the_service_when_either_side_is_out_of_reach(district, officer) -> None:
    own, other = district.own["primary_registration_id"], district.other["primary_registration_id"]
    for left, right in ((own, other), (other, own)):
        with pytest.raises(services.UnableToJudgeError, match="管户范围"):
            services.merge_households(
                request=request_of(officer), left=left, right=right, reason="核对过档案", force=False, now=NOW
            )


def test_a_saved_view_keeps_nobodys_number(officer) -> None:
    officer.post("/worklist/views/", {"name": "查人", "query": "text=330106198001010013"})
    officer.post("/worklist/views/", {"name": "高风险", "query": "level=HIGH"})
    assert "高风险" in (page := officer.get("/panels/recent/").content.decode())
    assert "查人" not in page


def test_a_visit_can_be_seen_and_left_only_by_oneself_and_within_the_scope(district, officer, web_role) -> None:
    own, other = district.own, district.other
    scope = Scope(offices=(own["office_code"],), clearance=Label.INTERNAL)
    user = request_of(officer).user
    with as_system("测试准备"):
        Visit.objects.create(user=user, household_id=other["household_id"], visited_at=NOW)
    with within(scope, user_id=user.pk, permission="household.view"):
        Visit.objects.create(user=user, household_id=own["household_id"], visited_at=NOW)
        assert [v.household_id for v in Visit.objects.all()] == [own["household_id"]]
        assert Visit.objects.all().update(visited_at=NOW) == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Visit.objects.all().update(household_id=other["household_id"])
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Visit.objects.create(user=user, household_id=f"{other['household_id']}x", visited_at=NOW)
        assert Visit.objects.all().delete()[0] == 1
    with within(scope, user_id=user.pk + 1, permission="household.view"):
        assert Visit.objects.count() == 0
