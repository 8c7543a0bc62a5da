"""`scout sources`: the configured places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scout.cli import console, options, tables
from scout.cli.app import app

sources = typer.Typer(
    no_args_is_help=True, help="The configured places: list, test, import, export, schema.", rich_markup_mode=None
)
sources.callback()(options.group)
app.add_typer(sources, name="sources")


@sources.command("list")
def list_(
    format_: options.Format = options.ListFormat.TABLE,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """List the sources of feeds.yaml, valid ones only: a wrong one is said, with its place.

    A topic that matches a quarter or more of the newest items in the store is named, with the share: it tells little.

    Example: scout sources list --format markdown
    """
    from scout.pipeline.sources import broad_topics  # noqa: PLC0415

    workspace = options.workspace(config, validate=True)
    rows = [
        {
            "name": one.source.name,
            "kind": one.kind,
            "section": str(one.source.section),
            "group": one.source.group,
            "hosts": ", ".join(one.source.hosts()),
            "paused": one.source.pause,
        }
        for one in workspace.sources
    ]
    tables.out_rows(rows, format_, rows)
    for line in broad_topics(options.db_path(db), workspace, now=options.now()):
        console.say(line)


@sources.command("test")
def test_(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources or groups; all if none is given.")
    ] = None,
    format_: options.Format = options.ListFormat.TABLE,
    config: options.ConfigPath = None,
    db: options.UnusedDb = None,
) -> None:
    """Ask each source once without storing anything; say what came, and propose the feed that a page advertises.

    In the table, what did not answer stands first.

    Example: scout sources test vendors lmcache-blog
    """
    from scout.errors import NothingSeenError  # noqa: PLC0415
    from scout.model import SEEN  # noqa: PLC0415
    from scout.pipeline.sources import probe_sources  # noqa: PLC0415

    workspace = options.workspace(config, validate=True)
    with console.progress() as tell:
        rows = probe_sources(
            workspace, names or [], clock=options.now, token=options.token(), pace_dir=options.pace_dir(), tell=tell
        )
    wrong_first = sorted(rows, key=lambda row: row["outcome"] in SEEN)
    tables.out_rows(wrong_first, format_, rows, colour="outcome")
    if rows and all(row["outcome"] not in (*SEEN, "partial") for row in rows):
        raise NothingSeenError("every source failed; is there a network?")


@sources.command("import")
def import_(
    opml: Annotated[Path, typer.Argument(metavar="OPML", help="A subscription list, as feed readers export it.")],
    config: options.ConfigPath = None,
    db: options.UnusedDb = None,
) -> None:
    """Read an OPML file and print its feeds as entries for feeds.yaml; those already there are left out and counted.

    Example: scout sources import subscriptions.opml >> feeds.yaml
    """
    from scout.pipeline.sources import import_opml  # noqa: PLC0415

    path = options.config_path(config)
    entries, known = import_opml(opml, options.workspace(config) if path.exists() else None)
    console.out("\n".join(entries))
    console.say(f"{len(entries)} new, {known} already in {path}; paste what you want under `sources:`")


@sources.command()
def export(
    opml: Annotated[Path, typer.Argument(metavar="OPML", help="Where to write; - is stdout.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    config: options.ConfigPath = None,
    db: options.UnusedDb = None,
) -> None:
    """Write the feeds of feeds.yaml as OPML 2.0, grouped, for any feed reader.

    Example: scout sources export feeds.opml
    """
    from scout.pipeline.sources import export_opml  # noqa: PLC0415

    document, feeds, left = export_opml(options.workspace(config))
    if str(opml) == "-":
        console.out(document)
    else:
        console.write(opml, document, force=force)
    console.say(f"{feeds} feeds written, {left} sources of other kinds left out")


@sources.command()
def schema(config: options.UnusedConfig = None, db: options.UnusedDb = None) -> None:
    """Print the JSON Schema of feeds.yaml, by which an editor completes and checks it.

    Example: scout sources schema > feeds.schema.json
    """
    from scout.sources.workspace import schema as whole  # noqa: PLC0415

    console.out_json(whole())
