"""
The journal of judgements: who or what held two registrations for one taxpayer, or for two, since when, and why.

Append-only JSON lines below `Home.journal`: `judgements.jsonl` for people, `machine.jsonl` for the resolver. A line is
never changed; a judgement is taken back by a later line. A last line torn by a crash is ignored, and closed off by the
next append.
"""

import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from yihu.kit.masks import veil
from yihu.lens.home import Home, sync_directory
from yihu.lens.resolve.anchors import household_id, is_household_id

TORN = b"\x18"
"""Closes off a line torn by a crash: its writer never got an answer, so it must not come alive later."""

PEOPLE, MACHINE = "judgements", "machine"


class Kind(StrEnum):
    """What a line says."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    RETRACT = "RETRACT"


class JournalDamagedError(RuntimeError):
    """A line other than a torn last one cannot be read."""


class ConflictError(ValueError):
    """The judgement contradicts one that stands; `standing` are those. Repeat with force to let it override."""

    def __init__(self, standing: Sequence["Judgement"]) -> None:
        self.standing = tuple(standing)
        said = "；".join(f"{j.by} 于 {j.recorded_at[:10]} 认定{WORDS[j.kind]}：{j.reason}" for j in standing)
        super().__init__(f"与在案认定相冲突（{said}）。确需改判请使用 force 并说明理由。")


WORDS = {Kind.SAME: "为同一户", Kind.DIFFERENT: "不是同一户", Kind.RETRACT: "撤销"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    One line. `left`/`right` are registration numbers or household ids (then the household's anchor is meant).

    `valid_from`/`valid_to` (ISO days, half open) bound the time for which it is said; None is open. `recorded_at` (ISO
    instant) is when it was known. `overrides` are ids put out of force while this one stands; `target` is the id a
    RETRACT takes back; `warnings` were shown to the one who judged.
    """

    id: str
    kind: Kind
    left: str
    right: str
    by: str
    reason: str
    recorded_at: str
    weight: float | None = None
    evidence: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    force: bool = False
    overrides: tuple[str, ...] = ()
    target: str | None = None
    warnings: tuple[str, ...] = ()


def read(home: Home, known_at: datetime | None = None, *, source: str = PEOPLE) -> list[Judgement]:
    """
    All lines in order, up to `known_at` (None: to the end); a torn last line is left out.

    :raises JournalDamagedError: another line cannot be read
    """
    path = _path(home, source)
    if not path.is_file():
        return []
    raw = path.read_bytes()
    whole = raw[: raw.rfind(b"\n") + 1]
    found = [_parse(line, path) for line in whole.splitlines() if not line.endswith(TORN)]
    return [j for j in found if known_at is None or datetime.fromisoformat(j.recorded_at) <= known_at]


def _parse(line: bytes, path: Path) -> Judgement:
    try:
        body = json.loads(line)
        for name in ("evidence", "overrides", "warnings"):
            body[name] = tuple(body.get(name, ()))
        return Judgement(**body | {"kind": Kind(body["kind"])})
    except (ValueError, TypeError) as error:
        raise JournalDamagedError(f"认定台账有一行无法读取，请从备份恢复：{path}（{line[:80]!r}）") from error


def append(home: Home, judgements: Iterable[Judgement], *, source: str = PEOPLE) -> None:
    """Add lines and flush them to disk before returning; other writers wait."""
    with _locked(home, source):
        _write(_path(home, source), judgements)


def _write(path: Path, judgements: Iterable[Judgement]) -> None:
    text = "".join(json.dumps(asdict(j), ensure_ascii=False, sort_keys=True) + "\n" for j in judgements)
    if not text:
        return
    fresh = not path.exists()
    with path.open("ab+") as handle:
        handle.seek(0, os.SEEK_END)
        if handle.tell() and _last_byte(handle) != b"\n":
            handle.write(TORN + b"\n")
        handle.write(text.encode())
        handle.flush()
        os.fsync(handle.fileno())
    if fresh:
        sync_directory(path.parent)


def _last_byte(handle: Any) -> bytes:
    handle.seek(-1, os.SEEK_END)
    last: bytes = handle.read(1)
    return last


@contextmanager
def _locked(home: Home, source: str) -> Iterator[None]:
    home.journal.mkdir(parents=True, exist_ok=True)
    with (home.journal / f".{source}.lock").open("w") as handle:
        flock(handle, LOCK_EX)
        yield


def _path(home: Home, source: str) -> Path:
    return home.journal / f"{source}.jsonl"


def in_force(
    judgements: Sequence[Judgement], valid_at: date | None = None, known_at: datetime | None = None
) -> list[Judgement]:
    """
    The judgements that hold at a valid and a known time, in order of recording.

    `valid_at` None means "still": those without an end. A retracted line counts as never said, and so do its own
    retractions and overridings: retracting a retraction brings the judgement back.
    """
    known = [j for j in judgements if known_at is None or datetime.fromisoformat(j.recorded_at) <= known_at]
    dead: set[str] = set()
    # A line acts only on earlier ones; read backwards, each is final before it is asked to act.
    for line in reversed(known):
        if line.id not in dead:
            dead |= {line.target} if line.target else set(line.overrides)
    return [j for j in known if j.kind != Kind.RETRACT and j.id not in dead and _holds(j, valid_at)]


def _holds(judgement: Judgement, valid_at: date | None) -> bool:
    if valid_at is None:
        return judgement.valid_to is None
    day = valid_at.isoformat()
    return (judgement.valid_from or "") <= day and (judgement.valid_to is None or day < judgement.valid_to)


def merge(
    home: Home, left: str, right: str, *, by: str, reason: str, now: datetime, force: bool = False, **more: Any
) -> dict[str, Any]:
    """
    Record that two references are one taxpayer.

    :param more: `valid_from`, `valid_to` (ISO days), `evidence`, `weight`
    :returns: the line as a dict, with `warnings` when it overrode something
    :raises ConflictError: they were judged different, directly or by way of others, and `force` is false
    :raises ValueError: no reason, or twice the same reference
    """
    return _judge(home, Kind.SAME, left, right, by=by, reason=reason, now=now, force=force, **more)


def unmerge(
    home: Home, left: str, right: str, *, by: str, reason: str, now: datetime, force: bool = False, **more: Any
) -> dict[str, Any]:
    """
    Undo a merge: take back the officers' judgements that these two are one, which gives back exactly what stood before
    them; where there are none (the machine had merged them), record that the two are different.

    :returns: the line as a dict
    :raises ConflictError: officers tie the two by way of others, and `force` is false
    :raises ValueError: no reason, or twice the same reference
    """
    taken = [
        retract(home, j.id, by=by, reason=reason, now=now)
        for j in _direct(in_force(read(home)), left, right)
        if j.kind == Kind.SAME
    ]
    if taken:
        return taken[-1]
    return _judge(home, Kind.DIFFERENT, left, right, by=by, reason=reason, now=now, force=force, **more)


def retract(home: Home, judgement_id: str, *, by: str, reason: str, now: datetime) -> dict[str, Any]:
    """
    Take a line back; everything is again as if it had not been said.

    :raises LookupError: there is no such line
    :raises ValueError: no reason
    """
    reason = _require(reason)
    with _locked(home, PEOPLE):
        found = next((j for j in read(home) if j.id == judgement_id), None)
        if found is None:
            raise LookupError(f"没有编号为 {judgement_id} 的认定")
        line = Judgement(
            id=_new_id(), kind=Kind.RETRACT, left=found.left, right=found.right, by=by, reason=reason,
            recorded_at=_instant(now), target=judgement_id,
        )  # fmt: skip
        _write(_path(home, PEOPLE), [line])
    return asdict(line)


def _judge(
    home: Home, kind: Kind, left: str, right: str, *, by: str, reason: str, now: datetime, force: bool, **more: Any
) -> dict[str, Any]:
    reason = _require(reason)
    if _key(left) == _key(right):
        raise ValueError("左右是同一个识别号，无需认定")
    with _locked(home, PEOPLE):
        against = conflicts(in_force(read(home)), kind, left, right)
        if against and not force:
            raise ConflictError(against)
        warnings = tuple(f"改判：推翻 {j.by} 于 {j.recorded_at[:10]} 的认定（{WORDS[j.kind]}）" for j in against)
        line = Judgement(
            id=_new_id(), kind=kind, left=left, right=right, by=by, reason=reason, recorded_at=_instant(now),
            force=force, overrides=_overridden(against, kind, left, right), warnings=warnings, **more,
        )  # fmt: skip
        _write(_path(home, PEOPLE), [line])
    return asdict(line)


def conflicts(held: Sequence[Judgement], kind: Kind, left: str, right: str) -> list[Judgement]:
    """
    Which judgements in force a new one would contradict.

    A SAME contradicts every DIFFERENT between the two sides' officer-made groups; a DIFFERENT contradicts the officers'
    SAMEs when these tie the two together.
    """
    same = [j for j in held if j.kind == Kind.SAME]
    a, b = _reached(same, left), _reached(same, right)
    if kind == Kind.SAME:
        pairs = [(j, _key(j.left), _key(j.right)) for j in held if j.kind == Kind.DIFFERENT]
        return [j for j, x, y in pairs if (x in a and y in b) or (x in b and y in a)]
    return [j for j in same if _key(j.left) in a] if _key(right) in a else []


def _reached(same: Sequence[Judgement], start: str) -> set[str]:
    """Everything officers hold to be one with `start`."""
    found, fresh = {_key(start)}, {_key(start)}
    while fresh:
        ends = [(_key(j.left), _key(j.right)) for j in same]
        fresh = {y for x, y in ends if x in fresh} | {x for x, y in ends if y in fresh}
        fresh -= found
        found |= fresh
    return found


def _overridden(against: Sequence[Judgement], kind: Kind, left: str, right: str) -> tuple[str, ...]:
    """A forced DIFFERENT puts the pair's own SAMEs out of force; of a longer way the view refuses the last step."""
    put_out = against if kind == Kind.SAME else _direct(against, left, right)
    return tuple(j.id for j in put_out)


def _direct(held: Sequence[Judgement], left: str, right: str) -> list[Judgement]:
    return [j for j in held if {_key(j.left), _key(j.right)} == {_key(left), _key(right)}]


def _key(reference: str) -> str:
    """A registration and the household it anchors are one reference."""
    return reference if is_household_id(reference) else household_id(reference)


def _require(reason: str) -> str:
    """The reason without personal numbers: it goes into the evidence that every later reader sees."""
    if not reason.strip():
        raise ValueError("必须写明理由")
    return veil(reason) or ""


def _instant(now: datetime) -> str:
    if now.tzinfo is None:
        raise ValueError("需要带时区的时间")
    return now.isoformat(timespec="microseconds")


def _new_id() -> str:
    return "J" + uuid.uuid4().hex[:16]
