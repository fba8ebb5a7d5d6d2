"""What a bundle may hold, and how each fault is named."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yihu.hub.centres.matters.catalogue.bundle import Known, bundle_of, read_bundle
from yihu.hub.centres.matters.catalogue.files import digest_of, read_folder
from yihu.hub.centres.matters.catalogue.layout import with_picture
from yihu.hub.centres.matters.catalogue.letters import examine_text, fill, in_capitals
from yihu.hub.centres.matters.catalogue.patterns import is_safe_pattern
from yihu.hub.centres.matters.catalogue.problems import ADVICE, UnreadableBundleError
from yihu.hub.centres.matters.catalogue.process import read_outline

LEAVE = Path(__file__).parents[6] / "matters" / "office" / "leave"


@pytest.fixture
def files() -> dict[str, str]:
    return read_folder(LEAVE)


def faults(files: dict[str, str], known: Known | None = None) -> set[str]:
    """`code place` of everything wrong, whether the bundle could be read or not."""
    try:
        found = bundle_of(files, known).problems
    except UnreadableBundleError as error:
        found = error.problems
    return {f"{p.code} {p.file} {p.place}".strip() for p in found}


def test_the_example_is_sound() -> None:
    bundle = read_bundle(LEAVE)
    assert bundle.problems == ()
    assert bundle.spec.key == "office/leave"
    assert len(bundle.plays) >= 3


def test_the_digest_changes_with_any_file_and_any_name(files: dict[str, str]) -> None:
    before = digest_of(files)
    for name in files:
        assert digest_of({**files, name: files[name] + "\n"}) != before
    moved = {("cases/other.yaml" if n == "cases/short.yaml" else n): t for n, t in files.items()}
    assert digest_of(moved) != before
    assert digest_of(dict(reversed(files.items()))) == before


@pytest.mark.parametrize(
    "name", ["../evil.txt", "letters/../../x.txt", "/etc/passwd", "run.py", "letters/x.html", "cases/a/b.yaml", "a\nb"]
)
def test_foreign_names_are_refused(files: dict[str, str], name: str) -> None:
    assert f"MTR-F01 {name}" in faults({**files, name: "x"})


def test_a_link_is_refused_not_followed(tmp_path: Path, files: dict[str, str]) -> None:
    folder = tmp_path / "office" / "leave"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    assert read_bundle(folder).digest == digest_of(files)
    (folder / "letters" / "secret.txt").symlink_to("/etc/passwd")
    (folder / "more.dmn").symlink_to("/etc/passwd")
    with pytest.raises(UnreadableBundleError) as refused:
        read_bundle(folder)
    assert {(p.code, p.file) for p in refused.value.problems} == {
        ("MTR-F05", "letters/secret.txt"), ("MTR-F05", "more.dmn"),
    }  # fmt: skip


def test_too_much_is_refused(files: dict[str, str]) -> None:
    assert "MTR-F03 letters/permit.txt" in faults({**files, "letters/permit.txt": "字" * 100_000})
    assert "MTR-F03" in faults({**files, **{f"letters/l{i}.txt": "x" for i in range(90)}})


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['id']",
        "name: !!python/name:os.system",
        "a: &x [1]\nb: *x",
        "a: 1\na: 2",
        "- not a mapping",
        "a: [" + "[" * 40 + "]" * 40 + "]",
        "a: *nowhere",
        "\t- broken: [",
    ],
)
def test_yaml_holds_plain_data_only(files: dict[str, str], text: str) -> None:
    assert any(f.startswith("MTR-Y01 matter.yaml") for f in faults({**files, "matter.yaml": text}))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("format: 1", "format: 2", "MTR-Y04 matter.yaml format"),
        ("summary:", "sumary:", "MTR-Y02 matter.yaml sumary"),
        ("summary:", "sumary:", "MTR-Y03 matter.yaml summary"),
        ("length: 3", "length: 0", "MTR-Y04 matter.yaml time_limit.length"),
        ("prefix: QJ", "prefix: q1", "MTR-Y04 matter.yaml number.prefix"),
        ("types: [pdf, jpg, png]", "types: [exe]", "MTR-Y04 matter.yaml materials.0.types.0"),
        ("  局领导: {duty", "  市局: {duty", "MTR-X01 matter.yaml roles"),
        ("  局领导: {duty", "  市局: {duty", "MTR-X04 matter.yaml roles.市局"),
        ("  Granted: {", "  Given: {", "MTR-X04 matter.yaml outcomes.Given"),
        ("pause_at: {Apply:", "pause_at: {Wait:", "MTR-X04 matter.yaml time_limit.pause_at.Wait"),
        ("field: end", "field: ende", "MTR-X05 matter.yaml checks.QJ-001"),
        ("low_risk: true", "low_risk: false", "MTR-X01 matter.yaml low_risk"),
        ("{{ form.days }} 天\"\nlist", "{{ form.dayz }} 天\"\nlist", "MTR-L01 matter.yaml title"),
        ("code: permit,", "code: permission,", "MTR-F02 letters/permission.txt"),
    ],
)  # fmt: skip
def test_faults_of_matter_yaml_are_named(files: dict[str, str], before: str, after: str, fault: str) -> None:
    assert before in files["matter.yaml"]
    assert fault in faults({**files, "matter.yaml": files["matter.yaml"].replace(before, after, 1)})


def test_the_amount_of_a_step_is_a_number_of_the_form(files: dict[str, str]) -> None:
    drawn = files["process.bpmn"]
    for name, right in (("days", True), ("kind", False), ("nothing", False)):
        found = faults(
            {**files, "process.bpmn": drawn.replace('lowrisk="true"', f'lowrisk="true" yihu:amount="{name}"')}
        )
        assert any(f.startswith("MTR-X05 process.bpmn") for f in found) is not right, (name, found)


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ({"$ref": "http://example.org/x.json"}, "MTR-S03"),
        ({"$ref": "file:///etc/passwd"}, "MTR-S03"),
        ({"$ref": "form.json#/properties/kind"}, "MTR-S03"),
        ({"type": "string", "title": "甲", "maxLength": 5, "$id": "http://example.org"}, "MTR-S02"),
        ({"type": "string", "title": "甲", "maxLength": 5, "x-python": "1"}, "MTR-S02"),
        ({"type": "string", "title": "甲"}, "MTR-S05"),
        ({"type": "string", "maxLength": 5}, "MTR-S05"),
        ({"type": "string", "title": "甲", "maxLength": 50, "pattern": "^(a+)+$"}, "MTR-S06"),
        ({"type": "string", "title": "甲", "maxLength": 5, "x-label": "SECRET"}, "MTR-S07"),
        ({"type": "string", "title": "甲", "maxLength": 5, "x-edit": ["Nowhere"]}, "MTR-X04"),
        ({"type": "array", "title": "甲", "items": {"type": "object", "properties": {}}}, "MTR-S05"),
        ({"type": "integer", "title": "甲", "minimum": "low"}, "MTR-S07"),
    ],
)
def test_faults_of_the_form_are_named(files: dict[str, str], part: dict[str, object], fault: str) -> None:
    form = json.loads(files["form.json"])
    form["properties"]["extra"] = part
    assert {f.partition(" ")[0] for f in faults({**files, "form.json": json.dumps(form)})} == {fault}


def test_depth_is_bounded(files: dict[str, str]) -> None:
    form = json.loads(files["form.json"])
    inner: dict[str, object] = {"type": "string", "title": "甲", "maxLength": 5}
    for _ in range(40):
        inner = {"type": "object", "title": "组", "properties": {"a": inner}}
    form["properties"]["deep"] = inner
    assert {f.partition(" ")[0] for f in faults({**files, "form.json": json.dumps(form)})} == {"MTR-S04"}
    assert any(f.startswith("MTR-S01") for f in faults({**files, "form.json": "[" * 100_000}))


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        "<x", "", "<definitions/>", '<?xml version="1.0" encoding="no-such"?><x/>',
    ],
)  # fmt: skip
def test_xml_reaches_nothing(xml: str) -> None:
    outline, problems = read_outline(xml)
    assert not outline.nodes
    assert [p.code for p in problems] == ["MTR-P01"]


def test_what_the_program_does_not_have_is_named(files: dict[str, str]) -> None:
    known = Known(handlers=frozenset(), prefills=frozenset(), duties=frozenset({"DIRECTOR"}), families=frozenset())
    found = faults(files, known)
    assert {"MTR-X02 process.bpmn", "MTR-X02 form.json name", "MTR-X03 matter.yaml roles"} <= found
    assert "MTR-X03 matter.yaml family" in found


def test_too_few_cases_and_unreached_ends_are_named(files: dict[str, str]) -> None:
    left = {n: t for n, t in files.items() if n not in {"cases/short.yaml", "cases/long.yaml", "cases/wrong.yaml"}}
    problems = bundle_of(left).problems
    assert [p.code for p in problems] == ["MTR-C01", "MTR-C01"]
    assert "Granted" in problems[1].message


def test_a_case_names_only_what_there_is(files: dict[str, str]) -> None:
    played = (
        files["cases/short.yaml"].replace("by: 所长", "by: 处长").replace("letters: [permit]", "letters: [nothing]")
    )
    found = faults({**files, "cases/short.yaml": played})
    assert {"MTR-C02 cases/short.yaml cast", "MTR-C02 cases/short.yaml"} <= found


def test_letters_fill_places_and_nothing_else() -> None:
    values = {"form": {"name": "{{ form.amount }}", "amount": "12345.60", "day": "2026-03-01", "ok": True}}
    text = "{{ form.name }} {{form.amount | money}} {{ form.day | long_day }} {{ form.ok }} {{ form.none }}|"
    assert fill(text, values) == "{{ form.amount }} 12,345.60 2026年3月1日 是 |"
    known = frozenset({"name", "amount"})
    assert examine_text("x", "", "{{ form.name }}{{ case.number }}", known) == []
    for bad in (
        "{{ form.other }}", "{{ case.secret }}", "{% if 1 %}", "{{ form.name | eval }}", "{{ form.name()", "{{ 7*7 }}",
        "{{ form.__class__ }}", "{{ settings.SECRET_KEY }}",
    ):  # fmt: skip
        assert {p.code for p in examine_text("x", "", bad, known)} == {"MTR-L01"}, bad


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"), ("10000", "壹万元整"), ("12345.67", "壹万贰仟叁佰肆拾伍元陆角柒分"), ("0.05", "伍分"),
        ("100000001", "壹亿零壹元整"), ("10.05", "壹拾元零伍分"), ("1002000", "壹佰万贰仟元整"),
        ("-3.10", "负叁元壹角整"),
        ("20030", "贰万零叁拾元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(amount: str, words: str) -> None:
    assert in_capitals(amount) == words


def test_dangerous_patterns_are_told_from_harmless_ones() -> None:
    assert all(is_safe_pattern(p, 200) for p in ("^1[0-9]{10}$", "^[A-Z]{2}(-[0-9]{4})?$", "^(京|粤)[A-Z]$", "a+b*"))
    assert not any(is_safe_pattern(p, 200) for p in ("(a+)+", "(a|a)*b", "(.*)*", "(?=a)b", r"(a)\1", "(", "a" * 300))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_files_hold_the_answer_is_a_bundle_or_its_faults(
    files: dict[str, str], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    text = files[name]
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    junk = data.draw(st.one_of(st.text(max_size=20), st.sampled_from(NASTY)))
    try:
        found = bundle_of({**files, name: text[:at] + junk + text[at + length :]})
        problems = found.problems
    except UnreadableBundleError as error:
        problems = error.problems
    assert all(p.code in ADVICE and p.message for p in problems)


NASTY = [
    "{{ form.__class__ }}", "{% include 'x' %}", "!!python/object:os.system", "*x", "&x", "<!DOCTYPE a>", "$ref", "\0",
    '"x-compute": "form"', "../", "'; DROP TABLE matters_case; --", "\ud800", "<script>", "- - - -", "[[[[", "NaN",
    "1e999",
]  # fmt: skip


def test_a_process_is_drawn_whole(files: dict[str, str]) -> None:
    drawn = with_picture(files["process.bpmn"])
    assert with_picture(drawn) == drawn
    assert read_outline(drawn) == read_outline(files["process.bpmn"])
    for node in ("Apply", "HeadApproval", "LeaderApproval", "Granted", "Pool", "LaneLeader"):
        assert f'bpmnElement="{node}"' in drawn
