"""Excel workbooks: one sheet streamed into columns of text, within limits that a zip bomb exceeds."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

from yihu.lens.ingest.checks import RefusedFileError
from yihu.lens.ingest.text import MAX_COLUMNS, ROW, unique_names, write_text_rows

MAX_UNPACKED_BYTES = 1 << 30
MAX_STRINGS_BYTES = 200 << 20
MAX_RATIO = 150
MAX_MEMBERS = 5_000
ROWS_AT_ONCE = 20_000


def stage_workbook(path: Path, target: Path, sheet: str | None) -> None:
    """
    Write one sheet (the first without `sheet`) as parquet of text columns plus `ROW`.

    :raises RefusedFileError: not a workbook, a bomb, or without that sheet
    """
    _refuse_bombs(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            _write_sheet(_sheet(book, sheet), target)
        finally:
            book.close()
    except (RefusedFileError, OSError, MemoryError):
        raise
    except Exception as error:  # a broken workbook fails anywhere inside openpyxl, with any exception
        raise RefusedFileError("FILE_BROKEN", f"Excel 无法读取（{type(error).__name__}）") from error


def read_pairs(path: Path, left: str, right: str) -> list[tuple[str, str]]:
    """
    Distinct values of two columns of the first sheet, by their titles; none where a title is absent.

    A workbook that cannot be read has none either: whoever gathers it will say why.
    """
    try:
        _refuse_bombs(path)
        if not _mentions(path, left):
            return []
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            rows = _sheet(book, None).iter_rows(values_only=True)
            header = next(rows, ())
            if left not in header or right not in header:
                return []
            at, by = header.index(left), header.index(right)
            return sorted({(_text(r[at]) or "", _text(r[by]) or "") for r in rows if any(c is not None for c in r)})
        finally:
            book.close()
    except Exception:  # noqa: BLE001 - a broken workbook fails anywhere inside openpyxl, with any exception
        return []


def _mentions(path: Path, text: str) -> bool:
    """Whether a text stands anywhere in the workbook; far quicker than reading it cell by cell."""
    # Some writers keep their files in ASCII and refer to every other character by its number.
    wanted = (text.encode(), text.encode("ascii", "xmlcharrefreplace"))
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.filename.endswith(("sharedStrings.xml", "sheet1.xml")):
                with archive.open(member) as handle:
                    held = b""
                    while piece := handle.read(1 << 20):
                        held += piece
                        if any(form in held for form in wanted):
                            return True
                        held = held[-len(wanted[1]) :]
    return False


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise RefusedFileError("FILE_BROKEN", "不是 .xlsx 工作簿（旧的 .xls 请另存为 .xlsx）") from error
    unpacked = sum(m.file_size for m in members)
    strings = sum(m.file_size for m in members if m.filename.lower().endswith("sharedstrings.xml"))
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or strings > MAX_STRINGS_BYTES:
        raise RefusedFileError("FILE_TOO_LARGE", f"解压后达 {unpacked >> 20} MB")
    if any(m.file_size > MAX_RATIO * max(m.compress_size, 1) and m.file_size > 10 << 20 for m in members):
        raise RefusedFileError("FILE_TOO_LARGE", "压缩比高得不合理")


def _sheet(book: Any, name: str | None) -> Any:
    if name is not None and name not in book.sheetnames:
        raise RefusedFileError("COLUMN_MISSING", f"没有工作表“{name}”，只有：{'、'.join(book.sheetnames)}")
    sheet = book[name] if name is not None else book.worksheets[0]
    sheet.reset_dimensions()
    return sheet


def _write_sheet(sheet: Any, target: Path) -> None:
    rows = sheet.iter_rows(values_only=True)
    header = next((r for r in rows if any(c is not None for c in r)), None)
    if header is None:
        raise RefusedFileError("FILE_EMPTY")
    if len(header) > MAX_COLUMNS:
        raise RefusedFileError("FIELD_TOO_LONG", f"表头有 {len(header)} 列")
    names = unique_names([_text(c) or "" for c in header])
    schema = pa.schema([pa.field(name, pa.string()) for name in names])
    write_text_rows(target, schema, _batches(rows, schema))


def _batches(rows: Iterator[tuple[Any, ...]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    width = len(schema)
    full = schema.append(pa.field(ROW, pa.int64()))
    held: list[list[Any]] = []
    for number, cells in enumerate(rows, 1):
        texts = [_text(c) for c in cells[:width]]
        if any(texts):
            held.append([*texts, *[None] * (width - len(texts)), number])
        if len(held) >= ROWS_AT_ONCE:
            yield _batch(held, full)
            held = []
    if held:
        yield _batch(held, full)


def _batch(held: list[list[Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*held, strict=True)
    return pa.record_batch([pa.array(list(c), f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _text(cell: Any) -> str | None:
    """A cell as its reader sees it; floats to the 15 digits that Excel shows."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
