"""
Import screens: a file is taken in, shown as what it would do with every fault by row and column, and only then applied.

Between preview and application the file rests in `MEDIA_ROOT/imports`, within reach of its uploader's pages only.
"""

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404

from yihu.hub.screens.forms import ScreenForm

SUFFIXES = (".csv", ".xlsx")
LARGEST = 50 * 1024 * 1024
KEPT_SECONDS = 24 * 3600
TOKEN = re.compile(r"^[0-9a-f]{32}\.(csv|xlsx)$")


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of file. `columns` are pairs of a title and whether it is needed; `lesson` says what comes of it."""

    key: str
    title: str
    columns: tuple[tuple[str, bool], ...]
    lesson: str


class UploadForm(ScreenForm):
    """Which kind, and the file."""

    kind = forms.ChoiceField(label="导入什么")
    file = forms.FileField(
        label="文件", help_text="CSV（UTF-8 或 GB18030）或 Excel（.xlsx），不超过 50 MB；第一行是列名"
    )

    def __init__(self, *args: object, kinds: Iterable[ImportKind], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k.key, k.title) for k in kinds]
        self.fields["file"].error_messages["empty"] = "文件是空的"
        self.fields["file"].widget.attrs["accept"] = ",".join(SUFFIXES)

    def clean_file(self) -> UploadedFile:
        """Only the two forms of file, and none too large."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(SUFFIXES):
            raise forms.ValidationError("只接受 .csv 和 .xlsx 文件；旧的 .xls 请先另存为 .xlsx")
        if file.size > LARGEST:
            raise forms.ValidationError(
                f"文件有 {file.size / 1024 / 1024:,.0f} MB，超过 50 MB：请分成几个，或请运维用命令导入"
            )
        return file


def keep_upload(owner: int, file: UploadedFile) -> str:
    """Put the file aside for its owner; those of anybody older than a day are thrown away. Gives its token."""
    folder = _folder(owner)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _throw_away_old()
    token = f"{secrets.token_hex(16)}{Path(file.name).suffix.lower()}"
    with (folder / token).open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return token


def kept_upload(owner: int, token: str) -> Path:
    """
    The file put aside.

    :raises Http404: nobody's, another's, or thrown away
    """
    path = _folder(owner) / token
    if not TOKEN.match(token) or not path.is_file():
        raise Http404
    return path


def drop_upload(owner: int, token: str) -> None:
    """Throw the file away, once applied."""
    kept_upload(owner, token).unlink(missing_ok=True)


def _folder(owner: int) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / str(int(owner))


def _throw_away_old() -> None:
    for path in (Path(settings.MEDIA_ROOT) / "imports").glob("*/*"):
        if TOKEN.match(path.name) and time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
