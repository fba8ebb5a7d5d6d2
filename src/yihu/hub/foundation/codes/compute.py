"""What the centre takes from the lens: the code lists it computes with, and which codes the data uses."""

from collections.abc import Mapping
from dataclasses import dataclass

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.schema import CODES, TABLES
from yihu.lens.schema.places import DIVISIONS, INDUSTRIES, Place
from yihu.lens.snapshots import shelf

SHIPPED_DIVISIONS, SHIPPED_INDUSTRIES = "divisions", "industries"
# Columns of the golden record whose codes are checked, with the tables that answer for them: the fullest first.
USED = {
    "division_code": ("divisions-streets", "divisions-history", SHIPPED_DIVISIONS),
    "industry_code": ("industries-full", SHIPPED_INDUSTRIES),
    "type_code": ("registration-types",),
    "status_code": ("registration_status",),
    "taxpayer_kind_code": ("taxpayer_kind",),
    "credit_rating_code": ("credit_rating",),
}


@dataclass(frozen=True, slots=True)
class ShippedTable:
    """A code list of the program: rows are (code, name, parent code or "")."""

    code: str
    name: str
    standard: str
    levels: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class UsedColumn:
    """Codes of one column of the current snapshot, with the number of households that carry each."""

    column: str
    title: str
    tables: tuple[str, ...]
    counts: Mapping[str, int]


def shipped_tables() -> list[ShippedTable]:
    """The lists of `lens/schema`, which stays their only source."""
    titles = {c.code: c.zh for t in TABLES.values() for c in t.columns.values() if c.code}
    titles |= {"third_party_source": "第三方数据来源", "role": "人员角色"}
    lists = [
        ShippedTable(
            name, titles.get(name, name), "一户标准代码", ("代码",), tuple((c, zh, "") for c, zh in rows.items())
        )
        for name, rows in CODES.items()
    ]
    places = (
        (SHIPPED_DIVISIONS, "行政区划（常用）", "GB/T 2260", ("省级", "地级", "县级"), DIVISIONS),
        (SHIPPED_INDUSTRIES, "国民经济行业（门类与大类）", "GB/T 4754-2017", ("门类", "大类"), INDUSTRIES),
    )
    return lists + [ShippedTable(c, n, s, levels, _rows(tree)) for c, n, s, levels, tree in places]


def _rows(tree: Mapping[str, Place]) -> tuple[tuple[str, str, str], ...]:
    return tuple((p.code, p.name, p.parent or "") for p in tree.values())


def used_codes() -> list[UsedColumn]:
    """One small scan of the household table for each checked column it has; empty without a snapshot."""
    try:
        snapshot = shelf.current_snapshot(Home.from_env())
    except (shelf.NoSnapshotError, OSError, ValueError):
        return []
    source = f"read_parquet({literal(str(snapshot.path / 'households.parquet'))})"
    engine = connect()
    columns = {row[0] for row in engine.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    titles = {name: c.zh for t in reversed(TABLES.values()) for name, c in t.columns.items()}
    found = []
    for column, tables in USED.items():
        if column in columns:
            query = f"SELECT {column}, count(*) FROM {source} WHERE {column} IS NOT NULL GROUP BY 1"
            counts = dict(engine.execute(query).fetchall())
            found.append(UsedColumn(column, titles.get(column, column), tables, counts))
    return found
