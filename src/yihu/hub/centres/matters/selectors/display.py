"""Values of a form as a reader sees them: names for codes, masks over personal numbers, money with separators."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.centres.matters.catalogue.conditions import exact
from yihu.hub.centres.matters.catalogue.fields import FormField, FormTree
from yihu.hub.centres.matters.catalogue.personal import masked
from yihu.hub.foundation.codes.api import lookup
from yihu.hub.foundation.org.api import User, find_office
from yihu.hub.registers.taxpayers.api import find_taxpayer
from yihu.hub.screens.figures import money

HIDDEN = "（您的知悉等级不足，不予显示）"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a form that is read: a value, a group's lines, or a table of rows."""

    title: str
    value: str = ""
    kind: str = "text"
    lines: tuple["Shown", ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def wide(self) -> bool:
        return self.kind in {"area", "rows", "group"}


class Reader:
    """How one reader sees the form of one version. Names are looked up once each."""

    def __init__(
        self,
        form: FormTree,
        *,
        clear: bool,
        clearance: Label = Label.IMPORTANT,
        nodes: frozenset[str] | None = None,
        on: date | None = None,
    ) -> None:
        """
        :param nodes: the reader's own steps, for fields that not all may see; None for a reader who sees them all
        """
        self.form, self.clear, self.clearance, self.nodes = form, clear, clearance, nodes
        self.on = on or timezone.localdate()
        self._names: dict[tuple[str, str], str] = {}

    def groups(self, data: Mapping[str, Any]) -> list[tuple[str, list[Shown]]]:
        """The filled fields below their headings; fields that no heading names stand last."""
        fields = {f.name: f for f in self.form.fields_for(data) if f.name in data and self._may_see(f)}
        named: set[str] = set()
        found = []
        for title, names in self.form.groups():
            lines = [self.line(fields[n], data[n]) for n in names if n in fields]
            named |= set(names)
            if lines:
                found.append((title, lines))
        rest = [self.line(f, data[n]) for n, f in fields.items() if n not in named]
        return [*found, ("其他", rest)] if rest and found else found or [("", rest)]

    def _may_see(self, field: FormField) -> bool:
        return self.nodes is None or field.see is None or any(field.may_see(node) for node in self.nodes)

    def line(self, field: FormField, value: Any) -> Shown:
        """One field."""
        if field.label > self.clearance:
            return Shown(field.title, HIDDEN)
        if field.kind == "group" and isinstance(value, Mapping):
            return Shown(field.title, kind="group", lines=tuple(self._lines(field.children, value)))
        if field.kind == "rows" and isinstance(value, list):
            return self._table(field, value)
        return Shown(field.title, self.text(field, value), kind="area" if field.kind == "area" else field.kind)

    def _lines(self, fields: Iterable[FormField], data: Mapping[str, Any]) -> Iterable[Shown]:
        return (self.line(f, data[f.name]) for f in fields if f.name in data)

    def _table(self, field: FormField, rows: list[Any]) -> Shown:
        heads: dict[str, FormField] = {}
        for row in rows:
            heads |= {f.name: f for f in self.form.row_fields(field, row)}
        cells = tuple(tuple(self.text(f, row.get(name)) for name, f in heads.items()) for row in rows)
        return Shown(field.title, kind="rows", heads=tuple(f.title for f in heads.values()), rows=cells)

    def text(self, field: FormField, value: Any) -> str:
        """One value as text, "" for none."""
        if value is None or value == "":
            return ""
        if field.label > self.clearance:
            return HIDDEN
        if not self.clear:
            value = masked(field, value)
        if isinstance(value, list):
            return "、".join(self._one(field, v) for v in value)
        return self._one(field, value)

    def _one(self, field: FormField, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if field.kind in {"choice", "choices"}:
            return next((title for known, title in field.choices if known == value), str(value))
        if field.kind == "money":
            amount = exact(value)
            return f"{money(amount)} 元" if amount is not None else str(value)
        if field.kind in {"code", "person", "office", "taxpayer"}:
            return self._name(field, str(value))
        unit = field.schema.get("x-unit", "")
        return f"{value} {unit}".strip() if unit else str(value)

    def _name(self, field: FormField, code: str) -> str:
        key = (field.codes or field.kind, code)
        if key not in self._names:
            self._names[key] = self._look_up(field, code) or code
        return self._names[key]

    def _look_up(self, field: FormField, code: str) -> str:
        if field.kind == "code":
            view = lookup(field.codes, on=self.on)
            return view.name_of(code) if view else code
        if field.kind == "person":
            person = User.objects.filter(username=code).first()
            return person.display_name if person else ""
        if field.kind == "office":
            office = find_office(code)
            return office.name if office else ""
        taxpayer = find_taxpayer(code)
        return f"{taxpayer.name}（{code}）" if taxpayer else ""

    def values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """For letters and titles: choices, codes and people by name; money and days as they are, for their formats."""
        return {f.name: self._plain(f, data[f.name]) for f in self.form.fields_for(data) if f.name in data}

    def _plain(self, field: FormField, value: Any) -> Any:
        if field.kind == "group" and isinstance(value, Mapping):
            return {f.name: self._plain(f, value[f.name]) for f in field.children if f.name in value}
        if field.kind == "rows" and isinstance(value, list):
            return [self._sentence(field, row) for row in value]
        if isinstance(value, bool) or field.kind in {"money", "number", "integer", "date", "datetime", "time"}:
            return masked(field, value)
        return self.text(field, value)

    def _sentence(self, field: FormField, row: Any) -> str:
        fields = self.form.row_fields(field, row)
        return "，".join(f"{f.title} {self.text(f, row[f.name])}" for f in fields if f.name in row)
