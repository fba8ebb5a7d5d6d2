"""Killed at any moment or out of disk: nothing half is visible, and the next call finishes what was begun."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from yihu.lens.backends.duck import connect, parquet_source
from yihu.lens.home import Home
from yihu.lens.ingest import publish, run, stage
from yihu.lens.ingest.batches import list_batches, table_files
from yihu.lens.ingest.readers import open_raw
from yihu.lens.ingest.run import GatherError

Gather = Callable[..., dict[str, Any]]
SCRIPT = """
import sys
from datetime import datetime
from datetime import datetime
from pathlib import Path
from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
print("ready", flush=True)
gather(Home(Path(sys.argv[1])), Path(sys.argv[2]), None, by="tester", now=datetime(2025, 6, 1),
       progress=lambda stage, share: None)
"""
ROWS = 2_000
MONTHS = range(1, 5)


@pytest.fixture
def invoices(source: Path) -> Path:
    (source / "invoices").mkdir()
    for month in MONTHS:
        connect().execute(
            f"copy (select '{month}-' || i as invoice_number, timestamp '2024-{month:02d}-01' as issued_at, "
            "'S' || i % 50 as seller_number, 'B' || i % 70 as buyer_number, i % 900 as amount, 0 as tax_amount, "
            f"i % 900 as total_amount from range({ROWS}) t(i)) to '{source}/invoices/{month}.csv' (header)"
        )
    return source


def content(home: Home) -> list[tuple[Any, ...]]:
    paths = table_files(home, "invoices")
    rows: list[tuple[Any, ...]] = connect().execute(f"select * from {parquet_source(paths)} order by all").fetchall()
    return rows


def test_killed_at_random_points(home: Home, gathered: Gather, invoices: Path, tmp_path: Path) -> None:
    chance = random.Random(20_240_305)
    begun = time.monotonic()
    gathered(invoices)
    length = time.monotonic() - begun
    expected = content(home)
    assert len(expected) == len(MONTHS) * ROWS
    killed = 0
    for attempt in range(8):
        other = Home(tmp_path / f"killed-{attempt}")
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(other.root), str(invoices)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.02, 1.0) * length)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert not list_batches(other) or content(other) == expected
        run.gather(other, invoices, None, by="tester", now=datetime(2025, 6, 1), progress=lambda s, f: None)
        assert content(other) == expected
        assert len(list_batches(other)) == 1
    assert killed >= 4


def test_finished_files_are_not_read_again(
    home: Home, gathered: Gather, invoices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    original = open_raw

    def counting(con: Any, files: Any, *rest: Any) -> Any:
        if len(read) == 2:
            raise KeyboardInterrupt
        read.append(files[0].name)
        return original(con, files, *rest)

    monkeypatch.setattr(stage, "open_raw", counting)
    with pytest.raises(KeyboardInterrupt):
        gathered(invoices)
    assert list_batches(home) == []
    first, read[:] = list(read), []
    gathered(invoices)
    assert sorted(first + read) == [f"invoices/{month}.csv" for month in MONTHS]
    assert len(content(home)) == len(MONTHS) * ROWS


@pytest.mark.parametrize("step", ["stage", "publish"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), duckdb.IOException("No space left")])
def test_a_full_disk_leaves_nothing_half(
    home: Home, gathered: Gather, invoices: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(stage if step == "stage" else publish, "write_parquet", full)
        if step == "publish":
            patch.setattr(os, "link", full)
        with pytest.raises(GatherError, match="磁盘"):
            gathered(invoices)
    assert list_batches(home) == []
    assert list((home.root / ".gathering").iterdir()) == []
    gathered(invoices)
    assert len(content(home)) == len(MONTHS) * ROWS
