"""Taking a file in, taking it back, moving it to the thing it was meant for."""

import hashlib
import os
import re
import tempfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.documents.choices import Kind
from yihu.hub.foundation.documents.models import Content, Document
from yihu.hub.foundation.documents.services.sniffing import UnknownKindError, kind_of

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
# Path parts, control characters and what reverses the direction of writing have no place in a name.
UNFIT = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*\\/]+")


class UnableToStoreError(UnableTo):
    """The file is empty, too large, or of a kind that is not taken in here; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message}（{code}）")
        self.code = code


@transaction.atomic
def store_document(
    *,
    data: bytes,
    name: str,
    about: str,
    part: str,
    kinds: Collection[str],
    most_bytes: int = MOST_BYTES,
    actor: Any,
    now: datetime,
) -> Document:
    """
    Keep a file that was handed in for a thing.

    :param kinds: values of `Kind` that are taken in here
    :raises UnableToStoreError: DOC-001 empty, DOC-002 too large, DOC-003 of another kind
    """
    clean = clean_name(name)
    if not data:
        raise UnableToStoreError("DOC-001", f"文件“{clean}”是空的，请重新选择")
    if len(data) > most_bytes:
        raise UnableToStoreError("DOC-002", f"文件“{clean}”超过 {most_bytes // MEGABYTE} MB，请压缩或拆分后再传")
    kind = _kind(data, clean, kinds)
    digest = hashlib.sha256(data).hexdigest()
    content, _ = Content.objects.get_or_create(
        digest=digest, defaults={"size": len(data), "kind": kind, "stored_at": now}
    )
    _write(digest, data)
    made = Document.objects.create(
        content=content, name=clean, about=about, part=part, added_by=actor, added_at=now
    )  # fmt: skip
    _record("document.add", made, actor)
    return made


@transaction.atomic
def remove_document(*, document: Document, actor: Any, now: datetime) -> None:
    """Take a file back; the row stays, and so do the bytes."""
    if Document.objects.filter(pk=document.pk, removed_at=None).update(removed_at=now):
        _record("document.remove", document, actor)


@transaction.atomic
def hand_over(*, source: str, target: str) -> int:
    """Move all files of one thing to another, e.g. from a draft to its case; how many."""
    return Document.objects.filter(about=source, removed_at=None).update(about=target)


def path_of(digest: str) -> Path:
    """Where the bytes of a digest lie."""
    return Path(settings.MEDIA_ROOT) / "documents" / digest[:2] / digest[2:]


def clean_name(name: str) -> str:
    """The name as it may be shown and offered for saving: no path, nothing invisible, at most 120 characters."""
    last = UNFIT.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" ._")
    stem, dot, ending = last.rpartition(".")
    if dot and len(last) > 120:
        return f"{stem[: 119 - len(ending)]}.{ending}"[:120]
    return last[:120] or "文件"


def _kind(data: bytes, name: str, kinds: Collection[str]) -> Kind:
    allowed = "、".join(sorted(kinds))
    try:
        kind = kind_of(data, name)
    except UnknownKindError as error:
        raise UnableToStoreError("DOC-003", f"文件“{name}”{error}；这里可以上传 {allowed}") from error
    if kind not in kinds:
        raise UnableToStoreError("DOC-003", f"文件“{name}”的内容是{kind.label}；这里可以上传 {allowed}")
    return kind


def _write(digest: str, data: bytes) -> None:
    """Aside and renamed: a reader sees the whole file or none, and a killed writer leaves none."""
    target = path_of(digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(aside).replace(target)


def _record(verb: str, document: Document, actor: Any) -> None:
    record(
        verb=verb, actor=actor, target=f"document:{document.pk}", target_name=document.name,
        detail={"about": document.about, "part": document.part, "digest": document.content_id},
    )  # fmt: skip
