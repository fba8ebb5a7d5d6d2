"""A form's fields as controls: what a page needs to ask for each, filled in with what was typed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from yihu.hub.centres.matters.catalogue.fields import APPLY, FormField, FormTree
from yihu.hub.centres.matters.catalogue.reading import Raw, data_of, row_numbers
from yihu.hub.centres.matters.catalogue.validation import Fault
from yihu.hub.centres.matters.selectors.display import Reader

FEW, MANY_ROWS = 4, 200


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a repeating group."""

    number: int
    place: int
    controls: tuple["Control", ...]


@dataclass(frozen=True, slots=True)
class Control:
    """One field as it is asked for; `described` are the ids of its hint and its faults."""

    id: str
    name: str
    kind: str
    title: str
    help: str
    required: bool
    value: Any = ""
    shown: str = ""
    readonly: bool = False
    choices: tuple[tuple[str, str, bool], ...] = ()
    radio: bool = False
    unit: str = ""
    most: int = 0
    least: Any = None
    suggest_url: str = ""
    errors: tuple[str, ...] = ()
    children: tuple["Control", ...] = ()
    rows: tuple[Row, ...] = ()
    may_add: bool = False
    step: str = ""

    @property
    def described(self) -> str:
        parts = [f"{self.id}_help"] if self.help else []
        return " ".join([*parts, f"{self.id}_error"] if self.errors else parts)

    @property
    def wide(self) -> bool:
        return self.kind in {"area", "rows", "group", "choices"} or self.radio

    @property
    def input_type(self) -> str:
        return {"date": "date", "time": "time", "datetime": "datetime-local", "email": "email"}.get(self.kind, "text")

    @property
    def input_mode(self) -> str:
        return {"integer": "numeric", "number": "decimal", "money": "decimal"}.get(self.kind, "")


@dataclass
class Desk:
    """What one rendering needs: the form, what was typed, the node it is filled in at, the faults."""

    form: FormTree
    raw: Raw
    node: str = APPLY
    faults: Sequence[Fault] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = self.data or data_of(self.form, self.raw)
        self.reader = Reader(self.form, clear=True)

    def groups(self) -> list[tuple[str, list[Control]]]:
        """The controls below their headings; those that no heading names stand last."""
        controls = {c.name: c for c in self._controls(self.form.fields_for(self.data), self.data, "")}
        named: set[str] = set()
        found = []
        for title, names in self.form.groups():
            inside = [controls[n] for n in names if n in controls]
            named |= set(names)
            if inside:
                found.append((title, inside))
        rest = [c for name, c in controls.items() if name not in named]
        return [*found, ("其他" if found else "", rest)] if rest else found

    def shape(self) -> str:
        """A short text that changes when other fields, rows or computed values apply."""
        parts: list[str] = []
        for _, controls in self.groups():
            _outline(controls, parts)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    def _controls(self, fields: Iterable[FormField], data: Any, prefix: str) -> list[Control]:
        held = data if isinstance(data, Mapping) else {}
        return [self._control(f, held.get(f.name), prefix) for f in fields if self._is_asked(f, held)]

    def _is_asked(self, one: FormField, data: Mapping[str, Any]) -> bool:
        if one.may_edit(self.node):
            return True
        fixed = one.schema.get("readOnly") or "x-compute" in one.schema
        return self.node in one.edit and bool(fixed) and (one.name in data or "x-compute" in one.schema)

    def _control(self, one: FormField, value: Any, prefix: str) -> Control:
        name = f"{prefix}{one.name}"
        common: dict[str, Any] = {
            "id": "f_" + name.replace(".", "_"), "name": name, "kind": one.kind, "title": one.title, "help": one.help,
            "required": one.required, "unit": str(one.schema.get("x-unit", "元" if one.kind == "money" else "")),
            "readonly": not one.may_edit(self.node),
            "errors": tuple(str(f) for f in self.faults if f.field == name),
        }  # fmt: skip
        if common["readonly"] and one.kind not in {"rows", "group"}:
            return Control(**common, shown=self.reader.text(one, value) or "—")
        if one.kind == "group":
            return Control(**common, children=tuple(self._controls(one.children, value, f"{name}.")))
        if one.kind == "rows":
            return Control(**common, **self._rows(one, value, name))
        return Control(**common, **self._asked(one, value, name))

    def _rows(self, one: FormField, value: Any, name: str) -> dict[str, Any]:
        held = value if isinstance(value, list) else []
        numbers = row_numbers(self.raw, name)
        most = int(one.schema.get("maxItems", MANY_ROWS))
        rows = []
        for at, number in enumerate(numbers):
            row = held[at] if at < len(held) else {}
            controls = self._controls(self.form.row_fields(one, row), row, f"{name}.{number}.")
            rows.append(Row(number, at + 1, tuple(controls)))
        return {"rows": tuple(rows), "may_add": len(rows) < most, "most": most}

    def _asked(self, one: FormField, value: Any, name: str) -> dict[str, Any]:
        typed = self.raw.get(name, "")
        if one.kind in {"choice", "choices"}:
            chosen = set(typed if isinstance(typed, list) else [typed])
            choices = tuple((_text(v), title, _text(v) in chosen) for v, title in one.choices)
            radio = one.kind == "choice" and one.schema.get("x-widget") == "radio"
            return {"choices": choices, "radio": radio}
        if isinstance(typed, list):
            typed = typed[-1] if typed else ""
        asked = {"value": typed, "most": one.schema.get("maxLength", 0)}
        if one.kind in SUGGESTED:
            asked["suggest_url"] = suggest_url(one)
            asked["shown"] = self.reader.text(one, value) if value else ""
        return asked


SUGGESTED = {"code": "matters:suggest-code", "person": "matters:suggest-person", "office": "matters:suggest-office",
             "taxpayer": "matters:suggest-taxpayer"}  # fmt: skip


def suggest_url(one: FormField) -> str:
    """Where a field that is completed while one types asks."""
    return reverse(SUGGESTED[one.kind], args=[one.codes] if one.kind == "code" else [])


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _outline(controls: Iterable[Control], parts: list[str]) -> None:
    for one in controls:
        parts.append(f"{one.name}{'!' if one.required else ''}{one.shown if one.readonly else ''}")
        _outline(one.children, parts)
        for row in one.rows:
            _outline(row.controls, parts)
