"""Hold what the pages are made from, and answer one page: the store, feeds.yaml as it is now, the clock."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.app import Datasette
from datasette.utils.asgi import Base400, NotFound, Response
from datasette.views.base import DatasetteError

from scout import dates
from scout.errors import ScoutError, StoreBusyError, StoreError
from scout.pipeline.window import window
from scout.serve import tables
from scout.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from datasette.utils.asgi import Request

    from scout.model import Window
    from scout.sources.workspace import Workspace

T = TypeVar("T")
SETTINGS = {"sql_time_limit_ms": 2000, "max_returned_rows": 1000, "allow_download": False, "max_csv_mb": 50}
"""What one request may cost, as Datasette counts it; within one function of SQLite it does not: the caller bounds memory."""
BUG = "This is a bug"
_INLINE = "_codemirror_foot.html"
_FACETS = "DATASETTE_ALLOW_FACET = true;"
"""The scripts that Datasette's own pages have inline: the editor's, and one line of a table's."""


class ScoutDatasette(Datasette):  # type: ignore[misc]  # Datasette ships no types
    """Datasette over one store. `workspace` reads feeds.yaml anew for each page, `now` is the clock."""

    def __init__(self, path: Path, *, workspace: Callable[[], Workspace], now: Callable[[], datetime]) -> None:
        super().__init__(metadata=tables.metadata(), settings=SETTINGS)
        self.remove_database("_memory")  # which it adds where it is given no file
        self.add_database(tables.StoreDatabase(self, str(path), is_mutable=True), name=tables.NAME)
        self.path = path
        self.workspace = workspace
        self.now = now
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a function of the pipeline in a thread; one runs at a time, so that many tabs need no more memory than one."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(function, *args, **kwargs)

    async def page(self, request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> Response:
        """Answer with a page of the package."""
        return Response.html(await self.render_template(template, context, request=request), status=status)

    async def failed(self, request: Request, error: Exception, *, in_json: bool = False) -> Response:
        """Answer with an error in one sentence, in JSON where that was asked for; of a bug, the log has the traceback."""
        status, sentence = told(error)
        if sentence.startswith(BUG):
            logging.getLogger("uvicorn.error").error("%s", sentence, exc_info=error)
        if in_json or request.path.endswith(".json"):
            return Response.json({"ok": False, "error": sentence, "status": status}, status=status)
        return await self.page(request, "scout-failed.html", {"sentence": sentence}, status=status)

    def inline_scripts(self) -> tuple[str, ...]:
        """Return the hashes by which a content security policy lets Datasette's own inline scripts run, and no others."""
        source, _, _ = self.jinja_env.loader.get_source(self.jinja_env, _INLINE)
        script = source.partition("<script>")[2].partition("</script>")[0]
        digests = (hashlib.sha256(text.encode()).digest() for text in (script, _FACETS))
        return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def days_of(datasette: ScoutDatasette, workspace: Workspace, asked: Mapping[str, str]) -> Window:
    """Return the days that a page is about: as asked for, else those of the next report."""
    since, until = (dates.day(asked[name], name) if asked.get(name) else None for name in ("since", "until"))
    return window(datasette.path, since, until, today=datasette.now().date(), week_ends=workspace.config.report.week_ends)


def number_of(text: str, usual: int) -> int:
    """Return a number of an address, at most six digits, or the usual one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else usual


def told(error: Exception) -> tuple[int, str]:
    """Return the HTTP status of an error, which says whose fault it is, and its sentence."""
    match error:
        case StoreBusyError():
            found = 503, str(error)
        case StoreError():
            found = 500, str(error)
        case ScoutError():
            found = 400, str(error)
        case NotFound():
            found = 404, f"There is nothing at this address ({error})."
        case Base400():
            found = error.status, str(error)
        case DatasetteError():
            found = error.status, plain(str(error.message))
        case _:
            found = 500, f"{BUG}, and the terminal shows where: {type(error).__name__}: {error}"
    return found
