"""
Gaps, overlaps and rules that never hit, found exactly over the classes of the columns (`lattice.py`).

Two rules overlap when every column has a class that both accept. A gap is a product of classes, one a column, that no
rule accepts; it is searched column by column with the rules still alive as bits, equal classes taken together. What
cannot be decided is said so: cells that are no constants, columns that read the same data, searches beyond `MAX_STEPS`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from yihu.kit.decisions.boxes import DAYS, MAX_STEPS, Axis, Class, Search, axis_of
from yihu.kit.decisions.lattice import column_of
from yihu.kit.decisions.running import CompiledTable, validity_tests
from yihu.kit.decisions.tables import HitPolicy, Table
from yihu.kit.decisions.texts import cell_text
from yihu.kit.feel import DATE, Value, parse_unary_tests
from yihu.kit.findings import Severity

MAX_SHOWN = 20
MAX_PIECES = 8


@dataclass(frozen=True, slots=True)
class TableFinding:
    """One finding about a table; `rules` are numbers from 1, `where` gives by column label the values it concerns."""

    code: str
    severity: Severity
    message: str
    fix: str
    rules: tuple[int, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)


def analyse(table: Table) -> list[TableFinding]:
    """All findings about a table that can be read, the gravest first."""
    axes, undecided, vague = _axes(table)
    found = [*_gaps(table, axes, vague), *_overlaps(table, axes), *_never(table, axes, vague)]
    found += [*undecided, *_plain(table)]
    order = {Severity.REJECT: 0, Severity.FLAG: 1, Severity.NOTE: 2}
    return sorted(found, key=lambda one: (order[one.severity], one.code, one.rules))


def _axes(table: Table) -> tuple[list[Axis], list[TableFinding], int]:
    """The columns that can be walked, what cannot be decided, and the bits of rules that depend on it."""
    axes, undecided, vague = [], _shared(table), 0
    days = column_of([parse_unary_tests(text) for text in validity_tests(table.rules)], DATE)
    if days is not None and days.cuts:
        # Before the first rule and after the last one nothing is meant to hit.
        axes.append(axis_of(DAYS, days, None, lambda one: bool(one.rules)))
    for index, column in enumerate(table.inputs):
        cells = [rule.tests[index] for rule in table.rules]
        exact = column_of(cells, column.type, whole=column.whole)
        if exact is not None:
            axes.append(axis_of(column.label, exact, column.allowed, lambda one: True))
            continue
        some = [rule.number for rule, cell in zip(table.rules, cells, strict=True) if cell.tree.tests]
        for number in some:
            vague |= 1 << (number - 1)
        if some:
            undecided.append(_undecided(column.label, tuple(some)))
    return axes, undecided, vague


def _undecided(label: str, rules: tuple[int, ...]) -> TableFinding:
    return TableFinding(
        "DEC-A05",
        Severity.NOTE,
        f"“{label}”列有的格不是常数（或按大小比较文字），涉及的规则不能精确分析缺口与重叠。",
        "能写成常数的区间或列举就写成常数；否则请用“试一试”和回测核对。",
        rules,
    )


def _shared(table: Table) -> list[TableFinding]:
    seen: dict[str, str] = {}
    found = []
    for column in table.inputs:
        for path in sorted(column.expression.paths):
            if path in seen and seen[path] != column.label:
                found.append(
                    TableFinding(
                        "DEC-A06",
                        Severity.NOTE,
                        f"“{seen[path]}”与“{column.label}”取自同一数据项，缺口与重叠可能是实际不会出现的组合。",
                        "请对照数据核实列出的缺口与重叠。",
                    )
                )
            seen.setdefault(path, column.label)
    return found


def _gaps(table: Table, axes: Sequence[Axis], vague: int) -> list[TableFinding]:
    if any(output.default is not None for output in table.outputs):
        return []
    certain = (1 << len(table.rules)) - 1 & ~vague
    search = Search(axes, certain)
    found = [_gap(box, axes, possible=bool(vague)) for box in search.uncovered(MAX_SHOWN)]
    if search.exhausted:
        found.append(_too_many("缺口"))
    return found


def _gap(box: Sequence[Class], axes: Sequence[Axis], *, possible: bool) -> TableFinding:
    pairs = zip(axes, box, strict=False)
    pieces = {a.label: a.described(c.segments) for a, c in pairs if len(c.segments) < len(a.order)}
    told, where = _told(pieces), _joined(pieces)
    word = "可能没有" if possible else "没有"
    return TableFinding(
        "DEC-A01",
        Severity.FLAG,
        f"缺口：{told} 时{word}规则命中。",
        "补一条规则，或给结果列写默认值；确实不会出现的，可用输入列的允许值排除。",
        where=where,
    )


def _told(pieces: Mapping[str, list[str]]) -> str:
    parts = []
    for label, texts in pieces.items():
        said = " 或 ".join(cell_text(parse_unary_tests(text)) for text in texts[:MAX_PIECES])
        parts.append(f"{label}{said}{'……' if len(texts) > MAX_PIECES else ''}")
    return "，".join(parts) or "任何输入"


def _joined(pieces: Mapping[str, list[str]]) -> dict[str, str]:
    return {label: " | ".join(texts[:MAX_PIECES]) for label, texts in pieces.items()}


def _overlaps(table: Table, axes: Sequence[Axis]) -> list[TableFinding]:
    """Only where one rule is meant to hit: U, and A when the results differ."""
    if table.policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return []
    found: list[TableFinding] = []
    for number, other in _pairs(table, axes):
        if table.policy is HitPolicy.ANY and _same_outputs(table, number, other):
            continue
        if len(found) == MAX_SHOWN:
            return [*found, TableFinding("DEC-A07", Severity.NOTE, f"重叠只列出前 {MAX_SHOWN} 处。", "改好后再分析。")]
        pieces = _shared_box(axes, 1 << (number - 1) | 1 << (other - 1))
        told, where = _told(pieces), _joined(pieces)
        differing = "且结果不同" if not _same_outputs(table, number, other) else "（结果相同）"
        found.append(
            TableFinding(
                "DEC-A02",
                Severity.REJECT if not _same_outputs(table, number, other) else Severity.FLAG,
                f"重叠：{told} 时，规则 {number} 与规则 {other} 同时命中{differing}。",
                "把其中一条的区间收窄，或改用“取第一条命中”。",
                (number, other),
                where,
            )
        )
    return found


def _pairs(table: Table, axes: Sequence[Axis]) -> Iterator[tuple[int, int]]:
    count = len(table.rules)
    for index in range(count):
        together = (1 << count) - 1
        for axis in axes:
            together &= _or(one.rules for one in axis.classes if one.rules >> index & 1)
        together >>= index + 1
        other = index + 1
        while together:
            if together & 1:
                yield index + 1, other + 1
            together >>= 1
            other += 1


def _or(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _shared_box(axes: Sequence[Axis], rules: int) -> dict[str, list[str]]:
    where = {}
    for axis in axes:
        segments = [s for one in axis.classes if one.rules & rules == rules for s in one.segments]
        if len(segments) < len(axis.order):
            where[axis.label] = axis.described(segments)
    return where


def _same_outputs(table: Table, number: int, other: int) -> bool:
    one, two = table.rules[number - 1].outputs, table.rules[other - 1].outputs
    return all(left.tree == right.tree for left, right in zip(one, two, strict=True))


def _never(table: Table, axes: Sequence[Axis], vague: int) -> list[TableFinding]:
    """Rules that no input reaches, and under F those that earlier rules cover wholly."""
    found = []
    for rule in table.rules:
        bit = 1 << (rule.number - 1)
        mine = [axis.of_rule(bit) for axis in axes]
        if not all(axis.classes for axis in mine):
            found.append(_unreachable(rule.number, "没有任何允许的输入能满足它"))
        elif table.policy is HitPolicy.FIRST and rule.number > 1:
            search = Search(mine, (bit - 1) & ~vague)
            if not search.uncovered(1) and not search.exhausted and not vague & bit:
                found.append(_unreachable(rule.number, "它前面的规则已经包括了它的全部情形"))
    return found


def _unreachable(number: int, why: str) -> TableFinding:
    return TableFinding(
        "DEC-A03", Severity.FLAG, f"规则 {number} 永远不会命中：{why}。", "删去它，或调整条件与次序。", (number,)
    )


def _too_many(what: str) -> TableFinding:
    return TableFinding(
        "DEC-A07", Severity.NOTE, f"组合太多，{what}没有查完（查了 {MAX_STEPS} 步）。", "减少列数，或把表拆成几张。"
    )


def _plain(table: Table) -> list[TableFinding]:
    """What needs no lattice: rules without a clause, empty results, defaults that hide gaps."""
    found = []
    missing = tuple(rule.number for rule in table.rules if not rule.clause)
    if missing:
        found.append(
            TableFinding("DEC-A08", Severity.FLAG, "有的规则没有写依据条款。", "在“依据”列写明法规与条款。", missing)
        )
    empty = tuple(rule.number for rule in table.rules if any(str(cell) == "null" for cell in rule.outputs))
    if empty:
        found.append(TableFinding("DEC-A09", Severity.FLAG, "有的规则没有写结果。", "把结果列填全。", empty))
    return found


def explain(compiled: CompiledTable, inputs: Mapping[str, object], values: Sequence[Value]) -> list[list[bool | None]]:
    """For every rule and input column whether the cell passes (None: cannot be said); for showing, not for speed."""
    return [
        [test.evaluate(value, inputs) for test, value in zip(rule.tests, values, strict=True)]
        for rule in compiled.table.rules
    ]
