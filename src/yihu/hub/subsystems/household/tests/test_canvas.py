"""Pins, notes and steps: one's own, of one household, within the scope, recorded, and made into a report."""

import pytest
from django.test import Client

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.subsystems.household.models import CanvasMark, CanvasStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(district, client_at) -> Client:
    return client_at(district.own)


@pytest.fixture
def base(district) -> str:
    return f"/household/{district.own['household_id']}/canvas"


@pytest.fixture
def partner(officer, district) -> str:
    """The largest buyer of the own household, whoever looks after it."""
    answer = officer.get(f"/household/{district.own['household_id']}/network.json").json()
    return next(edge["buyer"] for edge in answer["edges"] if edge["seller"] == district.own["household_id"])


def test_a_pin_and_a_note_come_back_and_go_again(officer, district, base, partner):
    own = district.own["household_id"]
    pinned = {"subject": partner, "pinned": "on", "x": "12.5", "y": "-40", "note": "先查运输凭证"}
    assert officer.post(f"{base}/mark/", pinned).json()["steps"] == 2
    officer.post(f"{base}/mark/", {"subject": f"{own}>{partner}", "note": "价格偏高"})
    marks = {mark["subject"]: mark for mark in officer.get(f"{base}.json").json()["marks"]}
    assert marks[partner] == {"subject": partner, "pinned": True, "x": 12.5, "y": -40.0, "note": "先查运输凭证"}
    assert marks[f"{own}>{partner}"]["note"] == "价格偏高"
    assert officer.post(f"{base}/mark/", {"subject": partner}).json()["marks"] == [marks[f"{own}>{partner}"]]
    assert AccessRecord.objects.filter(verb="canvas.mark", target=f"household:{own}").count() == 3


def test_numbers_of_persons_are_masked_in_notes(officer, base, partner):
    officer.post(f"{base}/mark/", {"subject": partner, "note": "打 13800138000 问过"})
    assert "13800138000" not in CanvasMark.objects.get().note


def test_the_steps_become_a_report(officer, district, base, partner):
    own = district.own
    officer.post(f"{base}/step/", {"kind": "GROW", "subject": own["household_id"]})
    for month in ("2025-02", "2025-03"):  # dragging a slider is one choice
        officer.post(f"{base}/step/", {"kind": "PERIOD", "start": f"{month}-01", "end": "2025-12-31"})
    officer.post(f"{base}/mark/", {"subject": partner, "pinned": "on", "note": "要点在此"})
    page = officer.get(f"{base}/report/")
    assert [s["step"].kind for s in page.context["steps"]] == ["GROW", "PERIOD", "PIN", "NOTE"]
    assert page.context["period"].start.isoformat() == "2025-03-01"
    text = page.content.decode()
    assert "要点在此" in text
    assert own["name"] in text
    drawn = {node["id"] for node in page.context["drawing"]["nodes"]}
    assert drawn == {own["household_id"], partner}
    traded = district.snapshot.trades_among([own["household_id"], partner], start=page.context["period"].start)
    assert [str(t["amount"]) for t in traded] == [e["amount"] for e in page.context["edges"]]
    assert AccessRecord.objects.filter(verb="canvas.report").count() == 1


def test_an_empty_report_teaches(officer, base):
    assert "还没有步骤" in officer.get(f"{base}/report/").content.decode()


def test_marks_are_the_users_own(officer, district, client_at, base, partner):
    officer.post(f"{base}/mark/", {"subject": partner, "note": "只给自己看"})
    chief = client_at(district.own, StandardDuty.SECTION_CHIEF)
    assert chief.get(f"{base}.json").json() == {"marks": [], "steps": 0}
    assert "只给自己看" not in chief.get(f"{base}/report/").content.decode()
    chief.post(f"{base}/clear/")
    assert CanvasMark.objects.count() == 1
    officer.post(f"{base}/clear/")
    assert (CanvasMark.objects.count(), CanvasStep.objects.count()) == (0, 0)


def test_a_canvas_outside_the_scope_is_unknown(officer, district):
    other = f"/household/{district.other['household_id']}/canvas"
    assert officer.get(f"{other}.json").status_code == 404
    assert officer.get(f"{other}/report/").status_code == 404
    assert officer.post(f"{other}/mark/", {"subject": district.other["household_id"], "note": "x"}).status_code == 404
    assert officer.post(f"{other}/step/", {"kind": "GROW"}).status_code == 404
    assert not CanvasMark.objects.exists()


def test_a_mark_asks_after_no_household_that_the_picture_cannot_show(officer, district, base):
    reached = {n["household"] for n in district.snapshot.trace(district.own["household_id"], up=5, down=5)["nodes"]}
    rows = district.snapshot.rows("SELECT household_id, office_code FROM households ORDER BY household_id")
    far = [
        r["household_id"]
        for r in rows
        if r["household_id"] not in reached and r["office_code"] != district.own["office_code"]
    ]
    for subject in [*far[:1], "Hffffffffffff", f"{district.own['household_id']}>Hffffffffffff"]:
        assert officer.post(f"{base}/mark/", {"subject": subject, "note": "x"}).status_code == 404
    assert not CanvasMark.objects.exists()


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("mark", {"subject": "a>b>c", "note": "x"}),
        ("mark", {"subject": "", "note": "x"}),
        ("mark", {"note": "字" * 501, "subject": "H1"}),
        ("step", {"kind": "PIN"}),
        ("step", {"kind": "GROW", "start": "2025-13-01"}),
    ],
)
def test_nonsense_is_refused_in_words(officer, base, act, form):
    answer = officer.post(f"{base}/{act}/", form)
    assert answer.status_code == 400
    assert answer.json()["error"]
