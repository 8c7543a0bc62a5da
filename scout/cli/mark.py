"""`scout mark`: the curator's decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scout.cli import console, options, tables
from scout.cli.app import app

if TYPE_CHECKING:
    from scout.model import Decision
    from scout.pipeline.mark import MarkedItem

LIST = "list"


@app.command()
def mark(
    item: Annotated[
        str, typer.Argument(metavar="ID|list", help="An id, an address, an arXiv id or a title; or list, for all that is marked.")
    ],
    as_: Annotated[
        str,
        typer.Option(
            "--as", metavar="A|B|context|drop", help="A or B: an entry; context: noted; drop: no news, ever.", show_default=False
        ),
    ] = "",
    why: Annotated[str, typer.Option(metavar="WORDS", help="Why, for the draft's evidence and for later.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the mark back.")] = False,
    format_: options.Format = options.ListFormat.TABLE,
    as_of: options.AsOf = "",
    wait: options.Wait = options.WAIT_S,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Decide about an item, whatever its score.

    In the next draft it stands in the section named, or never comes back.

    A mark counts until it is undone, replaced, or a report has the item. Taste learns from marks too. The draft names who
    decided: the reason is the mark, with its day and why.

    Example: scout mark 2605.22850 --as A --why "production traces", then scout draft; scout mark list
    """
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.pipeline.mark import mark_item, marked, unmark_item  # noqa: PLC0415

    path = options.db_path(db)
    if item == LIST:
        if as_ or undo or why:
            raise UsageError("list takes no --as, --why or --undo; a thing with that title is marked by its id")
        _show(marked(path, as_of=options.day(as_of, "--as-of")), format_)
    elif undo and not (as_ or why):
        taken = unmark_item(path, item, now=options.now(), wait_s=wait)
        console.say(f"{_name(taken)}: not marked {taken.mark.decision} any more")
    elif as_ and not undo:
        console.say(_words(mark_item(path, item, _decision(as_), why.strip(), now=options.now(), wait_s=wait)))
    else:
        raise UsageError("say either --as A, B, context or drop, or --undo")


def _decision(word: str) -> Decision:
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.model import Decision  # noqa: PLC0415 -- 15 ms of every --help

    if word not in set(Decision):
        raise UsageError(f"--as {word!r}: say one of {', '.join(Decision)}")
    return Decision(word)


def _words(done: MarkedItem) -> str:
    words = f"{_name(done)}: marked {done.mark.decision}"
    if done.earlier:
        words += f", {done.earlier.decision} before"
    if done.entry:
        words += f"; report {done.entry.report} has it already, so it is news no more, and the mark is an example to learn from"
    return words


def _name(done: MarkedItem) -> str:
    return f"{done.item.id} ({done.item.title})"


def _show(found: list[MarkedItem], format_: options.ListFormat) -> None:
    rows = [
        {
            "as": one.mark.decision,
            "made": f"{one.mark.made:%Y-%m-%d}",
            "id": one.item.id,
            "title": one.item.title,
            "url": one.item.url,
            "why": one.mark.why,
        }
        for one in found
    ]
    tables.out_rows(rows, format_, [_whole(one) for one in found], spare=("why",))


def _whole(one: MarkedItem) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "title": one.item.title,
        "url": one.item.url,
        "as": str(one.mark.decision),
        "why": one.mark.why,
        "made": f"{one.mark.made:%Y-%m-%dT%H:%M:%SZ}",
        "reported": str(one.entry.report) if one.entry else None,
    }
