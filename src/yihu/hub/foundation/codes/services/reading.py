"""Files of code tables read into rows of text: CSV (UTF-8 or GB18030), Excel, Parquet."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zipfile import BadZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import InvalidFileException

from yihu.hub.foundation.codes.services.layouts import FileShape
from yihu.hub.foundation.codes.services.problems import Place, Problem, reject

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was given: its name without directories, and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row; `number` counts as the user's program does, the heading being row 1."""

    file: str
    number: int
    values: dict[str, str]


class UnreadableFileError(Exception):
    """A file cannot be read at all; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_rows(source: SourceFile, shape: FileShape) -> Iterator[RawRow]:
    """
    The rows of a file, every value as stripped text.

    :raises UnreadableFileError: not a file of its kind, too large, or a required column is missing
    """
    if len(source.content) > MOST_BYTES:
        raise _unreadable(source, "E-CODE-SIZE", "文件超过 50 MB", "拆分后再导入")
    lines = _lines(source)
    headings = [_text(cell) for cell in next(lines, [])]
    if not any(headings):
        raise _unreadable(source, "E-CODE-EMPTY-FILE", "文件是空的", "第一行应为列名，其下是数据")
    missing = shape.required() - set(headings)
    if missing:
        names = "、".join(sorted(missing))
        raise _unreadable(source, "E-CODE-COLUMN", f"缺少列：{names}", f"按版式补上列名；现有列：{'、'.join(headings)}")
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS:
            raise _unreadable(source, "E-CODE-SIZE", f"超过 {MOST_ROWS} 行", "拆分后再导入")
        values = {h: _text(c) for h, c in zip(headings, cells, strict=False) if h}
        if any(values.values()):
            yield RawRow(source.name, number, values)


def _lines(source: SourceFile) -> Iterator[Sequence[object]]:
    suffix = source.name.lower().rpartition(".")[2]
    readers = {"csv": _csv, "txt": _csv, "xlsx": _excel, "parquet": _parquet}
    if suffix not in readers:
        raise _unreadable(source, "E-CODE-FILE", "不认识的文件类型", "请用 CSV、Excel（xlsx）或 Parquet")
    return readers[suffix](source)


def _csv(source: SourceFile) -> Iterator[Sequence[object]]:
    text = _decode(source)
    if "\0" in text:
        raise _unreadable(source, "E-CODE-FILE", "不是文本文件", "另存为 UTF-8 编码的 CSV")
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise _unreadable(source, "E-CODE-FILE", "CSV 的引号或分隔不完整", "用表格软件重新另存为 CSV") from error


def _decode(source: SourceFile) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return source.content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(source, "E-CODE-ENCODING", "文字编码不是 UTF-8 或 GB18030", "另存为 UTF-8 编码的 CSV")


def _excel(source: SourceFile) -> Iterator[Sequence[object]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(source.content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise _unreadable(source, "E-CODE-FILE", "不是可以打开的 Excel 文件", "另存为 xlsx 再试") from error
    yield from book.worksheets[0].iter_rows(values_only=True)


def _parquet(source: SourceFile) -> Iterator[Sequence[object]]:
    try:
        table = pq.read_table(pa.BufferReader(source.content))
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(source, "E-CODE-FILE", "不是可以打开的 Parquet 文件", "核对文件是否完整") from error
    yield table.column_names
    yield from zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()


def _unreadable(source: SourceFile, code: str, message: str, fix: str) -> UnreadableFileError:
    return UnreadableFileError(reject(code, message, fix, Place(source.name)))
