"""What households may share: persons, agents, phones, addresses and issuing devices, in comparable spelling."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal, parquet_source, write_parquet

FULL_WIDTH = "".join(chr(c) for c in range(0xFF01, 0xFF5F))
HALF_WIDTH = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F))
SHORTEST_ADDRESS = 6


def normal_address(column: str) -> str:
    """SQL: half width, upper case, bare of blanks, punctuation and province; null when masked or too short."""
    half = f"translate(upper({column}), {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)})"
    bare = f"regexp_replace({half}, '[\\s\\pP]+', '', 'g')"
    place = f"regexp_replace({bare}, '^(中国)?.{{2,7}}?(省|自治区)', '')"
    return f"CASE WHEN length({place}) >= {SHORTEST_ADDRESS} AND NOT contains({column}, '*') THEN {place} END"


def write_ties(con: Any, registrations: Path, roles: Path, devices: Any, target: Path) -> int:
    """
    Write distinct (household_id, link_code, value).

    PERSON counts every role but the tax handler, who gives AGENT; past roles count too. A telephone is
    known by its token.

    :param devices: files with household_id, device_code
    """
    address = normal_address("address")
    return write_parquet(
        con,
        "SELECT DISTINCT * FROM ("
        "SELECT household_id, CASE role_code WHEN 'TAX_HANDLER' THEN 'AGENT' ELSE 'PERSON' END AS link_code, "
        f"natural_person_id AS value FROM {parquet_source([roles])} "
        f"UNION ALL SELECT household_id, 'PHONE', phone_token FROM {parquet_source([registrations])} "
        f"UNION ALL SELECT household_id, 'ADDRESS', {address} FROM {parquet_source([registrations])} "
        f"UNION ALL SELECT household_id, 'DEVICE', device_code FROM {parquet_source(devices)}) "
        "WHERE value IS NOT NULL ORDER BY link_code, value, household_id",
        target,
    )
