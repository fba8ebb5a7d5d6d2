"""Hostile and broken files are refused by code, calmly, and the others go on."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.batches import list_batches
from yihu.lens.ingest.text import BLOCK

Gather = Callable[..., dict[str, Any]]
HEAD = b"person_id,name\n"
LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (i + 1, b"&a%d;" % i * 10) for i in range(12))


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (40 << 20))
    return held.getvalue()


HOSTILE = {
    "empty.csv": (b"  \n", "FILE_EMPTY"),
    "utf32.csv": ("person_id,name\n1,张\n".encode("utf-32"), "ENCODING_UNKNOWN"),
    "mixed.csv": (HEAD + "1,张晓丽\n".encode() + b"2,\xff\xff\xff\n", "ENCODING_UNKNOWN"),
    "binary.csv": (HEAD + bytes(range(256)) * 64, "FILE_BROKEN"),
    "field.csv": (HEAD + b'1,"' + b"x" * (3 * BLOCK) + b'"\n', "FIELD_TOO_LONG"),
    "quote.csv": (HEAD + b'1,"never closed\n2,x\n', "FILE_BROKEN"),
    "columns.csv": (b"person_id,nom\n1,x\n", "COLUMN_MISSING"),
    "bomb.xlsx": (bomb(), "FILE_TOO_LARGE"),
    "old.xlsx": (b"\xd0\xcf\x11\xe0 old Excel", "FILE_BROKEN"),
    "text.parquet": (b"PAR1 but no parquet", "FILE_BROKEN"),
    "pointer.parquet": (b"version https://git-lfs.github.com/spec/v1\n", "FILE_BROKEN"),
}
HOSTILE_XML = {
    "xxe.xml": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><EInvoice>&x;</EInvoice>',
        "XML_UNSAFE",
    ),
    "laughs.xml": (b'<!DOCTYPE a [<!ENTITY a0 "ha">' + LAUGHS + b"]><EInvoice>&a12;</EInvoice>", "XML_UNSAFE"),
    "cut.xml": (b"<EInvoice><Header>", "FILE_BROKEN"),
    "other.xml": (b"<html/>", "XML_NOT_INVOICE"),
    "encoding.xml": (b'<?xml version="1.0" encoding="no-such"?><EInvoice/>', "FILE_BROKEN"),
    "huge.xml": (b"<EInvoice><Header>" + b"x" * (21 << 20) + b"</Header></EInvoice>", "FILE_TOO_LARGE"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_refused_and_the_others_go_on(source: Path, gathered: Gather, name: str) -> None:
    body, code = HOSTILE[name]
    folder = source / "persons"
    folder.mkdir()
    (folder / name).write_bytes(body)
    (folder / "good.csv").write_bytes(HEAD + "1,张晓丽\n".encode())
    result = gathered(source)
    assert result["tables"]["persons"]["accepted"] == 1
    (refused,) = result["refused"]
    assert (refused["file"], refused["code"]) == (f"persons/{name}", code)
    assert refused["message"]
    assert refused["fix"]


@pytest.mark.parametrize("name", HOSTILE_XML)
def test_a_bad_invoice_is_refused_and_the_others_go_on(source: Path, gathered: Gather, name: str) -> None:
    body, code = HOSTILE_XML[name]
    (source / name).write_bytes(body)
    (source / "persons.csv").write_bytes(HEAD + "1,张晓丽\n".encode())
    result = gathered(source)
    assert result["tables"]["persons"]["accepted"] == 1
    assert {(r["file"], r["code"]) for r in result["refused"]} == {(name, code)}
    assert "root:" not in str(result)


def test_where_every_file_is_refused_there_is_no_batch(home: Home, source: Path, gathered: Gather) -> None:
    (source / "persons.csv").write_bytes(b"  ")
    result = gathered(source)
    assert (result["batch"], result["tables"]) == ("", {})
    assert [r["code"] for r in result["refused"]] == ["FILE_EMPTY"]
    assert list_batches(home) == []


def test_a_spoilt_parquet_file_costs_only_itself(source: Path, gathered: Gather) -> None:
    folder = source / "persons"
    folder.mkdir()
    for name in ("a", "b", "c"):
        rows = {"person_id": [f"{name}{i}" for i in range(2_000)], "name": [f"人{i}" for i in range(2_000)]}
        pq.write_table(pa.table(rows), folder / f"{name}.parquet")
    body = (folder / "b.parquet").read_bytes()
    (folder / "b.parquet").write_bytes(body[:4] + b"\xff" * 3_000 + body[3_004:])
    result = gathered(source)
    assert result["tables"]["persons"]["accepted"] == 4_000
    assert [(r["file"], r["code"]) for r in result["refused"]] == [("persons/b.parquet", "FILE_BROKEN")]
    assert gathered(source)["refused"] == result["refused"]
