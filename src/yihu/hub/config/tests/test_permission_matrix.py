"""
Every route × method × duty × relation, asked of the running program and compared with permission_matrix.yaml.

The requests go through the web's own database role. Each cell is undone before the next.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from yihu.hub.config.roles import WEB_ROLE
from yihu.hub.config.tests.organisation_rows import PLACEHOLDERS, organisation_of
from yihu.hub.foundation.org.api import Office, OfficeLevel, StandardDuty, create_user
from yihu.hub.foundation.org.models import Appointment, Delegation
from yihu.hub.registers.taxpayers.api import refresh_register
from yihu.hub.subsystems.household.tests.conftest import District, district, district_home

__all__ = ["district", "district_home"]

pytestmark = pytest.mark.django_db
TABLE = yaml.safe_load(Path(__file__).with_name("permission_matrix.yaml").read_text("utf-8"))
DUTIES = TABLE["duties"]
METHODS = ("GET", "POST", "DELETE")
INSIDE = ("own", "same office", "subordinate", "other office")
HOLDERS = (*INSIDE, "former", "delegate")
# Offices in which a household of each relation stands; the duty is held at A.
STANDS_AT = {"own": "A", "same office": "A", "subordinate": "B", "other office": "C"}
REACHED = {
    "OFFICE": {"own", "same office"},
    "SUBTREE": {"own", "same office", "subordinate"},
    "EVERYTHING": set(INSIDE),
    "NONE": set(),
}


@dataclass(frozen=True)
class Route:
    """One line of the table."""

    address: str
    permission: str
    methods: tuple[str, ...]
    thing: str

    @classmethod
    def read(cls, address: str, line: str) -> "Route":
        permission, methods, *thing = line.split()
        return cls(address, permission, tuple(methods.split(",")), thing[0] if thing else "")


ROUTES = [Route.read(address, line) for address, line in TABLE["routes"].items()]


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address
        else:
            yield from addresses(entry, address)


def test_the_table_names_every_route_and_nothing_else() -> None:
    found = set(addresses())
    listed = {route.address for route in ROUTES}
    assert sorted(found - listed) == [], "add a line to permission_matrix.yaml for each"
    assert sorted(listed - found) == [], "the table names routes that are gone"


@dataclass
class World:
    """Households and rows of the organisation by relation, and a signed-in client for every (duty, holding)."""

    households: dict[str, dict[str, Any]]
    persons: dict[str, str]
    rows: dict[str, dict[str, Any]]
    organisation: dict[str, dict[str, Any]]
    clients: dict[tuple[str, str], Client]


def _office(code: str, name: str, level: OfficeLevel, parent: Office | None) -> Office:
    path = f"{parent.path if parent else ''}{code}/"
    since = timezone.localdate() - timedelta(days=900)
    return Office.objects.create(code=code, name=name, level=level, parent=parent, path=path, valid_from=since)


def _households(found: District) -> dict[str, dict[str, Any]]:
    """One household of each relation that has people, and the offices A, B, C they stand in."""
    rows = found.snapshot.rows(
        "SELECT h.*, n.natural_person_id AS person FROM households h JOIN "
        "(SELECT household_id, min(natural_person_id) AS natural_person_id FROM roles JOIN persons "
        "USING (natural_person_id) WHERE household_count = 1 GROUP BY 1) n USING (household_id) "
        "WHERE is_registered AND office_code IS NOT NULL ORDER BY office_code, household_id"
    )
    sizes = Counter(row["office_code"] for row in rows)
    first, second, third = [code for code, _ in sorted(sizes.items(), key=lambda item: -item[1])][:3]
    of = {code: [row for row in rows if row["office_code"] == code] for code in (first, second, third)}
    return {
        "own": of[first][0],
        "same office": of[first][1],
        "subordinate": of[second][0],
        "other office": of[third][0],
    }


@pytest.fixture
def world(district: District, db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    # Each cell is undone, which the log would rightly call being set back.
    monkeypatch.setattr("yihu.hub.foundation.audit.services.sequencing.remembered_size", lambda: 0)
    households = _households(district)
    top = _office("TOP", "总局", OfficeLevel.HEADQUARTERS, None)
    a = _office(households["own"]["office_code"], "甲局", OfficeLevel.COUNTY, top)
    b = _office(households["subordinate"]["office_code"], "甲局分局", OfficeLevel.BRANCH, a)
    c = _office(households["other office"]["office_code"], "乙局", OfficeLevel.COUNTY, top)
    refresh_register(now=timezone.now())
    clients = {("ANONYMOUS", ""): _client(None)}
    for duty in StandardDuty:
        for holding in ("holder", "former", "delegate"):
            clients[duty.value, holding] = _client(_person(duty, holding, a))
    placed = {
        relation: next(r for r in district.snapshot.registrations(h["household_id"]) if r["source_file"])
        for relation, h in households.items()
    }
    made = {code: organisation_of(office, _number(placed, code)) for code, office in {"A": a, "B": b, "C": c}.items()}
    organisation = {relation: made[code] for relation, code in STANDS_AT.items()}
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB_ROLE}")
    return World(households, {r: h["person"] for r, h in households.items()}, placed, organisation, clients)


def _number(placed: dict[str, dict[str, Any]], code: str) -> str:
    relation = next(relation for relation, place in STANDS_AT.items() if place == code)
    return str(placed[relation]["registration_id"])


def _person(duty: StandardDuty, holding: str, office: Office) -> Any:
    today = timezone.localdate()
    made = create_user(
        username=f"{duty.value}-{holding}".lower(),
        password="correct-horse-battery",
        display_name="甲",
        duty=duty,
        office=office,
    )
    appointments = Appointment.objects.filter(user=made)
    if holding == "former":
        appointments.update(valid_from=today - timedelta(days=30), valid_to=today)
    if holding == "delegate":
        giver = create_user(
            username=f"{duty.value}-giver".lower(),
            password="correct-horse-battery",
            display_name="乙",
            duty=duty,
            office=office,
        )
        appointments.delete()
        Delegation.objects.create(
            giver=giver, receiver=made, reason="出差", made_at=timezone.now(), valid_from=today,
            valid_to=today + timedelta(days=3),
        )  # fmt: skip
    return made


def _client(user: Any) -> Client:
    # Whoever comes from the worklist has said why; tests/…/test_purpose_and_unmasking.py asks the others.
    client = Client(raise_request_exception=False, HTTP_REFERER="http://testserver/worklist/")
    if user is not None:
        client.force_login(user)
    return client


def address_of(route: Route, world: World, relation: str) -> str:
    """A real address of the route for a relation's household, person or row of the organisation."""
    household, row = world.households[relation], world.rows[relation]
    parts = {
        "<str:reference>": household["household_id"],
        "<str:natural_person_id>": world.persons[relation],
        "<str:indicator>": "buyer_count",
        "<str:return_id>": "none",
        "<str:tab>": "people",
        "<str:kind>": "csv",
        "<str:batch_id>": row["batch_id"],
        "<str:table>": "registrations",
        "<str:snapshot_id>": "none",
        "<str:number>": row["registration_id"],
        "<str:code>": household["office_code"],
        "<str:username>": "officer-holder",
    }
    if route.thing in PLACEHOLDERS:
        parts[PLACEHOLDERS[route.thing]] = world.organisation[relation][route.thing]
    address = route.address
    for name, value in parts.items():
        address = address.replace(name, str(value))
    while "<" in address:
        start, end = address.index("<"), address.index(">")
        address = address[:start] + "1" + address[end + 1 :]
    query = ""
    if "/source/" in route.address:
        query = f"?table=registrations&batch={row['batch_id']}&file={row['source_file']}&row={row['source_row']}"
    if route.address.startswith("trace/"):
        query = f"?household={household['household_id']}"
    return f"/{address}{query}"


def expected(route: Route, duty: str, relation: str) -> bool:
    """Whether the cell is open, from the table alone."""
    if route.permission == "public":
        return True
    if route.permission == "signed":
        return False
    if duty == "ANONYMOUS" or relation == "former" or route.permission not in DUTIES[duty]["holds"]:
        return False
    if relation == "delegate":
        # Administration that is lent counts only for whoever holds such a post.
        return DUTIES[duty]["family"] == "BUSINESS"
    return not route.thing or relation in REACHED[DUTIES[duty]["reach"]]


def is_open(route: Route, answer: Any) -> bool:
    """Whether the answer let the asker in: neither refused, nor unknown, nor sent to sign in."""
    if route.permission == "public":
        return True
    if route.address == "account/sign-out/" and answer.status_code == 302:
        # The sign-in page is where signing out leads; whoever was signed in loses the session's cookie.
        return settings.SESSION_COOKIE_NAME in answer.cookies
    if route.permission == "signed":
        return answer.status_code != 401
    if answer.status_code == 403 or (route.thing and answer.status_code == 404):
        return False
    return not (answer.status_code == 302 and answer["Location"].split("?")[0] == "/account/sign-in/")


def cells(route: Route) -> Iterator[tuple[str, str, str]]:
    """(method, duty, relation); relations that cannot differ for a route without an object are asked once."""
    for method in METHODS:
        yield method, "ANONYMOUS", "own"
        for duty in DUTIES:
            for relation in HOLDERS:
                yield method, duty, relation


def ask(world: World, route: Route, method: str, duty: str, relation: str) -> Any:
    holding = relation if relation in {"former", "delegate"} else "holder"
    client = world.clients[duty, "" if duty == "ANONYMOUS" else holding]
    where = address_of(route, world, relation if relation in INSIDE else "own")
    # Signing out takes the session's cookie along; the next cell needs it again.
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, where)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


@pytest.mark.timeout(1800)
def test_every_cell_answers_as_the_table_says(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, asked, counted = [], 0, 0
    for route in ROUTES:
        known: dict[tuple[str, str, str], Any] = {}
        for method, duty, relation in cells(route):
            counted += 1
            place = relation if route.thing or relation in {"former", "delegate"} else "own"
            if (method, duty, place) not in known:
                known[method, duty, place] = ask(world, route, method, duty, relation)
                asked += 1
                wrong += judge(route, method, duty, relation, known[method, duty, place])
    with capsys.disabled():
        print(f"\npermission matrix: {counted:,} cells of {len(ROUTES)} routes, {asked:,} requests")
    assert not wrong, f"{len(wrong)} cells:\n" + "\n".join(wrong[:120])
    assert counted > 17_000


def judge(route: Route, method: str, duty: str, relation: str, answer: Any) -> list[str]:
    """What is wrong with one answer, in words; nothing when it is as the table says."""
    cell = f"{method} /{route.address} as {duty}, {relation}: {answer.status_code}"
    if answer.status_code >= 500:
        return [f"{cell}, the program broke"]
    should = expected(route, duty, relation)
    if is_open(route, answer) and not should and not (answer.status_code == 405 and method not in route.methods):
        return [f"{cell}, should be refused"]
    if should and method in route.methods and (not is_open(route, answer) or answer.status_code == 405):
        return [f"{cell}, should be open"]
    if should and method not in route.methods and "GET" not in route.methods:
        return [] if answer.status_code == 405 else [f"{cell}, the method is not in the table"]
    return []
