"""Bundles from folders: those that come with the program are published by it, one's own become drafts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.catalogue.bundle import read_bundle
from yihu.hub.centres.matters.catalogue.problems import Problem, UnreadableBundleError
from yihu.hub.centres.matters.choices import VersionState
from yihu.hub.centres.matters.selectors.known import known
from yihu.hub.centres.matters.services.refusals import UnableToPublishError
from yihu.hub.centres.matters.services.versions import draft_version, publish_version

SHIPPED, OWN = "随程序", "本单位目录"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one folder: `state` is new, there or refused."""

    folder: str
    key: str
    name: str
    state: str
    version: str = ""
    problems: tuple[Problem, ...] = field(default=())


def bundle_folders(root: Path) -> Iterator[Path]:
    """Every folder family/matter below a root that holds a `matter.yaml`, in order."""
    for family in sorted(p for p in root.iterdir() if p.is_dir() and not p.is_symlink()):
        yield from sorted(p for p in family.iterdir() if p.is_dir() and (p / "matter.yaml").is_file())


def load_bundles(*, now: datetime, actor: Any = None, folder: Path | None = None) -> list[Loaded]:
    """
    Take in every bundle of the shipped folder and of one's own (`YIHU_MATTERS`), or of `folder` as one's own.

    A faulty bundle is refused and does not stop the others.
    """
    roots = [(settings.SHIPPED_MATTERS, SHIPPED), (settings.OWN_MATTERS, OWN)] if folder is None else [(folder, OWN)]
    found = []
    with as_system("装入事项包"):
        for root, source in roots:
            if root is not None and root.is_dir():
                found += [_load(one, source, now=now, actor=actor) for one in bundle_folders(root)]
    return found


def _load(folder: Path, source: str, *, now: datetime, actor: Any) -> Loaded:
    key = f"{folder.parent.name}/{folder.name}"
    try:
        bundle = read_bundle(folder, known())
        with transaction.atomic():
            version, is_new = draft_version(files=bundle.files, actor=actor, now=now, source=source)
            if source == SHIPPED and version.state == VersionState.DRAFT:
                version = publish_version(version=version, actor=None, now=now, note="随程序发布")
    except UnreadableBundleError as error:
        return Loaded(str(folder), key, folder.name, "refused", problems=error.problems)
    except UnableToPublishError as error:
        return Loaded(str(folder), key, folder.name, "refused", problems=error.problems)
    return Loaded(str(folder), key, version.name, "new" if is_new else "there", f"{version.edition}")
