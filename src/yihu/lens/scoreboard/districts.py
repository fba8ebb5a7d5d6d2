"""Simulated districts for the board: made, gathered and built once each, with snapshots of past days."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

import yihu
from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
from yihu.lens.learning.cases import day_of
from yihu.lens.learning.frame import Frame
from yihu.lens.learning.labels import known_before
from yihu.lens.simulate.run import simulate
from yihu.lens.snapshots import shelf
from yihu.lens.snapshots.build import build
from yihu.lens.snapshots.taught import past_snapshots

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a district is, and the past days on which it is looked at besides its last."""

    taxpayers: int
    invoices: int
    months: int
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class District:
    """One simulated district: its home, its planted truth (read by the board alone), its snapshots."""

    seed: int
    home: Home
    truth: Path
    past: tuple[Path, ...]
    now: Path


@dataclass(frozen=True, slots=True)
class Standing:
    """
    The truth about the households of one snapshot, in the order of its frame.

    :param listed: bool [n], not known to be guilty on that day: to find the others is no merit
    :param scheme: what is running there on that day, empty where nothing; `amount`: tax at stake in yuan
    :param started: scheme taxpayer -> first day and registration numbers, for the detection lag
    """

    day: date
    household_ids: list[str]
    listed: npt.NDArray[np.bool_]
    scheme: npt.NDArray[np.str_]
    amount: npt.NDArray[np.float64]

    @property
    def guilty(self) -> npt.NDArray[np.bool_]:
        """Whether anything is running there."""
        return np.asarray(self.scheme != "", bool)


def make_district(work: Path, seed: int, size: Size, *, now: datetime, progress: Progress) -> District:
    """A district below `work`; found again when it was made by the same code, seed and size."""
    folder = work / f"seed-{seed}"
    mark, wanted = folder / "made.json", {**asdict(size), "code": yihu.__version__, "days": list(size.days)}
    home = Home(folder / "home")
    if not mark.is_file() or json.loads(mark.read_text("utf-8")) != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        source = folder / "source"
        simulate(
            source, taxpayers=size.taxpayers, invoices=size.invoices, months=size.months, seed=seed, progress=progress
        )
        gather(home, source, None, by="board", now=now, progress=progress)
        build(home, now=now, progress=progress)
        past_snapshots(home, [date.fromisoformat(d) for d in size.days], now=now, progress=progress)
        shutil.rmtree(home.partials, ignore_errors=True)
        mark.write_text(json.dumps(wanted), "utf-8")
    past = tuple(sorted((k.path for k in shelf.list_past(home)), key=day_of))
    return District(seed, home, folder / "source" / "truth", past, shelf.current_snapshot(home).path)


def read_standing(district: District, snapshot: Path, frame: Frame) -> Standing:
    """What was really going on in the households of a snapshot on its day."""
    day = day_of(snapshot)
    con = connect()
    rows = con.execute(
        "SELECT m.household_id, arg_min(upper(s.scheme), s.started_on), CAST(max(s.tax_at_stake) AS DOUBLE) "
        f"FROM read_parquet({literal(str(district.truth / 'schemes.parquet'))}) s "
        f"JOIN read_parquet({literal(str(snapshot / 'members.parquet'))}) m USING (registration_id) "
        "WHERE s.started_on <= $1 GROUP BY 1",
        [day],
    ).fetchall()
    con.close()
    told = {h: (scheme, amount or 0.0) for h, scheme, amount in rows}
    known = known_before(district.home, snapshot, day)
    return Standing(
        day,
        frame.household_ids,
        ~frame.known & np.array([h not in known for h in frame.household_ids]),
        np.array([told.get(h, ("", 0.0))[0] for h in frame.household_ids], "U40"),
        np.array([told.get(h, ("", 0.0))[1] for h in frame.household_ids]),
    )


def read_planted(district: District) -> Mapping[str, tuple[str, date, frozenset[str]]]:
    """Taxpayer -> scheme, the day it began, all its registration numbers."""
    con = connect()
    rows = con.execute(
        "SELECT taxpayer_id, upper(arg_min(scheme, started_on)), min(started_on), list(DISTINCT registration_id) "
        f"FROM read_parquet({literal(str(district.truth / 'schemes.parquet'))}) WHERE started_on IS NOT NULL GROUP BY 1"
    ).fetchall()
    con.close()
    return {taxpayer: (scheme, began, frozenset(numbers)) for taxpayer, scheme, began, numbers in rows}


def numbers_of(snapshot: Path, household_ids: Sequence[str]) -> set[str]:
    """The registration numbers of some households of a snapshot."""
    con = connect()
    rows = con.execute(
        f"SELECT registration_id FROM read_parquet({literal(str(snapshot / 'members.parquet'))}) "
        "WHERE list_contains($1, household_id)",
        [list(household_ids)],
    ).fetchall()
    con.close()
    return {row[0] for row in rows}
