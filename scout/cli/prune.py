"""`scout prune`: take out of the store what nothing needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app

KEPT_DAYS = 365
"""How long everything stays, unless --before says otherwise."""


@app.command()
def prune(
    before: Annotated[
        str, typer.Option(metavar="DAY", help="Only what was read before this day. [default: a year ago]", show_default=False)
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    wait: options.Wait = options.WAIT_S,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Remove texts that nothing needs.

    Those read of items that no report speaks of and nobody marked; and old validators.

    Never removed: items, dates, sightings, history, outcomes, votes, marks, reports, and every text of what a report speaks of.
    A week before that day that is replayed afterwards is ranked without these texts; `scout read` reads them again.

    Example: scout prune --before 2025-01-01 --dry-run
    """
    from scout.pipeline.prune import prune_store  # noqa: PLC0415

    today = options.now().date()
    day = options.day(before, "--before") or today - timedelta(days=KEPT_DAYS)
    found = prune_store(options.db_path(db), day, today=today, dry_run=dry_run, wait_s=wait)
    for id_ in found.readings if dry_run else ():
        console.out(id_)
    console.say(
        f"{'would remove' if dry_run else 'removed'}, of what was stored before {day}: the texts of {len(found.readings)} items"
        f" ({found.characters:,} characters), the validators of {len(found.addresses)} addresses"
    )
