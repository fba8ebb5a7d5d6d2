"""A version as people read it: a grid of Chinese cells, and two versions beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from yihu.hub.centres.rules.models import TableVersion
from yihu.hub.centres.rules.selectors.tables import ready
from yihu.kit.decisions import POLICY_NAMES, Table, UnreadableTableError
from yihu.kit.decisions.texts import cell_text, expression_text, said_with_commas


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says; `before` what it said in the other version, `passes` whether it took part in a hit."""

    text: str
    before: str | None = None
    passes: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One rule. `change` is added, removed, changed or nothing."""

    number: int
    id: str
    cells: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    clause: str
    validity: str
    count: int | None = None
    hit: bool = False
    change: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A head: what it is called, which data it reads, and what it takes."""

    label: str
    reads: str
    kind: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for reading; `problem` says why there is none."""

    policy: str = ""
    inputs: tuple[Column, ...] = ()
    outputs: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    default: str = ""
    problem: str = ""
    counted: bool = False

    @property
    def dated(self) -> bool:
        """Whether a rule has days of its own."""
        return any(row.validity for row in self.rows)


def grid_of(version: TableVersion, counts: Mapping[int, int] | None = None) -> Grid:
    """The version as a grid, with hits by rule when they are given."""
    try:
        table = ready(version).table
    except UnreadableTableError as error:
        return Grid(problem="；".join(problem.message for problem in error.problems[:5]))
    defaults = [f"{o.label}：{expression_text(o.default)}" for o in table.outputs if o.default is not None]
    return Grid(
        policy=POLICY_NAMES[table.policy],
        inputs=tuple(_input(column) for column in table.inputs),
        outputs=tuple(Column(o.label, "", _ranking(o.ranking) or str(o.type)) for o in table.outputs),
        rows=tuple(_row(rule, counts) for rule in table.rules),
        default="；".join(defaults),
        counted=counts is not None,
    )


def table_of(version: TableVersion) -> Table | None:
    """The table of a version, or None while it cannot run."""
    try:
        return ready(version).table
    except UnreadableTableError:
        return None


def _input(column: Any) -> Column:
    kind = "整数" if column.whole else str(column.type)
    if column.allowed is not None:
        kind = f"{kind}，{cell_text(column.allowed)}"
    return Column(column.label, str(column.expression), kind)


def _ranking(ranking: tuple[object, ...]) -> str:
    return " › ".join(map(said_with_commas, ranking))


def _row(rule: Any, counts: Mapping[int, int] | None) -> Row:
    return Row(
        number=rule.number,
        id=rule.id,
        cells=tuple(Cell(cell_text(test)) for test in rule.tests),
        outputs=tuple(Cell(expression_text(cell)) for cell in rule.outputs),
        clause=rule.clause,
        validity=_validity(rule),
        count=None if counts is None else counts.get(rule.number, 0),
    )


def _validity(rule: Any) -> str:
    if rule.valid_from and rule.valid_to:
        return f"{rule.valid_from} 至 {rule.valid_to} 前"
    if rule.valid_from:
        return f"{rule.valid_from} 起"
    return f"{rule.valid_to} 前" if rule.valid_to else ""


def changed_rows(old: Grid, new: Grid) -> list[Row]:
    """The rules of both by id: what was added, removed, and in which cells changed. The columns must be the same."""
    before = {row.id: row for row in old.rows}
    found = [_against(row, before.pop(row.id, None)) for row in new.rows]
    return [*found, *(replace(row, change="removed") for row in before.values())]


def _against(row: Row, old: Row | None) -> Row:
    if old is None:
        return replace(row, change="added")
    cells = tuple(_cell(one, other) for one, other in zip(row.cells, old.cells, strict=True))
    outputs = tuple(_cell(one, other) for one, other in zip(row.outputs, old.outputs, strict=True))
    terms = (row.clause, row.validity) != (old.clause, old.validity)
    changed = terms or any(cell.before is not None for cell in (*cells, *outputs))
    return replace(row, cells=cells, outputs=outputs, change="changed" if changed else "")


def _cell(one: Cell, other: Cell) -> Cell:
    return one if one.text == other.text else replace(one, before=other.text)


def same_columns(old: Grid, new: Grid) -> bool:
    """Whether two grids can be laid over each other."""
    return [c.reads for c in old.inputs] == [c.reads for c in new.inputs] and len(old.outputs) == len(new.outputs)
