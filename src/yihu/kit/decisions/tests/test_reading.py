"""XML in and out, and files that must be refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.decisions import UnreadableTableError, read_table, write_table
from yihu.kit.decisions.tests.random_tables import tables

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
GOOD = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{NAMESPACE}" xmlns:yihu="https://yihu.dev/dmn/1" id="d" name="请假" namespace="n">
  <decision id="leave" name="请假审批层级"><decisionTable id="t" hitPolicy="UNIQUE">
    <input id="i" label="天数"><inputExpression id="e" typeRef="integer"><text>days</text></inputExpression></input>
    <output id="o" name="level" label="层级" typeRef="string"/>
    <rule id="r1" yihu:from="2026-01-01"><description>某办法第三条</description>
      <inputEntry id="c1"><text>&lt;= 3</text></inputEntry><outputEntry id="c2"><text>"科长"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""


@settings(max_examples=200, deadline=None)
@given(tables())
def test_a_written_table_reads_back(table: object) -> None:
    text = write_table(table)  # type: ignore[arg-type]
    assert write_table(read_table(text)) == text


def test_clause_and_days_are_the_rules() -> None:
    rule = read_table(GOOD).rules[0]
    assert (rule.clause, str(rule.valid_from), rule.valid_to) == ("某办法第三条", "2026-01-01", None)


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
CHANGES = {
    "a DTD": ("<definitions", f"{BOMB}<definitions", "DEC-X02"),
    "a file from outside": ("<definitions", '<!DOCTYPE d SYSTEM "file:///etc/passwd"><definitions', "DEC-X02"),
    "an import": ("<decision ", '<import namespace="x" locationURI="http://x/"/><decision ', "DEC-X05"),
    "a script": ("<decisionTable", "<literalExpression><text>1</text></literalExpression><decisionTable", "DEC-X05"),
    "a function": ("<decision ", '<businessKnowledgeModel id="b"/><decision ', "DEC-X05"),
    "another language": ('<inputEntry id="c1"', '<inputEntry id="c1" expressionLanguage="python"', "DEC-X06"),
    "other markup": ("<rule ", '<x:y xmlns:x="urn:x"/><rule ', "DEC-X05"),
    "no XML": ("<definitions", "definitions", "DEC-X03"),
    "an older namespace": (NAMESPACE, "http://www.omg.org/spec/DMN/20180521/MODEL/", "DEC-X04"),
    "two decisions": ("</definitions>", '<decision id="x" name="x"/></definitions>', "DEC-S01"),
    "no rule": ("rule", "RULE", "DEC-X05"),
    "an unknown policy": ('"UNIQUE"', '"EVERY"', "DEC-S06"),
    "an unknown type": ('"integer"', '"time"', "DEC-S11"),
    "no expression": ("<text>days</text>", "<text></text>", "DEC-S09"),
    "a wrong day": ("2026-01-01", "2026-13-01", "DEC-S13"),
    "a broken cell": ("&lt;= 3", "&lt;= ", "DEC-C01"),
    "a cell of another kind": ("&lt;= 3", '"三"', "DEC-C02"),
    "an unknown name": ("&lt;= 3", "&lt;= limit", "DEC-C02"),
    "a result of another kind": ('"科长"', "3", "DEC-C03"),
    "a call of Python": ('"科长"', '__import__("os").system("id")', "DEC-C01"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_bad_file_is_refused_by_its_code(what: str) -> None:
    before, after, code = CHANGES[what]
    assert before in GOOD
    with pytest.raises(UnreadableTableError) as caught:
        read_table(GOOD.replace(before, after))
    assert code in [problem.code for problem in caught.value.problems]


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(alphabet='<>&"/=a1[](). \n', max_size=12))
def test_a_damaged_file_is_read_or_refused(place: int, cut: int, put: str) -> None:
    damaged = GOOD[:place] + put + GOOD[place + cut :]
    try:
        read_table(damaged)
    except UnreadableTableError as error:
        assert error.problems  # noqa: PT017 - either end is right


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(UnreadableTableError, match="DEC-X01"):
        read_table(GOOD + " " * 1_000_001)
