"""The command `rhomboid`: one module of this package per command, registered here.

A command raises BadInput or Failed (host_tools.errors) with a message of one line; `main` prints it and ends with the
exit code: 0 done, 1 the thing asked for failed, 2 bad input or usage. `--debug` anywhere shows the traceback instead.
A command imports what is slow to import (scipy, ezc3d) inside its function, so that `--help` stays quick.
"""

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from host_tools.cli import (
    backup,
    bench,
    board,
    cues,
    demo,
    doctor,
    export,
    flash,
    history,
    note,
    plan,
    pull,
    reanalyse,
    report,
    settings,
    sim,
)
from host_tools.errors import BadInput, Failed
from host_tools.sim.fault_spec import help_text

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def rhomboid(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Rhomboid, the upper-back training wearable: run its firmware, read its logs, look after the device."""


app.command("demo")(demo.command)
app.command("sim", epilog=help_text())(sim.command)
app.command("report")(report.command)
app.command("export")(export.command)
app.command("history")(history.command)
app.command("reanalyse")(reanalyse.command)
app.command("bench")(bench.command)
app.command("flash")(flash.command)
app.command("pull")(pull.command)
app.command("doctor")(doctor.command)
app.command("settings")(settings.command)
app.command("note")(note.command)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("board")(board.command)
app.command("cues")(cues.command)
app.add_typer(plan.app, name="plan")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: sys.argv) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    try:
        result = app([word for word in given if word != "--debug"], prog_name="rhomboid", standalone_mode=False)
    except (BadInput, Failed, TyperException) as error:
        if debug:
            traceback.print_exc()
        message = " ".join(_message(error).split())
        if message:
            print(f"rhomboid: {message}", file=sys.stderr)
        return _exit_code(error)
    except (KeyboardInterrupt, typer.Abort):
        print("rhomboid: stopped", file=sys.stderr)
        return 1
    return result if isinstance(result, int) else 0


def _message(error: BadInput | Failed | TyperException) -> str:
    """The error's own words; for bad usage also where the right usage stands."""
    if not isinstance(error, TyperException):
        return str(error)
    context = getattr(error, "ctx", None)
    message = error.format_message()
    return f"{message} See {context.command_path} --help." if message and context else message


def _exit_code(error: BadInput | Failed | TyperException) -> int:
    if isinstance(error, TyperException):
        return error.exit_code
    return 2 if isinstance(error, BadInput) else 1
