"""One day more costs one month more."""

from pathlib import Path

import pytest

from yihu.lens.backends.engine import open_engine
from yihu.lens.home import Home
from yihu.lens.indicators.partials import gather_partials
from yihu.lens.indicators.run import NoInvoicesError, write_indicators
from yihu.lens.indicators.tests.world import invoice, write_world

YEAR = [invoice("A", "B", f"2024-{m:02d}-05T10:00:00", 100) for m in range(1, 13)]


def partials(root: Path, rows: list[dict[str, object]]) -> dict[Path, int]:
    """Partial files of the seller's side with the instant they were written."""
    out, home = write_world(root / "out", {"invoices": rows}), Home(root / "home")
    with open_engine() as engine:
        kept = gather_partials(engine, home, out, "seller")
    return {path: path.stat().st_mtime_ns for path in kept}


def test_only_the_touched_month_is_read_again(tmp_path: Path) -> None:
    before = partials(tmp_path, YEAR)
    after = partials(tmp_path, [*YEAR, invoice("A", "B", "2024-12-31T10:00:00", 5)])
    assert len(before) == len(after) == 12
    kept = before.keys() & after.keys()
    assert len(kept) == 11
    assert all(before[path] == after[path] for path in kept)


def test_old_partials_do_not_pile_up(tmp_path: Path) -> None:
    for day in range(6, 12):
        partials(tmp_path, [*YEAR, invoice("A", "B", f"2024-12-{day:02d}T10:00:00", 5)])
    assert len(list((tmp_path / "home" / "partials").glob("seller-2024-12-*"))) == 2


def test_nothing_is_left_in_staging(tmp_path: Path) -> None:
    partials(tmp_path, YEAR)
    assert list((tmp_path / "home" / ".staging").iterdir()) == []


def test_a_file_that_is_not_a_month_is_refused(tmp_path: Path) -> None:
    out = write_world(tmp_path / "out", {"invoices": YEAR[:1]})
    source = next((out / "invoices_by_seller").iterdir())
    source.rename(source.with_name("all.parquet"))
    with open_engine() as engine, pytest.raises(ValueError, match="按月命名"):
        gather_partials(engine, Home(tmp_path / "home"), out, "seller")


def test_no_invoices_are_said_plainly(tmp_path: Path) -> None:
    out = write_world(tmp_path / "out", {})
    with pytest.raises(NoInvoicesError, match="没有发票"):
        write_indicators(Home(tmp_path / "home"), out, progress=lambda *_: None)
