"""What a gathering will read: every file found, hashed, and matched with the source that explains it."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.ingest.mapping import Mapping, Source
from yihu.lens.ingest.readers import (
    PARQUET_SUFFIXES,
    TEXT_SUFFIXES,
    WORKBOOK_SUFFIXES,
    XML_SUFFIXES,
    SourceFile,
)
from yihu.lens.ingest.workbook import read_pairs
from yihu.lens.schema.catalogue import TABLES

READABLE = TEXT_SUFFIXES | WORKBOOK_SUFFIXES | PARQUET_SUFFIXES | XML_SUFFIXES
FILES_AT_ONCE = 1_000
BYTES_AT_ONCE = 32 << 20
ORIGIN_FILE, ORIGIN_TABLE = "退回_来源文件", "退回_表"
"""Columns of an exported rejects file that say which source its corrected rows belong to."""


@dataclass(frozen=True, slots=True)
class Unit:
    """
    The smallest piece of work that is redone after a kill: one file (or a group read alike) for one source.

    `origin` restricts a corrected rejects file to the rows that came from that file.
    """

    source: Source
    files: tuple[SourceFile, ...]
    origin: str | None = None

    def singly(self) -> list["Unit"]:
        """One unit for each file."""
        return [replace(self, files=(file,)) for file in self.files]

    @property
    def identity(self) -> str:
        """Hex digest of what is read and how: equal units give equal rows."""
        parts = [self.source.digest(), self.origin or "", *(f.sha256 for f in self.files)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(slots=True)
class Plan:
    """Units in a fixed order, and the files that no source explains."""

    units: list[Unit] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def content(self) -> str:
        """Hex digest of all units."""
        return hashlib.sha256("\n".join(u.identity for u in self.units).encode()).hexdigest()


def make_plan(root: Path, mapping: Mapping | None) -> Plan:
    """Match every file below `root` (or `root` itself) with the sources of `mapping`, or with the canonical layout."""
    plan = Plan()
    base = root if root.is_dir() else root.parent
    sources = mapping.sources if mapping is not None else None
    for path in _walk(root, canonical=mapping is None):
        matched = list(_sources_for(path, base, sources))
        if not matched:
            plan.ignored.append(path.relative_to(base).as_posix())
            continue
        file = _source_file(path, base)
        plan.units += [Unit(source, (file,), origin) for source, origin in matched]
    return plan


def grouped(units: Sequence[Unit]) -> list[Unit]:
    """Small files that are read alike, put together in units of bounded size: a unit's cost is mostly its planning."""
    groups: dict[tuple[object, ...], list[Unit]] = {}
    for unit in units:
        alike = _alike(unit.files[0]) if unit.origin is None else None
        key = (unit.source.table, unit.source.digest(), alike if alike is not None else unit.files[0].name, unit.origin)
        groups.setdefault(key, []).append(unit)
    result = []
    for members in groups.values():
        held: list[SourceFile] = []
        for file in (unit.files[0] for unit in members):
            if held and (len(held) == FILES_AT_ONCE or sum(f.bytes for f in held) + file.bytes > BYTES_AT_ONCE):
                result.append(replace(members[0], files=tuple(held)))
                held = []
            held.append(file)
        result.append(replace(members[0], files=tuple(held)))
    return result


def _alike(file: SourceFile) -> str | None:
    """What files that can be read together share: being XML invoices, or a parquet schema; None: read alone."""
    suffix = file.path.suffix.lower()
    if suffix in XML_SUFFIXES:
        return "xml"
    if suffix not in PARQUET_SUFFIXES or file.bytes > BYTES_AT_ONCE:
        return None
    try:
        return str(pq.read_schema(file.path).remove_metadata())
    except (pa.ArrowException, OSError):
        return None


def _walk(root: Path, *, canonical: bool) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith((".", "~$")) for part in parts)
        if not hidden and not (canonical and parts[0] == "truth"):
            yield path


def _sources_for(path: Path, base: Path, sources: list[Source] | None) -> Iterator[tuple[Source, str | None]]:
    known = sources if sources is not None else list(CANONICAL.values())
    if origins := _origins(path):
        for name, table in origins:
            found = (s for s in known if s.table == table and _feeds(s, name, canonical=sources is None))
            yield from ((s, name) for s in found)
        return
    relative = path.relative_to(base).as_posix()
    for source in known:
        if _feeds(source, relative, canonical=sources is None):
            yield source, None


def _feeds(source: Source, name: str, *, canonical: bool) -> bool:
    """Whether a file feeds a source: by its name, or in the canonical layout by name or by its folder's name."""
    path = Path(name)
    if not canonical:
        return source.matches(path.name)
    if path.suffix.lower() in XML_SUFFIXES:
        return source.table in ("invoices", "invoice_lines")
    if path.suffix.lower() not in READABLE:
        return False
    return path.stem == source.table if len(path.parts) == 1 else path.parts[0] == source.table


CANONICAL = {name: Source(files=["*"], table=name) for name in TABLES}


def _origins(path: Path) -> list[tuple[str, str]]:
    """(source file, table) pairs that a corrected rejects file names; empty for any other file."""
    suffix = path.suffix.lower()
    if suffix in WORKBOOK_SUFFIXES:
        return read_pairs(path, ORIGIN_FILE, ORIGIN_TABLE)
    return _text_origins(path) if suffix in TEXT_SUFFIXES else []


def _text_origins(path: Path) -> list[tuple[str, str]]:
    with path.open("rb") as handle:
        head = handle.read(65_536)
    encoding = next(
        (e for e in ("utf-8-sig", "gb18030") if ORIGIN_FILE.encode(e).lstrip(b"\xef\xbb\xbf") in head), None
    )
    if encoding is None:
        return []
    text = io.StringIO(path.read_text(encoding=encoding, errors="replace"), newline="")
    try:
        rows: Iterable[dict[str, str]] = csv.DictReader(text)
        return sorted({(r.get(ORIGIN_FILE) or "", r.get(ORIGIN_TABLE) or "") for r in rows})
    except csv.Error:
        return []


def _source_file(path: Path, base: Path) -> SourceFile:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return SourceFile(path, path.relative_to(base).as_posix(), digest, path.stat().st_size)


def mapping_digest(mapping: Mapping | None) -> str:
    """Hex digest of a mapping as understood, comments and layout aside."""
    body = mapping.model_dump(mode="json") if mapping is not None else None
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
