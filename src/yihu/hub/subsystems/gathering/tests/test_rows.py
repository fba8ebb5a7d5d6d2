"""Rejected and duplicate rows on the page: seen, downloaded, mended, sent again; by whom may do it."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.subsystems.gathering import services
from yihu.hub.subsystems.gathering.choices import State, Task
from yihu.hub.subsystems.gathering.models import Run
from yihu.lens.home import Home
from yihu.lens.ingest.batches import list_batches
from yihu.lens.ingest.run import gather

pytestmark = pytest.mark.django_db
D = StandardDuty
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MAPPING = (
    "sources: [{files: '缴款*.csv', table: payments, columns: {payment_id: 凭证, registration_id: 税号, "
    "tax_code: {const: VAT}, paid_on: 日期, amount: 金额}}]"
)
ROWS = "凭证,税号,日期,金额\nP1,T1,2025-01-10,100\nP2,T1,2025-02-30,5\nP1,T1,2025-01-10,100\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("YIHU_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture
def batch(home, tmp_path):
    (tmp_path / "缴款一月.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    made = gather(
        home, tmp_path / "缴款一月.csv", tmp_path / "m.yaml", by="t", now=NOW, progress=lambda stage, done: None
    )
    return made["batch"]


def send(client, batch, name, content):
    return client.post(
        f"/data/batches/{batch}/rejects/payments/resubmit/", {"file": SimpleUploadedFile(name, content)}, follow=True
    )


def sent_files(home):
    return list((home.root / "resubmitted").iterdir())


def finish():
    run = Run.objects.get()
    services.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def test_download_the_workbook_mend_it_and_send_it_again(client_of, batch, home):
    director = client_of[StandardDuty.DIRECTOR]
    page = director.get(f"/data/batches/{batch}/rejects/payments/").content.decode()
    assert f"/data/batches/{batch}/rejects/payments/resubmit/" in page
    held = b"".join(director.get(f"/data/batches/{batch}/rejects/payments.xlsx").streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(held))
    titles = [cell.value for cell in book.active[1]]
    book.active.cell(2, titles.index("日期") + 1).value = "2025-02-28"
    mended = io.BytesIO()
    book.save(mended)
    answer = send(director, batch, "改好.xlsx", mended.getvalue()).content.decode()
    assert "已收下“改好.xlsx”" in answer
    run = finish()
    assert (run.state, run.task) == (State.DONE, Task.RESUBMIT)
    assert sent_files(home) == []
    assert "采纳 1" in run.message
    assert len(list_batches(home)) == 2
    assert AccessRecord.objects.filter(verb="data.resubmit").count() == 1


def test_a_file_from_elsewhere_is_refused_in_words(client_of, batch, home):
    send(client_of[StandardDuty.DIRECTOR], batch, "x.csv", "凭证,税号\nP9,T1\n".encode())
    run = finish()
    assert run.state == State.FAILED
    assert "不是批次" in run.message
    assert sent_files(home) == []
    assert len(list_batches(home)) == 1


@pytest.mark.parametrize(("name", "content", "said"), [("x.exe", b"MZ", "只接受"), ("x.csv", b"", "文件是空的")])
def test_what_is_no_sheet_is_not_even_queued(client_of, batch, name, content, said):
    assert said in send(client_of[StandardDuty.DIRECTOR], batch, name, content).content.decode()
    assert not Run.objects.exists()


@pytest.mark.parametrize("kind", [D.AUDITOR, D.OPERATOR, D.SECTION_CHIEF, D.OFFICER])
def test_only_a_director_sends_again(client_of, batch, kind):
    assert send(client_of[kind], batch, "x.csv", b"x").status_code == 403
    assert not Run.objects.exists()


def test_duplicates_say_which_row_repeats_which_and_can_be_exported(client_of, batch):
    director = client_of[StandardDuty.DIRECTOR]
    page = director.get(f"/data/batches/{batch}/duplicates/payments/")
    assert [line[:6] for line in page.context["lines"]] == [["缴款一月.csv", 3, batch, "缴款一月.csv", 1, "是"]]
    text = b"".join(director.get(f"/data/batches/{batch}/duplicates/payments.csv").streaming_content).decode(
        "utf-8-sig"
    )
    (header, line) = list(csv.reader(io.StringIO(text)))
    assert header[-1] == "缴款凭证号"
    assert line == ["缴款一月.csv", "3", batch, "缴款一月.csv", "1", "是", "P1"]
    assert AccessRecord.objects.filter(verb="duplicates.export").count() == 1
    assert director.get(f"/data/batches/{batch}/duplicates/payments.exe").status_code == 404
    assert director.get(f"/data/batches/{batch}/duplicates/invoices/").status_code == 404


@pytest.mark.parametrize("kind", [D.AUDITOR, D.OPERATOR, D.SECTION_CHIEF, D.OFFICER])
def test_duplicate_rows_hold_taxpayer_data_and_open_to_few(client_of, batch, kind):
    assert client_of[kind].get(f"/data/batches/{batch}/duplicates/payments/").status_code == 403
