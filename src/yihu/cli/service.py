"""Commands that run the web side: serve, stop, doctor. They alone load Django."""

import os
from typing import Annotated

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import Exit, print_json, print_table, screen
from yihu.cli.wording import say


def serve(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 8600,
    background: Annotated[bool, typer.Option("--background")] = False,
    demonstration: Annotated[bool, typer.Option("--demonstration", help=say("demonstration"))] = False,
    as_json: JsonFlag = False,
) -> None:
    from yihu.hub.config import running
    from yihu.hub.config.serve import serve as run

    code = run(host=host, port=port, background=background, demonstration=demonstration)
    if as_json:
        present = running.find()
        print_json({"ok": code == 0, "running": present is not None, "address": present.address if present else None})
    raise typer.Exit(code)


def stop(as_json: JsonFlag = False) -> None:
    from yihu.hub.config.serve import stop as run

    code = run()
    if as_json:
        print_json({"ok": code == 0})
    raise typer.Exit(code)


def doctor(as_json: JsonFlag = False) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    from yihu.hub.config.doctor import checks as run

    checks = run()
    wrong = [c for c in checks if not c["ok"]]
    if as_json:
        print_json({"ok": not wrong, "checks": checks})
    else:
        print_table(["", "", ""], [["✓" if c["ok"] else "✗", c["name"], c["detail"]] for c in checks])
        screen.print(say("missing", n=len(wrong)) if wrong else say("all_well"))
    raise typer.Exit(int(Exit.UNHEALTHY if wrong else Exit.OK))
