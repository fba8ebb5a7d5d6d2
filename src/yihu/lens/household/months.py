"""
Months of invoices, computed once and kept: adding a day recomputes its month and nothing else.

Two kinds of partials lie below ``home.partials``. ``content-<key>`` depends on the month's gathered rows only: the
numbers on its invoices and the facts of conservation. ``month-<key>`` also depends on which household each of those
numbers belongs to, and on no other membership. Both are published whole and never change afterwards.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from yihu.lens.backends.duck import parquet_source, write_parquet
from yihu.lens.backends.engine import Engine
from yihu.lens.home import Home, publish_directory
from yihu.lens.household import monthly
from yihu.lens.household.kept import PREFIX
from yihu.lens.household.sources import Sources, empty_select, invoice_months, superseded
from yihu.lens.schema import TABLES

KEY_LENGTH = 16
NO_MONTH = "none"
FACTS = ("gathered_rows", "invoices", "amount", "tax_amount", "valid_invoices", "valid_amount", "valid_tax_amount")
PAIR_ORDER = ("seller_household_id", "buyer_household_id")
# product: (expression of the month's invoices by seller, order of its rows)
PRODUCTS: Mapping[str, tuple[Callable[[Any], Any], Sequence[str]]] = {
    "by_buyer": (lambda invoices: invoices, monthly.BUYER_ORDER),
    "trades": (monthly.trades, (*PAIR_ORDER, "month")),
    "goods": (monthly.trade_goods, (*PAIR_ORDER, "goods_group")),
    "sides": (monthly.sides, ("household_id", "side_code", "month")),
    "marks": (monthly.marks, ("household_id", "side_code", "issued_at", *monthly.TIES)),
    "devices": (monthly.devices, ("household_id", "device_code")),
}


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its files and the directories that hold what was computed from them."""

    name: str
    files: Sequence[Path]
    replaced: Path
    content_key: str
    content: Path

    @property
    def numbers(self) -> Path:
        return self.content / "numbers.parquet"

    @property
    def facts(self) -> Path:
        return self.content / "facts.parquet"


class MonthWorks:
    """
    Computes what is missing of each month and notes what was already there (`built`, `kept`: month names).

    The expressions are the same for every month, so they are made once and the views below them exchanged.
    """

    def __init__(self, home: Home, engine: Engine) -> None:
        self.built: list[str] = []
        self.kept: list[str] = []
        self._home = home
        self._engine = engine
        self._expressions: dict[str, Any] = {}

    def prepare(self, sources: Sources, scratch: Path) -> list[Month]:
        """Make sure that every month's content partial is there, oldest first. `scratch` must outlive the months."""
        con = self._engine.duck
        con.execute(f"CREATE OR REPLACE TEMP TABLE superseded_invoices AS {superseded(sources, 'invoices')}")
        months = invoice_months(sources) or {NO_MONTH: [_write_no_invoices(con, scratch)]}
        return [self._prepare(name, files, scratch / f"replaced-{name}.parquet") for name, files in months.items()]

    def _prepare(self, name: str, files: Sequence[Path], replaced: Path) -> Month:
        _write_replaced(self._engine.duck, files, replaced)
        key = content_key(name, [*files, replaced])
        month = Month(name, files, replaced, key, self._home.partials / f"content-{key}")

        def write(folder: Path) -> None:
            rows = self._standing(month)
            numbers = self._once("numbers", lambda: monthly.numbers(rows))
            facts = self._once("facts", lambda: monthly.source_facts(rows))
            self._engine.write(numbers, folder / month.numbers.name, order=["number"])
            self._engine.write(facts, folder / month.facts.name, order=["gathered_rows"])

        _ensure(self._home, month.content, write)
        return month

    def products(self, month: Month, members: Path) -> Path:
        """
        The directory with the month's products under the given membership (registration_id, household_id).

        Holds by_seller, by_buyer, trades, goods, sides, marks and devices, each one sorted parquet file.
        """
        key = _membership_key(self._engine.duck, month, members)
        folder = self._home.partials / f"month-{key}"
        built = _ensure(self._home, folder, lambda staged: self._write_products(month, members, staged))
        (self.built if built else self.kept).append(month.name)
        return folder

    def _write_products(self, month: Month, members: Path, staged: Path) -> None:
        engine, seller_file = self._engine, staged / "by_seller.parquet"
        rows, owners = self._standing(month), engine.read([members], name="month_members")
        # Ranking whole rows is the dearest step of a month: taken only where an invoice came twice.
        if _has_repeats(engine.duck, month):
            joined = self._once("ranked", lambda: monthly.by_seller(monthly.single_invoices(rows), owners))
        else:
            joined = self._once("by_seller", lambda: monthly.by_seller(rows, owners))
        engine.write(joined, seller_file, order=monthly.SELLER_ORDER)
        invoices = engine.read([seller_file], name="month_by_seller")
        for product, (make, order) in PRODUCTS.items():
            expression = self._once(product, partial(make, invoices))
            engine.write(expression, staged / f"{product}.parquet", order=order)

    def _standing(self, month: Month) -> Any:
        """The month's gathered rows without those that a later version replaced."""
        rows = self._engine.read(month.files, name="month_rows")
        replaced = self._engine.read([month.replaced], name="month_replaced")
        return self._once("standing", lambda: monthly.standing(rows, replaced))

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._expressions:
            self._expressions[name] = make()
        return self._expressions[name]


def _write_no_invoices(con: Any, scratch: Path) -> Path:
    """One month without rows, so that every product is there and typed although nothing was invoiced."""
    path = scratch / f"{NO_MONTH}.parquet"
    write_parquet(con, empty_select(TABLES["invoices"].arrow_schema()), path)
    return path


def _write_replaced(con: Any, files: Sequence[Path], target: Path) -> None:
    """The month's share of the replaced rows, in a file of its own so that other months keep their key."""
    places = ", ".join(monthly.PLACE)
    (any_replaced,) = con.execute("SELECT count(*) FROM superseded_invoices").fetchone()
    rows = f"{parquet_source(files)} SEMI JOIN superseded_invoices USING ({places})"
    source = rows if any_replaced else "superseded_invoices"
    write_parquet(con, f"SELECT {places} FROM {source} ORDER BY ALL", target)


def content_key(name: str, files: Sequence[Path]) -> str:
    """Hash of a month's rows and of the code and engine that read them."""
    digest = hashlib.sha256(f"{name} {duckdb.__version__} ".encode())
    digest.update(Path(monthly.__file__).read_bytes())
    for file in files:
        with file.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()[:KEY_LENGTH]


def _has_repeats(con: Any, month: Month) -> bool:
    facts = total_facts(con, [month])
    return bool(facts["gathered_rows"] != facts["invoices"])


def _membership_key(con: Any, month: Month, members: Path) -> str:
    """Hash of the month's content key and of the household of every number on its invoices."""
    (pairs,) = con.execute(
        "SELECT sha256(coalesce(string_agg(number || chr(9) || household_id, chr(10) ORDER BY number), '')) "
        f"FROM {parquet_source([month.numbers])} n JOIN {parquet_source([members])} m "
        "ON m.registration_id = n.number"
    ).fetchone()
    return hashlib.sha256(f"{month.content_key} {pairs}".encode()).hexdigest()[:KEY_LENGTH]


def _ensure(home: Home, folder: Path, write: Callable[[Path], None]) -> bool:
    """Publish `folder` filled by `write` unless it is already there; True when it had to be built."""
    if folder.exists():
        return False
    staged = home.new_staging()
    try:
        write(staged)
        publish_directory(staged, folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return True


def drop_superseded(home: Home, keep: Sequence[Path]) -> None:
    """Remove partials that this build did not use; published snapshots keep their own links to the files."""
    kept = {path.name for path in keep}
    for folder in home.partials.glob("*-*"):
        if folder.name.split("-")[0] in ("content", "month", PREFIX) and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def total_facts(con: Any, months: Sequence[Month]) -> dict[str, Any]:
    """Sums of the months' source facts."""
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in FACTS)
    row = con.execute(f"SELECT {sums} FROM {parquet_source([m.facts for m in months])}").fetchone()
    return dict(zip(FACTS, row, strict=True))
