"""What must hold of a snapshot before a reader may see it."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal

UNIQUE_KEYS = {
    "households": "household_id",
    "members": "registration_id",
    "indicators": "household_id",
    "risk": "household_id",
    "trades": "seller_household_id, buyer_household_id, month",
}
REFERENCES = {
    "members": "household_id",
    "trades": "seller_household_id",
    "timeline": "household_id",
    "reasons": "household_id",
    "roles": "household_id",
}


class SnapshotRefusedError(RuntimeError):
    """A built snapshot broke a rule and was not published."""

    def __init__(self, checks: list[dict[str, Any]]) -> None:
        broken = [c for c in checks if not c["ok"]]
        super().__init__("快照校验未通过，未发布：" + "；".join(f"{c['name']}（{c['detail']}）" for c in broken))
        self.checks = checks


def verify(con: Any, out: Path) -> list[dict[str, Any]]:
    """Keys, references and row counts of the tables in `out`: a list of {name, ok, detail}."""
    checks = [_unique(con, out, table, key) for table, key in UNIQUE_KEYS.items()]
    checks += [_refers(con, out, table, key) for table, key in REFERENCES.items()]
    checks += [_one_row_each(con, out, table) for table in ("indicators", "risk")]
    return checks


def _table(out: Path, table: str) -> str:
    file = out / f"{table}.parquet"
    return f"read_parquet({literal(str(file if file.exists() else out / table / '*.parquet'))})"


def _scalar(con: Any, sql: str) -> int:
    return int(con.execute(sql).fetchone()[0])


def _unique(con: Any, out: Path, table: str, key: str) -> dict[str, Any]:
    extra = _scalar(con, f"SELECT count(*) - count(DISTINCT k) FROM (SELECT ({key}) AS k FROM {_table(out, table)})")
    return {"name": f"{table} 主键唯一", "ok": extra == 0, "detail": f"重复 {extra} 行"}


def _refers(con: Any, out: Path, table: str, key: str) -> dict[str, Any]:
    lost = _scalar(
        con,
        f"SELECT count(*) FROM {_table(out, table)} t "
        f"ANTI JOIN {_table(out, 'households')} h ON t.{key} = h.household_id",
    )
    return {"name": f"{table} 指向的户存在", "ok": lost == 0, "detail": f"无户 {lost} 行"}


def _one_row_each(con: Any, out: Path, table: str) -> dict[str, Any]:
    households = _scalar(con, f"SELECT count(*) FROM {_table(out, 'households')}")
    rows = _scalar(con, f"SELECT count(*) FROM {_table(out, table)}")
    return {"name": f"{table} 每户一行", "ok": rows == households, "detail": f"{rows} 行 / {households} 户"}
