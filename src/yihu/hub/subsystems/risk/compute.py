"""The door to the lens: the register, explanations by the model in force, places in time, the published board."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from importlib import import_module
from typing import Any

from yihu.hub.registers.snapshots.api import Snapshot, rules
from yihu.lens.home import Home
from yihu.lens.learning.kept import ModelError, NoModelError, read_card
from yihu.lens.scoreboard import published
from yihu.lens.scoreboard.published import command_of
from yihu.lens.snapshots.places import places_over_time
from yihu.lens.snapshots.register import INSPECTED, REGISTER_SORTS, RegisterFilter
from yihu.lens.snapshots.shelf import list_past

__all__ = ["INSPECTED", "REGISTER_SORTS", "RegisterFilter", "command_of"]

# A frame of so many households is kept in memory between requests; a larger one is read anew for each explanation.
MOST_HELD = 200_000
MOST_KEPT = 500
PREPARING = "risk-explanations"
_lock = threading.Lock()
_frames: dict[str, Any] = {}
_prepared: set[str] = set()
_explained: OrderedDict[tuple[str, str, str], dict[str, Any]] = OrderedDict()


def champion_of(snapshot: Snapshot) -> str | None:
    """The model that scored the snapshot; None where rules ranked alone."""
    told = snapshot.manifest.get("steps", {}).get("模型评分") or {}
    champion = told.get("champion")
    return champion if champion and champion not in (told.get("refused") or {}) else None


def refusal_of(snapshot: Snapshot) -> str:
    """Why the model in force did not score the snapshot, in words; empty where it did or none was in force."""
    told = snapshot.manifest.get("steps", {}).get("模型评分") or {}
    return str((told.get("refused") or {}).get(told.get("champion"), ""))


@lru_cache(maxsize=8)
def card_of(model_id: str) -> Any:
    """
    The card of a model, or None when it is gone or changed.

    A model's files never change, so the answer is kept for the life of the process.
    """
    try:
        return read_card(Home.from_env(), model_id)
    except (ModelError, NoModelError):
        return None


def explain(snapshot: Snapshot, household_id: str) -> dict[str, Any]:
    """
    Why the model in force gave a household its probability, and what would lower it; kept once computed.

    :returns: the fields of `lens.learning.explaining.Explanation`, or {refusal}: why there is no explanation
    """
    model_id = champion_of(snapshot)
    if model_id is None:
        return {"refusal": refusal_of(snapshot) or "没有在用的模型：这一户只按公开的规则排序。"}
    key = (model_id, snapshot.id, household_id)
    with _lock:
        if key in _explained:
            _explained.move_to_end(key)
            return _explained[key]
    found = _explained_now(snapshot, model_id, household_id)
    with _lock:
        _explained[key] = found
        while len(_explained) > MOST_KEPT:
            _explained.popitem(last=False)
    return found


def prepare_explanations(snapshot: Snapshot) -> None:
    """
    Load the learning libraries and the figures once, beside the page that leads to explanations: whoever opens the
    first household does not wait for seconds of imports. What fails here is told by the explanation itself.
    """
    if champion_of(snapshot) is None:
        return
    with _lock:
        begun = snapshot.id in _prepared
        _prepared.add(snapshot.id)
    if not begun:
        threading.Thread(target=_prepare, args=(snapshot,), name=PREPARING, daemon=True).start()


def _prepare(snapshot: Snapshot) -> None:
    with suppress(Exception):
        import_module("yihu.lens.learning.explaining")
        _frame_of(snapshot)


def _explained_now(snapshot: Snapshot, model_id: str, household_id: str) -> dict[str, Any]:
    # The learning libraries take seconds to import: no page should wait for them at start.
    from yihu.lens.learning.explaining import explain_row
    from yihu.lens.learning.scoring import load_model

    try:
        model = load_model(Home.from_env(), model_id)
        return asdict(explain_row(model, _frame_of(snapshot), snapshot.path, household_id))
    except LookupError:
        return {"refusal": "模型只给登记户评分，这一户没有模型概率。"}
    except ModelError as error:
        return {"refusal": str(error)}


def _frame_of(snapshot: Snapshot) -> Any:
    from yihu.lens.learning.frame import read_frame

    with _lock:
        found = _frames.get(snapshot.id)
    if found is None:
        found = read_frame(snapshot.path)
        with _lock:
            _frames.clear()
            if len(found) <= MOST_HELD:
                _frames[snapshot.id] = found
    return found


def places(snapshot: Snapshot, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Where a taxpayer stood on each kept snapshot, earliest day first; see `lens.snapshots.places`."""
    return places_over_time(snapshot.home, numbers)


def past_days(snapshot: Snapshot) -> list[str]:
    """Days of the kept snapshots of past days, earliest first, as ISO texts."""
    return [kept.manifest["as_of"] for kept in list_past(snapshot.home)]


def schemes_of(model_id: str | None) -> tuple[str, ...]:
    """Schemes that a model learned by themselves; none without its card."""
    card = card_of(model_id) if model_id else None
    return tuple(card.learned_schemes) if card else ()


def tells_amounts(model_id: str | None) -> bool:
    """Whether a model says what an inspection would bring."""
    card = card_of(model_id) if model_id else None
    return card is not None and card.tells_amounts


def typologies() -> list[str]:
    """What the written rules tell apart, in their order."""
    return list(dict.fromkeys(rule.typology for rule in rules().values()))


def read_board() -> published.Published:
    """The scoreboard made in this home, else the one that came with the program."""
    return published.read_board(Home.from_env())
