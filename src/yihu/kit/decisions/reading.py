"""DMN 1.3 XML to a checked table; every problem is found in one reading. What may be in a file: `hardening.py`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from xml.etree.ElementTree import Element

from yihu.kit.decisions.hardening import DMN, OURS, Problem, UnreadableTableError, decision_of, parsed
from yihu.kit.decisions.lattice import is_constant, value_of
from yihu.kit.decisions.tables import MAX_COLUMNS, MAX_RULES, HitPolicy, Input, Output, Rule, Table
from yihu.kit.feel import (
    ANY,
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Expression,
    ExpressionError,
    Type,
    UnaryTests,
    parse_expression,
    parse_unary_tests,
)
from yihu.kit.feel.types import Base, compatible

MAX_TEXT = 300
TYPES: dict[str, Type] = {
    "": ANY,
    "Any": ANY,
    "string": TEXT,
    "number": NUMBER,
    "double": NUMBER,
    "integer": NUMBER,
    "long": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
}
POLICIES = {
    ("UNIQUE", ""): HitPolicy.UNIQUE,
    ("ANY", ""): HitPolicy.ANY,
    ("PRIORITY", ""): HitPolicy.PRIORITY,
    ("FIRST", ""): HitPolicy.FIRST,
    ("RULE ORDER", ""): HitPolicy.RULE_ORDER,
    ("OUTPUT ORDER", ""): HitPolicy.OUTPUT_ORDER,
    ("COLLECT", ""): HitPolicy.COLLECT,
    ("COLLECT", "SUM"): HitPolicy.SUM,
    ("COLLECT", "COUNT"): HitPolicy.COUNT,
    ("COLLECT", "MIN"): HitPolicy.MIN,
    ("COLLECT", "MAX"): HitPolicy.MAX,
}
Parsed = TypeVar("Parsed", Expression, UnaryTests)


def read_table(xml: str | bytes) -> Table:
    """
    Read one decision table.

    :raises UnreadableTableError: with every problem: DEC-X the file, DEC-S the structure, DEC-C a cell
    """
    return _Reader(decision_of(parsed(xml))).table()


@dataclass(slots=True)
class _Reader:
    decision: Element
    problems: list[Problem] = field(default_factory=list)

    def table(self) -> Table:
        element = self.decision.find(f"{{{DMN}}}decisionTable")
        assert element is not None  # noqa: S101 - `decision_of` has seen it
        inputs = tuple(self.input(one, place) for place, one in enumerate(_children(element, "input"), 1))
        outputs = tuple(self.output(one, place) for place, one in enumerate(_children(element, "output"), 1))
        rows = _children(element, "rule")
        self.structure(element, inputs, outputs, rows)
        table = Table(
            self.decision.get("id", ""),
            self.decision.get("name", ""),
            self.policy(element, outputs),
            inputs,
            outputs,
            tuple(self.rule(one, number, inputs, outputs) for number, one in enumerate(rows, 1)),
        )
        if not self.problems:
            self.check_types(table)
        if self.problems:
            raise UnreadableTableError(self.problems)
        return table

    def structure(self, element: Element, inputs: tuple[Input, ...], outputs: tuple[Output, ...], rows: object) -> None:
        count = len(_children(element, "rule"))
        if not inputs or not outputs:
            self.problems.append(Problem("DEC-S02", "决策表至少要有一列输入和一列结果。"))
        if not count:
            self.problems.append(Problem("DEC-S03", "决策表还没有规则。"))
        if count > MAX_RULES or len(inputs) + len(outputs) > MAX_COLUMNS:
            self.problems.append(Problem("DEC-S04", f"决策表最多 {MAX_RULES} 条规则、{MAX_COLUMNS} 列。"))
        names = [output.name for output in outputs]
        if len(outputs) > 1 and (not all(names) or len(set(names)) < len(names)):
            self.problems.append(Problem("DEC-S05", "有几列结果时，每列都要有名称，且不能重名。"))

    def policy(self, element: Element, outputs: tuple[Output, ...]) -> HitPolicy:
        asked = (element.get("hitPolicy", "UNIQUE"), element.get("aggregation", ""))
        found = POLICIES.get(asked)
        if found is None:
            self.problems.append(Problem("DEC-S06", f"不支持的命中策略“{' '.join(asked).strip()}”。"))
            return HitPolicy.UNIQUE
        if found.is_number and len(outputs) != 1:
            self.problems.append(Problem("DEC-S07", "汇总的决策表只能有一列结果。"))
        ranked = found in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
        if ranked and not any(output.ranking for output in outputs):
            self.problems.append(Problem("DEC-S08", "按结果优先级命中时，要在结果列写明允许值，排在前面的优先。"))
        return found

    def input(self, element: Element, place: int) -> Input:
        label = _short(element.get("label", "")) or f"第 {place} 列"
        holder = element.find(f"{{{DMN}}}inputExpression")
        text = _text(holder)
        if not text.strip():
            self.problems.append(Problem("DEC-S09", f"输入列“{label}”没有写取哪个数据项。", column=label))
        expression = self.parsed(parse_expression, text or "null", 0, label)
        reference = (holder.get("typeRef", "") if holder is not None else "") or ""
        allowed = _text(element.find(f"{{{DMN}}}inputValues"))
        tests = self.parsed(parse_unary_tests, allowed, 0, label) if allowed.strip() else None
        return Input(label, expression, self.type(reference, label), reference in ("integer", "long"), tests)

    def output(self, element: Element, place: int) -> Output:
        name = _short(element.get("name", ""))
        label = _short(element.get("label", "")) or name or f"结果 {place}"
        ranking = _text(element.find(f"{{{DMN}}}outputValues"))
        default = _text(element.find(f"{{{DMN}}}defaultOutputEntry"))
        return Output(
            name or f"output{place}",
            label,
            self.type(element.get("typeRef", ""), label),
            self.ranking(ranking, label),
            self.parsed(parse_expression, default, 0, label) if default.strip() else None,
        )

    def ranking(self, text: str, label: str) -> tuple[object, ...]:
        if not text.strip():
            return ()
        listed = self.parsed(parse_unary_tests, text, 0, label)
        if not all(is_constant(test) for test in listed.tree.tests):
            self.problems.append(Problem("DEC-S10", f"结果列“{label}”的允许值要逐个写出。", column=label))
            return ()
        return tuple(value_of(test) for test in listed.tree.tests)

    def type(self, reference: str, label: str) -> Type:
        found = TYPES.get(reference)
        if found is None:
            self.problems.append(Problem("DEC-S11", f"“{label}”的类型“{reference}”不支持。", column=label))
        return found or ANY

    def rule(self, element: Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
        tests, cells = _children(element, "inputEntry"), _children(element, "outputEntry")
        if len(tests) != len(inputs) or len(cells) != len(outputs):
            self.problems.append(Problem("DEC-S12", f"规则 {number} 的格数与列数不同。", rule=number))
        return Rule(
            number,
            _short(element.get("id", "")),
            tuple(
                self.parsed(parse_unary_tests, _text(c), number, i.label) for c, i in zip(tests, inputs, strict=False)
            ),
            tuple(
                self.parsed(parse_expression, _text(c).strip() or "null", number, o.label)
                for c, o in zip(cells, outputs, strict=False)
            ),
            _description(element),
            *self.validity(element, number),
        )

    def validity(self, element: Element, number: int) -> tuple[dt.date | None, dt.date | None]:
        try:
            first, last = (
                dt.date.fromisoformat(text) if (text := element.get(f"{{{OURS}}}{name}", "")) else None
                for name in ("from", "to")
            )
        except ValueError:
            self.problems.append(Problem("DEC-S13", f"规则 {number} 的有效期不是日期。", rule=number))
            return None, None
        if first and last and not first < last:
            self.problems.append(Problem("DEC-S14", f"规则 {number} 的有效期起不早于止。", rule=number))
        return first, last

    def parsed(self, parse: Callable[[str], Parsed], text: str, number: int, column: str) -> Parsed:
        try:
            return parse(text)
        except ExpressionError as error:
            where = f"规则 {number} 的“{column}”" if number else f"“{column}”"
            self.problems.append(Problem("DEC-C01", f"{where}：{error}", number, column))
            return parse("null")

    def check_types(self, table: Table) -> None:
        types = table.types
        for rule in table.rules:
            for column, test in zip(table.inputs, rule.tests, strict=True):
                self.checked(lambda t=test, c=column: t.check(c.type, types), rule.number, column.label)  # type: ignore[misc]
            for output, cell in zip(table.outputs, rule.outputs, strict=True):
                self.check_output(output, cell, types, rule.number)

    def check_output(self, output: Output, cell: Expression, types: dict[str, Type], number: int) -> None:
        found = self.checked(lambda: cell.check(types), number, output.label)
        if isinstance(found, Type) and not compatible(found, output.type):
            message = f"规则 {number} 的“{output.label}”要{output.type}，写的是{found}。"
            self.problems.append(Problem("DEC-C03", message, number, output.label))
        if output.ranking and is_constant(cell.tree) and found is not None and found != Type(Base.NULL):
            value = value_of(cell.tree)
            if value not in output.ranking:
                message = f"规则 {number} 的“{output.label}”不是允许的结果：{cell}。"
                self.problems.append(Problem("DEC-C04", message, number, output.label))

    def checked(self, check: Callable[[], object], number: int, column: str) -> object:
        try:
            return check()
        except ExpressionError as error:
            self.problems.append(Problem("DEC-C02", f"规则 {number} 的“{column}”：{error}", number, column))
            return None


def _children(element: Element, name: str) -> list[Element]:
    return element.findall(f"{{{DMN}}}{name}")


def _text(element: Element | None) -> str:
    found = element.find(f"{{{DMN}}}text") if element is not None else None
    return (found.text or "") if found is not None else ""


def _short(text: str) -> str:
    return text.strip()[:MAX_TEXT]


def _description(element: Element) -> str:
    found = element.find(f"{{{DMN}}}description")
    return (found.text or "").strip()[:MAX_TEXT] if found is not None else ""
