"""Numbers of nobody, unique enough to be found again wherever they leak, and the files they are gathered from."""

import csv
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.kit.identifiers import USCC_ALPHABET, id_check_digit, uscc_check_digit
from yihu.lens.backends.duck import connect, literal

COUNT = 1_000
FIRMS = 250
LENGTHS = (11, 18, 19)
RUN = re.compile(r"[0-9]{11,}[0-9Xx]?")


@dataclass(frozen=True)
class Canaries:
    """Identity numbers, telephones and accounts, `COUNT` of each, no two alike."""

    identities: tuple[str, ...]
    phones: tuple[str, ...]
    accounts: tuple[str, ...]

    @property
    def everything(self) -> frozenset[str]:
        return frozenset((*self.identities, *self.phones, *self.accounts))


def make_canaries(seed: int = 7) -> Canaries:
    chance = random.Random(seed)
    identities = {_identity(chance) for _ in range(COUNT * 2)}
    phones = {f"1{chance.choice('3456789')}{chance.randrange(10**9):09d}" for _ in range(COUNT * 2)}
    accounts = {f"6222{chance.randrange(10**15):015d}" for _ in range(COUNT * 2)}
    return Canaries(*(tuple(sorted(numbers)[:COUNT]) for numbers in (identities, phones, accounts)))


def _identity(chance: random.Random) -> str:
    body = f"3301{chance.randrange(2, 9):02d}{chance.randrange(1950, 2000)}{chance.randrange(1, 13):02d}"
    body += f"{chance.randrange(1, 29):02d}{chance.randrange(1000):03d}"
    return body + id_check_digit(body)


def firm_number(at: int) -> str:
    body = "91330106MA" + "".join(USCC_ALPHABET[at // 31**k % 31] for k in range(7))
    return body + uscc_check_digit(body)


def write_sources(folder: Path, found: Canaries) -> None:
    """Registrations, changes, persons, roles, invoices and third-party rows full of canaries."""
    folder.mkdir(parents=True)
    firms = range(FIRMS)
    tables: dict[str, tuple[str, Iterable[Iterable[object]]]] = {
        "registrations": (
            "registration_id,name,uscc,registered_on,status_code,division_code,address,phone,"
            "legal_representative_name,legal_representative_id,office_code,office_name",
            (
                (firm_number(n), f"杭州甲{n}贸易有限公司", firm_number(n), "2020-01-01", "NORMAL", "330106",
                 f"文三路{n}号", found.phones[n], f"张{n}", found.identities[n], f"13301{n % 3}", f"{n % 3}所")
                for n in firms
            ),
        ),
        "registration_changes": (
            "registration_id,changed_on,item_code,old_value,new_value",
            (
                row
                for n in firms
                for row in (
                    (firm_number(n), "2023-01-05", "PHONE", found.phones[FIRMS + n], found.phones[n]),
                    (firm_number(n), "2023-01-06", "SCOPE", f"联系人证件{found.identities[FIRMS + n]}", "贸易"),
                )
            ),
        ),
        "persons": (
            "person_id,name,id_type_code,id_number,phone,address",
            (
                (f"P{n}", f"李{n}", "ID_CARD", found.identities[n], found.phones[n], f"浙江省杭州市西湖区文二路{n}号")
                for n in range(COUNT)
            ),
        ),
        "roles": (
            "registration_id,person_id,role_code,start_on",
            (
                (firm_number(n % FIRMS), f"P{n}", ("LEGAL_REPRESENTATIVE", "TAX_HANDLER", "SHAREHOLDER")[n % 3],
                 "2020-01-01")
                for n in range(COUNT)
            ),
        ),
        "third_party": (
            "source_code,record_id,subject_number,occurred_on,item_code,item_name,amount,text",
            (
                ("BANK", n, firm_number(n % FIRMS), "2023-02-01", "IN", f"转入{found.phones[n]}", "100.00",
                 f"收款账号{found.accounts[n]}")
                for n in range(COUNT)
            ),
        ),
        "invoices": (
            "invoice_number,issued_at,seller_number,buyer_number,amount,tax_amount,total_amount,goods_name",
            (
                (f"{n:08d}", f"2023-0{1 + n % 9}-11 10:00:00", firm_number(n % FIRMS), firm_number((n + 7) % FIRMS),
                 "100.00", "13.00", "113.00", "*钢材*螺纹钢")
                for n in range(COUNT)
            ),
        ),
    }  # fmt: skip
    for name, (header, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header.split(","))
            writer.writerows(rows)


def leaks(text: str, canaries: frozenset[str]) -> set[str]:
    """Canaries inside a text, also within longer runs of digits."""
    return {
        run[at : at + length]
        for run in RUN.findall(text)
        for length in LENGTHS
        for at in range(len(run) - length + 1)
        if run[at : at + length] in canaries
    }


def leaks_in_files(paths: Iterable[Path], canaries: frozenset[str]) -> Iterator[tuple[Path, set[str]]]:
    """Each file with the canaries in its raw bytes and, for parquet, in its decoded columns."""
    con = connect(threads=1)
    for path in paths:
        found = leaks(path.read_bytes().decode("latin-1"), canaries)
        if path.suffix == ".parquet":
            for row in con.execute(
                f"SELECT COLUMNS(*)::VARCHAR FROM read_parquet({literal(str(path))}, hive_partitioning = false)"
            ).fetchall():
                found |= leaks("\n".join(cell or "" for cell in row), canaries)
        yield path, found


def leaks_in_database(cursor: Any, canaries: frozenset[str]) -> dict[str, set[str]]:
    """Every column of every table, read as text."""
    cursor.execute(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm') ORDER BY 1, 2"
    )
    found: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        cursor.execute(f'SELECT "{column}" FROM "{table}"')
        for (value,) in cursor.fetchall():
            text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else _text(value)
            if leaked := leaks(text, canaries):
                found.setdefault(f"{table}.{column}", set()).update(leaked)
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
