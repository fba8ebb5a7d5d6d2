"""Read one published snapshot: what the command line and the web show."""

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.snapshots import shelf
from yihu.lens.snapshots.chain import ChainReader
from yihu.lens.snapshots.clear import ClearReader
from yihu.lens.snapshots.lineage import LineageReader
from yihu.lens.snapshots.profile import ProfileReader
from yihu.lens.snapshots.register import RegisterReader
from yihu.lens.snapshots.worklist import WorklistReader
from yihu.lens.vault import key_name, tokens_of, vault_key

if TYPE_CHECKING:
    from yihu.lens.network.trace import Network

# Small tables are held in memory: every page touches them.
HELD = ("households", "risk", "reasons", "members", "scores")
# What a snapshot without a model in force answers from.
NO_SCORES = (
    "CREATE TABLE IF NOT EXISTS scores (household_id VARCHAR, probability DOUBLE, rank BIGINT, is_flagged BOOLEAN, "
    "known BOOLEAN, scheme VARCHAR)"
)
# Directories of files of one schema; all other tables are single files.
IN_PARTS = ("invoices_by_seller", "invoices_by_buyer", "timeline")


class Snapshot(ProfileReader, WorklistReader, RegisterReader, ChainReader, LineageReader, ClearReader):
    """One whole snapshot. It never changes, whatever is published meanwhile; safe to share by threads."""

    def __init__(self, home: Home, kept: shelf.Kept) -> None:
        self.home = home
        self.id = kept.id
        self.path: Path = kept.path
        self.manifest: Mapping[str, Any] = kept.manifest
        self._local = threading.local()
        self._con = connect(spill=home.staging)
        self._create_tables()

    @classmethod
    def open(cls, home: Home, snapshot_id: str | None = None) -> "Snapshot":
        """
        Open the named snapshot, or the current one.

        :raises NoSnapshotError: there is none
        """
        return cls(home, shelf.find_snapshot(home, snapshot_id))

    @cached_property
    def network(self) -> "Network":
        """The trading network, memory-mapped; loaded when first walked, for its compiled kernels are slow to import."""
        from yihu.lens.network.trace import Network

        return Network.open(self.path / "network")

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one of this package's own queries; rows as dictionaries of Python values. Tokens stay inside."""
        cursor = self._cursor().execute(sql, list(params))
        names = [column[0] for column in cursor.description]
        kept = [at for at, name in enumerate(names) if not name.endswith("_token")]
        return [{names[at]: row[at] for at in kept} for row in cursor.fetchall()]

    def row(self, sql: str, params: Sequence[object] = ()) -> dict[str, Any] | None:
        """The first row, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def tokens(self, text: str) -> dict[str, str]:
        """The tokens under which this snapshot knows a number somebody typed; empty when the text is no number."""
        key = vault_key(self.home)
        if self.manifest["created_from"].get("vault_key") != key_name(key):
            return {}
        return tokens_of(key, text)

    def _cursor(self) -> Any:
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._con.cursor()
        return self._local.cursor

    def _create_tables(self) -> None:
        for table in IN_PARTS:
            if any((self.path / table).glob("*.parquet")):
                pattern = str(self.path / table / "*.parquet")
                self._con.execute(f"CREATE VIEW {table} AS FROM read_parquet({literal(pattern)})")
        for file in sorted(self.path.glob("*.parquet")):
            kind = "TABLE" if file.stem in HELD else "VIEW"
            self._con.execute(f"CREATE {kind} {file.stem} AS FROM read_parquet({literal(str(file))})")
        self._con.execute(NO_SCORES)
        if (self.path / "trades.parquet").exists():
            # Snapshots built before the buyers' order was kept answer from the sellers'.
            self._con.execute("CREATE VIEW IF NOT EXISTS trades_by_buyer AS FROM trades")
