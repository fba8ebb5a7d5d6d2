"""The real invoices beside the checkout give the figures that are published with them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from yihu.lens.backends.duck import connect, parquet_source
from yihu.lens.home import Home
from yihu.lens.ingest.batches import latest, table_files

Gather = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.shared_data


def test_cumcm_reproduces_every_published_count(home: Home, gathered: Gather, shared: Path, mappings: Path) -> None:
    result = gathered(shared / "invoices_cumcm2020c", mappings / "cumcm2020c.yaml")
    files = {e["file"]: e for e in result["files"] if e["table"] == "invoices"}
    inputs, outputs = files["att1_input_invoices.parquet"], files["att1_output_invoices.parquet"]
    assert (inputs["read"], outputs["read"]) == (210_947, 162_484)
    assert (inputs["duplicate"], outputs["duplicate"]) == (805, 4_437)
    assert (inputs["flagged"]["RED_INVOICE"], outputs["flagged"]["RED_INVOICE"]) == (1_881, 8_556)
    assert (inputs["flagged"]["AMOUNT_NOT_TIED"], outputs["flagged"]["AMOUNT_NOT_TIED"]) == (2, 1)
    assert result["tables"]["invoices"]["flagged"]["STRAY_SPACE"] == 47
    assert result["tables"]["invoices"]["rejected"] == 0
    assert result["tables"]["registrations"]["accepted"] == result["tables"]["third_party"]["accepted"] == 123
    con = connect()
    kept = parquet_source(table_files(home, "invoices"))
    (rows,) = con.execute(f"select count(*) from ({latest(con, home, 'invoices')})").fetchone()
    assert rows == result["tables"]["invoices"]["accepted"] == 373_431 - 5_242
    statuses = con.execute(f"select distinct status_code from {kept} order by 1").fetchall()
    assert statuses == [("VALID",), ("VOID",)]


def test_official_invoice_samples(home: Home, gathered: Gather, shared: Path) -> None:
    result = gathered(shared / "einvoices" / "cn_fully_digital_xml")
    assert result["tables"]["invoices"] == {"read": 2, "accepted": 2, "rejected": 0, "duplicate": 0, "flagged": {}}
    con = connect()
    heads = parquet_source(table_files(home, "invoices"))
    found = con.execute(f"select kind_code, total_amount::varchar from {heads} order by invoice_number").fetchall()
    assert found == [("DIGITAL_SPECIAL", "2.12"), (None, "500.00")]
    lines = parquet_source(table_files(home, "invoice_lines"))
    found = con.execute(f"select amount::varchar, tax_rate::varchar, goods_code from {lines}").fetchall()
    assert found == [("2.00", "0.060000", "3040803010000000000")]
