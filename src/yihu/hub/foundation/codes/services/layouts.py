"""Layouts: how the columns of an outside file become a code table, as YAML beside the application."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yihu.hub.base.errors import UnableTo

DIRECTORY = Path(__file__).resolve().parents[1] / "layouts"
STANDARD = "standard"


class UnknownLayoutError(UnableTo):
    """No layout of this name."""


@dataclass(frozen=True, slots=True)
class FileShape:
    """
    One kind of file of a layout.

    `columns` maps code, name, parent, valid_from, valid_to, revision and series to the file's headings (a heading
    ending in ? may be absent); `attributes` maps shown names to headings, None takes every other column.
    `parent_from` replaces a parent by the value of another column.
    """

    match: str
    columns: Mapping[str, str]
    attributes: Mapping[str, str] | None
    revisions: Mapping[str, Any] | None = None
    parent_from: Mapping[str, str] = field(default_factory=dict)

    def required(self) -> set[str]:
        """Headings that must be there."""
        named = {heading for heading in self.columns.values() if not heading.endswith("?")}
        return named | set((self.attributes or {}).values())

    def heading(self, what: str) -> str | None:
        found = self.columns.get(what)
        return found.removesuffix("?") if found else None


@dataclass(frozen=True, slots=True)
class Layout:
    """
    A whole layout.

    `code_says` tells a user the form of a code. `tree` is column, lengths or none; `lengths` are the digits of each
    level when the code tells the tree, `nearest` lets a level be skipped, `tops` are parents that mean none.
    """

    name: str
    table: str
    title: str
    standard: str
    note: str
    levels: tuple[str, ...]
    label: str
    valid_from: date | None
    files: tuple[FileShape, ...]
    code: re.Pattern[str]
    code_says: str
    tree: str
    lengths: tuple[int, ...]
    pad: int
    nearest: bool
    tops: tuple[str, ...]
    rewrite: tuple[re.Pattern[str], str] | None
    successors: bool

    def shape_of(self, file_name: str) -> FileShape | None:
        """The first kind a file's name fits, letter case aside."""
        return next((s for s in self.files if fnmatch(file_name.lower(), s.match.lower())), None)

    def tidy(self, code: str) -> str:
        """A code as the table writes it: rewritten, and padded with zeros on the right."""
        text = self.rewrite[0].sub(self.rewrite[1], code) if self.rewrite else code
        return text.ljust(self.pad, "0") if text and self.pad and self.tree == "column" else text


@cache
def layouts() -> Mapping[str, Layout]:
    """Every layout by name."""
    found = (_read(path) for path in sorted(DIRECTORY.glob("*.yaml")))
    return {layout.name: layout for layout in found}


def find_layout(name: str, *, table: str) -> Layout:
    """
    The layout of a name; without one the layout made for the table, else the general one.

    :raises UnknownLayoutError: there is none, or it was made for another table
    """
    known = layouts()
    if not name:
        return next((la for la in known.values() if la.table == table), known[STANDARD])
    if name not in known:
        raise UnknownLayoutError(f"没有版式 {name}，可用的有：{'、'.join(known)}")
    found = known[name]
    if found.table and found.table != table:
        raise UnknownLayoutError(f"版式 {name} 只用于代码表 {found.table}，不能用于 {table}")
    return found


def _read(path: Path) -> Layout:
    body = yaml.safe_load(path.read_text("utf-8"))
    tree = body["tree"]
    rewrite = body.get("rewrite")
    return Layout(
        name=path.stem,
        table=body.get("table", ""),
        title=body.get("name", ""),
        standard=body.get("standard", ""),
        note=body.get("note", ""),
        levels=tuple(body.get("levels", [])),
        label=str(body.get("label", "")),
        valid_from=body.get("valid_from"),
        files=tuple(_shape(row) for row in body["files"]),
        code=re.compile(body["code"]),
        code_says=body["code_says"],
        tree=tree["by"],
        lengths=tuple(tree.get("lengths", ())),
        pad=tree.get("pad", body.get("pad", 0)),
        nearest=tree.get("nearest", False),
        tops=tuple(tree.get("tops", ())),
        rewrite=(re.compile(rewrite["pattern"]), rewrite["to"]) if rewrite else None,
        successors=body.get("successors", False),
    )


def _shape(row: Mapping[str, Any]) -> FileShape:
    attributes = row.get("attributes", {})
    return FileShape(
        match=row["match"],
        columns=row["columns"],
        attributes=None if attributes == "*" else attributes,
        revisions=row.get("revisions"),
        parent_from=row.get("parent_from", {}),
    )
