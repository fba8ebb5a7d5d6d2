"""Commands about matters: check a bundle and play its cases, take bundles in, list what is in force, draw a process."""

from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import Exit, print_json, print_table, screen
from yihu.cli.wording import say

app = typer.Typer(no_args_is_help=True)
Folders = Annotated[list[Path], typer.Argument(exists=True, file_okay=False)]


@app.command(help=say("matters_check"))
def check(
    folders: Folders,
    play: Annotated[bool, typer.Option("--play", help=say("matters_play"))] = False,
    as_json: JsonFlag = False,
) -> None:
    if play:
        _open()
    found = [_examined(folder, play=play) for folder in folders]
    if as_json:
        print_json(found)
    else:
        for one in found:
            _tell(one)
    raise typer.Exit(int(Exit.OK if all(one["sound"] for one in found) else Exit.BAD_INPUT))


def _open() -> None:
    from yihu.hub.config.serve import open_database

    open_database("命令行：事项")


def _examined(folder: Path, *, play: bool) -> dict[str, Any]:
    from yihu.hub.centres.matters.catalogue.bundle import read_bundle
    from yihu.hub.centres.matters.catalogue.problems import UnreadableBundleError

    try:
        bundle = read_bundle(folder.resolve())
    except UnreadableBundleError as error:
        return {"folder": str(folder), "sound": False, "problems": [_row(p) for p in error.problems]}
    problems = [_row(p) for p in bundle.problems]
    told = {"folder": str(folder), "sound": bundle.is_sound, "problems": problems}
    told |= {"key": bundle.spec.key, "name": bundle.spec.name, "digest": bundle.digest}
    return {**told, **_played(bundle)} if play and bundle.is_sound else told


def _played(bundle: Any) -> dict[str, Any]:
    """What the running program says of the bundle, and how its cases went."""
    from yihu.hub.centres.matters.api import UnableToPublishError, examined, play_bundle

    try:
        examined(bundle.files)
    except UnableToPublishError as error:
        return {"sound": False, "problems": [_row(p) for p in error.problems]}
    plays = [result.as_row() for result in play_bundle(bundle=bundle)]
    return {"sound": all(row["passed"] for row in plays), "plays": plays}


def _row(problem: Any) -> dict[str, str]:
    return {
        "code": problem.code, "file": problem.file, "place": problem.place, "message": problem.message,
        "advice": problem.advice,
    }  # fmt: skip


def _tell(one: dict[str, Any]) -> None:
    key = "matters_sound" if one["sound"] else "matters_faulty"
    screen.print(say(key, folder=one["folder"], n=len(one["problems"])), markup=False, highlight=False)
    for row in one["problems"]:
        where = f"{row['file']} {row['place']}".strip()
        screen.print(f"  {row['code']} {where}：{row['message']}。{row['advice']}", markup=False, highlight=False)
    for row in one.get("plays", ()):
        mark = "✓" if row["passed"] else "✗"
        screen.print(f"  {mark} {row['file']} {row['name']} {row['trouble']}", markup=False, highlight=False)


Folder = Annotated[Path | None, typer.Argument(exists=True, file_okay=False)]


@app.command(help=say("matters_load"))
def load(folder: Folder = None, as_json: JsonFlag = False) -> None:
    _open()
    from django.utils import timezone

    from yihu.hub.centres.matters.api import load_bundles

    found = load_bundles(now=timezone.now(), folder=folder.resolve() if folder else None)
    rows = [_loaded(one) for one in found]
    if as_json:
        print_json(rows)
    else:
        cells = [[r["key"], say(f"matters_{r['state']}"), r["version"]] for r in rows]
        print_table(say("matters_columns").split("|"), cells)
        for row in rows:
            if row["problems"]:
                _tell({"folder": row["key"], "sound": False, "problems": row["problems"]})
    raise typer.Exit(int(Exit.BAD_INPUT if any(o.state == "refused" for o in found) else Exit.OK))


def _loaded(one: Any) -> dict[str, Any]:
    problems = [_row(problem) for problem in one.problems]
    return {"key": one.key, "state": one.state, "version": one.version, "problems": problems}


@app.command(name="list", help=say("matters_list"))
def list_matters(as_json: JsonFlag = False) -> None:
    _open()
    from django.utils import timezone

    from yihu.hub.centres.matters.api import in_force

    rows = [
        {"key": v.matter.key, "name": v.name, "edition": v.edition, "from": v.valid_from, "digest": v.digest}
        for v in in_force(timezone.localdate())
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(
            say("matters_list_columns").split("|"), [[str(value)[:20] for value in row.values()] for row in rows]
        )


@app.command(help=say("matters_layout"))
def layout(folders: Folders) -> None:
    from yihu.hub.centres.matters.catalogue.layout import with_picture

    for folder in folders:
        file = folder / "process.bpmn"
        file.write_text(with_picture(file.read_text("utf-8")), "utf-8")
        screen.print(say("made", out=file), markup=False, highlight=False)
