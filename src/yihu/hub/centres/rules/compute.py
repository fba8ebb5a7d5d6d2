"""The door to the snapshot: what a back-test may read, and running one."""

from collections.abc import Callable, Mapping
from datetime import date

from yihu.kit.decisions import Table
from yihu.lens.decisions import NotColumnarError
from yihu.lens.decisions.over_snapshots import BackTested, back_test
from yihu.lens.decisions.over_snapshots import columns_of as columns_in
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.schema import TABLES
from yihu.lens.snapshots import shelf

__all__ = ["BackTested", "NotColumnarError", "columns_of", "find_current", "names_of", "run_back_test"]

OF_HOUSEHOLDS = {
    "household_id": "户编号", "registration_count": "登记数", "division_name": "行政区划名称",
    "is_registered": "有登记",
    "first_invoice_on": "首张发票日期", "last_invoice_on": "最近发票日期", "sales_amount": "销售额",
    "uscc": "统一社会信用代码",
    "purchase_amount": "采购额", "peer_group": "同业组", "score": "风险分值", "level_code": "风险等级代码",
    "rule_score": "规则得分", "outlier_score": "离群得分", "evidence": "证据充分度",
    "primary_registration_id": "主登记识别号",
}  # fmt: skip


def find_current() -> shelf.Kept | None:
    """The published snapshot, or None."""
    try:
        return shelf.current_snapshot(Home.from_env())
    except (shelf.NoSnapshotError, OSError, ValueError):
        return None


def columns_of(kept: shelf.Kept, population: str) -> dict[str, str]:
    """Columns a rule may read, by name, with their kinds."""
    return columns_in(kept.path, population)


def names_of(population: str) -> dict[str, str]:
    """What the columns are called in Chinese, as far as they have a name."""
    if population == "INVOICES":
        return {name: column.zh for name, column in TABLES["invoices"].columns.items()}
    registered = {name: column.zh for name, column in TABLES["registrations"].columns.items()}
    return {**registered, **{one.code: one.zh for one in catalogue()}, **OF_HOUSEHOLDS}


def run_back_test(
    kept: shelf.Kept,
    population: str,
    version: Table,
    present: Table | None,
    columns: Mapping[str, str],
    *,
    on: date,
    present_on: date,
    progress: Callable[[int, int], None],
) -> BackTested:
    """Both versions over the snapshot; see `lens.decisions.over_snapshots.back_test`."""
    home = Home.from_env()
    home.staging.mkdir(parents=True, exist_ok=True)
    return back_test(
        kept.path, population, version, present, columns,
        on=on, present_on=present_on, scratch=home.staging, progress=progress,
    )  # fmt: skip
