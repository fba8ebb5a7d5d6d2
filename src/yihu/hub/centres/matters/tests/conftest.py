"""A published leave, and people who apply for it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.catalogue.files import read_folder
from yihu.hub.centres.matters.models import Case, MatterVersion
from yihu.hub.centres.matters.services.applying import submit_application
from yihu.hub.centres.matters.services.drafts import begin_draft, raw_of_draft, save_draft
from yihu.hub.centres.matters.services.versions import draft_version, publish_version

NOW = timezone.make_aware(datetime(2026, 3, 2, 9))
FORM = {
    "kind": "ANNUAL", "start": "2026-03-09", "end": "2026-03-10", "days": "2", "reason": "带父母体检",
    "phone": "13800138000",
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.STATE = tmp_path


@pytest.fixture
def leave_files() -> dict[str, str]:
    return read_folder(settings.SHIPPED_MATTERS / "office" / "leave")


@pytest.fixture
def leave(leave_files: dict[str, str], cast: Any) -> MatterVersion:
    """The shipped leave in force."""
    with as_system("测试"):
        version, _ = draft_version(files=leave_files, actor=None, now=NOW)
        return publish_version(version=version, actor=None, now=NOW)


@pytest.fixture
def apply(leave: MatterVersion) -> Callable[..., Case]:
    """Hand in a leave: `apply(user, kind="SICK", …)`."""

    def hand_in(user: Any, version: MatterVersion | None = None, now: datetime | None = None, **form: str) -> Case:
        now = now or timezone.now()
        with as_system("测试"):
            draft = begin_draft(version=version or leave, actor=user, now=now)
            save_draft(draft=draft, raw=raw_of_draft(draft) | FORM | form, now=now)
            draft.refresh_from_db()
            return submit_application(draft=draft, actor=user, now=now)

    return hand_in
