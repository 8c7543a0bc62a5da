"""The command line as a whole: one Typer application, and how it ends."""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
import warnings
from itertools import pairwise
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from scout import __version__, text
from scout.cli import console, options, signals
from scout.errors import ScoutError, StoppedError, UsageError

LONGEST = 2000
"""How many characters an error message may have: it may quote a file."""

app = typer.Typer(
    name="scout",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"scout {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=lambda value: _version(wanted=value), is_eager=True, help="Print the version.")
]
COMPLETE = "_SCOUT_COMPLETE"
"""Is set by a shell that asks what may follow."""
AFTER = "A week: scout collect, scout read, scout draft --out report.md, write, scout check report.md, scout publish report.md."


@app.callback(epilog=AFTER)
def scout(
    config: options.CommonConfig = None,
    db: options.CommonDb = None,
    version: Version = False,  # its callback has answered
) -> None:
    """Scout the literature: collect from feeds.yaml's sources into a store, shortlist, draft a report, check it.

    Every date, number and "nothing in window" of a draft comes from the store, and what could not be seen is said.

    Exit: 0 done, 1 findings or (--strict) failed sources, 2 usage or feeds.yaml, 3 the store, 4 every source failed,
    5 (check) something could not be looked up, 130 interrupted.
    """
    options.GLOBAL.config, options.GLOBAL.db = config, db
    console.LOG.format = console.LogFormat.TEXT
    options.now()  # a wrong SCOUT_NOW is told before anything is done


def _silence_libraries() -> None:
    """Keep libraries' advice to programmers off stderr: what a parser made of a hostile page, the outcome says."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.lastResort = logging.NullHandler()


def main() -> None:
    """Run the command line; a failure is one sentence on stderr and an exit code, a bug is a traceback."""
    console.prepare_streams()
    _silence_libraries()
    if COMPLETE in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]  # noqa: PLC0415

        completion_init()
    signals.end_as_interrupted()
    # One command's values live to its end; walking them again and again costs a seventh of its time.
    gc.set_threshold(100_000, 50)
    try:
        _run()
    except ScoutError as exc:
        _fail(exc)
    except (KeyboardInterrupt, RuntimeError) as exc:
        # Until Python 3.12 an interrupt while a class is being made comes out as the cause of a RuntimeError.
        if not isinstance(exc, KeyboardInterrupt) and not isinstance(exc.__cause__, KeyboardInterrupt):
            raise
        signals.end_at_once()
        _fail(StoppedError("stopped"))
    except SystemExit as exc:
        if isinstance(exc.__context__, BrokenPipeError):  # `scout --help | head -1`: its reader has enough
            console.discard(sys.stdout)
            sys.exit(0)
        raise
    except OSError as exc:  # the system's own: a name too long, a folder that may not be entered, a full disk
        console.discard(sys.stdout)
        _fail(UsageError(f"{exc.filename or 'the output'}: {exc.strerror or exc}"))
    except MemoryError:
        _fail(UsageError("there is not enough memory for this"))


def _run() -> NoReturn:
    """Run what was typed. Where JSON was asked for, what Typer would tell in lines of its own is an error as any other."""
    try:
        code = app(prog_name="scout", standalone_mode=not _is_json_asked())
    except TyperException as exc:
        raise UsageError(exc.format_message()) from exc
    if code == StoppedError.exit_code:
        raise StoppedError("stopped")
    sys.exit(code)


def _is_json_asked() -> bool:
    """Say whether `--format json` was typed, however wrong the rest of the line may be."""
    words = sys.argv[1:]
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def error_object(error: ScoutError) -> dict[str, Any]:
    """Return an error as programs are told it (docs/commands.md)."""
    return {"error": {"kind": error.kind, "message": _sentence(error), "exit": error.exit_code}}


def _sentence(error: ScoutError) -> str:
    return text.shorten(text.clean(str(error)), LONGEST)


def _fail(error: ScoutError) -> NoReturn:
    """Say why a command ends, in a sentence, as an event of a log in JSON, or as an object; exit with the error's code."""
    if _is_json_asked():
        console.say(json.dumps(error_object(error), ensure_ascii=False))
    elif console.LOG.format is console.LogFormat.JSON:
        console.log(_sentence(error), level="error")
    else:
        console.say(f"scout: {_sentence(error)}")
    sys.exit(error.exit_code)
