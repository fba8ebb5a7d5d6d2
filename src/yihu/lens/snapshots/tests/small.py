"""A small simulated district, gathered and built: what pages are tested on."""

from datetime import UTC, datetime
from pathlib import Path

from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
from yihu.lens.simulate.run import simulate
from yihu.lens.snapshots.build import build

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def quiet(stage: str, done: float) -> None:
    """No progress is shown in tests."""


def build_small(folder: Path, *, taxpayers: int, invoices: int, months: int, seed: int) -> Path:
    """Its home, below `folder`."""
    simulate(folder / "source", taxpayers=taxpayers, invoices=invoices, months=months, seed=seed, progress=quiet)
    home = Home(folder / "home")
    gather(home, folder / "source", None, by="tester", now=NOW, progress=quiet)
    build(home, now=NOW, progress=quiet)
    return home.root
