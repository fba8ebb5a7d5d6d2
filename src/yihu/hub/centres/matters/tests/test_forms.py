"""A form of every kind of field: what is typed, what is kept, what is asked for, what is wrong with it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from yihu.hub.centres.matters.catalogue.conditions import process_data
from yihu.hub.centres.matters.catalogue.fields import FormTree
from yihu.hub.centres.matters.catalogue.personal import sealed, unsealed
from yihu.hub.centres.matters.catalogue.reading import data_of, raw_of, taken, with_row, without_row
from yihu.hub.centres.matters.catalogue.schema import read_schema
from yihu.hub.centres.matters.catalogue.spec import Check, Material
from yihu.hub.centres.matters.catalogue.validation import FORMATS, faults_of, missing_materials
from yihu.hub.centres.matters.forms.controls import Control, Desk
from yihu.hub.centres.matters.services.acting import merged

SCHEMA: dict[str, Any] = {
    "type": "object", "unevaluatedProperties": False,
    "x-groups": [{"title": "一", "fields": ["name", "kind"]}],
    "properties": {
        "name": {"type": "string", "title": "名称", "maxLength": 20},
        "kind": {"type": "string", "title": "种类",
                 "oneOf": [{"const": "A", "title": "甲"}, {"const": "B", "title": "乙"}]},
        "amount": {"type": "string", "title": "金额", "x-money": True, "minimum": 0, "maximum": 1000000},
        "count": {"type": "integer", "title": "数量", "minimum": 0, "maximum": 1000},
        "rate": {"type": "number", "title": "比率", "minimum": 0, "maximum": 100},
        "ok": {"type": "boolean", "title": "确认"},
        "on": {"type": "string", "title": "日期", "format": "date"},
        "tags": {"type": "array", "title": "标签", "maxItems": 3, "uniqueItems": True,
                 "items": {"type": "string", "oneOf": [{"const": "x", "title": "甲"}, {"const": "y", "title": "乙"}]}},
        "phone": {"type": "string", "title": "电话", "maxLength": 11, "x-personal": "phone"},
        "place": {"type": "object", "title": "地点", "additionalProperties": False,
                  "properties": {"city": {"type": "string", "title": "市", "maxLength": 10}}},
        "items": {"type": "array", "title": "明细", "maxItems": 3,
                  "items": {"type": "object", "additionalProperties": False, "required": ["what"],
                            "properties": {"what": {"type": "string", "title": "品名", "maxLength": 10},
                                           "price": {"type": "string", "title": "单价", "x-money": True}}}},
        "total": {"type": "string", "title": "合计", "x-money": True, "x-compute": "sum(form.items.price)"},
        "verdict": {"type": "string", "title": "结论", "maxLength": 50, "x-edit": ["Review"]},
    },
    "required": ["name", "kind", "verdict"],
    "if": {"properties": {"kind": {"const": "B"}}, "required": ["kind"]},
    "then": {"properties": {"extra": {"type": "string", "title": "补充", "maxLength": 10}}, "required": ["extra"]},
}  # fmt: skip
FORM = FormTree(SCHEMA)
GOOD = {"name": "甲", "kind": "A"}


def codes(raw: dict[str, Any], **more: Any) -> set[str]:
    return {f"{f.code} {f.field}" for f in faults_of(FORM, data_of(FORM, raw), **more)}


def test_the_schema_itself_is_allowed() -> None:
    assert read_schema(json.dumps(SCHEMA))[1] == []


def test_what_is_typed_becomes_what_the_schema_speaks_of() -> None:
    raw = {
        **GOOD, "amount": "1,234.5", "count": "7", "rate": "2.50", "ok": ["false", "true"], "on": "2026-03-01",
        "tags": ["x", "y"], "place.city": "深圳", "items.0.what": "纸", "items.0.price": "3",
        "items.2.what": "笔", "items.2.price": "4.25", "total": "999",
    }  # fmt: skip
    assert data_of(FORM, raw) == {
        "name": "甲", "kind": "A", "amount": "1234.50", "count": 7, "rate": 2.5, "ok": True, "on": "2026-03-01",
        "tags": ["x", "y"], "place": {"city": "深圳"},
        "items": [{"what": "纸", "price": "3.00"}, {"what": "笔", "price": "4.25"}], "total": "7.25",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"kind": "A"}, "MAT-F01 name"),
        ({**GOOD, "kind": "B"}, "MAT-F01 extra"),
        ({**GOOD, "kind": "C"}, "MAT-F02 kind"),
        ({**GOOD, "name": "长" * 21}, "MAT-F02 name"),
        ({**GOOD, "amount": "12.345"}, "MAT-F02 amount"),
        ({**GOOD, "amount": "一百"}, "MAT-F02 amount"),
        ({**GOOD, "amount": "-1"}, "MAT-F02 amount"),
        ({**GOOD, "amount": "1000000.01"}, "MAT-F02 amount"),
        ({**GOOD, "count": "1.5"}, "MAT-F02 count"),
        ({**GOOD, "count": "many"}, "MAT-F02 count"),
        ({**GOOD, "rate": "101"}, "MAT-F02 rate"),
        ({**GOOD, "on": "2026-02-30"}, "MAT-F02 on"),
        ({**GOOD, "tags": ["x", "x"]}, "MAT-F02 tags"),
        ({**GOOD, "items.0.price": "3"}, "MAT-F01 items.0.what"),
        ({**GOOD, "place.city": "长" * 11}, "MAT-F02 place.city"),
    ],
)
def test_each_fault_stands_at_its_field(raw: dict[str, Any], fault: str) -> None:
    assert codes(raw) == {fault}


def test_good_data_have_no_fault_and_later_fields_are_missed_at_their_own_node() -> None:
    assert codes(GOOD) == set()
    assert codes(GOOD, node="Review") == {"MAT-F01 verdict"}


def test_what_was_never_asked_is_foreign() -> None:
    assert {f.code for f in faults_of(FORM, {**GOOD, "secret": 1})} == {"MAT-F03"}


def test_hidden_fields_are_not_lost_and_not_handed_in() -> None:
    raw = {**GOOD, "kind": "B", "extra": "说明"}
    assert data_of(FORM, raw)["extra"] == "说明"
    hidden = {**raw, "kind": "A"}
    assert "extra" not in data_of(FORM, hidden)
    assert data_of(FORM, {**hidden, "kind": "B"})["extra"] == "说明"


def test_rules_over_several_fields_stand_at_the_field_they_name() -> None:
    check = Check(code="XX-001", require="form.count <= form.rate", field="count", message="数量不能大于比率")
    assert codes({**GOOD, "count": "5", "rate": "3"}, checks=[check]) == {"XX-001 count"}
    assert codes({**GOOD, "count": "2", "rate": "3"}, checks=[check]) == set()
    assert codes({**GOOD, "count": "5"}, checks=[check]) == set(), "what cannot be said is no fault"


def test_materials_are_needed_when_their_condition_holds() -> None:
    bill = Material(code="bill", name="发票", when="form.amount > 1000", types=["pdf"])
    small, large = data_of(FORM, {**GOOD, "amount": "1000"}), data_of(FORM, {**GOOD, "amount": "1000.01"})
    assert missing_materials(FORM, small, [bill], {}) == []
    assert [f.code for f in missing_materials(FORM, large, [bill], {})] == ["MAT-M01"]
    assert missing_materials(FORM, large, [bill], {"bill": 1}) == []


def test_the_process_reads_numbers_and_no_personal_number() -> None:
    data = data_of(FORM, {**GOOD, "amount": "1234.50", "phone": "13800138000"})
    assert process_data(FORM, data) == {"name": "甲", "kind": "A", "amount": 1234.5}


def test_sealing_comes_back() -> None:
    data = {**GOOD, "phone": "13800138000"}
    kept = sealed(FORM, data, lambda text: text[::-1])
    assert kept["phone"] == "sealed:00083100831"
    assert sealed(FORM, kept, lambda text: text[::-1]) == kept, "sealing twice seals once"
    assert unsealed(FORM, kept, lambda text: text[::-1]) == data


def test_rows_come_and_go() -> None:
    raw = with_row(with_row({}, "items", 3), "items", 3)
    raw |= {"items.0.what": "甲", "items.1.what": "乙"}
    assert with_row(with_row(raw, "items", 3), "items", 3) == with_row(raw, "items", 3), "no more than may be"
    left = without_row(raw, "items", 0)
    assert data_of(FORM, left)["items"] == [{"what": "乙"}]


def test_a_node_keeps_its_hands_off_what_is_not_its_own() -> None:
    before = data_of(FORM, {**GOOD, "amount": "12.00", "phone": "13800138000"})
    after = merged(FORM, before, {"verdict": "同意", "amount": "99999", "kind": "B"}, "Review")
    assert after == {**before, "verdict": "同意"}


def test_names_from_a_browser_are_names_only() -> None:
    sent = [("name", ["甲"]), ("__class__", ["x"]), ("../a", ["x"]), ("a" * 9000, ["x"]), ("items.0.what", ["\0乙"])]
    found = taken(sent)
    assert found["name"] == "甲"
    assert found["items.0.what"] == "乙"
    assert "../a" not in found


def controls(desk: Desk) -> dict[str, Control]:
    found: dict[str, Control] = {}

    def walk(some: Any) -> None:
        for one in some:
            found[one.name] = one
            walk(one.children)
            for row in one.rows:
                walk(row.controls)

    walk([c for _, inside in desk.groups() for c in inside])
    return found


def test_every_field_of_a_node_is_asked_with_its_words() -> None:
    desk = Desk(FORM, {**GOOD, "kind": "B", "items.0": ""}, faults=faults_of(FORM, {"kind": "B", "name": "甲"}))
    asked = controls(desk)
    assert {"name", "extra", "items.0.what", "place.city", "total"} <= set(asked)
    assert "verdict" not in asked, "another node's"
    assert asked["extra"].required
    assert asked["extra"].described == "f_extra_error"
    assert asked["total"].readonly
    assert set(controls(Desk(FORM, GOOD, node="Review"))) == {"verdict"}


def test_the_shape_changes_with_fields_and_rows_only() -> None:
    plain = Desk(FORM, GOOD).shape()
    assert Desk(FORM, {**GOOD, "name": "乙"}).shape() == plain
    assert Desk(FORM, {**GOOD, "kind": "B"}).shape() != plain
    assert Desk(FORM, with_row(GOOD, "items", 3)).shape() != plain


NAMES = ["name", "kind", "amount", "count", "rate", "ok", "on", "tags", "phone", "place.city", "extra", "verdict",
         "items.0.what", "items.0.price", "items.1", "items.7.what", "total", "kind.x", "items", "place"]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=30), st.sampled_from(["A", "B", "true", "1", "-0", "1e9", "NaN", "2026-01-01", "x"]))
RAWS = st.dictionaries(st.sampled_from(NAMES), st.one_of(TEXTS, st.lists(TEXTS, max_size=3)), max_size=12)


@settings(max_examples=400, deadline=None)
@given(RAWS)
def test_whatever_is_typed_is_read_judged_and_asked_for_again(raw: dict[str, Any]) -> None:
    raw = taken((name, value if isinstance(value, list) else [value]) for name, value in raw.items())
    data = data_of(FORM, raw)
    json.dumps(data)
    faults = faults_of(FORM, data)
    assert all(f.message and "（" not in f.field for f in faults)
    Desk(FORM, raw, faults=faults).groups()
    wanted = {"name", "kind", "verdict"} | ({"extra"} if data.get("kind") == "B" else set())
    if not faults:
        assert wanted - {"verdict"} <= set(data)


ITEM = st.fixed_dictionaries({"what": st.text("甲乙丙", min_size=1, max_size=5)},
                             optional={"price": st.decimals(0, 9999, places=2).map(lambda d: f"{d:.2f}")})  # fmt: skip
VALID = st.fixed_dictionaries(
    {"name": st.text("甲乙丙ab1", min_size=1, max_size=20), "kind": st.just("A")},
    optional={
        "amount": st.decimals(0, 1_000_000, places=2).map(lambda d: f"{d:.2f}"), "count": st.integers(0, 1000),
        "rate": st.integers(0, 400).map(lambda n: n / 4).map(lambda n: int(n) if n == int(n) else n),
        "ok": st.booleans(), "on": st.dates().map(str),
        "tags": st.lists(st.sampled_from(["x", "y"]), min_size=1, max_size=2, unique=True),
        "place": st.fixed_dictionaries({"city": st.text("市县", min_size=1, max_size=10)}),
        "items": st.lists(ITEM, min_size=1, max_size=3),
    },
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(VALID)
def test_valid_data_come_through_the_browser_unchanged(data: dict[str, Any]) -> None:
    back = data_of(FORM, raw_of(FORM, data))
    total = back.pop("total", None)
    assert back == data
    prices = [row.get("price") for row in data.get("items", [])]
    assert total is None or None not in prices
    assert faults_of(FORM, data) == []
    whole = {**data, "verdict": "同意"}
    assert Draft202012Validator(SCHEMA, format_checker=FORMATS).is_valid(whole), "the same schema says the same"
