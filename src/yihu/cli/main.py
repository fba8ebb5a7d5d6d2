"""The `yihu` command."""

import os
import sys
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from yihu.cli import audit, board, codes, data, learn, look, matters, org, service
from yihu.cli.output import Exit, aside, print_json
from yihu.cli.wording import say
from yihu.lens.home import HomeBusyError
from yihu.lens.snapshots.shelf import NoSnapshotError

INTERRUPTED = 130  # as shells report a process ended by Ctrl-C

app = typer.Typer(help=say("app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (
    data.simulate,
    data.gather,
    data.build,
    data.rejects,
    data.resubmit,
    data.duplicates,
    data.snapshots,
    data.merge,
    data.unmerge,
    look.household,
    look.trace,
    look.worklist,
    look.scoreboard,
    board.board,
    service.serve,
    service.stop,
    service.doctor,
):
    app.command(name=command.__name__, help=say(command.__name__))(command)
app.add_typer(codes.app, name="codes", help=say("codes"))
app.add_typer(org.app, name="org")
app.add_typer(audit.app, name="audit")
app.add_typer(learn.app, name="learn", help=say("learn"))
app.add_typer(matters.app, name="matters", help=say("matters"))


def exit_code(error: Exception) -> Exit:
    """The exit code of a trouble that a user can mend, else UNEXPECTED."""
    # Loaded only when something went wrong: the rooms are slow to import.
    from yihu.hub.config.database import DatabaseUnavailableError
    from yihu.lens.ingest.batches import UnknownBatchError
    from yihu.lens.ingest.run import GatherError
    from yihu.lens.learning.kept import NoModelError
    from yihu.lens.learning.leakage import LeakageError
    from yihu.lens.snapshots.build import NothingToBuildError
    from yihu.lens.snapshots.verify import SnapshotRefusedError

    expected: tuple[tuple[type[Exception], Exit], ...] = (
        (HomeBusyError, Exit.BUSY),
        (DatabaseUnavailableError, Exit.UNHEALTHY),
        (NoSnapshotError, Exit.NOT_FOUND),
        (NothingToBuildError, Exit.NOT_FOUND),
        (UnknownBatchError, Exit.NOT_FOUND),
        (SnapshotRefusedError, Exit.REFUSED),
        (FileNotFoundError, Exit.NOT_FOUND),
        (NoModelError, Exit.NOT_FOUND),
        (LeakageError, Exit.REFUSED),
        (GatherError, Exit.BAD_INPUT),
        (ValueError, Exit.BAD_INPUT),
    )
    return next((code for kind, code in expected if isinstance(error, kind)), Exit.UNEXPECTED)


def main() -> None:
    """Run one command; expected troubles end in a sentence and an exit code, not in a traceback."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except (typer.Abort, KeyboardInterrupt):
        aside.print(say("interrupted"))
        sys.exit(INTERRUPTED)
    except TyperException as error:
        _refuse(Exit.USAGE, say("usage", message=_usage(error)))
    except Exception as error:
        code = exit_code(error)
        if code is Exit.UNEXPECTED and os.environ.get("YIHU_DEBUG"):
            raise
        message = str(error) if code is not Exit.UNEXPECTED else say("unexpected", error=repr(error))
        _refuse(code, message)


def _usage(error: TyperException) -> str:
    said = error.format_message() if hasattr(error, "format_message") else str(error)
    return " ".join(said.split())


def _refuse(code: Exit, message: str) -> NoReturn:
    if "--json" in sys.argv:
        print_json({"error": {"code": code.name, "message": message}})
    aside.print(message, style="red", markup=False, highlight=False)
    sys.exit(int(code))


if __name__ == "__main__":
    main()
