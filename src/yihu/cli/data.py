"""
Commands that make data: simulate, gather, build, rejects, resubmit, duplicates, snapshots, merge, unmerge.

Each command loads its room itself: looking at a snapshot must not wait for the libraries of building one.
"""

import getpass
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.logged import logged
from yihu.cli.output import Exit, aside, fail, print_json, print_table, progress, screen
from yihu.cli.wording import say, titles
from yihu.lens.home import Home
from yihu.lens.snapshots.shelf import list_past, list_snapshots

JsonFlag = Annotated[bool, typer.Option("--json", help=say("json"))]


class Adversaries(StrEnum):
    """What the members of simulated schemes have read."""

    NONE = "none"
    RULES = "rules"


def simulate(
    out: Annotated[Path | None, typer.Option("--out")] = None,
    taxpayers: Annotated[int, typer.Option(min=10)] = 20_000,
    invoices: Annotated[int, typer.Option(min=1)] = 1_000_000,
    months: Annotated[int, typer.Option(min=1, max=120)] = 24,
    seed: Annotated[int, typer.Option()] = 1,
    adversary: Annotated[Adversaries, typer.Option(help=say("adversary"))] = Adversaries.NONE,
    list_schemes: Annotated[bool, typer.Option("--list-schemes", help=say("list_schemes"))] = False,
    as_json: JsonFlag = False,
) -> None:
    if list_schemes:
        _list_schemes(as_json)
        return
    if out is None:
        raise typer.BadParameter(say("out_missing"), param_hint="--out")
    from yihu.lens.simulate.run import simulate as simulate_district

    size = {"taxpayers": taxpayers, "invoices": invoices, "months": months, "seed": seed}
    with progress() as report:
        made = simulate_district(out, **size, progress=report, thresholds=_known_to(adversary))
    print_json(made) if as_json else screen.print(say("made", out=out))


def _known_to(adversary: Adversaries) -> dict[str, float]:
    if adversary is Adversaries.NONE:
        return {}
    from yihu.lens.risk.rules import load_rules, published_thresholds

    return published_thresholds(load_rules())


def _list_schemes(as_json: bool) -> None:
    from yihu.lens.simulate.scheme_list import KINDS

    if as_json:
        print_json([asdict(kind) for kind in KINDS])
        return
    rows = [[kind.name, kind.zh, f"{kind.share:.2%}", kind.does, kind.double] for kind in KINDS]
    print_table(say("scheme_columns").split("|"), rows)


def gather(
    source: Annotated[Path, typer.Option("--from", exists=True)],
    mapping: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    by: Annotated[str, typer.Option()] = "",
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.ingest.run import gather as gather_batch

    with progress() as report:
        result = gather_batch(
            Home.from_env(),
            source,
            mapping,
            by=by or getpass.getuser(),
            now=datetime.now(UTC),
            progress=report,
        )
    if as_json:
        print_json(result)
    else:
        _show_gathered(result)
    if result.get("refused") and not result["tables"]:
        raise typer.Exit(int(Exit.BAD_INPUT))


def _show_gathered(result: dict[str, Any]) -> None:
    if result.get("unchanged"):
        screen.print(say("unchanged", batch=result["batch"]))
    counts = ("read", "accepted", "rejected", "duplicate")
    totals = {key: sum(table[key] for table in result["tables"].values()) for key in counts}
    screen.print(say("gathered", batch=result["batch"], **totals))
    print_table(
        titles("table", *counts),
        [[name, *(t[c] for c in counts)] for name, t in result["tables"].items()],
    )
    flags = [[name, code, n] for name, t in result["tables"].items() for code, n in t["flagged"].items()]
    if flags:
        print_table(titles("table", "flag", "rows"), flags)
    for refusal in result.get("refused", []):
        aside.print(say("refused", **refusal), style="yellow", markup=False)


def build(
    backend: Annotated[str, typer.Option(help="duckdb | spark")] = "duckdb",
    keep: Annotated[int, typer.Option(min=1)] = 5,
    if_changed: Annotated[bool, typer.Option("--if-changed")] = False,
    as_of: Annotated[list[str] | None, typer.Option("--as-of", help=say("as_of"))] = None,
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.snapshots.build import build as build_snapshot

    if backend not in {"duckdb", "spark"}:
        fail(Exit.USAGE, f"--backend: duckdb | spark, {backend!r}", as_json=as_json)
    days = [_day(text) for text in as_of or ()]
    with progress() as report:
        made = [
            build_snapshot(
                Home.from_env(),
                now=datetime.now(UTC),
                progress=report,
                backend=backend,
                keep=keep,
                if_changed=if_changed,
                as_of=day,
            )
            for day in days or [None]
        ]
    if as_json:
        print_json(made if len(made) > 1 else made[0])
        return
    for manifest in made:
        screen.print(say("built", **{k: manifest[k] for k in ("snapshot", "households", "seconds")}))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(say("bad_day", text=text)) from error


def rejects(
    batch: Annotated[str, typer.Argument()],
    table: Annotated[str, typer.Argument()] = "invoices",
    kind: Annotated[str, typer.Option("--format", help="csv | xlsx")] = "csv",
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.ingest.rejects import KINDS, export_rejects

    if kind not in KINDS:
        fail(Exit.USAGE, f"--format: {' | '.join(KINDS)}, {kind!r}", as_json=as_json)
    path = export_rejects(Home.from_env(), batch, table, kind=kind)
    print_json({"path": str(path)}) if as_json else screen.print(say("made", out=path))


def resubmit(
    batch: Annotated[str, typer.Argument()],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    by: Annotated[str, typer.Option()] = "",
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.ingest.rejects import resubmit as resubmit_rejects

    with progress() as report:
        result = resubmit_rejects(
            Home.from_env(), batch, file, by=by or getpass.getuser(), now=datetime.now(UTC), progress=report
        )
    print_json(result) if as_json else _show_gathered(result)


def duplicates(
    batch: Annotated[str, typer.Argument()],
    table: Annotated[str, typer.Argument()] = "invoices",
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.ingest.duplicates import read_duplicates

    found = read_duplicates(Home.from_env(), batch, table)
    names = ["source_file", "source_row", "first_batch", "first_file", "first_row", "differs"]
    listed = list(found.rows(limit))
    if as_json:
        keyed = [
            {**dict(zip(names, row, strict=False)), "key": dict(zip(found.columns, row[len(names) :], strict=True))}
            for row in listed
        ]
        print_json({"count": found.count, "differing": found.differing, "rows": keyed})
        return
    screen.print(say("duplicates_found", count=found.count, differing=found.differing))
    head = titles("file", "row", "first_batch", "file", "row", "differs")
    print_table([*head, *found.columns], [[*row[:5], "✓" if row[5] else "", *row[6:]] for row in listed])


def snapshots(as_json: JsonFlag = False) -> None:
    home = Home.from_env()
    current = home.current.resolve().name if home.current.exists() else None
    rows = [
        {
            "snapshot": k.id,
            "current": k.id == current,
            **{f: k.manifest[f] for f in ("households", "as_of", "built_at")},
        }
        for k in [*list_past(home), *list_snapshots(home)]
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(titles("snapshot", "current", "households", "as_of", "built_at"), [list(r.values()) for r in rows])


def merge(
    left: Annotated[str, typer.Argument()],
    right: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option()],
    force: Annotated[bool, typer.Option("--force")] = False,
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.resolve import journal

    _judge(journal.merge, "合并", left, right, reason, force, as_json)


def unmerge(
    left: Annotated[str, typer.Argument()],
    right: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option()],
    force: Annotated[bool, typer.Option("--force")] = False,
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.resolve import journal

    _judge(journal.unmerge, "拆分", left, right, reason, force, as_json)


def _judge(
    act: Callable[..., dict[str, Any]], word: str, left: str, right: str, reason: str, force: bool, as_json: bool
) -> None:
    told = logged(
        "household.judge",
        target=f"registration:{left}",
        target_name=f"{word} {left} {right}",
        purpose=reason,
        detail={"left": left, "right": right, "force": force},
    )
    with told:
        judgement = act(
            Home.from_env(), left, right, by=getpass.getuser(), reason=reason, now=datetime.now(UTC), force=force
        )
    print_json(judgement) if as_json else screen.print(say("merged", id=judgement["id"]))
