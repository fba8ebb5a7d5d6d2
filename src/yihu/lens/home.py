"""The directory that holds all analytical state, and the one way anything in it becomes visible."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from pathlib import Path


class HomeBusyError(RuntimeError):
    """Another process is already writing to this home."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one state directory. Batches and snapshots in it are immutable once visible."""

    root: Path

    @classmethod
    def from_env(cls) -> "Home":
        """Take `YIHU_HOME`, else `var` below the working directory."""
        return cls(Path(os.environ.get("YIHU_HOME", "var")).resolve())

    @property
    def batches(self) -> Path:
        return self.root / "batches"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def journal(self) -> Path:
        return self.root / "journal"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def partials(self) -> Path:
        return self.root / "partials"

    @property
    def staging(self) -> Path:
        return self.root / ".staging"

    @property
    def current(self) -> Path:
        """Symbolic link to the published snapshot; absent before the first build."""
        return self.snapshots / "current"

    def new_staging(self) -> Path:
        """An empty directory on the same file system as everything that is published."""
        # Rows on their way into the vault pass here.
        self.staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.staging / uuid.uuid4().hex
        path.mkdir()
        return path

    def sweep_staging(self) -> None:
        """Remove what a killed writer left. Call only while holding `writing`."""
        shutil.rmtree(self.staging, ignore_errors=True)

    @contextmanager
    def writing(self, task: str) -> Iterator[None]:
        """
        Hold the single-writer lock; the kernel drops it when the process dies.

        :raises HomeBusyError: another live process holds it
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f".{task}.lock").open("w") as handle:
            try:
                flock(handle, LOCK_EX | LOCK_NB)
            except OSError as error:
                raise HomeBusyError(f"另一个进程正在执行 {task}，请等它结束后再试（{self.root}）") from error
            try:
                yield
            finally:
                flock(handle, LOCK_UN)


def sync_directory(path: Path) -> None:
    """Flush a directory's entries to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(path: Path, *, owner_only: bool = False) -> None:
    """Flush every file and directory below `path`, deepest first; with `owner_only` nobody else may read them."""
    for folder, _, names in os.walk(path, topdown=False):
        if owner_only:
            Path(folder).chmod(0o700)
        for name in names:
            handle = os.open(Path(folder) / name, os.O_RDONLY)
            try:
                if owner_only:
                    os.fchmod(handle, 0o600)
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_directory(Path(folder))


def publish_directory(staged: Path, target: Path, *, owner_only: bool = False) -> None:
    """Make a finished directory visible under its name in one step that survives power loss."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if owner_only:
        target.parent.chmod(0o700)
    sync_tree(staged, owner_only=owner_only)
    staged.rename(target)
    sync_directory(target.parent)


def point_link(link: Path, target: Path) -> None:
    """Switch a symbolic link to `target` atomically."""
    fresh = link.with_name(f".{link.name}.{uuid.uuid4().hex}")
    fresh.symlink_to(target.name if target.parent == link.parent else target)
    fresh.replace(link)
    sync_directory(link.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a finished, never changing file a second name; copy where the file system cannot link."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def digest_files(paths: Iterable[Path]) -> bytes:
    """One hash of the files' contents in the given order: what is kept is kept under what it was made of."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.digest()
