"""Download, mend, send again: rejected rows come back as text or workbook through the mapping they first came by."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.batches import UnknownBatchError, list_batches, table_files
from yihu.lens.ingest.duplicates import read_duplicates
from yihu.lens.ingest.rejects import export_rejects, resubmit
from yihu.lens.ingest.run import GatherError
from yihu.lens.ingest.tests.conftest import NOW

Gather = Callable[..., dict[str, Any]]
MAPPING = (
    "sources:\n- files: 开票*.*\n  table: payments\n  sheet: 明细\n  columns: {payment_id: 凭证, registration_id: 税号,"
    " tax_code: {const: VAT}, paid_on: 日期, amount: 金额}\n"
)
LINES = [
    "凭证,税号,日期,金额,备注",
    "1,T1,2024-01-02,5,好",
    "2,T1,2024-13-02,x,=1+1",
    "3,,2024-01-02,7,缺",
    "4,T4,2024-01-02",
]


def rows(home: Home, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in table_files(home, table):
        found += pq.ParquetFile(path).read().to_pylist()
    return found


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "map.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def batch(source: Path, gathered: Gather, mapping: Path) -> str:
    (source / "开票一.csv").write_text("\n".join(LINES), encoding="gb18030")
    first = gathered(source, mapping)
    assert first["tables"]["payments"]["rejected"] == 3
    name: str = first["batch"]
    return name


def send(home: Home, batch: str, file: Path) -> dict[str, Any]:
    return resubmit(home, batch, file, by="tester", now=NOW, progress=lambda stage, done: None)


def test_mended_in_the_text_file_and_sent_again(home: Home, batch: str, tmp_path: Path) -> None:
    text = export_rejects(home, batch, "payments").read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(text.splitlines()))
    assert [(r["退回_行号"], r["退回_代码"], r["备注"]) for r in table] == [
        ("2", "DATE_IMPOSSIBLE；NUMBER_BAD", "=1+1"),
        ("3", "REQUIRED_MISSING", "缺"),
        ("4", "LINE_BROKEN", ""),
    ]
    mended = tmp_path / "mended.csv"
    mended.write_text(
        text.replace("2024-13-02,x,", "2024-12-02,6,")
        .replace("3,,2024", "3,T2,2024")
        .replace("4,T4,2024-01-02,,", "4,T4,2024-01-02,8,"),
        encoding="utf-8",
    )
    assert send(home, batch, mended)["tables"]["payments"]["accepted"] == 3
    assert sorted(str(r["amount"]) for r in rows(home, "payments")) == ["5.00", "6.00", "7.00", "8.00"]
    assert send(home, batch, mended)["unchanged"]


def test_mended_in_the_workbook_and_sent_again(home: Home, batch: str, tmp_path: Path, mapping: Path) -> None:
    exported = export_rejects(home, batch, "payments", kind="xlsx")
    book = openpyxl.load_workbook(exported)
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    column = {name: number for number, name in enumerate(header, 1)}
    assert sheet.cell(2, column["备注"]).value == "=1+1"
    assert sheet.cell(2, column["备注"]).data_type == "s"
    sheet.cell(2, column["日期"]).value = date(2024, 12, 2)
    sheet.cell(2, column["金额"]).value = 6
    sheet.cell(3, column["税号"]).value = "T2"
    mended = tmp_path / "改好的.xlsx"
    book.save(mended)
    mapping.unlink()  # the batch kept its own copy
    again = send(home, batch, mended)
    assert (again["tables"]["payments"]["accepted"], again["tables"]["payments"]["rejected"]) == (2, 1)
    found = {r["payment_id"]: (str(r["paid_on"]), str(r["amount"])) for r in rows(home, "payments")}
    assert (found["2"], found["3"]) == (("2024-12-02", "6.00"), ("2024-01-02", "7.00"))
    (left,) = pq.read_table(home.batches / again["batch"] / "rejects" / "payments.parquet").to_pylist()
    assert (left["source_row"], left["code"]) == (3, "REQUIRED_MISSING")


def test_what_is_still_wrong_can_be_mended_once_more(home: Home, batch: str, tmp_path: Path) -> None:
    first = tmp_path / "first.csv"
    text = export_rejects(home, batch, "payments").read_text(encoding="utf-8-sig")
    first.write_text(text.replace("3,,2024", "3,T2,2024"), encoding="utf-8")
    second = send(home, batch, first)
    assert second["tables"]["payments"]["accepted"] == 1
    again = export_rejects(home, second["batch"], "payments").read_text(encoding="utf-8-sig")
    last = tmp_path / "last.csv"
    last.write_text(again.replace("2024-13-02,x,", "2024-12-02,6,"), encoding="utf-8")
    assert send(home, second["batch"], last)["tables"]["payments"]["accepted"] == 1


@pytest.mark.parametrize("name", ["other.csv", "other.xlsx", "notes.txt"])
def test_a_file_that_is_no_rejects_file_of_the_batch_is_refused(
    home: Home, batch: str, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_text("退回_来源文件,退回_表,凭证\n别的.csv,payments,1\n", encoding="utf-8")
    with pytest.raises(GatherError, match="不是批次"):
        send(home, batch, file)
    assert len(list_batches(home)) == 1


def test_an_unknown_batch_is_said(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UnknownBatchError):
        send(home, "B000009-00000000", tmp_path / "x.csv")


def test_duplicates_name_the_row_they_repeat(home: Home, source: Path, gathered: Gather) -> None:
    head = "person_id,name\n"
    (source / "persons").mkdir()
    (source / "persons" / "a.csv").write_text(head + "1,张三\n2,李四\n1,张三\n", encoding="utf-8")
    first = gathered(source)["batch"]
    (source / "persons" / "b.csv").write_text(head + "3,王五\n2,李四\n", encoding="utf-8")
    second = gathered(source)["batch"]
    assert list(read_duplicates(home, first, "persons").rows()) == [
        ("persons/a.csv", 3, first, "persons/a.csv", 1, False, "1")
    ]
    found = read_duplicates(home, second, "persons")
    assert (found.count, found.differing, found.columns) == (1, 0, ("person_id",))
    assert list(found.rows()) == [("persons/b.csv", 2, first, "persons/a.csv", 2, False, "2")]
    with pytest.raises(UnknownBatchError):
        read_duplicates(home, second, "payments")
