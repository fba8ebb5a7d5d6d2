"""How commands speak: one JSON value or a readable page, progress aside, an exit code that means something."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from yihu.cli.wording import say

Report = Callable[[str, float], None]
screen = Console()
aside = Console(stderr=True)


class Exit(IntEnum):
    """Exit codes; scripts may rely on them."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    NOT_FOUND = 3
    BAD_INPUT = 4
    BUSY = 5
    REFUSED = 6
    UNHEALTHY = 7


def print_json(value: object) -> None:
    """Write one JSON value and a newline; money as text so that no digit is lost."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A readable table; numbers to the right."""
    table = Table(show_edge=False, pad_edge=False)
    for index, name in enumerate(columns):
        numeric = bool(rows) and isinstance(rows[0][index], int | float | Decimal)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    screen.print(table)


@contextmanager
def progress() -> Iterator[Report]:
    """A bar on standard error; a line a stage when that is not a terminal."""
    if not aside.is_terminal:
        yield _line_reporter()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=aside) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda stage, done: bar.update(task, description=stage, completed=done)


def _line_reporter() -> Report:
    last = ""

    def report(stage: str, done: float) -> None:
        nonlocal last
        if stage != last:
            last = stage
            aside.print(f"[{done:4.0%}] {stage}", markup=False, highlight=False)

    return report


def fail(code: Exit, message: str, *, as_json: bool, **details: Any) -> NoReturn:
    """Say what is wrong, on standard error and (with --json) as one JSON value, and leave."""
    if as_json:
        print_json({"error": {"code": code.name, "message": message, **details}})
    aside.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(int(code))


def not_found(what: str, *, as_json: bool) -> NoReturn:
    """Leave with the code for something that is not there."""
    fail(Exit.NOT_FOUND, say("not_found", what=what), as_json=as_json)
