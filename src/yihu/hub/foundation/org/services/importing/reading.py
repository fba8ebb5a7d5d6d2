"""Rows of a CSV file (UTF-8, GB18030) or an Excel workbook, one after the other, never the whole file."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.services.importing.columns import COLUMNS, Column, Kind

CHUNK = 1 << 20
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
LONGEST = 1_000


class UnableToReadFileError(UnableTo):
    """No file of a known form, or a column is missing."""


def digest(path: Path) -> str:
    """SHA-256 of a file, hex, as the record of the import names it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_rows(path: Path, kind: Kind) -> Iterator[tuple[Any, ...]]:
    """
    (row number, value of each canonical column as text, each day as a date or None) of every row that is not empty.

    :raises UnableToReadFileError: not readable, or a needed column is missing
    """
    rows = _workbook(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)
    head = next(rows, None)
    if head is None:
        raise UnableToReadFileError(f"{path.name} 是空文件，请核对（ORG-F01）")
    columns = COLUMNS[kind]
    places = _places(path, head, columns)
    days = [i for i, c in enumerate(columns) if c.is_day]
    for number, row in enumerate(rows, start=2):
        values = [_text(row[at]) if at is not None and at < len(row) else "" for at in places]
        if any(values):
            yield (number, *values, *(_day(values[i]) for i in days))


def _places(path: Path, head: Iterable[Any], columns: tuple[Column, ...]) -> list[int | None]:
    titles = [_text(cell) for cell in head]
    found = [next((i for i, t in enumerate(titles) if t in {c.code, c.title}), None) for c in columns]
    missing = [f"{c.title}（{c.code}）" for c, at in zip(columns, found, strict=True) if at is None and c.needed]
    if missing:
        raise UnableToReadFileError(f"{path.name} 缺少列：{'、'.join(missing)}。请补上列名后重试（ORG-F02）")
    return found


def _csv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding=_encoding(path), newline="") as stream:
        try:
            yield from csv.reader(stream)
        except csv.Error as error:
            raise UnableToReadFileError(f"{path.name} 不是规范的 CSV：{error}（ORG-F03）") from error


def _encoding(path: Path) -> str:
    """UTF-8 when all of it is, else GB18030 when all of it is."""
    for name in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    if b"\0" in chunk:
                        break
                    decoder.decode(chunk)
                else:
                    decoder.decode(b"", final=True)
                    return name
        except UnicodeDecodeError:
            continue
    raise UnableToReadFileError(f"{path.name} 不是 UTF-8 或 GB18030 的文本，也不是 xlsx，请另存后重试（ORG-F04）")


def _workbook(path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise UnableToReadFileError(f"{path.name} 不是可读的 Excel 工作簿，请另存后重试（ORG-F05）") from error
    try:
        yield from book.active.iter_rows(values_only=True)
    finally:
        book.close()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.replace("\0", "").strip()[:LONGEST]
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _day(text: str) -> date | None:
    if not text:
        return None
    found = DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
