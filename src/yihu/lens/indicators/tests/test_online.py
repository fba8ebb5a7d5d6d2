"""One household at once, and one more day, give what the bulk gives."""

from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.indicators.online import OnlineFigures
from yihu.lens.indicators.run import write_indicators
from yihu.lens.indicators.tests.economy import AS_OF, random_economy
from yihu.lens.indicators.tests.world import Rows, compute_world, write_world

CODES = [item.code for item in catalogue()]
PRODUCTS = ("indicators.parquet", "peers.parquet", "facts/sold-sums.parquet", "facts/buyers-circles.parquet")


def test_online_equals_bulk(tmp_path: Path) -> None:
    bulk = compute_world(tmp_path, random_economy(4, households=20, invoices=900), as_of=AS_OF.isoformat())
    reader = OnlineFigures(tmp_path / "out")
    for household in ("E00", "E03", "E13"):
        assert reader.figures_of(household, CODES) == {code: bulk[household][code] for code in CODES}
    some = CODES[5::60]
    for household, row in bulk.items():
        assert reader.figures_of(household, some) == {code: row[code] for code in some}
    with pytest.raises(KeyError, match="E99"):
        reader.figures_of("E99", some)
    with pytest.raises(KeyError, match="no_such_figure"):
        reader.figures_of("E03", ["no_such_figure"])


def test_one_more_day_equals_everything_anew(tmp_path: Path) -> None:
    tables = random_economy(4, households=20, invoices=900)
    fresh = {**tables["invoices"][0], "issued_at": datetime(2024, 12, 31, 20), "invoice_number": "new"}
    home = Home(tmp_path / "home")
    _compute(home, tmp_path / "before", tables)
    kept = {path: path.stat().st_mtime_ns for path in home.partials.iterdir()}
    more = tables | {"invoices": [*tables["invoices"], fresh]}
    _compute(home, tmp_path / "after", more)
    _compute(Home(tmp_path / "empty"), tmp_path / "anew", more)
    written = [p.name for p in home.partials.iterdir() if kept.get(p) != p.stat().st_mtime_ns]
    assert sorted(name[:14] for name in written) == ["buyer-2024-12-", "seller-2024-12"]
    for name in PRODUCTS:
        assert (tmp_path / "after" / name).read_bytes() == (tmp_path / "anew" / name).read_bytes()
        assert (tmp_path / "after" / name).read_bytes() != (tmp_path / "before" / name).read_bytes()


def _compute(home: Home, out: Path, tables: dict[str, Rows]) -> None:
    write_world(out, tables)
    write_indicators(home, out, progress=lambda *_: None, as_of=AS_OF)
    assert pq.read_metadata(out / "indicators.parquet").num_rows == 20
