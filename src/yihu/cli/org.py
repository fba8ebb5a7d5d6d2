"""Commands of the organisation: bring it in from files, and make such files."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import Exit, fail, print_json, print_table, progress, screen
from yihu.cli.wording import say

app = typer.Typer(help=say("org"), no_args_is_help=True)
FileOption = Annotated[Path | None, typer.Option(exists=True, dir_okay=False)]
SHOWN = 20


@app.command(name="import", help=say("org_import"))
def import_files(
    offices: FileOption = None,
    posts: FileOption = None,
    people: FileOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("dry_run"))] = False,
    confirmed: Annotated[bool, typer.Option("--confirmed", help=say("confirmed"))] = False,
    problems: Annotated[Path | None, typer.Option(dir_okay=False, help=say("problems_file"))] = None,
    as_json: JsonFlag = False,
) -> None:
    from yihu.hub.config.serve import open_database

    open_database("命令行：组织机构")
    from django.utils import timezone

    from yihu.hub.base.errors import UnableTo
    from yihu.hub.foundation.org.services.importing.run import import_organisation

    try:
        with progress() as tell, _writer(problems) as keep:
            report = import_organisation(
                actor=None, now=timezone.now(), offices=offices, posts=posts, people=people, dry_run=dry_run,
                confirmed=confirmed, progress=tell, on_problem=keep,
            )  # fmt: skip
    except UnableTo as error:
        fail(Exit.BAD_INPUT, str(error), as_json=as_json)
    _show(report, as_json)
    raise typer.Exit(int(Exit.BAD_INPUT if report.rejected else Exit.OK))


@app.command(help=say("org_simulate"))
def simulate(
    out: Annotated[Path, typer.Option("--out")],
    offices: Annotated[int, typer.Option(min=5)] = 2_000,
    people: Annotated[int, typer.Option(min=1)] = 20_000,
    seed: Annotated[int, typer.Option()] = 1,
    as_json: JsonFlag = False,
) -> None:
    from yihu.hub.foundation.org.services.importing.simulation import simulate_organisation

    with progress() as tell:
        made = simulate_organisation(out, offices=offices, people=people, seed=seed, progress=tell)
    print_json({kind: str(path) for kind, path in made.items()}) if as_json else screen.print(say("made", out=out))


@contextmanager
def _writer(path: Path | None) -> Iterator[Any]:
    """A function that writes one problem as a line of CSV; None without a file."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["code", "file", "row", "column", "value", "message", "fix"])
        yield lambda p: lines.writerow([p.code, p.file, p.row, p.column, p.value, p.message, p.fix])


def _show(report: Any, as_json: bool) -> None:
    if as_json:
        told = [{**asdict(p), "message": p.message, "fix": p.fix} for p in report.problems]
        counts = {"rejected": report.rejected, "problems": report.counts, "waiting": report.waiting}
        print_json({"dry_run": report.dry_run, "files": report.files, **counts, "first_problems": told})
        return
    rows = [[kind, *(c.get(k, 0) for k in ("read", "made", "changed", "appointments", "rejected"))]
            for kind, c in report.files.items()]  # fmt: skip
    print_table(["", *say("org_columns").split("|")], rows)
    for p in report.problems[:SHOWN]:
        screen.print(f"{p.code} {p.file} {p.row}, {p.column}「{p.value}」{p.message}。{p.fix}", markup=False)
    if sum(report.counts.values()) > SHOWN:
        screen.print(say("more_problems", n=sum(report.counts.values()) - SHOWN))
    if report.waiting:
        screen.print(say("org_waiting", n=report.waiting))
    if report.dry_run:
        screen.print(say("was_dry_run"))
