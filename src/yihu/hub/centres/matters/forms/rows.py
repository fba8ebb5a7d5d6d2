"""A part of `matter.yaml` that is a list of rows, as one form: a group of fields a row, and empty ones to add."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from yihu.hub.screens.forms import NEEDED, DayField, ScreenForm

EXTRA = 1
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RowField:
    """One field of a row. `kind` is text, long, whole, flag, day, choice or many; `choices` of the draft's files."""

    name: str
    label: str
    kind: str = "text"
    needed: bool = False
    help: str = ""
    choices: Callable[[Mapping[str, str]], Choices] | None = None
    most: int = 300


@dataclass(frozen=True, slots=True)
class RowsOf:
    """A list of rows below one key. With `keyed` it is a mapping there, and that field of a row is its key."""

    key: str
    title: str
    fields: tuple[RowField, ...]
    lead: str = ""
    keyed: str = ""


class RowsForm(ScreenForm):
    """Rows that are there, then empty ones. A row is taken out by its tick, added by filling in an empty one."""

    def __init__(self, *args: Any, rows: RowsOf, value: Any, files: Mapping[str, str], **kwargs: Any) -> None:
        self.rows, self.files = rows, files
        self.there = rows_of(rows, value)
        made, initial = self._fields()
        self.base_fields = made
        super().__init__(*args, initial=initial, **kwargs)

    def _fields(self) -> tuple[dict[str, forms.Field], dict[str, Any]]:
        made: dict[str, forms.Field] = {}
        initial: dict[str, Any] = {}
        for at in range(len(self.there) + EXTRA):
            row = self.there[at] if at < len(self.there) else {}
            for one in self.rows.fields:
                made[f"r{at}_{one.name}"] = _control(one, self.files, row.get(one.name))
                initial[f"r{at}_{one.name}"] = row.get(one.name)
            if at < len(self.there):
                made[f"r{at}_remove"] = forms.BooleanField(label="删去这一项", required=False)
        return made, initial

    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """For the screen: a heading and the fields of each row."""
        found = []
        for at in range(len(self.there) + EXTRA):
            names = tuple(f"r{at}_{one.name}" for one in self.rows.fields)
            if at < len(self.there):
                found.append((f"{self.rows.title} {at + 1}", (*names, f"r{at}_remove")))
            else:
                found.append(("再加一项（不加则留空）", names))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for at in range(len(self.there) + EXTRA):
            if cleaned.get(f"r{at}_remove") or not self._is_filled(cleaned, at):
                continue
            for one in self.rows.fields:
                name = f"r{at}_{one.name}"
                if one.needed and cleaned.get(name) in (None, "", []) and name not in self.errors:
                    self.add_error(name, NEEDED)
        return cleaned

    def _is_filled(self, cleaned: Mapping[str, Any], at: int) -> bool:
        if at < len(self.there):
            return True
        return any(
            cleaned.get(f"r{at}_{one.name}") not in (None, "", [], False)
            for one in self.rows.fields
            if one.kind != "choice" or not one.needed
        )

    def value(self) -> Any:
        """What stands below the key now; what a row holds besides the fields of the form stays in it."""
        kept = []
        for at in range(len(self.there) + EXTRA):
            if self.cleaned_data.get(f"r{at}_remove") or not self._is_filled(self.cleaned_data, at):
                continue
            row = dict(self.there[at]) if at < len(self.there) else {}
            for one in self.rows.fields:
                given = self.cleaned_data.get(f"r{at}_{one.name}")
                row[one.name] = given
                if given in (None, "", []) or given is False:
                    row.pop(one.name)
            kept.append(row)
        if not self.rows.keyed:
            return kept
        return {row.pop(self.rows.keyed): row for row in kept}


def rows_of(rows: RowsOf, value: Any) -> list[dict[str, Any]]:
    """The rows below a key, whatever stands there; nonsense counts as none."""
    if rows.keyed and isinstance(value, Mapping):
        return [{rows.keyed: key, **row} for key, row in value.items() if isinstance(row, Mapping)]
    found = value if isinstance(value, list) else []
    return [dict(row) for row in found if isinstance(row, Mapping)]


def _control(one: RowField, files: Mapping[str, str], now: Any) -> forms.Field:
    common = {"label": one.label, "required": False, "help_text": one.help}
    if one.kind == "flag":
        return forms.BooleanField(**common)
    if one.kind == "whole":
        return forms.IntegerField(min_value=1, max_value=1000, **common)
    if one.kind == "day":
        return DayField(**common)
    choices = list(one.choices(files)) if one.choices else []
    if one.kind == "many":
        known = {key for key, _ in choices}
        choices += [(key, f"{key}（没有）") for key in now or () if key not in known]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if one.kind == "choice":
        known = {key for key, _ in choices}
        choices += [(now, f"{now}（没有）")] if now and now not in known else []
        return forms.ChoiceField(choices=[("", "请选择"), *choices], **common)
    widget = forms.Textarea(attrs={"rows": 2}) if one.kind == "long" else None
    return forms.CharField(max_length=one.most, widget=widget, **common)
