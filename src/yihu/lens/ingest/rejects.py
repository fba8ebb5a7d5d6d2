"""Rejected rows: given out as a sheet to mend, and taken back through the mapping they first came by."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.ingest.batches import MANIFEST, MAPPING_COPY, UnknownBatchError, list_batches
from yihu.lens.ingest.mapping import load_mapping
from yihu.lens.ingest.plan import ORIGIN_FILE, ORIGIN_TABLE, make_plan
from yihu.lens.ingest.run import GatherError, Progress, gather

COLUMNS = (ORIGIN_FILE, ORIGIN_TABLE, "退回_行号", "退回_字段", "退回_原值", "退回_代码", "退回_原因", "退回_改法")
KINDS = ("csv", "xlsx")
SHEET = "退回行"
MARKED = PatternFill("solid", fgColor="FFF2CC")


def export_rejects(home: Home, batch: str, table: str, *, kind: str = "csv") -> Path:
    """
    Write the rejected rows of one table, a line a row: where, why, how to mend it, the original cells.

    Corrected in place, the file can be gathered with the same mapping: its first columns say whose rows they are.

    :param kind: ``csv`` (UTF-8 with mark) or ``xlsx`` (every cell as text, the cells at fault coloured)
    :returns: the file, beside the batch's rejects
    :raises UnknownBatchError: no such batch or no rejects
    """
    source = home.batches / batch / "rejects" / f"{table}.parquet"
    if not (home.batches / batch / MANIFEST).is_file() or not source.is_file():
        raise UnknownBatchError(f"批次 {batch} 没有 {table} 的退回行")
    found = _read(source)
    originals = [json.loads(row[-1]) for row in found]
    names = list(dict.fromkeys(name for original in originals for name in original if name not in COLUMNS))
    lines = [
        [*_place(row, original, table), *row[2:-1], *(original.get(name) for name in names)]
        for row, original in zip(found, originals, strict=True)
    ]
    target = source.with_suffix(f".{kind}")
    fresh = target.with_suffix(f".{os.getpid()}.tmp")
    WRITERS[kind](fresh, [*COLUMNS, *names], lines)
    fresh.replace(target)
    return target


def _place(row: Sequence[Any], original: Mapping[str, Any], table: str) -> list[Any]:
    """Whose row it is: that of the first source, also when it was mended once already and is rejected again."""
    if original.get(ORIGIN_FILE):
        return [original[ORIGIN_FILE], table, original.get(COLUMNS[2])]
    return [row[0], table, row[1]]


def _read(source: Path) -> list[tuple[Any, ...]]:
    """(source_file, source_row, fields, values, codes, messages, fixes, original JSON), a line a row."""
    joined = ", ".join(
        f"string_agg({column}, '；' order by code, field)"
        for column in ("coalesce(field, '')", "coalesce(value, '')", "code", "message", "fix")
    )
    found: list[tuple[Any, ...]] = (
        connect()
        .execute(
            f"select source_file, source_row, {joined}, any_value(original) "
            f"from read_parquet({literal(str(source))}) group by 1, 2 order by 1, 2"
        )
        .fetchall()
    )
    return found


def _write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows([header, *lines])


def _write_workbook(path: Path, header: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    titles = [_text_cell(sheet, title) for title in header]
    for number, cell in enumerate(titles):
        cell.font = Font(bold=True)
        if number >= len(COLUMNS):
            cell.fill = MARKED  # these are the columns to mend in
    sheet.append(titles)
    for line in lines:
        sheet.append([None if cell is None else _text_cell(sheet, str(cell)) for cell in line])
    book.save(path)


def _text_cell(sheet: Any, value: str) -> Any:
    """A cell that stays text: ``=1+1`` is no formula, and a 20-digit invoice number keeps all its digits."""
    cell = WriteOnlyCell(sheet)
    cell.value = value
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


WRITERS: dict[str, Callable[[Path, Sequence[str], Iterable[Sequence[Any]]], None]] = {
    "csv": _write_csv,
    "xlsx": _write_workbook,
}


def resubmit(home: Home, batch: str, file: Path, *, by: str, now: datetime, progress: Progress) -> dict[str, Any]:
    """
    Gather a mended rejects file with the mapping its batch was gathered by; the answer is `run.gather`'s.

    :raises UnknownBatchError: no such batch
    :raises GatherError: the file holds no rejected rows of that batch, or the batch kept no mapping
    """
    held = next((b for b in list_batches(home) if b.id == batch), None)
    if held is None:
        raise UnknownBatchError(f"没有批次 {batch}")
    mapping = held.path / MAPPING_COPY
    if held.manifest["mapping"]["name"] and not mapping.is_file():
        raise GatherError(f"批次 {batch} 没有留存映射，请用 yihu gather --mapping 重新采集改好的文件")
    used = mapping if mapping.is_file() else None
    units = make_plan(file, load_mapping(used) if used else None).units
    known = {entry.get("origin") or entry["file"] for entry in held.manifest["files"]}
    if not units or any(unit.origin not in known for unit in units):
        raise GatherError(
            f"{file.name} 不是批次 {batch} 的退回行文件：请用下载得到的 CSV 或 Excel，"
            f"保留“{ORIGIN_FILE}”“{ORIGIN_TABLE}”两列，只改后面的原列"
        )
    return gather(home, file, used, by=by, now=now, progress=progress)
