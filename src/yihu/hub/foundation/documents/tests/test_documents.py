"""Files: kept once, told by their bytes, named safely, given out only as they came."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yihu.hub.foundation.documents.api import (
    UnableToDeliverError,
    UnableToStoreError,
    hand_over,
    list_documents,
    remove_document,
    respond_with_document,
    store_document,
)
from yihu.hub.foundation.documents.choices import Kind
from yihu.hub.foundation.documents.models import Content
from yihu.hub.foundation.documents.services import sniffing
from yihu.hub.foundation.documents.services.sniffing import UnknownKindError, kind_of
from yihu.hub.foundation.documents.services.storing import clean_name, path_of
from yihu.hub.foundation.org.choices import StandardDuty


def package(**parts: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return body.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7", "a.exe", Kind.PDF), (b"\xff\xd8\xff\xe0", "a.pdf", Kind.JPG),
        (b"\x89PNG\r\n\x1a\n", "a", Kind.PNG), ("中文".encode(), "a.txt", Kind.TXT),
        ("中,文".encode("gb18030"), "a.csv", Kind.CSV), (package(word__document_dot_xml="x"), "a.zip", Kind.DOCX),
        (package(xl__workbook_dot_xml="x"), "a", Kind.XLSX), (package(OFD_dot_xml="x"), "a", Kind.OFD),
        (package(a="x"), "a", Kind.ZIP),
    ],
)  # fmt: skip
def test_the_bytes_say_what_a_file_is(data: bytes, name: str, kind: Kind) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    "data",
    [b"MZ\x90\x00", b"", b"\x7fELF\0", b"<!DOCTYPE html><p>", b"  <script>", b"<svg xmlns=''>", b"PK\x03\x04broken",
     package(word__document_dot_xml="x", word__vbaProject_dot_bin="x")],
)  # fmt: skip
def test_what_could_act_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownKindError):
        kind_of(data, "a.pdf")


def test_a_package_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniffing, "MOST_UNPACKED", 1_000_000)
    bomb = package(a="0" * 2_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(UnknownKindError, match="过大"):
        kind_of(bomb, "a.zip")


@given(st.text(max_size=300))
def test_a_name_leads_nowhere(name: str) -> None:
    clean = clean_name(name)
    assert clean
    assert len(clean) <= 120
    assert not set(clean) & set('/\\\0\n\r"<>|:*?‮')
    assert Path("base", clean).parent == Path("base")
    assert clean not in {".", ".."}


@pytest.fixture
def officer(cast: Any, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return cast[StandardDuty.OFFICER]


def store(officer: Any, data: bytes = b"%PDF-1", about: str = "thing:1") -> Any:
    kinds = {"pdf"}
    return store_document(
        data=data, name="a.pdf", about=about, part="p", kinds=kinds, most_bytes=1024 * 1024, actor=officer,
        now=timezone.now(),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once(officer: Any) -> None:
    first, second = store(officer), store(officer, about="thing:2")
    assert first.content_id == second.content_id
    assert Content.objects.count() == 1
    assert path_of(first.content_id).read_bytes() == b"%PDF-1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "code"), [(b"", "DOC-001"), (b"%PDF" + b"0" * 1024 * 1024, "DOC-002"), (b"\x89PNG\r\n\x1a\n", "DOC-003")]
)
def test_refusals_have_codes_and_leave_nothing(officer: Any, data: bytes, code: str) -> None:
    with pytest.raises(UnableToStoreError) as refused:
        store(officer, data)
    assert refused.value.code == code
    assert not Content.objects.exists()


@pytest.mark.django_db
def test_taken_back_and_handed_over(officer: Any) -> None:
    kept, gone = store(officer), store(officer, b"%PDF-2")
    remove_document(document=gone, actor=officer, now=timezone.now())
    assert hand_over(source="thing:1", target="case:1") == 1
    assert [d.pk for d in list_documents("case:1")] == [kept.pk]


@pytest.mark.django_db
def test_altered_or_lost_bytes_are_not_given_out(officer: Any) -> None:
    file, request = store(officer), RequestFactory().get("/")
    request.user = officer
    assert b"".join(respond_with_document(request, file).streaming_content) == b"%PDF-1"
    path_of(file.content_id).write_bytes(b"%PDF-X")
    with pytest.raises(UnableToDeliverError, match="DOC-012"):
        respond_with_document(request, file)
    path_of(file.content_id).unlink()
    with pytest.raises(UnableToDeliverError, match="DOC-011"):
        respond_with_document(request, file)
