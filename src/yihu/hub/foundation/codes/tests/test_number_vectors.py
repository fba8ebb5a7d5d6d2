"""Real credit codes and identity numbers with known verdicts, regions judged by the revisions of GB/T 2260."""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from yihu.hub.foundation.codes.services.layouts import find_layout
from yihu.hub.foundation.codes.services.parsing import parse
from yihu.hub.foundation.codes.services.reading import SourceFile
from yihu.kit.number_verdicts import NumberVerdict, RegionSpan, examine_number

OUTSIDE = Path(__file__).resolve().parents[7] / "shared" / "data" / "code_tables"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not OUTSIDE.exists(), reason="the outside test vectors are not here"),
]
REASONS = {
    "InvalidLength": "E-NUM-LENGTH",
    "InvalidComponent unknown county": "E-NUM-REGION",
    "InvalidComponent date": "E-NUM-BIRTH",
    "address code": "E-NUM-REGION",
    "birth date": "E-NUM-BIRTH",
    "check digit": "E-NUM-CHECK",
}


def rows(name: str) -> list[dict[str, str]]:
    if not OUTSIDE.exists():
        return []
    with (OUTSIDE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def judge() -> Callable[[str], NumberVerdict]:
    source = OUTSIDE / "gb2260_all_revisions_1980_2019.parquet"
    parsed = parse(find_layout("", table="divisions-history"), [SourceFile(source.name, source.read_bytes())])
    spans: dict[str, list[RegionSpan]] = {}
    for e in parsed.entries:
        spans.setdefault(e.code, []).append(RegionSpan(e.name, e.valid_from, e.valid_to))

    def regions(code: str) -> Sequence[RegionSpan]:
        return spans.get(code, [])

    return lambda number: examine_number(number, regions=regions)


def test_credit_codes(judge) -> None:
    vectors = rows("uscc_test_vectors.csv")
    assert len(vectors) == 102
    for row in vectors:
        verdict = judge(row["number"])
        assert verdict.is_valid == row["expected"].startswith("valid"), row
        assert verdict.is_valid == (verdict.findings == ()), row
        if row["reason"] in REASONS:
            assert [f.code for f in verdict.findings] == [REASONS[row["reason"]]]


def test_identity_numbers(judge) -> None:
    vectors = rows("id_number_test_vectors.csv")
    assert len(vectors) == 14
    for row in vectors:
        verdict = judge(row["number"])
        codes = [f.code for f in verdict.findings]
        assert verdict.is_valid == (row["expected"] != "invalid"), row
        if row["expected"] == "invalid_strict_valid_lenient":
            assert codes == ["E-NUM-REGION-DATE"], row
        elif row["expected"] == "invalid":
            assert REASONS[row["note"]] in codes, row
        if row["county"]:
            assert verdict.region_name == row["county"], row
        if row["birth_date"]:
            assert verdict.born_on == date.fromisoformat(row["birth_date"]), row


def test_a_region_of_before_the_first_list_is_doubted_not_refused(judge) -> None:
    verdict = judge("140120197901010008")
    assert [f.code for f in verdict.findings] == ["E-NUM-REGION-OLD"]
    assert "太原市" in verdict.findings[0].message
