"""Delimited text: detect its encoding and delimiter, and stream it into columns of text with row numbers."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from yihu.lens.ingest.checks import RefusedFileError

CHUNK = 1 << 20
BLOCK = 8 << 20
MAX_COLUMNS = 2_000
MAX_BROKEN_LINES = 100_000
ROW = "__row"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})


@dataclass(slots=True)
class BrokenLines:
    """Lines whose number of cells differs from the header's: (1-based data row, the line)."""

    lines: list[tuple[int, str]] = field(default_factory=list)

    def __call__(self, row: Any) -> str:
        self.lines.append((row.number - 1, row.text[:2000]))
        return "skip" if len(self.lines) < MAX_BROKEN_LINES else "error"


def detect_encoding(path: Path) -> str:
    """
    The Python codec that reads the whole file: by its byte-order mark, else UTF-8, else GB18030.

    :raises RefusedFileError: the file is empty, binary, or in none of them
    """
    with path.open("rb") as handle:
        head = handle.read(CHUNK)
    if not head.strip():
        raise RefusedFileError("FILE_EMPTY")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise RefusedFileError("ENCODING_UNKNOWN", "看起来是 UTF-32")
    marked = next((name for bom, name in BOMS if head.startswith(bom)), None)
    candidates = [marked] if marked else _unmarked(head)
    failure = ""
    for name in candidates:
        failure = _first_failure(path, name)
        if not failure:
            return name
    raise RefusedFileError("ENCODING_UNKNOWN", failure)


def _unmarked(head: bytes) -> list[str]:
    if b"\0" in head:
        zeros_odd, zeros_even = head[1::2].count(0), head[::2].count(0)
        if max(zeros_odd, zeros_even) < len(head) // 20 or min(zeros_odd, zeros_even) > len(head) // 100:
            raise RefusedFileError("FILE_BROKEN", "含有空字节，不是文本")
        return ["utf-16-le" if zeros_odd > zeros_even else "utf-16-be"]
    if sum(map(head.count, (CONTROLS[i : i + 1] for i in range(len(CONTROLS))))) > len(head) // 100:
        raise RefusedFileError("FILE_BROKEN", "含有大量控制字符，不是文本")
    return ["utf-8", "gb18030"]


def _last_quote_is_open(path: Path, encoding: str, last: str) -> bool:
    """Whether `last`, the last thing read, swallowed further lines because a quote was never closed."""
    if "\n" not in last:
        return False
    with path.open(encoding=encoding, newline="") as handle:
        return sum(chunk.count('"') for chunk in iter(lambda: handle.read(CHUNK), "")) % 2 == 1


def _first_failure(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as handle:
        try:
            while chunk := handle.read(CHUNK):
                decoder.decode(chunk)
                done += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            start = getattr(error, "start", 0)
            return f"按 {encoding} 解读时，在第 {done + start + 1} 字节附近出错"
    return ""


def read_header(path: Path, encoding: str) -> tuple[list[str], str]:
    """
    Column names, stripped and made unique, and the delimiter.

    :raises RefusedFileError: no header line of sensible length
    """
    with path.open(encoding=encoding, newline="") as handle:
        line = next((text for text in iter(lambda: handle.readline(CHUNK), "") if text.strip()), "")
    if not line.strip():
        raise RefusedFileError("FILE_EMPTY")
    if len(line) >= CHUNK:
        raise RefusedFileError("FIELD_TOO_LONG", "表头超过 1 MB")
    delimiter = max(",\t;|", key=line.count)
    try:
        names = next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration) as error:
        raise RefusedFileError("FILE_BROKEN", "表头无法读取") from error
    if len(names) > MAX_COLUMNS:
        raise RefusedFileError("FIELD_TOO_LONG", f"表头有 {len(names)} 列")
    return unique_names(names), delimiter


def unique_names(names: list[str]) -> list[str]:
    """Header cells stripped; empty ones numbered, repeated ones numbered from the second."""
    seen: dict[str, int] = {}
    result = []
    for place, raw in enumerate(names, 1):
        name = raw.strip().strip("\ufeff").strip() or f"第{place}列"
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        result.append(name if seen[name.lower()] == 1 else f"{name}#{seen[name.lower()]}")
    return result


@dataclass(frozen=True, slots=True)
class StagedText:
    """How a text file was read, and the broken lines that were left out: (1-based data row, line)."""

    encoding: str
    delimiter: str
    broken: list[tuple[int, str]]


def stage_text(path: Path, target: Path) -> StagedText:
    """
    Write the file as parquet of text columns plus `ROW` (1-based data row), in memory bounded by one block.

    :raises RefusedFileError: unreadable
    """
    encoding = detect_encoding(path)
    names, delimiter = read_header(path, encoding)
    broken = BrokenLines()
    try:
        with pc.open_csv(
            path,
            read_options=pc.ReadOptions(
                encoding=encoding, column_names=names, skip_rows=1, block_size=BLOCK, use_threads=False
            ),
            parse_options=pc.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=broken),
            convert_options=pc.ConvertOptions(column_types={name: pa.string() for name in names}),
        ) as reader:
            schema = pa.schema([pa.field(name, pa.string()) for name in names])
            ending = write_text_rows(target, schema, _numbered(reader, broken))
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            write_text_rows(target, pa.schema([pa.field(name, pa.string()) for name in names]), iter(()))
            return StagedText(encoding, delimiter, broken.lines)
        code = "FIELD_TOO_LONG" if "straddling" in str(error) else "FILE_BROKEN"
        raise RefusedFileError(code, str(error).splitlines()[0][:200]) from error
    except (UnicodeError, pa.ArrowException) as error:
        raise RefusedFileError("FILE_BROKEN", str(error).splitlines()[0][:200]) from error
    if _last_quote_is_open(path, encoding, ending + "".join(text for _, text in broken.lines[-1:])):
        raise RefusedFileError("FILE_BROKEN", "有一个双引号没有配对，其后的各行被当成了一格")
    return StagedText(encoding, delimiter, broken.lines)


def _numbered(reader: Any, broken: BrokenLines) -> Iterator[pa.RecordBatch]:
    """Batches with row numbers that skip the broken lines' numbers."""
    row, passed = 0, 0
    for batch in reader:
        count = batch.num_rows
        numbers = list(range(row + 1, row + count + 1)) if passed == len(broken.lines) else []
        while len(numbers) < count:
            row += 1
            if passed < len(broken.lines) and broken.lines[passed][0] == row:
                passed += 1
            else:
                numbers.append(row)
        row = numbers[-1] if numbers else row
        yield batch.append_column(ROW, pa.array(numbers, pa.int64()))


def write_text_rows(target: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> str:
    """Write batches of `schema` plus `ROW` as quick, temporary parquet; return the cells of the last row."""
    full = schema.append(pa.field(ROW, pa.int64()))
    ending = ""
    with pq.ParquetWriter(target, full, compression="lz4") as writer:
        for batch in batches:
            writer.write_batch(batch)
            if batch.num_rows:
                ending = "".join(str(cell) for cell in batch.slice(batch.num_rows - 1).to_pylist()[0].values())
    return ending
