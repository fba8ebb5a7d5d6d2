"""Commands about code standards: import, list, show, check. They load Django and open the database."""

import getpass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import Exit, aside, fail, not_found, print_json, print_table, screen
from yihu.cli.wording import say

app = typer.Typer(no_args_is_help=True)
PROBLEMS_SHOWN = 20
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("import", help=say("codes_import"))
def import_table(
    table: Annotated[str, typer.Argument()],
    source: Annotated[list[Path], typer.Option("--from", exists=True)],
    layout: Annotated[str, typer.Option()] = "",
    version: Annotated[str, typer.Option()] = "",
    name: Annotated[str, typer.Option()] = "",
    valid_from: Day = None,
    by: Annotated[str, typer.Option()] = "",
    as_json: JsonFlag = False,
) -> None:
    api = _open()
    from django.utils import timezone

    from yihu.hub.base.errors import UnableTo

    wanted = api.Wanted(table, layout, name, version, _day(valid_from))
    files = [api.SourceFile(path.name, path.read_bytes()) for path in _files(source)]
    try:
        done = api.import_version(wanted=wanted, sources=files, by=by or getpass.getuser(), now=timezone.now())
    except UnableTo as error:
        problems = [p.as_row() for p in getattr(error, "problems", [])]
        _show_problems(problems)
        fail(Exit.REFUSED, str(error), as_json=as_json, problems=problems[:PROBLEMS_SHOWN])
    told = {
        "name": str(done.version), "read": done.read, "entries": done.version.entry_count, "rejected": done.rejected,
        "unchanged": done.unchanged, "state": done.version.state, "hash": done.version.content_hash,
    }  # fmt: skip
    if as_json:
        print_json({**told, "problems": done.version.findings})
        return
    _show_problems(done.version.findings)
    screen.print(say("import_unchanged" if done.unchanged else "imported", **told))


@app.command("list", help=say("codes_list"))
def list_tables(as_json: JsonFlag = False) -> None:
    api = _open()
    rows = [
        [t.code, t.name, t.current_label or "—", t.current_count or 0, t.get_origin_display()]
        for t in api.list_tables(_today())
    ]
    keys = ("code", "name", "version", "entries", "origin")
    if as_json:
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        print_table(["代码表", "名称", "现行版本", "代码数", "来源"], rows)


@app.command("show", help=say("codes_show"))
def show(
    table: Annotated[str, typer.Argument()],
    code: Annotated[str, typer.Argument()] = "",
    as_of: Day = None,
    as_json: JsonFlag = False,
) -> None:
    day = _day(as_of) or _today()
    view = _open().lookup(table, on=day)
    if view is None:
        not_found(f"{table} @ {day}", as_json=as_json)
    found = view.find(code)
    if code and found is None:
        not_found(f"{table} {code} @ {day}", as_json=as_json)
    path = [(e.code, e.name) for e in view.path(code)]
    children = [(e.code, e.name) for e in view.children(code)]
    if as_json:
        print_json({"path": path, "children": children, "attributes": found.attributes if found else {}})
        return
    screen.print(" › ".join(f"{c} {n}" for c, n in path), markup=False, highlight=False)
    print_table(["代码", "名称"], children)


@app.command("check", help=say("codes_check"))
def check(numbers: Annotated[list[str], typer.Argument()], on: Day = None, as_json: JsonFlag = False) -> None:
    judged = _open().examine(numbers, today=_today(), on=_day(on))
    rows = [
        {
            "number": v.number, "kind": v.kind.value, "valid": v.is_valid, "doubtful": v.is_doubtful,
            "region": f"{v.region_code} {v.region_name}".strip(),
            "findings": [{"code": f.code, "message": f.message, "fix": f.fix} for f in v.findings],
        }
        for v in judged.verdicts
    ]  # fmt: skip
    if as_json:
        print_json({"regions": str(judged.edition) if judged.edition else None, "numbers": rows})
    else:
        print_table(["号码", "结论", "区划", "原因"], [_line(row) for row in rows])
    if not all(row["valid"] for row in rows):
        raise typer.Exit(int(Exit.BAD_INPUT))


def _line(row: dict[str, Any]) -> list[str]:
    verdict = "doubtful" if row["doubtful"] else "valid" if row["valid"] else "invalid"
    reasons = "；".join(f"{f['message']}（{f['code']}）" for f in row["findings"])
    return [row["number"], say(verdict), row["region"], reasons]


def _open() -> Any:
    """The api of code standards, on an open database."""
    from yihu.hub.config.serve import open_database

    open_database("命令行：代码标准")
    from yihu.hub.foundation.codes import api

    return api


def _files(sources: list[Path]) -> list[Path]:
    """The files given, and those directly in directories given."""
    return [f for s in sources for f in (sorted(s.iterdir()) if s.is_dir() else [s]) if f.is_file()]


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _show_problems(problems: list[dict[str, Any]]) -> None:
    for p in problems[:PROBLEMS_SHOWN]:
        where = f"{p['file']} 第 {p['row']} 行 {p['column']}" if p["row"] else p["file"]
        aside.print(f"{p['code']}　{where}：{p['message']}。{p['fix']}", markup=False, highlight=False)
    if len(problems) > PROBLEMS_SHOWN:
        aside.print(f"… {len(problems) - PROBLEMS_SHOWN} +", markup=False, highlight=False)
