"""The published board: simulated districts nobody has seen, our method beside its rivals."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.learn import _day
from yihu.cli.output import print_json, print_table, progress, screen
from yihu.cli.wording import say, titles
from yihu.lens.home import Home
from yihu.lens.scoreboard.published import DAYS, INVOICES, MONTHS, TAXPAYERS, command_of, read_board

SHOWN = ("average_precision", "precision_at_capacity", "recall_by_amount")
TEACHING, TEST = (*range(21, 30), 31, 32, 33), (9021, 9022, 9023)


def board(
    work: Annotated[Path | None, typer.Option("--work", help=say("board_work"), file_okay=False)] = None,
    teach: Annotated[list[int] | None, typer.Option("--teach", help=say("board_teach"))] = None,
    test: Annotated[list[int] | None, typer.Option("--test", help=say("board_test"))] = None,
    taxpayers: Annotated[int, typer.Option(min=1_000)] = TAXPAYERS,
    invoices: Annotated[int, typer.Option(min=10_000)] = INVOICES,
    months: Annotated[int, typer.Option(min=12)] = MONTHS,
    day: Annotated[list[str] | None, typer.Option("--day", help=say("board_day"))] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", help=say("board_markdown"), dir_okay=False)] = None,
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.scoreboard.markdown import board_tables

    came: str | None = None
    if work is None:
        published = read_board(Home.from_env())
        made, came = published.board, "board_shipped" if published.shipped else "board_own"
    else:
        made = _make(work, teach or TEACHING, test or TEST, (taxpayers, invoices, months), day or DAYS)
    if markdown is not None:
        markdown.write_text(board_tables(made) + "\n", "utf-8")
    if as_json:
        print_json(made)
        return
    print_table(
        titles("method", *SHOWN),
        [
            [m["zh"], *(m["rows"][0][name]["value"] for name in SHOWN)]
            for m in made["methods"]
            if m["rows"][0]["scheme"] == "all"
        ],
    )
    screen.print(say("board_demand", **made["demand"]), markup=False)
    if came:
        screen.print(say(came, **made, command=command_of(made)), markup=False, soft_wrap=True)


def _make(
    work: Path, teach: Sequence[int], test: Sequence[int], size: tuple[int, int, int], days: Sequence[str]
) -> Mapping[str, Any]:
    from yihu.lens.scoreboard.board import run_board
    from yihu.lens.scoreboard.districts import Size

    told = tuple(_day(text).isoformat() for text in days)
    with progress() as report:
        return run_board(
            work,
            Home.from_env(),
            teaching=teach,
            test=test,
            size=Size(*size, told),
            now=datetime.now(UTC),
            progress=report,
        )
