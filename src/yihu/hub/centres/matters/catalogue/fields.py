"""The form as a tree of fields, and which of them apply to what has been filled in so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from yihu.hub.base.access import Label

APPLY = "Apply"
# Kinds of fields that hold a number.
NUMBERS = frozenset({"integer", "number"})
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormField:
    """
    One field. `path` leads to it from the form; `kind` says how it is asked for.

    `edit`: the nodes at which it may be filled in; `see`: those at which it is shown, None for all.
    """

    name: str
    path: tuple[str, ...]
    kind: str
    title: str
    help: str
    schema: Schema
    required: bool
    edit: frozenset[str]
    see: frozenset[str] | None
    label: Label
    children: tuple["FormField", ...] = ()

    @property
    def dotted(self) -> str:
        return ".".join(self.path)

    @property
    def personal(self) -> str:
        """Which kind of personal data, "" for none."""
        return str(self.schema.get("x-personal", ""))

    @property
    def codes(self) -> str:
        return str(self.schema.get("x-codes", ""))

    @property
    def choices(self) -> tuple[tuple[Any, str], ...]:
        """Values with names, of a choice that the form itself lists."""
        asked = self.schema.get("items", {}) if self.kind == "choices" else self.schema
        if "oneOf" in asked:
            return tuple((o["const"], o["title"]) for o in asked["oneOf"])
        return tuple((v, str(v)) for v in asked.get("enum", ()))

    def may_edit(self, node: str) -> bool:
        return node in self.edit and not self.schema.get("readOnly") and "x-compute" not in self.schema

    def may_see(self, node: str) -> bool:
        return self.see is None or node in self.see or node in self.edit


class FormTree:
    """A form's fields. Conditions are those of the schema itself, judged by the same validator."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.defs = schema.get("$defs", {})

    def fields_for(self, data: Mapping[str, Any]) -> list[FormField]:
        """The fields that apply to these data, in order; what no condition brings is not there."""
        return self._fields(self.schema, data, (), frozenset({APPLY}), None, Label.INTERNAL)

    def every_field(self) -> list[FormField]:
        """All fields, conditional ones included, each path once; groups and rows after their own children's order."""
        found: dict[str, FormField] = {}
        for one in self._every(self.schema, (), frozenset({APPLY}), None, Label.INTERNAL):
            found.setdefault(one.dotted, one)
        return list(found.values())

    def groups(self) -> list[tuple[str, tuple[str, ...]]]:
        """Headings with the names of their fields."""
        return [(g["title"], tuple(g["fields"])) for g in self.schema.get("x-groups", ())]

    def _fields(
        self, schema: Schema, data: Any, path: tuple[str, ...], edit: frozenset[str],
        see: frozenset[str] | None, label: Label,
    ) -> list[FormField]:  # fmt: skip
        schema = self.resolved(schema)
        held = data if isinstance(data, Mapping) else {}
        parts = list(self.parts(schema, held))
        needed = {name for part in parts for name in part.get("required", ())}
        for part in parts:
            for name, others in part.get("dependentRequired", {}).items():
                needed |= set(others) if held.get(name) not in (None, "") else set()
        found: dict[str, FormField] = {}
        for part in parts:
            for name, one in part.get("properties", {}).items():
                if name not in found:
                    found[name] = self._field(one, name, path, name in needed, held.get(name), edit, see, label)
        return list(found.values())

    def parts(self, schema: Schema, data: Mapping[str, Any]) -> Iterator[Schema]:
        """The schema and every branch of its conditions that holds."""
        yield schema
        for branch in (schema, *schema.get("allOf", ())):
            if "if" in branch:
                chosen = branch.get("then" if holds(branch["if"], data) else "else")
                if chosen:
                    yield from self.parts(self.resolved(chosen), data)

    def resolved(self, schema: Schema) -> Schema:
        """Behind a reference; what stands beside it overrides."""
        for _ in range(5):
            target = schema.get("$ref")
            if target is None:
                return schema
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**self.defs.get(str(target).removeprefix("#/$defs/"), {}), **beside}
        return {}

    def _field(
        self, schema: Schema, name: str, path: tuple[str, ...], required: bool, value: Any, edit: frozenset[str],
        see: frozenset[str] | None, label: Label,
    ) -> FormField:  # fmt: skip
        schema = self.resolved(schema)
        here = (*path, name)
        edit = frozenset(schema["x-edit"]) if "x-edit" in schema else edit
        see = frozenset(schema["x-see"]) if "x-see" in schema else see
        label = Label[schema["x-label"]] if "x-label" in schema else label
        kind = kind_of(schema)
        children: list[FormField] = []
        if kind == "group":
            children = self._fields(schema, value, here, edit, see, label)
        return FormField(
            name, here, kind, str(schema.get("title", name)), str(schema.get("description", "")), schema, required,
            edit, see, label, tuple(children),
        )  # fmt: skip

    def row_fields(self, rows: FormField, row: Any) -> list[FormField]:
        """The fields of one row of a repeating group, as they apply to that row."""
        return self._fields(rows.schema["items"], row, rows.path, rows.edit, rows.see, rows.label)

    def _every(
        self, schema: Schema, path: tuple[str, ...], edit: frozenset[str], see: frozenset[str] | None, label: Label
    ) -> Iterator[FormField]:
        schema = self.resolved(schema)
        for part in _all_parts(schema):
            needed = set(part.get("required", ()))
            for name, inner in part.get("properties", {}).items():
                one = self._field(inner, name, path, name in needed, None, edit, see, label)
                yield one
                if one.kind == "group":
                    yield from self._every(one.schema, one.path, one.edit, one.see, one.label)
                elif one.kind == "rows":
                    yield from self._every(one.schema["items"], one.path, one.edit, one.see, one.label)


def _all_parts(schema: Schema) -> Iterator[Schema]:
    yield schema
    for branch in (schema, *schema.get("allOf", ())):
        for key in ("then", "else"):
            if key in branch:
                yield from _all_parts(branch[key])


def holds(condition: Schema, data: Any) -> bool:
    """Whether an `if` is fulfilled."""
    return bool(Draft202012Validator(dict(condition)).is_valid(data))


PICKED = {"x-person": "person", "x-office": "office", "x-taxpayer": "taxpayer", "x-money": "money", "x-codes": "code"}
BY_FORMAT = {"date": "date", "time": "time", "date-time": "datetime", "email": "email"}


def kind_of(schema: Schema) -> str:
    """How a field is asked for: text, area, integer, number, money, boolean, date … choice, choices, rows, group."""
    kind = schema.get("type")
    if kind == "object":
        return "group"
    if kind == "array":
        items = schema.get("items", {})
        return "choices" if {"oneOf", "enum"} & set(items) else "rows"
    for key, name in PICKED.items():
        if schema.get(key):
            return name
    if {"oneOf", "enum"} & set(schema):
        return "choice"
    if kind in {"integer", "number", "boolean"}:
        return str(kind)
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    return "area" if schema.get("x-widget") == "textarea" else "text"


@lru_cache(64)
def _tree(text: str) -> FormTree:
    import json

    return FormTree(json.loads(text))


def tree_of(form_json: str) -> FormTree:
    """The tree of a form that was examined before; a process keeps the last ones."""
    return _tree(form_json)
