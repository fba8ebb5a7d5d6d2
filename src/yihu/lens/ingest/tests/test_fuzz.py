"""Whatever bytes arrive, an importer either reads them or refuses them by code."""

import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.ingest.checks import RefusedFileError
from yihu.lens.ingest.einvoice import read_einvoice
from yihu.lens.ingest.text import ROW, stage_text
from yihu.lens.ingest.workbook import stage_workbook

INVOICE = (
    b"<EInvoice><Header><EIid>1</EIid></Header><EInvoiceData><IssuItemInformation><Amount>1</Amount>"
    b"</IssuItemInformation></EInvoiceData></EInvoice>"
)
texts = st.text(st.characters(codec="gb18030"), max_size=40)
tables = st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=6).map(
    lambda rows: "\n".join(",".join(row) for row in rows)
)
quick = settings(max_examples=150, deadline=None)


def workbook() -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["person_id", "name"])
    book.active.append([1, "张晓丽"])
    book.save(held)
    return held.getvalue()


WORKBOOK = workbook()


def check(error: RefusedFileError) -> None:
    assert error.finding.message
    assert error.finding.fix


def spoil(body: bytes, place: int, patch: bytes) -> bytes:
    at = place % (len(body) + 1)
    return body[:at] + patch + body[at + len(patch) :]


@quick
@given(st.one_of(st.binary(max_size=300), tables.map(str.encode), tables.map(lambda t: t.encode("gb18030"))))
def test_text(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "a.csv", Path(folder) / "raw.parquet"
        path.write_bytes(body)
        try:
            broken = stage_text(path, target).broken
        except RefusedFileError as error:
            check(error)
            return
        numbers = pq.read_table(target)[ROW].to_pylist() + [row for row, _ in broken]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


@quick
@given(st.integers(0, 1 << 20), st.binary(max_size=20))
def test_workbook(place: int, patch: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "a.xlsx", Path(folder) / "raw.parquet"
        path.write_bytes(spoil(WORKBOOK, place, patch))
        try:
            stage_workbook(path, target, None)
        except RefusedFileError as error:
            check(error)
            return
        assert pq.read_table(target).num_rows <= 1


@quick
@given(st.integers(0, 1 << 20), st.binary(max_size=60))
def test_workbook_members(place: int, patch: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "a.xlsx", Path(folder) / "raw.parquet"
        with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                body = old.read(name)
                new.writestr(name, spoil(body, place, patch) if "sheet1" in name else body)
        try:
            stage_workbook(path, target, None)
        except RefusedFileError as error:
            check(error)
            return
        assert pq.read_table(target).num_rows <= 1


@quick
@given(
    st.one_of(st.binary(max_size=300), st.builds(spoil, st.just(INVOICE), st.integers(0, 999), st.binary(max_size=30)))
)
def test_invoice(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xml"
        path.write_bytes(body)
        try:
            found = read_einvoice(path)
        except RefusedFileError as error:
            check(error)
            return
        assert len(found["invoices"]) == 1
