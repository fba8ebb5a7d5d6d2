"""Read the published board, without what making one imports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from yihu.lens.home import Home

BOARD = ("scoreboard", "board.json")
# What a board is made with where the command names nothing else: registrations, invoices, months, days before the last.
TAXPAYERS, INVOICES, MONTHS = 15_000, 300_000, 24
DAYS = ("2024-12-31", "2025-04-30", "2025-08-31")


@dataclass(frozen=True, slots=True)
class Published:
    """A board as `run_board` wrote it. `shipped`: it came with the program and was not made in this home."""

    board: Mapping[str, Any]
    shipped: bool


def read_board(home: Home) -> Published:
    """The board of a home; the one that came with the program where there is none, or none that can be read."""
    try:
        return Published(dict(json.loads(home.root.joinpath(*BOARD).read_text("utf-8"))), shipped=False)
    except (OSError, ValueError):
        return Published(_shipped(), shipped=True)


def command_of(board: Mapping[str, Any]) -> str:
    """What makes the same board anew, as it is typed; `DIR` stands for a directory of the maker's choice."""
    size = board["size"]
    words = ["yihu board --work DIR"]
    words += [f"--teach {seed}" for seed in board["teaching_seeds"]]
    words += [f"--test {seed}" for seed in board["test_seeds"]]
    usual = {"taxpayers": TAXPAYERS, "invoices": INVOICES, "months": MONTHS}
    asked = {"taxpayers": size["registrations"], "invoices": size["invoices"], "months": size["months"]}
    words += [f"--{name} {asked[name]}" for name in asked if asked[name] != usual[name]]
    if tuple(size["days"]) != DAYS:
        words += [f"--day {day}" for day in size["days"]]
    return " ".join(words)


@cache
def _shipped() -> Mapping[str, Any]:
    """It never changes while the program runs, so it is read once."""
    return dict(json.loads(files("yihu.lens.scoreboard").joinpath(BOARD[-1]).read_text("utf-8")))
