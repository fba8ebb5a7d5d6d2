"""
Tables that a day of invoices leaves as they were: computed once, kept under what they are made of, linked again.

A kept table lies below ``home.partials`` as ``table-<name>-<key>``. The key is a hash of the gathered files it reads,
of the household of every number in them, of the vault's key and of the code and engine that write it; so an invoice of
a number never seen before, which makes a new member, does not touch the tables of registered taxpayers.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from yihu.kit import masks
from yihu.lens import vault
from yihu.lens.backends import duck
from yihu.lens.home import Home, digest_files, link_or_copy, publish_directory
from yihu.lens.household import owned, sources, timeline
from yihu.lens.household.sources import Sources
from yihu.lens.schema import catalogue

KEY_LENGTH = 16
PREFIX = "table"
_CODE = (masks, vault, duck, owned, sources, timeline, catalogue)


class KeptTables:
    """What one build keeps and finds kept. `used` are the directories in use, `found` the tables taken as they were."""

    def __init__(self, home: Home, con: Any, gathered: Sources) -> None:
        self.used: list[Path] = []
        self.found: list[str] = []
        self._home = home
        self._con = con
        self._sources = gathered
        code = digest_files(Path(str(module.__file__)) for module in _CODE)
        name = vault.key_name(vault.vault_key(home))
        self._salt = f"{duckdb.__version__} {name} ".encode() + code + digest_files(_schema_files())
        self._digests: dict[str, bytes] = {}

    def write(self, name: str, tables: Sequence[str], numbers: str, make: Callable[[Path], int], target: Path) -> int:
        """
        Put the table `name` at `target`, making it only if what it reads is new.

        :param tables: canonical tables it reads
        :param numbers: SQL of the taxpayer numbers in them, one column ``number``; ``owners`` must exist
        :param make: writes the file it is given
        :returns: rows
        """
        digest = hashlib.sha256(name.encode() + self._salt)
        for table in tables:
            digest.update(self._digest(table))
        digest.update(self._membership(numbers))
        folder = self._home.partials / f"{PREFIX}-{name}-{digest.hexdigest()[:KEY_LENGTH]}"
        if folder.exists():
            self.found.append(name)
        else:
            self._publish(folder, target.name, make)
        self.used.append(folder)
        link_or_copy(folder / target.name, target)
        return int(pq.read_metadata(target).num_rows)

    def _publish(self, folder: Path, file: str, make: Callable[[Path], int]) -> None:
        staged = self._home.new_staging()
        try:
            make(staged / file)
            publish_directory(staged, folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def _digest(self, table: str) -> bytes:
        if table not in self._digests:
            files = [*self._sources.files.get(table, ()), *self._sources.superseded.get(table, ())]
            self._digests[table] = digest_files(files)
        return self._digests[table]

    def _membership(self, numbers: str) -> bytes:
        (pairs,) = self._con.execute(
            "SELECT sha256(coalesce(string_agg(registration_id || chr(9) || household_id, chr(10) "
            f"ORDER BY registration_id), '')) FROM owners SEMI JOIN ({numbers}) n ON n.number = registration_id"
        ).fetchone()
        return str(pairs).encode()


def _schema_files() -> list[Path]:
    return sorted(Path(str(catalogue.__file__)).parent.glob("*.yaml"))
