"""Show the store in a browser: Datasette, with a plugin that is this package. Needs the extra `serve`.

The plugin adds scout's pages to Datasette's tables, keys that can be followed, and a guard. What a page shows is the
pipeline's: here it is asked for, and laid out by `templates/`. Datasette finds the hooks below, `templates/` and `static/` by
this package's name (docs.datasette.io/en/stable/plugin_hooks.html).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.plugins import pm
from datasette.utils import tilde_encode
from datasette.utils.asgi import Response
from markupsafe import Markup

from scout.serve import sources, tables, trends, week
from scout.serve.guard import guard
from scout.serve.site import ScoutDatasette

__all__ = ["ScoutDatasette", "site"]

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from pathlib import Path

    from datasette.utils.asgi import Request

    from scout.serve.guard import App
    from scout.sources.workspace import Workspace

PAGES: dict[str, Callable[..., Any]] = {
    week.PATH: week.week,
    week.MARK_PATH: week.mark,
    sources.PATH: sources.sources,
    trends.PATH: trends.trends,
}
"""Scout's own pages, by their path."""
MENU = ((week.PATH, "Week"), (sources.PATH, "Sources"), (trends.PATH, "Trends"), (f"/{tables.NAME}", "Tables"))


def site(path: Path, *, workspace: Callable[[], Workspace], now: Callable[[], datetime]) -> ScoutDatasette:
    """Return Datasette over the store at `path`, with this plugin; its `app()` is what a server runs."""
    here = sys.modules[__name__]
    if not pm.is_registered(here):
        pm.unregister(name="datasette.handle_exception")  # beside Rich, it fails itself where there is no page
        pm.register(here)
    return ScoutDatasette(path, workspace=workspace, now=now)


@hookimpl  # type: ignore[untyped-decorator]  # Datasette ships no types
def asgi_wrapper(datasette: ScoutDatasette) -> Callable[[App], App]:
    """Put the guard before everything."""
    return lambda app: guard(app, own=tuple(PAGES), scripts=datasette.inline_scripts())


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Name the pages; the front door leads to the first."""
    return [("^/$", lambda: Response.redirect(MENU[0][0])), *((f"^{path}$", page) for path, page in PAGES.items())]


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: ScoutDatasette, request: Request, exception: Exception) -> Awaitable[Response]:
    """Answer what went wrong."""
    return datasette.failed(request, exception)


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: object, column: str, table: str | None, datasette: ScoutDatasette) -> Markup | None:
    """Make the id of an item lead to it where Datasette knows no key: in views, and on the page of one row."""
    if not isinstance(value, str) or not tables.is_item(table, column):
        return None
    return Markup('<a href="{}">{}</a>').format(item_address(datasette, value), value)


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: ScoutDatasette) -> dict[str, Any]:
    """Give the templates the menu, and the address of an item."""
    return {"item_address": lambda id_: item_address(datasette, id_), "scout_pages": MENU}


def item_address(datasette: ScoutDatasette, id_: str) -> str:
    """Return where an item is shown."""
    return str(datasette.urls.row(tables.NAME, "items", tilde_encode(id_)))
