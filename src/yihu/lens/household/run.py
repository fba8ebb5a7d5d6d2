"""Build the household tables of a snapshot from the gathered batches."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import write_parquet
from yihu.lens.backends.engine import Engine, open_engine
from yihu.lens.home import Home, link_or_copy
from yihu.lens.household import golden, months, owned, peers, people, state, ties, timeline, totals
from yihu.lens.household.kept import KeptTables
from yihu.lens.household.membership import complete_members, name_numbers
from yihu.lens.household.sources import Sources, create_current_views, empty_select, home_sources
from yihu.lens.household.tables import MEMBERS, PERSON_MEMBERS
from yihu.lens.vault import teach, vault_key

Progress = Callable[[str, float], None]
LINK_ORDER = ("household_id", "link_code", "value", "other_household_id")


def write_household(
    home: Home, out: Path, *, backend: str = "duckdb", progress: Progress = lambda stage, done: None
) -> dict[str, Any]:
    """
    Write the household tables into `out`, which holds members and person_members from resolution.

    :param backend: engine of the heavy products, ``duckdb`` or ``spark``
    :returns: {"tables": {name: rows}, "months": {"built": [...], "kept": [...]}, "tables_kept": [...]}
    """
    return write_from_sources(home, home_sources(home), out, backend=backend, progress=progress)


def write_from_sources(home: Home, sources: Sources, out: Path, *, backend: str, progress: Progress) -> dict[str, Any]:
    """`write_household` over the given files; `home` lends only its partials and its staging directory."""
    scratch = home.new_staging()
    try:
        with open_engine(backend, spill=scratch / "spill") as engine:
            kept = KeptTables(home, engine.duck, sources)
            return _Run(home, sources, out, scratch, engine, progress, kept).write()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Run:
    home: Home
    sources: Sources
    out: Path
    scratch: Path
    engine: Engine
    progress: Progress
    kept: KeptTables

    def write(self) -> dict[str, Any]:
        con = self.engine.duck
        teach(con, vault_key(self.home))
        create_current_views(con, self.sources)
        self.progress("读取各月发票", 0.0)
        works = months.MonthWorks(self.home, self.engine)
        prepared = works.prepare(self.sources, self.scratch)
        tables = {"members": self._complete_members(prepared)}
        folders = [self._month(works, month, n / len(prepared)) for n, month in enumerate(prepared)]
        tables |= self._people() | self._trading(folders) | self._households()
        tables |= self._ties(folders) | self._story(folders)
        months.drop_superseded(self.home, [*(m.content for m in prepared), *folders, *self.kept.used])
        self.progress("一户式归集完成", 1.0)
        kept = {"months": {"built": works.built, "kept": works.kept}, "tables_kept": self.kept.found}
        return {"tables": tables, **kept}

    def _file(self, table: str) -> Path:
        return self.out / f"{table}.parquet"

    def _complete_members(self, prepared: Sequence[months.Month]) -> int:
        con, numbers = self.engine.duck, [m.numbers for m in prepared]
        decided = self._decided("members", MEMBERS)
        name_numbers(con, numbers)
        fresh = self.scratch / "members.parquet"
        rows = complete_members(con, decided, numbers, fresh)
        shutil.move(fresh, self._file("members"))
        return rows

    def _decided(self, table: str, schema: Any) -> Path:
        """What resolution wrote, set aside; an empty table where it wrote nothing."""
        aside = self.scratch / f"decided-{table}.parquet"
        if self._file(table).exists():
            shutil.copy(self._file(table), aside)
        else:
            write_parquet(self.engine.duck, empty_select(schema), aside)
        return aside

    def _month(self, works: months.MonthWorks, month: months.Month, done: float) -> Path:
        self.progress(f"归集 {month.name} 发票", 0.1 + 0.5 * done)
        folder = works.products(month, self._file("members"))
        for side in ("seller", "buyer"):
            link_or_copy(
                folder / f"by_{side}.parquet", self.out / f"invoices_by_{side}" / f"month={month.name}.parquet"
            )
        return folder

    def _people(self) -> dict[str, int]:
        con = self.engine.duck
        owned.create_owners(con, self._file("members"))
        people.complete_people(con, self._decided("person_members", PERSON_MEMBERS))
        return {
            "person_members": people.write_person_members(con, self._file("person_members")),
            "roles": people.write_roles(con, self._file("members"), self._file("roles")),
            "persons": people.write_persons(con, self._file("roles"), self._file("persons")),
            **{table: self._owned(table) for table in owned.OWNED},
        }

    def _owned(self, table: str) -> int:
        def make(file: Path) -> int:
            return owned.write_owned(self.engine.duck, table, file)

        return self.kept.write(table, owned.reads(table), owned.numbers(table), make, self._file(table))

    def _trading(self, folders: Sequence[Path]) -> dict[str, int]:
        self.progress("汇总交易", 0.62)
        engine = self.engine
        trades, goods, sides = (
            engine.read([f / f"{product}.parquet" for f in folders]) for product in ("trades", "goods", "sides")
        )
        engine.write(totals.activity(sides), self.scratch / "activity.parquet", order=["household_id"])
        goods_order = (*months.PAIR_ORDER, "goods_group")
        buyer_order = (*reversed(months.PAIR_ORDER), "month")
        return {
            "trades": engine.write(trades, self._file("trades"), order=(*months.PAIR_ORDER, "month")),
            # The same rows once more, so that whom a household bought from is as quickly read as whom it sold to.
            "trades_by_buyer": engine.write(trades, self._file("trades_by_buyer"), order=buyer_order),
            "trade_goods": engine.write(totals.all_goods(goods), self._file("trade_goods"), order=goods_order),
        }

    def _households(self) -> dict[str, int]:
        self.progress("合成一户档案", 0.75)
        con = self.engine.duck
        golden.create_golden(con, self._file("members"), self.scratch / "activity.parquet")
        peers.create_places(con)
        peers.create_peer_groups(con)
        return {
            "households": golden.write_households(con, self._file("households")),
            "quality": state.write_quality(con, self._file("members"), self._file("quality")),
        }

    def _ties(self, folders: Sequence[Path]) -> dict[str, int]:
        self.progress("穿透关联", 0.8)
        shared = self.scratch / "ties.parquet"
        devices = [f / "devices.parquet" for f in folders]
        ties.write_ties(self.engine.duck, self._file("registrations"), self._file("roles"), devices, shared)
        found = totals.links(self.engine.read([shared]))
        return {"links": self.engine.write(found, self._file("links"), order=LINK_ORDER)}

    def _story(self, folders: Sequence[Path]) -> dict[str, int]:
        self.progress("编排时间轴", 0.85)
        sides, marks = ([f / f"{product}.parquet" for f in folders] for product in ("sides", "marks"))
        con, folder = self.engine.duck, self.out / "timeline"
        registers = self.kept.write(
            "timeline",
            (*timeline.REGISTERS, "persons"),
            timeline.read_numbers(),
            lambda file: timeline.write_register_events(con, file),
            folder / "registers.parquet",
        )
        rows = timeline.write_invoice_events(con, sides, marks, self._file("households"), folder / "invoices.parquet")
        return {"timeline": registers + rows}
