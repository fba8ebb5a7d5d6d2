"""Cases to learn from: households of snapshots of past days, what was known of them then, what was found later."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from yihu.lens.home import Home
from yihu.lens.learning.cards import LearnedFeature
from yihu.lens.learning.frame import Frame, Matrix, read_frame
from yihu.lens.learning.kept import ModelError
from yihu.lens.learning.labels import Inspected, known_before, read_inspections

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cases:
    """
    Rows are households on one day. An inspected row has a label, any other none; a household may stand on several days.

    :param group: what must not be torn apart by a split: the household, whatever the day
    :param day: place of the snapshot in `snapshots`
    :param confirmed: meaningful where `inspected`; `scheme` is empty where nothing was found or not said
    :param amount_due: what a confirmed case brought, yuan; NaN elsewhere and where nobody wrote it down
    :param size: sales so far in yuan; `places` as in `Frame`
    """

    features: tuple[LearnedFeature, ...]
    matrix: Matrix
    group: Ints
    day: Ints
    inspected: BoolArray
    confirmed: BoolArray
    scheme: npt.NDArray[np.str_]
    selected_by: npt.NDArray[np.str_]
    opened: npt.NDArray[np.datetime64]
    closed: npt.NDArray[np.datetime64]
    amount_due: FloatArray
    size: FloatArray
    places: dict[str, npt.NDArray[Any]]
    snapshots: tuple[str, ...]
    days: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.group)

    def keep(self, rows: npt.NDArray[np.intp] | BoolArray) -> "Cases":
        """The same cases with some rows only."""
        places = {name: column[rows] for name, column in self.places.items()}
        return Cases(
            self.features, self.matrix[rows], self.group[rows], self.day[rows], self.inspected[rows],
            self.confirmed[rows], self.scheme[rows], self.selected_by[rows], self.opened[rows], self.closed[rows],
            self.amount_due[rows], self.size[rows], places, self.snapshots, self.days,
        )  # fmt: skip

    def fingerprint(self) -> str:
        """SHA-256 over figures, labels and groups in order, and the definitions of the features."""
        digest = hashlib.sha256("|".join(f"{f.code}:{f.digest}" for f in self.features).encode())
        for part in (self.matrix, self.group, self.day, self.inspected, self.confirmed, self.amount_due):
            digest.update(np.ascontiguousarray(part).tobytes())
        digest.update("|".join(self.scheme.tolist()).encode())
        return digest.hexdigest()


def day_of(snapshot: Path) -> date:
    """The last day that a snapshot directory knows, from its manifest."""
    return date.fromisoformat(json.loads((snapshot / "manifest.json").read_text("utf-8"))["as_of"])


def gather_cases(
    home: Home, snapshots: Sequence[Path], *, until: date, read: Callable[[Path], Frame] = read_frame
) -> Cases:
    """
    Stack the snapshots of past days, earliest first; each inspection labels the last snapshot before it was opened.

    Households of whom something was known by a snapshot's day are left out of that day.

    :param until: the last day whose outcomes are known; `read` gives the figures (rivals read others)
    :raises ModelError: MODEL-003, the snapshots do not have the same features
    """
    ordered = sorted(snapshots, key=day_of)
    ends = [day_of(s) for s in ordered[1:]] + [until]
    parts = [_of_day(home, path, read(path), end=end, until=until) for path, end in zip(ordered, ends, strict=True)]
    return join_cases(parts)


def _of_day(home: Home, path: Path, frame: Frame, *, end: date, until: date) -> Cases:
    day = day_of(path)
    found = read_inspections(home, path, after=day, until=end, known_on=until)
    known = known_before(home, path, day)
    keep = ~frame.known & np.array([h not in known for h in frame.household_ids], bool)
    row_of = {h: row for row, h in enumerate(frame.household_ids)}
    listed = [(row_of[h], at) for at, h in enumerate(found.household_ids) if h in row_of]
    rows, at = np.array(listed, np.intp).reshape(-1, 2).T
    return _cases(home, path, frame, found, rows, at).keep(keep)


def _cases(
    home: Home, path: Path, frame: Frame, found: Inspected,
    rows: npt.NDArray[np.intp], at: npt.NDArray[np.intp],
) -> Cases:  # fmt: skip
    n = len(frame)
    inspected, confirmed = np.zeros(n, bool), np.zeros(n, bool)
    scheme, selected = np.full(n, "", "U40"), np.full(n, "", "U12")
    opened, closed = np.full(n, "NaT", "datetime64[D]"), np.full(n, "NaT", "datetime64[D]")
    inspected[rows], confirmed[rows] = True, found.confirmed[at]
    scheme[rows], selected[rows] = np.array(found.schemes)[at], np.array(found.selected_by)[at]
    opened[rows], closed[rows] = found.opened[at], found.closed[at]
    due = np.full(n, np.nan)
    due[rows] = np.where(found.confirmed[at], found.amount_due[at], np.nan)
    # The same household of another home is another household.
    salt = str(home.root).encode()[-64:]
    marks = [hashlib.blake2b(h.encode(), key=salt, digest_size=7).digest() for h in frame.household_ids]
    group = np.array([int.from_bytes(mark) for mark in marks], np.int64)
    places = {name: np.array([v or "" for v in column]) for name, column in frame.places.items() if name != "name"}
    return Cases(
        frame.features, frame.matrix, group, np.zeros(n, np.int64), inspected, confirmed, scheme, selected, opened,
        closed, due, frame.size, places, (path.name,), (day_of(path).isoformat(),),
    )  # fmt: skip


def join_cases(parts: Sequence[Cases]) -> Cases:
    """
    Cases of several days (or homes) as one.

    :raises ModelError: MODEL-003, they do not have the same features
    """
    first = parts[0]
    for part in parts[1:]:
        if [(f.code, f.digest) for f in part.features] != [(f.code, f.digest) for f in first.features]:
            raise ModelError("MODEL-003", "各期快照的指标不一致（程序版本不同），请用同一版本重新构建后再训练")
    shift = np.cumsum([0, *(len(p.snapshots) for p in parts[:-1])])
    stacked = {
        name: np.concatenate([getattr(p, name) for p in parts])
        for name in (
            "matrix", "group", "inspected", "confirmed", "scheme", "selected_by", "opened", "closed", "amount_due",
            "size",
        )
    }  # fmt: skip
    return Cases(
        features=first.features,
        day=np.concatenate([p.day + s for p, s in zip(parts, shift, strict=True)]),
        places={name: np.concatenate([p.places[name] for p in parts]) for name in first.places},
        snapshots=tuple(s for p in parts for s in p.snapshots),
        days=tuple(d for p in parts for d in p.days),
        **stacked,
    )
