"""
`yihu audit`: verify, export and witness the log, check receipts, rotate its key.

`witness`, `verify-receipt` and `verify --from` need no database and no Django: they are for other people's machines.
"""

import getpass
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import Exit, aside, fail, print_json, print_table, screen
from yihu.cli.wording import say

app = typer.Typer(help=say("audit"), no_args_is_help=True)
KeyOption = Annotated[str, typer.Option("--key", help=say("audit_key"))]


@app.command(help=say("audit_verify"))
def verify(
    source: Annotated[Path | None, typer.Option("--from", exists=True, file_okay=False)] = None,
    witness: Annotated[Path | None, typer.Option(exists=True, file_okay=False)] = None,
    key: KeyOption = "",
    as_json: JsonFlag = False,
) -> None:
    from yihu.kit.evidence.bundles import BundleError, verify_bundle
    from yihu.kit.evidence.witness import trusted_heads

    trusted = _verifier(key, as_json)
    compared: bool | None = None
    if source is not None:
        heads, known = trusted_heads(witness) if witness else ([], None)
        try:
            verdict, compared = verify_bundle(source, trusted or known, heads)
        except BundleError as error:
            fail(Exit.BAD_INPUT, str(error), as_json=as_json)
    else:
        _open_database()
        from yihu.hub.foundation.audit.api import verify_log

        verdict = verify_log(witness_store=witness, key=trusted)
    result = verdict.to_json() | ({} if compared is None else {"witness_compared": compared})
    if as_json:
        print_json(result)
    else:
        _show_verdict(result)
    raise typer.Exit(int(Exit.OK if verdict.ok else Exit.REFUSED))


@app.command(help=say("audit_export"))
def export(
    out: Annotated[Path, typer.Option("--out")],
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    end: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    with_personal: Annotated[bool, typer.Option("--with-personal", help=say("audit_with_personal"))] = False,
    as_json: JsonFlag = False,
) -> None:
    _open_database()
    from datetime import timedelta

    from django.utils import timezone

    from yihu.hub.base.errors import UnableTo
    from yihu.hub.foundation.audit.api import export_log, integrate_all

    try:
        integrate_all(now=timezone.now())
        count = export_log(
            start=timezone.make_aware(start), end=timezone.make_aware(end + timedelta(days=1)), out=out,
            with_personal=with_personal, username=getpass.getuser(), channel="CLI",
        )  # fmt: skip
    except UnableTo as error:
        fail(Exit.NOT_FOUND, str(error), as_json=as_json)
    print_json({"records": count, "out": str(out)}) if as_json else screen.print(say("made", out=out))


@app.command(help=say("audit_witness"))
def witness(
    store: Annotated[Path, typer.Option("--store")],
    source: Annotated[str, typer.Option("--from", help=say("audit_source"))] = "http://127.0.0.1:8600",
    key: KeyOption = "",
    name: Annotated[str, typer.Option("--name")] = "",
    every: Annotated[float, typer.Option("--every", min=0)] = 0,
    as_json: JsonFlag = False,
) -> None:
    from yihu.kit.evidence.publishers import FileLog, HttpLog
    from yihu.kit.evidence.witness import Witness

    one = Witness(store, name)
    trusted = _verifier(key, as_json)
    log = HttpLog(source) if source.startswith("http") else FileLog(Path(source))
    while True:
        code = _look(one, log, trusted, as_json)
        if not every:
            raise typer.Exit(int(code))
        time.sleep(every)


def _look(one: Any, log: Any, trusted: Any, as_json: bool) -> Exit:
    """One look at the log: cosigned and handed in, refused, or not to be reached."""
    from yihu.kit.evidence.notes import Checkpoint, Note
    from yihu.kit.evidence.publishers import UnreachableError
    from yihu.kit.evidence.witness import RefusedError

    try:
        note = one.observe(log, int(time.time()), trusted)
        taken = log.hand_in(note) if hasattr(log, "hand_in") else None
    except RefusedError as error:
        return _tell({"refused": str(error)}, say("audit_refused", reason=error), Exit.REFUSED, as_json)
    except (UnreachableError, OSError) as error:
        return _tell({"unreachable": str(error)}, str(error), Exit.NOT_FOUND, as_json)
    size = Checkpoint.parse(Note.parse(note).text).size
    told = {"size": size, "witness": str(one.verifier), "handed_in": taken}
    return _tell(told, say("audit_cosigned", size=size, own=one.verifier), Exit.OK, as_json)


def _tell(value: dict[str, Any], sentence: str, code: Exit, as_json: bool) -> Exit:
    if as_json:
        print_json(value)
    elif code is Exit.OK:
        screen.print(sentence, markup=False, highlight=False, soft_wrap=True)
    else:
        aside.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return code


@app.command(name="verify-receipt", help=say("audit_verify_receipt"))
def verify_receipt(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    key: KeyOption = "",
    as_json: JsonFlag = False,
) -> None:
    from yihu.kit.evidence.receipts import ReceiptError, check_receipt

    try:
        receipt = json.loads(file.read_text("utf-8"))
        head = check_receipt(receipt, _verifier(key, as_json))
    except (ValueError, ReceiptError) as error:
        fail(Exit.REFUSED, say("audit_bad_receipt", reason=error), as_json=as_json)
    leaf, opened = receipt["leaf"], {k: v["value"] for k, v in receipt["opened"].items()}
    if as_json:
        print_json({"ok": True, "size": head.size, "origin": head.origin, "leaf": leaf, "opened": opened})
        return
    shown = {"at": leaf["at"], "actor": leaf.get("actor"), "verb": leaf["verb"], **opened}
    print_table(
        ["", ""], [[k, v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)] for k, v in shown.items()]
    )
    screen.print(say("audit_good_receipt", n=receipt["position"], size=head.size), markup=False)


@app.command(name="rotate-key", help=say("audit_rotate_key"))
def rotate_key(
    lost: Annotated[bool, typer.Option("--lost", help=say("audit_lost"))] = False, as_json: JsonFlag = False
) -> None:
    _open_database()
    from django.utils import timezone

    from yihu.hub.base.errors import UnableTo
    from yihu.hub.foundation.audit.api import rotate_key as rotate

    try:
        made = rotate(now=timezone.now(), lost=lost, channel="CLI", username=getpass.getuser())
    except UnableTo as error:
        fail(Exit.REFUSED, str(error), as_json=as_json)
    print_json({"verifier": made.verifier}) if as_json else screen.print(made.verifier, markup=False, soft_wrap=True)


def _verifier(text: str, as_json: bool) -> Any:
    """A key given as text or as a file that begins with it; None when none is given."""
    from yihu.kit.evidence.notes import NoteError, Verifier

    if not text:
        return None
    content = Path(text).read_text("utf-8").splitlines()[0] if Path(text).is_file() else text
    try:
        return Verifier.parse(content)
    except NoteError as error:
        fail(Exit.BAD_INPUT, f"--key: {error}", as_json=as_json)


def _open_database() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    from yihu.hub.config.database import ensure_running

    ensure_running()
    import django

    django.setup()


def _show_verdict(result: dict[str, Any]) -> None:
    now = datetime.now(UTC).astimezone()
    screen.print(
        say("audit_size", size=result["size"], heads=result["heads"], at=f"{now:%Y-%m-%d %H:%M}"), markup=False
    )
    if result.get("witness_compared") is False:
        screen.print(say("audit_not_compared"), markup=False)
    if result["ok"]:
        screen.print(say("audit_sound"), style="green")
        return
    rows = [[say(f"fault_{f['kind']}"), f["first"], f["last"], f["record"], f["note"]] for f in result["faults"]]
    print_table(say("audit_columns").split("|"), rows)
