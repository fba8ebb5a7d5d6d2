"""The published board: simulated districts nobody has seen, our method beside its rivals."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.learn import _day
from yihu.cli.output import print_json, print_table, progress, screen
from yihu.cli.wording import say, titles
from yihu.lens.home import Home

TEACHING, TEST = (21, 22, 23, 24), (9001, 9002, 9003)
DAYS = ("2024-12-31", "2025-04-30", "2025-08-31")


def board(
    work: Annotated[Path, typer.Option("--work", help=say("board_work"), file_okay=False)],
    teach: Annotated[list[int] | None, typer.Option("--teach", help=say("board_teach"))] = None,
    test: Annotated[list[int] | None, typer.Option("--test", help=say("board_test"))] = None,
    taxpayers: Annotated[int, typer.Option(min=1_000)] = 15_000,
    invoices: Annotated[int, typer.Option(min=10_000)] = 300_000,
    months: Annotated[int, typer.Option(min=12)] = 24,
    day: Annotated[list[str] | None, typer.Option("--day", help=say("board_day"))] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", help=say("board_markdown"), dir_okay=False)] = None,
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.scoreboard.board import run_board
    from yihu.lens.scoreboard.districts import Size
    from yihu.lens.scoreboard.markdown import board_tables

    days = tuple(_day(text).isoformat() for text in day or DAYS)
    with progress() as report:
        made = run_board(
            work,
            Home.from_env(),
            teaching=teach or TEACHING,
            test=test or TEST,
            size=Size(taxpayers, invoices, months, days),
            now=datetime.now(UTC),
            progress=report,
        )
    if markdown is not None:
        markdown.write_text(board_tables(made) + "\n", "utf-8")
    if as_json:
        print_json(made)
        return
    print_table(
        titles("method", "average_precision", "precision_at_capacity"),
        [
            [m["zh"], m["rows"][0]["average_precision"]["value"], m["rows"][0]["precision_at_capacity"]["value"]]
            for m in made["methods"]
            if m["rows"][0]["scheme"] == "all"
        ],
    )
    screen.print(say("board_demand", **made["demand"]), markup=False)
