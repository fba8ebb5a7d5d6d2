"""Gathering from file to batch: every row accounted for, every bad cell named, nothing read twice."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yihu.lens.backends.duck import connect
from yihu.lens.home import Home
from yihu.lens.ingest.batches import latest, list_batches, table_files
from yihu.lens.ingest.run import GatherError
from yihu.lens.schema.catalogue import TABLES

Gather = Callable[..., dict[str, Any]]
HEADER = "invoice_number,issued_at,seller_number,buyer_number,amount,tax_amount,total_amount,status_code,colour_code"
GOOD = "10000001,2024-03-05 10:00:00,S1,B1,100.00,13.00,113.00,VALID,BLUE"


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([HEADER, *lines, ""]).encode(encoding))
    return path


def rows(home: Home, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in table_files(home, table):
        found += pq.ParquetFile(path).read().to_pylist()
    return found


def rejects(home: Home, batch: str, table: str = "invoices") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(home.batches / batch / "rejects" / f"{table}.parquet").to_pylist()
    return found


def flags(home: Home, batch: str, table: str = "invoices") -> set[tuple[int, str, str | None]]:
    table_ = pq.read_table(home.batches / batch / "flags" / f"{table}.parquet")
    return {(r["source_row"], r["code"], r["value"]) for r in table_.to_pylist()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_text_is_read_in_any_of_the_encodings(home: Home, source: Path, gathered: Gather, encoding: str) -> None:
    text = "person_id,name,id_number\n1,张晓丽,11010519491231002X\n2,欧阳娜娜,\n"
    (source / "persons.csv").write_bytes(text.encode(encoding))
    result = gathered(source)
    assert result["tables"]["persons"] == {"read": 2, "accepted": 2, "rejected": 0, "duplicate": 0, "flagged": {}}
    assert [r["name"] for r in rows(home, "persons")] == ["张晓丽", "欧阳娜娜"]


def test_accepted_rows_have_exactly_the_canonical_schema(home: Home, source: Path, gathered: Gather) -> None:
    write(source / "invoices.csv", GOOD, GOOD.replace("10000001", "10000002").replace("03-05", "04-05"))
    batch = gathered(source)["batch"]
    paths = table_files(home, "invoices")
    assert [p.name for p in paths] == ["2024-03.parquet", "2024-04.parquet"]
    for path in paths:
        assert pq.ParquetFile(path).schema_arrow.remove_metadata() == TABLES["invoices"].arrow_schema()
    first = rows(home, "invoices")[0]
    assert (first["batch_id"], first["source_file"], first["source_row"]) == (batch, "invoices.csv", 1)


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("2024-03-05 10:00:00", "2024-02-30", "DATE_IMPOSSIBLE", "issued_at"),
        ("2024-03-05 10:00:00", "epoch", "DATE_IMPOSSIBLE", "issued_at"),
        ("2024-03-05 10:00:00", "99999-01-01", "DATE_IMPOSSIBLE", "issued_at"),
        ("2024-03-05 10:00:00", "0024-03-05", "DATE_IMPOSSIBLE", "issued_at"),
        ("100.00", "一百", "NUMBER_BAD", "amount"),
        ("100.00", "1_00", "NUMBER_BAD", "amount"),
        ("100.00", '"1,0,0"', "NUMBER_BAD", "amount"),
        ("100.00", "nan", "NUMBER_BAD", "amount"),
        ("100.00", "99999999999999999.00", "AMOUNT_TOO_LARGE", "amount"),
        ("VALID", "NOBODY", "CODE_UNKNOWN", "status_code"),
        ("S1", "", "REQUIRED_MISSING", "seller_number"),
        ("S1", "S" * 20_001, "CELL_TOO_LONG", "seller_number"),
        ("S1,", "", "LINE_BROKEN", None),
    ],
)
def test_a_bad_cell_rejects_its_row_by_name(
    home: Home, source: Path, gathered: Gather, old: str, new: str, code: str, field: str | None
) -> None:
    write(source / "invoices.csv", GOOD, GOOD.replace("10000001", "2").replace(old, new), GOOD.replace("10000001", "3"))
    result = gathered(source)
    counts = result["tables"]["invoices"]
    assert (counts["read"], counts["accepted"], counts["rejected"]) == (3, 2, 1)
    (reject,) = rejects(home, result["batch"])
    assert (reject["source_row"], reject["code"], reject["field"]) == (2, code, field)
    assert reject["message"]
    assert reject["fix"]
    assert [r["source_row"] for r in rows(home, "invoices")] == [1, 3]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("113.00", "113.01", "AMOUNT_NOT_TIED"),
        ("13.00,113.00", "-13.00,87.00", "SIGN_MISMATCH"),
        ("100.00,13.00,113.00,VALID,BLUE", "-100.00,-13.00,-113.00,VALID,RED", "RED_INVOICE"),
        ("BLUE", "RED", "SIGN_MISMATCH"),
        ("B1", "S1", "SELF_INVOICE"),
        ("2024-03-05", "2025-07-01", "FUTURE_DATE"),
        ("13.00,113.00", "17.00,117.00", "TAX_RATE_UNLAWFUL"),
        ("VALID", " VALID　", "STRAY_SPACE"),
        ("100.00", "100.004", "AMOUNT_ROUNDED"),
    ],
)
def test_an_odd_row_is_kept_and_flagged(
    home: Home, source: Path, gathered: Gather, old: str, new: str, code: str
) -> None:
    write(source / "invoices.csv", GOOD, GOOD.replace("10000001", "10000002").replace(old, new))
    result = gathered(source)
    assert result["tables"]["invoices"]["accepted"] == 2
    assert result["tables"]["invoices"]["flagged"][code] == 1
    assert (2, code) in {(row, c) for row, c, _ in flags(home, result["batch"])}
    assert 1 not in {row for row, _, _ in flags(home, result["batch"])}


def test_seventeen_percent_was_lawful_before_may_2018(home: Home, source: Path, gathered: Gather) -> None:
    lawful = GOOD.replace("13.00,113.00", "17.00,117.00").replace("2024-03-05", "2018-04-30")
    write(source / "invoices.csv", lawful, lawful.replace("10000001", "2").replace("2018-04-30", "2018-05-01"))
    assert gathered(source)["tables"]["invoices"]["flagged"] == {"TAX_RATE_UNLAWFUL": 1}


def test_people_write_numbers_dates_and_codes_in_many_ways(home: Home, source: Path, gathered: Gather) -> None:
    write(
        source / "invoices.csv",
        '1,20240305,S1,B1,"￥1,234.56",０,"1,234.56",有效,蓝字',
        "2,2024年3月5日,S1,B1,1e3,0,1000,作废,BLUE",
        "3,2024-03-05T18:00:00Z,S1,B1,5,0,5,VALID,",
        "4,2024/3/5 9:00,S1,B1,-5,0,-5,,",
    )
    gathered(source)
    found = rows(home, "invoices")
    assert [str(r["amount"]) for r in found] == ["1234.56", "1000.00", "5.00", "-5.00"]
    assert [r["issued_at"].isoformat() for r in found] == [
        "2024-03-05T00:00:00",
        "2024-03-05T00:00:00",
        "2024-03-06T02:00:00",
        "2024-03-05T09:00:00",
    ]
    assert [r["status_code"] for r in found] == ["VALID", "VOID", "VALID", None]


def test_the_same_file_twice_changes_nothing(home: Home, source: Path, gathered: Gather) -> None:
    write(source / "invoices.csv", GOOD)
    first = gathered(source)
    (source / "invoices.csv").rename(source / "invoices.txt")
    again = gathered(source)
    assert (again["batch"], again["unchanged"]) == (first["batch"], True)
    assert again["tables"]["invoices"] == {"read": 1, "accepted": 0, "rejected": 0, "duplicate": 1, "flagged": {}}
    assert len(list_batches(home)) == 1


def test_only_new_rows_of_a_grown_file_are_accepted(home: Home, source: Path, gathered: Gather) -> None:
    write(source / "invoices.csv", GOOD)
    first = gathered(source)["batch"]
    write(source / "invoices.csv", GOOD, GOOD.replace("10000001", "10000002"))
    second = gathered(source)
    assert second["tables"]["invoices"]["duplicate"] == second["tables"]["invoices"]["accepted"] == 1
    kept = pq.read_table(home.batches / second["batch"] / "duplicates" / "invoices.parquet").to_pylist()
    assert [(r["first_batch_id"], r["first_source_row"], r["differs"]) for r in kept] == [(first, 1, False)]
    assert first < second["batch"]


def test_a_later_void_supersedes_and_a_return_to_the_old_state_too(home: Home, source: Path, gathered: Gather) -> None:
    for number, status in enumerate(["VALID", "VOID", "VALID"]):
        write(source / "invoices.csv", GOOD.replace("VALID", status), *["" for _ in range(number)])
        result = gathered(source)
        assert result["tables"]["invoices"]["flagged"] == ({"NEW_VERSION": 1} if number else {})
    con = connect()
    found = con.execute(f"select status_code, batch_id from ({latest(con, home, 'invoices')})").fetchall()
    assert found == [("VALID", result["batch"])]
    assert len(rows(home, "invoices")) == 3


def test_one_number_with_two_contents_is_flagged(home: Home, source: Path, gathered: Gather) -> None:
    write(source / "invoices.csv", GOOD, GOOD.replace("B1", "B2"), GOOD.replace("S1", "S9"))
    result = gathered(source)
    assert result["tables"]["invoices"]["flagged"] == {"NUMBER_REUSED": 2}
    write(source / "invoices.csv", GOOD.replace("B1", "B3"))
    assert gathered(source)["tables"]["invoices"]["flagged"] == {"NUMBER_REUSED": 1}


def test_red_without_blue_is_flagged_only_where_blue_numbers_are_given(
    home: Home, source: Path, gathered: Gather
) -> None:
    red = "9,2024-03-06,S1,B1,-100.00,-13.00,-113.00,VALID,RED"
    write(source / "invoices.csv", GOOD, red)
    assert "RED_WITHOUT_BLUE" not in gathered(source)["tables"]["invoices"]["flagged"]
    header = HEADER + ",blue_invoice_number"
    lines = [red.replace("9,", f"{n},", 1) + f",{blue}" for n, blue in ((11, "10000001"), (12, ""), (13, "404"))]
    (source / "invoices.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    result = gathered(source)
    assert result["tables"]["invoices"]["flagged"]["RED_WITHOUT_BLUE"] == 2
    assert {row for row, code, _ in flags(home, result["batch"]) if code == "RED_WITHOUT_BLUE"} == {2, 3}


def test_excel_and_parquet_give_the_same_rows_as_text(home: Home, source: Path, gathered: Gather) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append([10000001, "2024-03-05 10:00:00", "S1", "B1", 100, 13.0, 113.00000000000001, "VALID", "BLUE"])
    write(source / "invoices.csv", GOOD)
    book.save(source / "invoices.xlsx")
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    pq.write_table(pa.Table.from_pylist([cells]), source / "invoices.parquet")
    counts = gathered(source)["tables"]["invoices"]
    assert (counts["read"], counts["accepted"], counts["duplicate"]) == (3, 1, 2)


def test_the_manifest_tells_who_when_and_what(home: Home, source: Path, gathered: Gather) -> None:
    path = write(source / "invoices.csv", GOOD)
    result = gathered(source)
    (batch,) = list_batches(home)
    assert json.loads((batch.path / "manifest.json").read_text(encoding="utf-8")) == batch.manifest
    assert (batch.manifest["by"], batch.manifest["gathered_at"]) == ("tester", "2025-06-01T12:00:00")
    (entry,) = batch.manifest["files"]
    assert (entry["bytes"], len(entry["sha256"]), entry["encoding"]) == (path.stat().st_size, 64, "utf-8")
    assert batch.manifest["tables"] == result["tables"]


def test_nothing_to_gather_is_said(source: Path, gathered: Gather) -> None:
    (source / "README.md").write_text("hello", encoding="utf-8")
    with pytest.raises(GatherError, match="没有可以采集的文件"):
        gathered(source)
    with pytest.raises(GatherError, match="没有这个目录"):
        gathered(source / "nowhere")


def test_an_inspection_is_gathered_and_its_contradictions_are_pointed_at(
    home: Home, source: Path, gathered: Gather
) -> None:
    lines = (
        "inspection_id,registration_id,selected_by_code,opened_on,closed_on,outcome_code,scheme_code,amount_due,hours",
        "1,R1,规则推送,2024-03-05,2024-06-01,查实,HIDDEN_SALES,1200.5,36.5",
        "2,R1,RANDOM,2024-03-05,,CONFIRMED,HIDDEN_SALES,10,",
        "3,R1,RANDOM,2024-03-05,2024-02-01,CLEARED,HIDDEN_SALES,10,",
        "4,R1,RANDOM,2024-03-05,,没查,,,",
    )
    (source / "inspections.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = gathered(source)
    told = result["tables"]["inspections"]
    assert (told["accepted"], told["rejected"], told["flagged"]) == (
        3,
        1,
        {"OUTCOME_CONTRADICTS": 3, "PERIOD_REVERSED": 1},
    )
    assert rejects(home, result["batch"], "inspections")[0]["code"] == "CODE_UNKNOWN"
    first = rows(home, "inspections")[0]
    assert (first["selected_by_code"], first["outcome_code"], str(first["amount_due"])) == (
        "RULE",
        "CONFIRMED",
        "1200.50",
    )
