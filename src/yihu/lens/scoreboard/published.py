"""Read the published board, without what making one imports."""

import json
from typing import Any

from yihu.lens.home import Home

BOARD = ("scoreboard", "board.json")


def read_board(home: Home) -> dict[str, Any] | None:
    """The published board of a home; None where none was written, or what is there cannot be read."""
    try:
        return dict(json.loads(home.root.joinpath(*BOARD).read_text("utf-8")))
    except (OSError, ValueError):
        return None
