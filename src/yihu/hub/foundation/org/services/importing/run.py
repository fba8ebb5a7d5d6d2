"""One import from beginning to end, in one transaction: all the good rows, or with a dry run none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.models import User
from yihu.hub.foundation.org.services.importing import checks, staging, writing
from yihu.hub.foundation.org.services.importing.columns import Kind
from yihu.hub.foundation.org.services.importing.problems import Problem, list_problems
from yihu.hub.foundation.org.services.importing.reach import keep_within
from yihu.hub.foundation.org.services.importing.reading import digest
from yihu.hub.foundation.org.services.permits import day_of, permit, write
from yihu.hub.foundation.org.services.separation import lock_structure

Progress = Callable[[str, float], None]
SHOWN = 200


class UnableToImportError(UnableTo):
    """There is nothing to import."""


@dataclass
class ImportReport:
    """
    What became of each file: rows read, made, changed; the first problems, and how many there are of each code.

    `rejected` counts rows kept out; warnings keep no row out.
    """

    dry_run: bool
    files: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    waiting: int = 0

    @property
    def rejected(self) -> int:
        return sum(one["rejected"] for one in self.files.values())


class _DryRunError(Exception):
    """Leaves the transaction without a trace."""


def import_organisation(
    *,
    actor: User | None,
    now: datetime,
    offices: Path | None = None,
    posts: Path | None = None,
    people: Path | None = None,
    dry_run: bool = False,
    confirmed: bool = False,
    progress: Progress = lambda stage, done: None,
    on_problem: Callable[[Problem], None] | None = None,
) -> ImportReport:
    """
    Take offices, posts and people over from files; run again it changes nothing.

    :param confirmed: at the machine itself only: appointments take effect at once, as a first installation needs it
    :param on_problem: called with every problem; the report keeps the first 200
    :raises UnableToImportError: no file named
    :raises UnableToReadFileError: a file cannot be read; nothing is imported
    :raises OutOfReachError: the actor may not import
    """
    files = {k: p for k, p in ((Kind.OFFICES, offices), (Kind.POSTS, posts), (Kind.PEOPLE, people)) if p is not None}
    if not files:
        raise UnableToImportError("没有指定要导入的文件，请至少指定机关、岗位、人员之一")
    if actor is not None:
        permit(actor, "org.import", actor.office)
    report = ImportReport(dry_run=dry_run)
    try:
        with transaction.atomic():
            _import(actor, now, files, report, confirmed and actor is None, progress, on_problem)
            if dry_run:
                raise _DryRunError
    except _DryRunError:
        pass
    progress("完成", 1.0)
    return report


def _import(
    actor: User | None,
    now: datetime,
    files: dict[Kind, Path],
    report: ImportReport,
    confirmed: bool,
    progress: Progress,
    on_problem: Callable[[Problem], None] | None,
) -> None:
    today = day_of(now)
    lock_structure()
    staging.make_tables()
    for at, (kind, path) in enumerate(files.items()):
        share = 0.4 * at / len(files)
        read = staging.fill(kind, path, lambda n, k=kind, d=share: progress(f"读取{k.label} {n:,.0f} 行", d))
        report.files[kind.value] = {"read": read}
    checks.make_apart_duties(today)
    for kind, (done, work) in _steps(actor, now, today, confirmed).items():
        if kind in files:
            progress(f"核对并写入{kind.label}", done)
            report.files[kind.value] |= work()
    _tell(report, {kind: path.name for kind, path in files.items()}, on_problem)
    hashes = {kind.value: digest(path) for kind, path in files.items()}
    write(
        verb="org.import", actor=actor, target="org:import", name="、".join(path.name for path in files.values()),
        after={"files": hashes, "counts": report.files, "confirmed": confirmed},
    )  # fmt: skip


def _steps(
    actor: User | None, now: datetime, today: date, confirmed: bool
) -> dict[Kind, tuple[float, Callable[[], dict[str, int]]]]:
    def offices() -> dict[str, int]:
        checks.check_offices()
        keep_within(actor, Kind.OFFICES)
        return writing.write_offices(today)

    def posts() -> dict[str, int]:
        checks.check_posts(today)
        keep_within(actor, Kind.POSTS)
        return writing.write_posts(today, now, with_duties=actor is None)

    def people() -> dict[str, int]:
        writing.find_several(today)
        checks.check_people(today)
        keep_within(actor, Kind.PEOPLE)
        return writing.write_people(today, now, actor_id=actor.pk if actor else None, confirmed=confirmed)

    return {Kind.OFFICES: (0.4, offices), Kind.POSTS: (0.5, posts), Kind.PEOPLE: (0.65, people)}


def _tell(report: ImportReport, names: dict[Kind, str], on_problem: Callable[[Problem], None] | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, count(*) FROM org_stage_problem GROUP BY code ORDER BY code")
        report.counts = dict(cursor.fetchall())
        for kind in names:
            cursor.execute(
                "SELECT count(DISTINCT line) FROM org_stage_problem WHERE kind = %s AND code LIKE 'ORG-I%%'",
                [kind.value],
            )
            report.files[kind.value]["rejected"] = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM org_appointment WHERE confirmed_at IS NULL AND refused_at IS NULL")
        report.waiting = cursor.fetchone()[0]
    report.problems = list(list_problems(names, SHOWN))
    if on_problem is not None:
        for problem in list_problems(names):
            on_problem(problem)
