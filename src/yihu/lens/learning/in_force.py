"""
Which model scores: the one in force, and a challenger that scores in the shadow.

`home.models/in_force.json` names them and keeps every change. It is written by the model centre, after a second person
approved; a build reads it. Nothing in force is the ordinary state of a new house: rules rank alone.
"""

import json
import os
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from yihu.lens.home import Home, sync_directory
from yihu.lens.learning.kept import ModelError, read_card

FILE = "in_force.json"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what was put in force (None: nothing any more), by whom, when, and why."""

    model_id: str | None
    role: str
    by: str
    at: str
    act: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """`champion` ranks, `challenger` scores in the shadow; `history` is oldest first."""

    champion: str | None = None
    challenger: str | None = None
    history: tuple[Change, ...] = ()


def read_in_force(home: Home) -> InForce:
    """What is in force; nothing where nobody ever put a model in force."""
    path = home.models / FILE
    if not path.is_file():
        return InForce()
    told = json.loads(path.read_text("utf-8"))
    return InForce(told["champion"], told["challenger"], tuple(Change(**c) for c in told["history"]))


def put_in_force(home: Home, model_id: str, *, by: str, at: datetime, reason: str = "") -> InForce:
    """
    Let a model rank from the next build on. A challenger that becomes champion is no challenger any more.

    :raises NoModelError: it is not on the shelf
    :raises ModelError: a file was changed (MODEL-002), or it is in force already (MODEL-005)
    """
    read_card(home, model_id)
    now = read_in_force(home)
    if now.champion == model_id:
        raise ModelError("MODEL-005", f"模型 {model_id} 已经在用")
    challenger = None if now.challenger == model_id else now.challenger
    change = Change(model_id, "champion", by, at.isoformat(timespec="seconds"), "put", reason)
    return _write(home, replace(now, champion=model_id, challenger=challenger, history=(*now.history, change)))


def set_challenger(home: Home, model_id: str | None, *, by: str, at: datetime, reason: str = "") -> InForce:
    """
    Let a model score in the shadow from the next build on, or none.

    :raises NoModelError: it is not on the shelf
    :raises ModelError: a file was changed (MODEL-002), or it is the one in force (MODEL-005)
    """
    now = read_in_force(home)
    if model_id is not None:
        read_card(home, model_id)
        if now.champion == model_id:
            raise ModelError("MODEL-005", f"模型 {model_id} 已经在用，不能再作影子模型")
    change = Change(model_id, "challenger", by, at.isoformat(timespec="seconds"), "put", reason)
    return _write(home, replace(now, challenger=model_id, history=(*now.history, change)))


def earlier_champion(now: InForce) -> str | None:
    """The model that was in force before the present one; None where rules ranked alone."""
    stack: list[str] = []
    for change in (c for c in now.history if c.role == "champion"):
        if change.act == "put" and change.model_id is not None:
            stack.append(change.model_id)
        elif stack:
            stack.pop()
    return stack[-2] if len(stack) > 1 else None


def roll_back(home: Home, *, by: str, at: datetime, reason: str) -> InForce:
    """
    Put the model in force that was before this one, or none where there was none: rules rank alone again.

    A second step back goes one further, not forth again.

    :raises ModelError: nothing is in force (MODEL-006), or the earlier model was changed (MODEL-002)
    """
    now = read_in_force(home)
    if now.champion is None:
        raise ModelError("MODEL-006", "当前没有在用的模型，无从回退")
    earlier = earlier_champion(now)
    if earlier is not None:
        read_card(home, earlier)
    change = Change(earlier, "champion", by, at.isoformat(timespec="seconds"), "roll_back", reason)
    challenger = None if now.challenger == earlier else now.challenger
    return _write(home, replace(now, champion=earlier, challenger=challenger, history=(*now.history, change)))


def _write(home: Home, state: InForce) -> InForce:
    home.models.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = home.models / f".{FILE}.{uuid.uuid4().hex}"
    with fresh.open("w", encoding="utf-8") as handle:
        json.dump(asdict(state), handle, ensure_ascii=False, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(home.models / FILE)
    sync_directory(home.models)
    return state
