"""`scout audit`: what others chose in a window and scout did not."""

from __future__ import annotations

from scout.cli import console, options, tables
from scout.cli.app import app


@app.command()
def audit(
    since: options.Since = "",
    until: options.Until = "",
    format_: options.Format = options.ListFormat.TABLE,
    as_of: options.AsOf = "",
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """List what others chose that the draft would not have.

    Not seen, or seen and dropped, and why.

    Others are upvotes, watched lists, newsletters, and the posts and threads that were collected. The strongest stand first: a
    voter counts by how much of what it chose is of the field as the ranking sees it. Nothing is asked of the network.

    Example: scout audit --since 2026-05-18 --until 2026-05-24 --format json | jq '.missed[] | select(.fate == "topic") | .title'
    """
    from scout.pipeline import audit as audits  # noqa: PLC0415
    from scout.shortlist import render_audit  # noqa: PLC0415

    workspace, path = options.workspace(config), options.db_path(db)
    day = options.day(as_of, "--as-of")
    window = options.window(workspace, path, since, until, as_of=day)
    found = audits.audit(path, workspace, window, as_of=day)
    match format_:
        case options.ListFormat.JSON:
            console.out_json(render_audit.as_json(found))
        case options.ListFormat.MARKDOWN:
            console.out(render_audit.as_markdown(found))
        case options.ListFormat.TABLE:
            tables.out_table(render_audit.as_rows(found), spare=("why",), linked=True)
            for line in render_audit.as_words(found):
                console.say(line)
