"""
A thousand identity numbers, telephones and accounts go through everything, and stand in the clear in the vault alone.

What is read afterwards: every column of every table, every file of the home (parquet decoded), logs, every page of
every duty, exports and pages of errors. The rightful screens show what they should, so the search is known to find.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from structlog.stdlib import ProcessorFormatter

from yihu.hub.config.roles import WEB_ROLE
from yihu.hub.config.tests.canaries import (
    COUNT,
    Canaries,
    firm_number,
    leaks,
    leaks_in_database,
    leaks_in_files,
    make_canaries,
    write_sources,
)
from yihu.hub.config.tests.test_permission_matrix import ROUTES
from yihu.hub.foundation.org.api import Office, OfficeSeen, StandardDuty, create_user, learn_offices, top_office
from yihu.hub.registers.taxpayers.api import refresh_register
from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
from yihu.lens.snapshots.build import build
from yihu.lens.snapshots.reader import Snapshot

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OPENED = 12


def quiet(stage: str, done: float) -> None:
    """No progress is shown in tests."""


@pytest.fixture(scope="module")
def canaries() -> Canaries:
    return make_canaries()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, canaries: Canaries) -> Home:
    folder = tmp_path_factory.mktemp("canaries")
    write_sources(folder / "source", canaries)
    home = Home(folder / "home")
    gather(home, folder / "source", None, by="tester", now=NOW, progress=quiet)
    build(home, now=NOW, progress=quiet)
    return home


@pytest.fixture
def clients(home: Home, db: None, monkeypatch: pytest.MonkeyPatch) -> dict[StandardDuty, Client]:
    monkeypatch.setenv("YIHU_HOME", str(home.root))
    top = top_office(code="TOP", name="总局")
    learn_offices([OfficeSeen(f"13301{n}", f"{n}所", "330106") for n in range(3)])
    refresh_register(now=timezone.now())
    made = {}
    for duty in StandardDuty:
        local = duty in {StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF}
        office = Office.objects.get(code="133010") if local else top
        user = create_user(
            username=duty.lower(), password="correct-horse-battery", display_name="甲", duty=duty, office=office
        )
        made[duty] = Client(raise_request_exception=False, HTTP_REFERER="http://testserver/worklist/")
        made[duty].force_login(user)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB_ROLE}")
    return made


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the program's own log handler writes."""
    (handler,) = [h for h in logging.getLogger().handlers if isinstance(h.formatter, ProcessorFormatter)]
    before = handler.setStream(stream := StringIO())
    yield stream
    handler.setStream(before)


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheet" in answer.headers.get("Content-Type", ""):
        return _cells_of_workbook(content)
    return content.decode("utf-8", "replace") + str(answer.headers)


def _cells_of_workbook(content: bytes) -> str:
    sheets = load_workbook(BytesIO(content), read_only=True)
    return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


def addresses(snapshot: Snapshot) -> list[str]:
    """Every readable address of the program, for some households, their people and their rows."""
    found = []
    households = [snapshot.find_household(firm_number(n)) for n in range(OPENED)]
    people = [snapshot.people(h)[0]["natural_person_id"] for h in households]
    rows = [snapshot.registrations(h)[0] for h in households]
    tabs = ("overview", "time", "space", "people", "invoices", "returns", "account", "risk", "identity", "evidence")
    for route in ROUTES:
        # The rejected rows are rows of the vault; unmasking is asked by itself below.
        if "GET" not in route.methods or "rejects" in route.address or "unmask" in route.address:
            continue
        for household, person, row in zip(households, people, rows, strict=True):
            place = f"?table=registrations&batch={row['batch_id']}&file={row['source_file']}&row={row['source_row']}"
            values = {
                "<str:reference>": household, "<str:natural_person_id>": person, "<str:indicator>": "buyer_count",
                "<str:return_id>": "x", "<str:kind>": "xlsx", "<str:batch_id>": row["batch_id"],
                "<str:snapshot_id>": snapshot.id, "<str:number>": row["registration_id"],
            }  # fmt: skip
            address = route.address
            for name, value in values.items():
                address = address.replace(name, value)
            query = place if address.endswith("source/") else ""
            query = f"?household={household}" if address.startswith("trace/") else query
            query = "?size=200&col=legal_representative_name" if address.startswith("worklist/") else query
            for tab in tabs if "<str:tab>" in address else ("",):
                found.append(f"/{address.replace('<str:tab>', tab)}{query}")
    return [address for address in dict.fromkeys(found) if "<" not in address]


def ask_for_everything(clients: dict[StandardDuty, Client], snapshot: Snapshot, canaries: Canaries) -> list[str]:
    """The bodies of all that can be read, searched, exported, written and broken."""
    secret = canaries.everything
    bodies = []

    def take(answer: Any, where: str) -> None:
        if found := leaks(body(answer), secret):
            bodies.append(f"{where}: {sorted(found)[:3]}")

    for duty, client in clients.items():
        for address in addresses(snapshot):
            take(client.get(address), f"{duty} {address}")
    officer = clients[StandardDuty.DIRECTOR]
    typed = [*canaries.identities[:20], *canaries.phones[:20], *canaries.accounts[:20]]
    for number in typed:
        for where in ("/search/", "/search/suggest/"):
            take(officer.get(where, {"q": number}), where)
        take(officer.get(f"/household/{number}/"), "typed as a household")
        take(officer.get(f"/nowhere/{number}"), "not found")
        take(officer.get("/worklist/export.csv", {"text": number}), "export")
        take(officer.get("/audit/", {"thing": number}), "audit")
    one = snapshot.find_household(firm_number(0))
    reason = {"reason": f"电话{typed[25]}核实", "left": firm_number(0), "right": firm_number(1)}
    take(officer.post(f"/household/{one}/merge/", reason), "merge")
    take(officer.post(f"/household/{one}/purpose/", {"text": f"核对证件{typed[0]}"}), "purpose")
    take(officer.post("/worklist/views/", {"name": "甲", "query": f"text={typed[30]}"}), "view")
    return bodies


@pytest.mark.timeout(1800)
def test_numbers_stand_in_the_clear_in_the_vault_and_on_rightful_screens_alone(
    home: Home,
    clients: dict[StandardDuty, Client],
    canaries: Canaries,
    monkeypatch: pytest.MonkeyPatch,
    lines: StringIO,
) -> None:
    secret = canaries.everything
    assert len(secret) == 3 * COUNT
    snapshot = Snapshot.open(home)
    assert ask_for_everything(clients, snapshot, canaries) == []

    chief = clients[StandardDuty.DIRECTOR]
    person = snapshot.people(snapshot.find_household(firm_number(0)))[0]["natural_person_id"]
    unmasked = body(chief.post(f"/person/{person}/unmask/", {"choice": "风险应对", "text": canaries.phones[40]}))
    assert len(leaks(unmasked, secret)) >= 2, "the rightful screen shows the numbers"

    def break_down(*args: object, **kwargs: object) -> None:
        raise RuntimeError(f"cannot read {canaries.identities[3]} of {canaries.phones[3]}")

    monkeypatch.setattr("yihu.hub.subsystems.household.selectors.Desk.search", break_down)
    broken = chief.get("/search/", {"q": canaries.phones[3]})
    assert broken.status_code == 500
    assert leaks(body(broken), secret) == set()

    written = lines.getvalue()
    assert "cannot read" in written, "the fault is in the log"
    assert written.count("\n") > 500
    assert leaks(written, secret) == set()
    assert_database_is_clean(secret)
    assert_files_are_clean(home, secret)


def assert_database_is_clean(secret: frozenset[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        assert leaks_in_database(cursor, secret) == {}
        cursor.execute("CREATE TEMP TABLE known AS SELECT %s AS number", [next(iter(secret))])
    decoded = [str(session.get_decoded()) for session in Session.objects.all()]
    assert decoded
    assert leaks("\n".join(decoded), secret) == set()
    server = Path(connections["default"].settings_dict["HOST"]).parent / "server.log"
    if server.exists():
        assert leaks(server.read_text("utf-8", "replace"), secret) == set()


def assert_files_are_clean(home: Home, secret: frozenset[str]) -> None:
    vault, others = [], []
    for path in sorted(p for p in home.root.rglob("*") if p.is_file() and not p.is_symlink()):
        (vault if home.batches in path.parents else others).append(path)
    assert len(others) > 30
    assert [(str(path), sorted(found)[:3]) for path, found in leaks_in_files(others, secret) if found] == []
    inside: set[str] = set()
    for _, found in leaks_in_files(vault, secret):
        inside |= found
    assert inside == secret, "the search finds every canary where it should be"
