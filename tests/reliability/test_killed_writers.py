"""A writer killed by SIGKILL at any moment leaves nothing half and nothing lost."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.batches import list_batches
from yihu.lens.simulate.run import simulate
from yihu.lens.snapshots.shelf import digest_tables, list_snapshots

SEED = 20261123
ROUNDS = 5


def yihu(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "yihu.cli.main", *arguments, "--json"],
        env={**os.environ, "YIHU_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(home: Path, *arguments: str) -> float:
    begun = time.monotonic()
    process = yihu(home, *arguments)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors.decode()[-2000:]
    return time.monotonic() - begun


def kill_after(home: Path, seconds: float, *arguments: str) -> None:
    process = yihu(home, *arguments)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def content(path: Path) -> dict[str, str]:
    files = digest_tables(path)
    return {name: info["sha256"] for name, info in files.items() if name.endswith((".parquet", ".npy"))}


def whole(home: Home) -> None:
    """Everything visible now is complete: manifests agree with the bytes they describe."""
    for kept in list_snapshots(home):
        for name, info in kept.manifest["files"].items():
            assert hashlib.sha256((kept.path / name).read_bytes()).hexdigest() == info["sha256"]
    if home.current.is_symlink():
        assert (home.current.resolve() / "manifest.json").is_file()


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("district")
    simulate(out, taxpayers=300, invoices=4_000, months=6, seed=SEED, progress=lambda *_: None)
    return out


@pytest.mark.slow
def test_killed_gathering_and_building_end_as_if_never_killed(district: Path, tmp_path: Path) -> None:
    print("seed", SEED)
    chance = random.Random(SEED)
    calm, stormy = tmp_path / "calm", tmp_path / "stormy"
    gather, build = ("gather", "--from", str(district)), ("build",)
    gather_seconds, build_seconds = finish(calm, *gather), finish(calm, *build)
    # The tokens of personal numbers follow the vault's key: the same bytes ask for the same key.
    stormy.mkdir()
    shutil.copy2(calm / "vault-key", stormy / "vault-key")
    for _ in range(ROUNDS):
        kill_after(stormy, chance.uniform(0.3, gather_seconds), *gather)
        assert len(list_batches(Home(stormy))) <= 1
    finish(stormy, *gather)
    (before,), (after,) = list_batches(Home(calm)), list_batches(Home(stormy))
    assert content(before.path) == content(after.path)
    for _ in range(ROUNDS):
        kill_after(stormy, chance.uniform(0.5, build_seconds), *build)
        whole(Home(stormy))
    finish(stormy, *build)
    whole(Home(stormy))
    assert content(Home(calm).current.resolve()) == content(Home(stormy).current.resolve())
