"""Whether data fit a form: by the schema itself, then by the rules over several fields; every fault in Chinese."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from yihu.hub.centres.matters.catalogue.conditions import context_of, exact, is_true
from yihu.hub.centres.matters.catalogue.fields import APPLY, FormField, FormTree
from yihu.hub.centres.matters.catalogue.spec import Check, Material

MONEY = re.compile(r"-?\d{1,13}\.\d{2}")
FORMATS = FormatChecker(formats=())
for _name in ("date", "time", "date-time", "email"):
    if _name in FormatChecker.checkers:
        FORMATS.checkers[_name] = FormatChecker.checkers[_name]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: a stable code, the dotted field, and what to do."""

    code: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.message}（{self.code}）"


def faults_of(
    form: FormTree, data: Mapping[str, Any], checks: Sequence[Check] = (), *, node: str = APPLY
) -> list[Fault]:
    """
    Everything wrong with the data as far as `node` may mend it; the first fault of a field only.

    A field that is filled in at another node is not missed here.
    """
    known = _known(form, data)
    found: dict[str, Fault] = {}
    for fault in [*_by_schema(form, data, known), *_by_money(known, data), *_by_checks(form, data, checks)]:
        field = _field_at(known, fault.field)
        if field is None or node in field.edit or fault.code != "MAT-F01":
            found.setdefault(fault.field, fault)
    return list(found.values())


def _known(form: FormTree, data: Mapping[str, Any]) -> dict[str, FormField]:
    """The fields that apply, by their place with row numbers."""
    found: dict[str, FormField] = {}
    _walk(form, form.fields_for(data), data, "", found)
    return found


def _walk(form: FormTree, fields: Iterable[FormField], data: Any, prefix: str, found: dict[str, FormField]) -> None:
    for field in fields:
        here = f"{prefix}{field.name}"
        found[here] = field
        value = data.get(field.name) if isinstance(data, Mapping) else None
        if field.kind == "group":
            _walk(form, field.children, value, f"{here}.", found)
        elif field.kind == "rows" and isinstance(value, list):
            for at, row in enumerate(value):
                _walk(form, form.row_fields(field, row), row, f"{here}.{at}.", found)


def _field_at(known: Mapping[str, FormField], place: str) -> FormField | None:
    while place and place not in known:
        place = place.rpartition(".")[0]
    return known.get(place)


def _by_schema(form: FormTree, data: Mapping[str, Any], known: Mapping[str, FormField]) -> Iterator[Fault]:
    validator = Draft202012Validator(dict(form.schema), format_checker=FORMATS)
    for error in validator.iter_errors(data):
        yield from _told(error, known)


def _told(error: ValidationError, known: Mapping[str, FormField]) -> Iterator[Fault]:
    place = ".".join(str(part) for part in error.absolute_path)
    rule = str(error.validator)
    if rule == "required":
        yield from _missing(error.validator_value, error.instance, place, known)
    elif rule == "dependentRequired":
        for name, others in dict(error.validator_value).items():
            if name in error.instance:
                yield from _missing(others, error.instance, place, known)
    elif rule in {"unevaluatedProperties", "additionalProperties"}:
        yield from _foreign(error.instance, place, known)
    elif rule == "if":
        return
    else:
        title = known[place].title if place in known else "此项"
        yield Fault("MAT-F02", place, f"{title}{_said(rule, error.validator_value, known.get(place))}")


def _missing(names: Any, instance: Any, place: str, known: Mapping[str, FormField]) -> Iterator[Fault]:
    for name in names:
        if name not in instance:
            here = f"{place}.{name}".strip(".")
            yield Fault("MAT-F01", here, f"请填写{known[here].title if here in known else '此项'}")


def _foreign(instance: Any, place: str, known: Mapping[str, FormField]) -> Iterator[Fault]:
    # The validator also counts as foreign what is only wrong in itself; that is told by its own fault.
    for name in instance if isinstance(instance, Mapping) else ():
        here = f"{place}.{name}".strip(".")
        if here not in known:
            yield Fault("MAT-F03", here, f"不应填写“{str(name)[:40]}”")


SAID = {
    "minLength": "至少 {v} 个字", "maxLength": "不能超过 {v} 个字", "pattern": "的写法不对",
    "minimum": "不能小于 {v}", "maximum": "不能大于 {v}", "exclusiveMinimum": "应大于 {v}",
    "exclusiveMaximum": "应小于 {v}", "multipleOf": "应为 {v} 的倍数", "minItems": "至少填 {v} 项",
    "maxItems": "最多填 {v} 项", "uniqueItems": "有重复的项", "enum": "请从选项中选择", "oneOf": "请从选项中选择",
    "const": "的值不对",
}  # fmt: skip
AS_TYPE = {
    "integer": "应为整数", "number": "应为数字", "boolean": "应为是或否", "array": "应为若干项", "object": "的写法不对",
    "string": "应为文字",
}  # fmt: skip
AS_FORMAT = {"date": "应为日期，如 2026-01-31", "time": "应为时间，如 09:30:00", "email": "应为电子邮箱地址"}


def _said(rule: str, value: Any, field: FormField | None) -> str:
    if rule == "type":
        return AS_TYPE.get(str(value), "的写法不对")
    if rule == "format":
        return AS_FORMAT.get(str(value), "的写法不对")
    hint = f"：{field.help}" if rule == "pattern" and field is not None and field.help else ""
    return SAID.get(rule, "的值不合要求").format(v=value) + hint


def _by_money(known: Mapping[str, FormField], data: Mapping[str, Any]) -> Iterator[Fault]:
    """Money is text to the schema: its writing and its bounds are judged here, exactly."""
    for place, field in known.items():
        if field.kind != "money":
            continue
        value = value_at(data, place)
        if value is None:
            continue
        if not isinstance(value, str) or not MONEY.fullmatch(value):
            yield Fault("MAT-F02", place, f"{field.title}应为金额，最多两位小数")
            continue
        yield from _bounds(place, field, Decimal(value))


def _bounds(place: str, field: FormField, value: Decimal) -> Iterator[Fault]:
    for rule in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        bound = exact(field.schema.get(rule))
        if bound is None:
            continue
        holds = {"minimum": value >= bound, "maximum": value <= bound, "exclusiveMinimum": value > bound}
        if not holds.get(rule, value < bound):
            yield Fault("MAT-F02", place, f"{field.title}{SAID[rule].format(v=f'{bound:,.2f} 元')}")


def value_at(data: Any, place: str) -> Any:
    """The value at a dotted place; None where there is none."""
    for part in place.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _by_checks(form: FormTree, data: Mapping[str, Any], checks: Sequence[Check]) -> Iterator[Fault]:
    context = context_of(form, data)
    for check in checks:
        if is_true(check.require, context) is False:
            yield Fault(check.code, check.field, check.message)


def needed_materials(form: FormTree, data: Mapping[str, Any], materials: Sequence[Material]) -> frozenset[str]:
    """Codes of the materials that must be handed in with these data."""
    context = context_of(form, data)
    return frozenset(m.code for m in materials if m.required or (m.when and is_true(m.when, context) is True))


def missing_materials(
    form: FormTree, data: Mapping[str, Any], materials: Sequence[Material], present: Mapping[str, int]
) -> list[Fault]:
    """Needed materials of which no file is there."""
    needed = needed_materials(form, data, materials)
    return [
        Fault("MAT-M01", m.code, f"请上传{m.name}") for m in materials if m.code in needed and not present.get(m.code)
    ]
