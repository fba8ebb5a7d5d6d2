"""
Peer groups: whom a household is compared with.

A registered household's finest group is taxpayer kind × industry large class × county; groups of fewer than
`SMALLEST` households go up to city, province, country, then to the industry section, then to the kind, then to all.
A coarser group is made of the households that found no finer one, and says so in its name (其余) when others did.
Households without registration are known only by their trade: they are grouped by whether they sell, buy or do both.
"""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from yihu.lens.schema.catalogue import CODES
from yihu.lens.schema.places import DIVISIONS, INDUSTRIES, ancestors

SMALLEST = 30
UNKNOWN_KIND, UNKNOWN_INDUSTRY, UNKNOWN_PLACE = "身份不明纳税人", "行业不明", "地区不明"
EVERYBODY = "全部登记纳税人"
LEVELS = ("county", "city", "province", "country", "section", "kind", "everybody")
_TRADE = (
    "CASE WHEN sales_amount <> 0 AND purchase_amount <> 0 THEN '未登记·有销有购' "
    "WHEN sales_amount <> 0 THEN '未登记·只有销售' WHEN purchase_amount <> 0 THEN '未登记·只有购进' "
    "ELSE '未登记·无有效发票' END"
)


def create_places(con: Any) -> None:
    """Temporary table ``places`` of the division codes in ``golden``: division_name and its county, city, province."""
    codes = [c for (c,) in con.execute("SELECT DISTINCT division_code FROM golden ORDER BY 1").fetchall() if c]
    _create(con, "places", ["division_code", "division_name", "province", "city", "county"], map(_place, codes))


def _place(code: str) -> tuple[str, ...]:
    known = next((c for c in (code, f"{code[:4]}00", f"{code[:2]}0000") if c in DIVISIONS), None)
    if known is None:
        return (code, code, UNKNOWN_PLACE, UNKNOWN_PLACE, UNKNOWN_PLACE)
    names = [place.name for place in ancestors(known, DIVISIONS)]
    levels = ["".join(names[: depth + 1]) for depth in range(len(names))]
    province, city, county = (levels + [levels[-1]] * 2)[:3]
    return (code, levels[-1], province, city, county)


def _industry(code: str) -> tuple[str, str, str]:
    digits = "".join(ch for ch in code if ch.isdigit())[:2]
    if digits in INDUSTRIES:
        large = INDUSTRIES[digits]
        return (code, large.name, INDUSTRIES[large.parent].name if large.parent else large.name)
    letter = code[:1].upper()
    section = INDUSTRIES[letter].name if letter in INDUSTRIES else UNKNOWN_INDUSTRY
    return (code, f"{section}{digits}" if digits else section, section)


def _create(con: Any, name: str, columns: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    found = list(rows)
    table = pa.table({c: pa.array([row[i] for row in found], pa.string()) for i, c in enumerate(columns)})
    con.register(f"{name}_rows", table)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_rows")
    con.unregister(f"{name}_rows")


def create_peer_groups(con: Any) -> None:
    """Temporary table ``peer_groups`` (household_id, peer_group) from ``golden`` and ``places``."""
    codes = [c for (c,) in con.execute("SELECT DISTINCT industry_code FROM golden ORDER BY 1").fetchall() if c]
    _create(con, "industries", ["industry_code", "large_class", "section"], map(_industry, codes))
    con.execute(f"CREATE OR REPLACE TEMP TABLE ladder AS {_ladder()}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE peer_groups AS "
        f"SELECT household_id, {_TRADE} AS peer_group FROM golden WHERE NOT is_registered"
    )
    for level in LEVELS:
        _settle(con, level)


def _ladder() -> str:
    kinds = " ".join(f"WHEN '{code}' THEN '{zh}'" for code, zh in CODES["taxpayer_kind"].items())
    return (
        f"SELECT household_id, k AS kind, k || '·' || coalesce(section, '{UNKNOWN_INDUSTRY}') AS section, "
        f"'{EVERYBODY}' AS everybody, {', '.join(_level(level) for level in LEVELS[:3])}, {_level('country')} FROM ("
        "SELECT *, '全国' AS country, "
        f"CASE taxpayer_kind_code {kinds} ELSE '{UNKNOWN_KIND}' END AS k FROM golden "
        "LEFT JOIN industries USING (industry_code) LEFT JOIN places USING (division_code) WHERE is_registered)"
    )


def _level(level: str) -> str:
    industry, place = f"coalesce(large_class, '{UNKNOWN_INDUSTRY}')", f"coalesce({level}, '{UNKNOWN_PLACE}')"
    return f"k || '·' || {industry} || '·' || {place} AS {level}"


def _settle(con: Any, level: str) -> None:
    """Give the households still without a group this level's, where enough of them are left."""
    least = 0 if level == LEVELS[-1] else SMALLEST
    con.execute(
        f"INSERT INTO peer_groups SELECT l.household_id, {level} || CASE WHEN g.members > g.waiting THEN '（其余）' "
        f"ELSE '' END FROM ladder l JOIN (SELECT {level}, count(*) AS members, "
        "count(*) FILTER (household_id NOT IN (SELECT household_id FROM peer_groups)) AS waiting "
        f"FROM ladder GROUP BY 1) g USING ({level}) ANTI JOIN peer_groups p ON p.household_id = l.household_id "
        f"WHERE g.waiting >= {least}"
    )
