"""What is different between two versions of a bundle: in the form, the process, the manifest, and line by line."""

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yihu.hub.centres.matters.catalogue.designing.conditions import conditions_of
from yihu.hub.centres.matters.catalogue.designing.drawing import SAID, read_drawn
from yihu.hub.centres.matters.catalogue.designing.telling import FIELD_SAID, PLACES, value_told
from yihu.hub.centres.matters.catalogue.fields import FormField, FormTree
from yihu.hub.centres.matters.catalogue.files import Files
from yihu.hub.centres.matters.catalogue.schema import read_schema
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml

MOST_LINES = 400


class How(StrEnum):
    """What became of a thing."""

    ADDED = "新增"
    REMOVED = "删去"
    CHANGED = "修改"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; `details` are triples of what, before, after. `key` names it in its file."""

    how: How
    title: str
    key: str
    details: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file whose text differs; lines as a unified difference, cut to what a page holds."""

    how: How
    name: str
    lines: tuple[tuple[str, str], ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything; empty when the two are the same."""

    fields: tuple[Change, ...] = ()
    nodes: tuple[Change, ...] = ()
    manifest: tuple[Change, ...] = ()
    files: tuple[FileChange, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.files

    @property
    def redrawn_only(self) -> bool:
        """The process differs in where things are drawn only."""
        return not self.nodes and any(one.name == "process.bpmn" for one in self.files)


Words = Mapping[str, Callable[[str], str]]


def differ(before: Files, after: Files, words: Words | None = None) -> Difference:
    """
    From one set of files to another; `before` is empty for a new matter.

    :param words: how values of the process are told, by what is said (mode, due …)
    """
    return Difference(
        fields=tuple(_changes(_fields(before), _fields(after), FIELD_SAID)),
        nodes=tuple(_changes(_nodes(before, words or {}), _nodes(after, words or {}), SAID)),
        manifest=tuple(_manifest(before, after)),
        files=tuple(_files(before, after)),
    )


Things = dict[str, tuple[str, Mapping[str, str]]]


def _changes(before: Things, after: Things, said: Mapping[str, str]) -> Iterator[Change]:
    for key in [*after, *(k for k in before if k not in after)]:
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            yield Change(How.ADDED, new[0], key, tuple(_details({}, new[1], said)))
        elif new is None and old is not None:
            yield Change(How.REMOVED, old[0], key)
        elif old is not None and new is not None and (details := tuple(_details(old[1], new[1], said))):
            yield Change(How.CHANGED, new[0], key, details)


def _details(old: Mapping[str, str], new: Mapping[str, str], said: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, title in said.items():
        if old.get(key, "") != new.get(key, ""):
            yield title, old.get(key, ""), new.get(key, "")


def _nodes(files: Files, words: Words) -> Things:
    drawn = read_drawn(files.get("process.bpmn", ""))
    return {
        key: (one.title, {what: words[what](value) if what in words else value for what, value in one.said.items()})
        for key, one in drawn.items()
    }


def _fields(files: Files) -> Things:
    schema, problems = read_schema(files.get("form.json", "{}"))
    if problems or not schema:
        return {}
    conditions = conditions_of(schema)
    found = FormTree(schema).every_field()
    return {one.dotted: (f"字段“{one.title}”", _field_said(one, conditions)) for one in found}


def _field_said(one: FormField, conditions: Mapping[str, str]) -> dict[str, str]:
    said = {key: value_told(one.schema[key]) for key in one.schema if key in FIELD_SAID}
    said |= {"kind": one.kind, "required": "必填" if one.required else "", "when": conditions.get(one.dotted, "")}
    if one.choices:
        said["oneOf"] = "、".join(f"{title}（{value}）" for value, title in one.choices)
    return said


def _manifest(before: Files, after: Files) -> Iterator[Change]:
    old, new = _flat(before), _flat(after)
    for place in [*new, *(p for p in old if p not in new)]:
        was, becomes = old.get(place, ""), new.get(place, "")
        if was == becomes:
            continue
        how = How.ADDED if place not in old else How.REMOVED if place not in new else How.CHANGED
        yield Change(how, _title(place), place, (("", was, becomes),))


def _flat(files: Files) -> dict[str, str]:
    value, _ = read_yaml("matter.yaml", files.get("matter.yaml", "{}"))
    return dict(_leaves(value, ""))


def _leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}".strip("."))
    elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        for at, row in enumerate(value):
            yield from _leaves(row, f"{place}.{row.get('code', at + 1)}")
    else:
        yield place, value_told(value)


def _title(place: str) -> str:
    first, *rest = place.split(".")
    return " · ".join([PLACES.get(first, first), *(PLACES.get(part, part) for part in rest)])


def _files(before: Files, after: Files) -> Iterator[FileChange]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        how = How.ADDED if old is None else How.REMOVED if new is None else How.CHANGED
        lines = list(_lines(name, old or "", new or ""))
        yield FileChange(how, name, tuple(lines[:MOST_LINES]), len(lines) > MOST_LINES)


def _lines(name: str, old: str, new: str) -> Iterator[tuple[str, str]]:
    signs = {"+": "added", "-": "removed", "@": "place"}
    told = difflib.unified_diff(_split(name, old), _split(name, new), lineterm="", n=2)
    for at, line in enumerate(told):
        if at > 1:
            yield signs.get(line[:1], ""), line[:400]


def _split(name: str, text: str) -> list[str]:
    """Lines; JSON in one form, so that only what it says counts."""
    if name == "form.json":
        try:
            return json.dumps(json.loads(text or "{}"), ensure_ascii=False, indent=1).splitlines()
        except (ValueError, RecursionError):
            pass
    return text.splitlines()
