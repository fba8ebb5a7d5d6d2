"""DuckDB and Spark give the same tables: same columns, types, rows and order."""

from datetime import date

import pytest

from yihu.lens.backends.engine import open_engine
from yihu.lens.backends.spark import missing_for_spark
from yihu.lens.household.tests.district import District, invoice

GOODS = (("1090511010000000000", None), (None, "*餐饮服务*工作餐"), (None, None), ("", "钢管"))


def _small_district(district: District) -> None:
    firms = [f"R{n:02d}" for n in range(56)]
    described = {"phone": "0571-88886666", "status_code": "NORMAL", "registered_on": date(2020, 1, 1)}
    district.add("registrations", [{"registration_id": f, "name": f"公司{f}", **described} for f in firms])
    district.members = [{"registration_id": f, "household_id": f"H{n // 2:03d}"} for n, f in enumerate(firms)]
    district.add("persons", [{"person_id": f"P{n}", "name": f"张{n}"} for n in range(9)])
    role = {"role_code": "SHAREHOLDER", "start_on": date(2020, 1, 1)}
    district.add("roles", [{"registration_id": f, "person_id": f"P{n % 9}", **role} for n, f in enumerate(firms)])
    for batch in ("B000001-aa", "B000002-bb"):
        rows = []
        for n in range(0 if batch < "B000002" else 150, 200):
            code, name = GOODS[n % len(GOODS)]
            more = {"status_code": ("VALID", "VOID", None)[n % 3 if n % 5 == 0 else 0], "device_code": f"D{n % 7}"}
            more |= {"goods_code": code, "goods_name": name, "buyer_name": f"买方{n % 4}"}
            at = f"2024-{1 + n % 2:02d}-{1 + n % 28:02d} 23:{n % 60:02d}"
            amount = f"{(n * 7919 % 100_003) - 20_000}.{n % 100:02d}"
            rows.append(invoice(str(n), firms[n % 11], firms[n % 17], amount, at, **more))
        district.add("invoices", rows, batch=batch)


@pytest.mark.spark
@pytest.mark.slow
def test_spark_gives_the_same_tables_as_duckdb(district: District) -> None:
    if (missing := missing_for_spark()) is not None:
        pytest.skip(missing)
    _small_district(district)
    on_duckdb = district.build("duckdb").tables()
    for folder in district.home.partials.iterdir():
        folder.rename(district.root / folder.name)
    on_spark = district.build("spark", backend="spark")
    assert on_spark.result["months"]["kept"] == []
    assert set(on_spark.tables()) == set(on_duckdb)
    assert [name for name, rows in on_spark.tables().items() if not rows.equals(on_duckdb[name])] == []
    assert on_spark.result["tables"]["links"] > 0


def test_an_unknown_engine_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="sqlite"), open_engine("sqlite"):
        pass
