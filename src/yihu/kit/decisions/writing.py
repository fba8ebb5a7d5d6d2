"""A table as DMN 1.3 XML, the way dmn-js writes it; reading it back gives the same table."""

import datetime as dt
from xml.sax.saxutils import escape, quoteattr

from yihu.kit.decisions.hardening import DMN, OURS
from yihu.kit.decisions.tables import HitPolicy, Input, Output, Rule, Table
from yihu.kit.feel.nodes import Constant
from yihu.kit.feel.printer import literal
from yihu.kit.feel.types import Base

_TYPES = {Base.NUMBER: "number", Base.TEXT: "string", Base.BOOLEAN: "boolean", Base.DATE: "date"}
_POLICIES = {
    HitPolicy.UNIQUE: 'hitPolicy="UNIQUE"',
    HitPolicy.ANY: 'hitPolicy="ANY"',
    HitPolicy.PRIORITY: 'hitPolicy="PRIORITY"',
    HitPolicy.FIRST: 'hitPolicy="FIRST"',
    HitPolicy.RULE_ORDER: 'hitPolicy="RULE ORDER"',
    HitPolicy.OUTPUT_ORDER: 'hitPolicy="OUTPUT ORDER"',
    HitPolicy.COLLECT: 'hitPolicy="COLLECT"',
    HitPolicy.SUM: 'hitPolicy="COLLECT" aggregation="SUM"',
    HitPolicy.COUNT: 'hitPolicy="COLLECT" aggregation="COUNT"',
    HitPolicy.MIN: 'hitPolicy="COLLECT" aggregation="MIN"',
    HitPolicy.MAX: 'hitPolicy="COLLECT" aggregation="MAX"',
}


def write_table(table: Table) -> str:
    """The XML of `table`."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<definitions xmlns="{DMN}" xmlns:yihu="{OURS}" id={quoteattr(table.id + "_file")}'
        f' name={quoteattr(table.name)} namespace="https://yihu.dev/rules">',
        f"  <decision id={quoteattr(table.id)} name={quoteattr(table.name)}>",
        f"    <decisionTable id={quoteattr(table.id + '_table')} {_POLICIES[table.policy]}>",
        *(_input(table.id, place, column) for place, column in enumerate(table.inputs, 1)),
        *(_output(table.id, place, output) for place, output in enumerate(table.outputs, 1)),
        *(_rule(table.id, rule) for rule in table.rules),
        "    </decisionTable>",
        "  </decision>",
        "</definitions>",
    ]
    return "\n".join(lines) + "\n"


def _input(key: str, place: int, column: Input) -> str:
    kind = "integer" if column.whole else _TYPES.get(column.type.base, "")
    reference = f' typeRef="{kind}"' if kind else ""
    allowed = f"\n        <inputValues>{_text(str(column.allowed))}</inputValues>" if column.allowed else ""
    return (
        f'      <input id="{key}_in{place}" label={quoteattr(column.label)}>\n'
        f'        <inputExpression id="{key}_expr{place}"{reference}>{_text(str(column.expression))}</inputExpression>'
        f"{allowed}\n      </input>"
    )


def _output(key: str, place: int, output: Output) -> str:
    kind = _TYPES.get(output.type.base, "")
    reference = f' typeRef="{kind}"' if kind else ""
    ranking = ", ".join(literal(value) for value in output.ranking if isinstance(value, Constant))
    values = f"\n        <outputValues>{_text(ranking)}</outputValues>" if ranking else ""
    default = (
        f"\n        <defaultOutputEntry>{_text(str(output.default))}</defaultOutputEntry>" if output.default else ""
    )
    name, label = quoteattr(output.name), quoteattr(output.label)
    return (
        f'      <output id="{key}_out{place}" name={name} label={label}{reference}>{values}{default}\n      </output>'
    )


def _rule(key: str, rule: Rule) -> str:
    days = {"from": rule.valid_from, "to": rule.valid_to}
    validity = "".join(f' yihu:{name}="{day.isoformat()}"' for name, day in days.items() if isinstance(day, dt.date))
    clause = f"\n        <description>{escape(rule.clause)}</description>" if rule.clause else ""
    name = rule.id or f"{key}_r{rule.number}"
    cells = [
        f'\n        <inputEntry id="{name}_i{place}">{_text("" if str(test) == "-" else str(test))}</inputEntry>'
        for place, test in enumerate(rule.tests, 1)
    ]
    cells += [
        f'\n        <outputEntry id="{name}_o{place}">{_text(str(cell))}</outputEntry>'
        for place, cell in enumerate(rule.outputs, 1)
    ]
    return f"      <rule id={quoteattr(name)}{validity}>{clause}{''.join(cells)}\n      </rule>"


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"
