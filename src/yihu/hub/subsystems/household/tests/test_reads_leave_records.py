"""Walks every address: what shows taxpayer data says so and leaves a record, and every form leaves one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from yihu.hub.base.access import declared, is_unrecorded, reads_of
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.subsystems.gathering.compute import list_batches

pytestmark = pytest.mark.django_db
# Whoever holds one of these sees taxpayers; a view behind them that shows none is named below with its reason.
TAXPAYER_PERMISSIONS = ("household.", "data.rejects")
SHOWS_NO_TAXPAYER = {
    "worklist/views/": "keeps the address of a filter",
    "worklist/views/<int:view_id>/delete/": "forgets the address of a filter",
    "risk/views/": "keeps the address of a filter",
    "risk/views/<int:filter_id>/delete/": "forgets the address of a filter",
}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry.callback
        else:
            yield from routes(entry, address)


ROUTES = dict(routes())
READING = sorted(address for address, view in ROUTES.items() if reads_of(view))
# This room's addresses; those of cases, processes, rules and to-dos are asked by `screens.testing` and their rooms.
HOUSEHOLD_READING = [a for a in READING if "subsystems.household" in ROUTES[a].__module__]


@pytest.mark.parametrize("address", sorted(ROUTES))
def test_what_shows_taxpayers_declares_it(address):
    view = ROUTES[address]
    if (declared(view) or "").startswith(TAXPAYER_PERMISSIONS):
        assert reads_of(view) or address in SHOWS_NO_TAXPAYER, f"{address}: declare reads=..."


def example(address, district):
    """An address that shows something real, for each pattern; a new parameter needs an example here."""
    snapshot, own = district.snapshot, district.own["household_id"]
    person = snapshot.row("SELECT natural_person_id AS p FROM roles WHERE household_id = ? LIMIT 1", [own])
    filed = snapshot.row("SELECT return_id AS r FROM return_lines WHERE household_id = ? LIMIT 1", [own])
    values = {
        "<str:reference>": own,
        "<str:tab>": "people",
        "<str:kind>": "csv",
        "<str:natural_person_id>": person and person["p"],
        "<str:return_id>": filed and filed["r"],
        "<str:indicator>": "void_rate",
    }
    for name, value in values.items():
        address = address.replace(name, str(value))
    assert "<" not in address, f"{address}: give an example of its parameter"
    query = {"search": "q=贸易", "trace": f"household={own}", "source": ""}
    return f"/{address}", query.get(address.split("/")[0], "")


@pytest.mark.parametrize("address", HOUSEHOLD_READING)
@pytest.mark.parametrize("fragment", [False, True])
def test_each_look_at_a_taxpayer_leaves_a_record(address, fragment, district, client_at):
    client = client_at(district.own, StandardDuty.SECTION_CHIEF)
    path, query = example(address, district)
    headers = {"HX-Request": "true"} if fragment else {}
    before = AccessRecord.objects.count()
    answer = client.get(f"{path}?{query}", headers=headers)
    if answer.status_code == 405 or address.endswith(("source/", "source/unmask/")):
        # What is asked for by a form is tried below; a source row's place by the tests of evidence.
        return
    assert answer.status_code == 200
    record = AccessRecord.objects.latest("id")
    assert AccessRecord.objects.count() == before + 1
    assert record.request_number == answer["X-Request-ID"]
    if "reference" in address:
        assert district.own["household_id"] in record.target


def test_rejected_rows_leave_a_record(district, client_at):
    director = client_at(district.own, StandardDuty.DIRECTOR)
    batch = list_batches()[0]["id"]
    answer = director.get(f"/data/batches/{batch}/rejects/invoices/")
    if answer.status_code == 200:
        assert AccessRecord.objects.get(verb="rejects.view").target == f"batch:{batch}"
    assert {a.split("/")[3] for a in READING if a.startswith("data/")} == {"rejects", "duplicates"}


@pytest.mark.parametrize("address", sorted(a for a, view in ROUTES.items() if not is_unrecorded(view)))
def test_every_form_leaves_a_record(address, client_of):
    path = "/" + address
    for start in ("<str:", "<int:", "<slug:", "<uuid:", "<path:"):
        while start in path:
            head, _, tail = path.partition(start)
            path = head + "1" + tail.partition(">")[2]
    before = AccessRecord.objects.count()
    answer = client_of[StandardDuty.DIRECTOR].post(path, {})
    assert AccessRecord.objects.count() > before, f"{path} answered {answer.status_code} without a record"
