"""The data page on a real batch with rejected rows, and runs in the background."""

import csv
import io
from datetime import UTC, datetime

import pytest

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.subsystems.gathering import services
from yihu.hub.subsystems.gathering.choices import State, Task
from yihu.hub.subsystems.gathering.models import Run
from yihu.lens.home import Home
from yihu.lens.ingest.run import gather

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
HEADER = "payment_id,registration_id,tax_code,paid_on,amount\n"
ROWS = "P1,91440300A,VAT,2025-01-10,100.00\nP2,91440300A,VAT,2025-02-30,5.00\nP3,91440300A,WHAT,2025-03-10,7.00\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    return Home(tmp_path)


@pytest.fixture
def inbox(home):
    folder = home.root / "inbox" / "一月"
    folder.mkdir(parents=True)
    (folder / "payments.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return folder


@pytest.fixture
def batch(home, inbox):
    return gather(home, inbox, None, by="tester", now=NOW, progress=lambda stage, done: None)["batch"]


def test_counts_of_a_batch_add_up_on_the_page(client_of, batch):
    page = client_of[StandardDuty.OPERATOR].get("/data/")
    found = page.context["batches"][0]
    assert (found["read"], found["accepted"], found["rejected"], found["duplicate"]) == (3, 1, 2, 0)
    assert batch in page.content.decode()


def test_rejected_rows_come_with_reason_and_fix_and_can_be_downloaded(client_of, batch):
    director = client_of[StandardDuty.DIRECTOR]
    page = director.get(f"/data/batches/{batch}/rejects/payments/").content.decode()
    assert "2025-02-30" in page
    assert "缴款日期" in page
    text = b"".join(director.get(f"/data/batches/{batch}/rejects/payments.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["payment_id"] for row in rows] == ["P2", "P3"]
    assert AccessRecord.objects.filter(verb="rejects.export", target=f"batch:{batch}").count() == 1


@pytest.mark.parametrize("kind", [StandardDuty.OPERATOR, StandardDuty.SECTION_CHIEF, StandardDuty.OFFICER])
def test_rejected_rows_hold_taxpayer_data_and_open_to_few(client_of, batch, kind):
    assert client_of[kind].get(f"/data/batches/{batch}/rejects/payments/").status_code == 403
    assert client_of[kind].get(f"/data/batches/{batch}/rejects/payments.csv").status_code == 403


@pytest.mark.parametrize(
    "path", ["batches/B000009-00000000/", "snapshots/S000009-0/", "batches/{batch}/rejects/invoices/",
             "batches/{batch}/rejects/..%2Fmanifest.csv"]
)  # fmt: skip
def test_what_is_not_there_is_not_found(client_of, batch, path):
    assert client_of[StandardDuty.DIRECTOR].get(f"/data/{path.format(batch=batch)}").status_code == 404


@pytest.mark.parametrize("kind", [StandardDuty.DIRECTOR, StandardDuty.AUDITOR, StandardDuty.SECTION_CHIEF])
def test_only_an_operator_starts_a_run(client_of, batch, kind):
    assert client_of[kind].post("/data/build/").status_code == 403
    assert not Run.objects.exists()


def test_a_second_run_waits_for_the_first(client_of, batch):
    operator = client_of[StandardDuty.OPERATOR]
    operator.post("/data/build/")
    page = operator.post("/data/build/", follow=True).content.decode()
    assert "请等它结束" in page
    assert Run.objects.count() == 1
    assert "hx-trigger" in operator.get("/data/runs/").content.decode()


def test_a_run_gathers_from_the_inbox_and_says_what_became_of_it(client_of, inbox, home):
    operator = client_of[StandardDuty.OPERATOR]
    operator.post("/data/gather/", {"source": "一月", "mapping": ""})
    run = Run.objects.get()
    services.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == State.DONE
    assert "采纳 1" in run.message
    assert "退回 2" in run.message
    page = operator.get("/data/").content.decode()
    assert run.message in page


@pytest.mark.parametrize("source", ["../batches", "/etc", "没有"])
def test_nothing_outside_the_inbox_is_gathered(cast, inbox, source):
    run = Run.objects.create(task=Task.GATHER, source=source, started_by=cast[StandardDuty.OPERATOR], started_at=NOW)
    services.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "收件目录" in run.message


def test_a_build_without_batches_fails_in_words_and_a_finished_run_is_left_alone(cast, home):
    run = Run.objects.create(task=Task.BUILD, started_by=cast[StandardDuty.OPERATOR], started_at=NOW)
    services.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, "采集" in run.message) == (State.FAILED, True)
    finished = run.finished_at
    services.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.finished_at == finished


def test_an_empty_home_teaches_what_to_do(client_of, home):
    page = client_of[StandardDuty.OPERATOR].get("/data/").content.decode()
    assert "yihu gather" in page
    assert "inbox/" in page
