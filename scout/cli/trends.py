"""`scout trends`: how often the field speaks of what, week by week."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scout.cli import console, options, tables
from scout.cli.app import app


class TrendsFormat(StrEnum):
    """How `trends` answers."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    SVG = "svg"


@app.command()
def trends(
    terms: Annotated[
        list[str] | None, typer.Argument(metavar="[TERM]...", help="Phrases to count too, in quotes.", show_default=False)
    ] = None,
    since: options.Since = "",
    until: options.Until = "",
    weeks: Annotated[int, typer.Option(min=2, max=53, help="How many, the last ends with --until.")] = 9,
    format_: Annotated[
        TrendsFormat, typer.Option("--format", help="table, json, markdown, or svg: a picture.")
    ] = TrendsFormat.TABLE,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Count titles a week, by topic, rising term and phrase.

    Only sources whose answers reach over all the weeks are counted, so that a source that began later is no rise; the others
    are named. Nothing is asked of the network.

    Example: scout trends "prefix caching" --weeks 12 --format svg > trends.svg
    """
    from scout.draft import weekly  # noqa: PLC0415
    from scout.pipeline.trends import weekly_trends  # noqa: PLC0415

    workspace, path = options.workspace(config), options.db_path(db)
    told = weekly_trends(path, workspace, options.window(workspace, path, since, until), terms or (), weeks=weeks)
    match format_:
        case TrendsFormat.JSON:
            console.out_json(weekly.as_json(told))
        case TrendsFormat.MARKDOWN:
            console.out(weekly.as_markdown(told))
        case TrendsFormat.SVG:
            console.out(weekly.as_svg(told))
        case TrendsFormat.TABLE:
            tables.out_table(weekly.as_rows(told), spare=("what",))
            for line in weekly.as_words(told):
                console.say(line)
