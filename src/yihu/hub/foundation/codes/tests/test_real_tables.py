"""The official tables beside the checkout: every one loads, with the counts their README states."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from yihu.hub.foundation.codes.services.drafting import Wanted, import_version
from yihu.hub.foundation.codes.services.layouts import find_layout
from yihu.hub.foundation.codes.services.parsing import Parsed, parse
from yihu.hub.foundation.codes.services.publishing import publish, submit
from yihu.hub.foundation.codes.services.reading import SourceFile

OUTSIDE = Path(__file__).resolve().parents[7] / "shared" / "data" / "code_tables"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not OUTSIDE.exists(), reason="the outside code tables are not here"),
]
REVISIONS = "gb2260_all_revisions_1980_2019.parquet"


def read(table: str, *names: str) -> Parsed:
    sources = [SourceFile(n, (OUTSIDE / n).read_bytes()) for n in names]
    return parse(find_layout("", table=table), sources)


def levels(parsed: Parsed) -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in parsed.entries:
        found[entry.level] = found.get(entry.level, 0) + 1
    return found


def test_industries_have_the_totals_of_the_standard() -> None:
    parsed = read("industries-full", "gbt4754_2017_industry.csv")
    assert levels(parsed) == {1: 20, 2: 97, 3: 473, 4: 1_381}
    by_code = {e.code: e for e in parsed.entries}
    assert (by_code["0111"].parent, by_code["01"].parent) == ("011", "A")
    assert parsed.problems == []


def test_goods_and_services_are_all_there() -> None:
    parsed = read("goods-and-services", "tax_classification_codes_4205.csv")
    by_code = {e.code: e for e in parsed.entries}
    assert len(by_code) == 4_205
    assert by_code["1030204010000000000"].parent == "1030204000000000000"
    assert by_code["1030204010000000000"].attributes["简称"] == "乳制品"
    tops = {c[0]: sum(1 for other in by_code if other[0] == c[0]) for c in by_code}
    assert tops == {"1": 3_800, "2": 10, "3": 352, "4": 16, "5": 14, "6": 13}
    assert parsed.problems == []


def test_harmonised_system_and_its_sections() -> None:
    parsed = read("hs6", "hs_sections.csv", "hs6_harmonized_system.csv")
    assert len(parsed.entries) == 21 + 6_939
    # The line of the grand total is no code.
    assert [(p.code, p.place.value) for p in parsed.problems] == [("E-CODE-FORM", "TOTAL")]
    assert next(e for e in parsed.entries if e.code == "01").parent == "I"


def test_countries_and_registration_types() -> None:
    countries = read("countries", "country_codes.csv")
    assert len(countries.entries) == 249
    assert next(e for e in countries.entries if e.code == "CHN").attributes["二字母代码"] == "CN"
    types = {e.code: e for e in read("registration-types", "registration_type_codes_28.csv").entries}
    assert len(types) == 28
    assert types["151"].parent == "150"


def test_divisions_reach_the_streets() -> None:
    names = [f"divisions_modood_{level}.csv" for level in ("provinces", "cities", "areas", "streets")]
    parsed = read("divisions-streets", *names)
    found = levels(parsed)
    assert (found[1], found[2], sum(found.values())) == (31, 342, 31 + 342 + 2_978 + 41_352 - 3)
    # Three cities without counties stand in the lists of cities and of counties alike.
    assert [p.place.value for p in parsed.problems] == ["441900", "442000", "460400"]


def test_streets_without_their_counties_are_refused_whole() -> None:
    parsed = read("divisions-streets", "divisions_modood_streets.csv")
    assert parsed.is_refused
    assert {p.code for p in parsed.problems} == {"E-CODE-PARENT"}


@pytest.fixture(scope="module")
def revisions() -> Parsed:
    return read("divisions-history", REVISIONS)


def test_the_revisions_make_spans_that_give_every_list_back(revisions: Parsed) -> None:
    assert revisions.read == 308_715
    rows = pq.read_table(OUTSIDE / REVISIONS).to_pylist()
    assert {e.code for e in revisions.entries} == {r["code"] for r in rows}
    for month in ("198012", "199512", "201904"):
        day = date(int(month[:4]), int(month[4:]), 1)
        listed = {(r["code"], r["name"]) for r in rows if r["src"] == "mca" and r["rev"] == month}
        valid = {
            (e.code, e.name)
            for e in revisions.entries
            if (e.valid_from is None or e.valid_from <= day) and (e.valid_to is None or day < e.valid_to)
            and e.attributes["系列"] == "民政部"
        }  # fmt: skip
        assert valid == listed


def test_codes_that_went_lead_to_where_the_name_went(revisions: Parsed) -> None:
    went = {s.from_code: s for s in revisions.successors}
    assert went["310119"].to_code == ""  # 南汇区 joined 浦东新区: no name tells, an officer must
    assert went["120222"].to_code == "120114"  # 武清县 became 武清区
    derived = [s for s in revisions.successors if s.to_code]
    assert len(derived) > 2_500
    codes = {e.code for e in revisions.entries}
    assert {s.to_code for s in derived} <= codes


@pytest.mark.django_db
def test_the_largest_table_is_stored_and_published(editor, reviewer) -> None:
    names = [f"divisions_modood_{level}.csv" for level in ("provinces", "cities", "areas", "streets")]
    sources = [SourceFile(n, (OUTSIDE / n).read_bytes()) for n in names]
    now = timezone.now()
    done = import_version(wanted=Wanted("divisions-streets"), sources=sources, actor=editor, now=now)
    assert (done.version.entry_count, done.rejected) == (44_700, 3)
    submit(item=done.version, actor=editor, now=now)
    publish(item=done.version, actor=reviewer, now=now)
    done.version.refresh_from_db()
    assert done.version.is_published
