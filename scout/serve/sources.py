"""The page of sources: who was seen for which days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scout import dates
from scout.errors import ScoutError
from scout.model import Window
from scout.pipeline.calendar import calendar
from scout.serve.site import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datasette.utils.asgi import Request, Response

    from scout.pipeline.calendar import SourceDays
    from scout.serve.site import ScoutDatasette

PATH = "/-/sources"
WEEKS, MOST_WEEKS = 6, 26
CELL = 8
"""Width of a day in the picture, in units of SVG."""


async def sources(datasette: ScoutDatasette, request: Request) -> Response:
    """Show a calendar of the weeks that end with a day, today where none is given."""
    asked = {name: request.args.get(name) or "" for name in ("until", "weeks")}
    try:
        window = _window(datasette, asked)
        found: tuple[SourceDays, ...] = await datasette.ask(_found, datasette, window)
    except ScoutError as exc:
        return await datasette.failed(request, exc)
    context = {"window": window, "found": found, "asked": asked, "usual": WEEKS, "cell": CELL, "first": window.since.weekday()}
    return await datasette.page(request, "scout-sources.html", context)


def _window(datasette: ScoutDatasette, asked: Mapping[str, str]) -> Window:
    until = dates.day(asked["until"], "until") if asked["until"] else datasette.now().date()
    weeks = min(max(number_of(asked["weeks"], WEEKS), 1), MOST_WEEKS)
    return Window(since=until - timedelta(days=7 * weeks - 1), until=until)


def _found(datasette: ScoutDatasette, window: Window) -> tuple[SourceDays, ...]:
    return calendar(datasette.path, datasette.workspace(), window)
