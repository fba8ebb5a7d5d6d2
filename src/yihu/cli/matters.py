"""Commands about matters: check a bundle, draw its process."""

from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import Exit, print_json, screen
from yihu.cli.wording import say

app = typer.Typer(no_args_is_help=True)
Folders = Annotated[list[Path], typer.Argument(exists=True, file_okay=False)]


@app.command(help=say("matters_check"))
def check(folders: Folders, as_json: JsonFlag = False) -> None:
    found = [_examined(folder) for folder in folders]
    if as_json:
        print_json(found)
    else:
        for one in found:
            _tell(one)
    raise typer.Exit(int(Exit.OK if all(one["sound"] for one in found) else Exit.BAD_INPUT))


def _examined(folder: Path) -> dict[str, Any]:
    from yihu.hub.centres.matters.catalogue.bundle import read_bundle
    from yihu.hub.centres.matters.catalogue.problems import UnreadableBundleError

    try:
        bundle = read_bundle(folder.resolve())
    except UnreadableBundleError as error:
        return {"folder": str(folder), "sound": False, "problems": [_row(p) for p in error.problems]}
    problems = [_row(p) for p in bundle.problems]
    told = {"folder": str(folder), "sound": bundle.is_sound, "problems": problems}
    return {**told, "key": bundle.spec.key, "name": bundle.spec.name, "digest": bundle.digest}


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


@app.command(help=say("matters_layout"))
def layout(folders: Folders) -> None:
    from yihu.hub.centres.matters.catalogue.layout import with_picture

    for folder in folders:
        file = folder / "process.bpmn"
        file.write_text(with_picture(file.read_text("utf-8")), "utf-8")
        screen.print(say("made", out=file), markup=False, highlight=False)
