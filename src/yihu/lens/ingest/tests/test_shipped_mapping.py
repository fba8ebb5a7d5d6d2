"""The shipped mapping reads another directory of the same layout: other names, encodings, formats, and a bomb."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from yihu.lens.home import Home
from yihu.lens.ingest.batches import table_files
from yihu.lens.ingest.tests.test_refusals import bomb

Gather = Callable[..., dict[str, Any]]
INPUT = ["企业代号", "发票号码", "开票日期", "销方单位代号", "金额", "税额", "价税合计", "发票状态"]
OUTPUT = [*INPUT[:3], "购方单位代号", *INPUT[4:]]
BOUGHT = [
    ["E900", "3390939", "2017/7/18", "A00297", "-943.4", "-56.6", "-1000", "有效发票"],
    ["E900", "3390940", "2017/7/18", "A00297", "100", "6", "107", "有效发票"],
    ["E900", "3390941", "2017/7/19", "A05061", "100", "6", "106", "  作废发票"],
    ["E900", "3390941", "2017/7/19", "A05061", "100", "6", "106", "作废发票"],
    ["E900", "3390942", "2017/2/30", "A05061", "100", "6", "106", "有效发票"],
]


def workbook(path: Path, *rows: list[Any]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_other_names_encodings_and_formats(home: Home, source: Path, gathered: Gather, mappings: Path) -> None:
    text = "\r\n".join(",".join(row) for row in [INPUT, *BOUGHT]) + "\r\n"
    (source / "2021年报送_Input_Invoices.CSV").write_bytes(text.encode("gb18030"))
    (source / "下半年").mkdir()
    sold = ["E900", 11459356, "2017-08-04", "B03711", 9401.71, 1598.29, 11000, "有效发票"]
    workbook(source / "下半年" / "bank7_output_invoices.xlsx", OUTPUT, sold)
    about = ["企业代号", "企业名称", "信誉评级", "是否违约"]
    workbook(source / "credit_history_enterprise_information.xlsx", about, ["E900", "***公司", "A", "否"])
    (source / "evil_input_invoices.xlsx").write_bytes(bomb())
    (source / "说明.docx").write_bytes(b"PK")
    result = gathered(source, mappings / "cumcm2020c.yaml")
    counts = result["tables"]["invoices"]
    assert (counts["read"], counts["accepted"], counts["rejected"], counts["duplicate"]) == (6, 4, 1, 1)
    assert counts["flagged"] == {"AMOUNT_NOT_TIED": 1, "RED_INVOICE": 1, "STRAY_SPACE": 1}
    assert result["tables"]["registrations"]["accepted"] == result["tables"]["third_party"]["accepted"] == 1
    assert [(r["file"], r["code"]) for r in result["refused"]] == [("evil_input_invoices.xlsx", "FILE_TOO_LARGE")]
    assert result["ignored"] == ["说明.docx"]
    entry = next(e for e in result["files"] if e["file"].endswith(".CSV"))
    assert entry["encoding"] == "gb18030"
    found = {r["invoice_number"]: r for path in table_files(home, "invoices") for r in pq.read_table(path).to_pylist()}
    assert (found["11459356"]["seller_number"], str(found["11459356"]["total_amount"])) == ("E900", "11000.00")
    assert found["3390941"]["status_code"] == "VOID"
