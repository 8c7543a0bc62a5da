"""The page of trends: a picture of bars, and the same numbers as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from scout.draft import weekly
from scout.errors import ScoutError
from scout.pipeline.trends import WEEKS, weekly_trends
from scout.serve.site import days_of, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datasette.utils.asgi import Request, Response

    from scout.draft.weekly import Weekly
    from scout.serve.site import ScoutDatasette

PATH = "/-/trends"
MOST_WEEKS = 53


async def trends(datasette: ScoutDatasette, request: Request) -> Response:
    """Show what titles speak of, week by week; `terms` are phrases with commas between them."""
    asked = {name: request.args.get(name) or "" for name in ("since", "until", "weeks", "terms")}
    try:
        told = await datasette.ask(_told, datasette, asked)
    except ScoutError as exc:
        return await datasette.failed(request, exc)
    picture = Markup(weekly.as_svg(told))  # noqa: S704 -- escapes every word itself
    context = {"told": told, "asked": asked, "picture": picture, "words": weekly.as_words(told), "usual": WEEKS}
    return await datasette.page(request, "scout-trends.html", context)


def _told(datasette: ScoutDatasette, asked: Mapping[str, str]) -> Weekly:
    workspace = datasette.workspace()
    weeks = min(max(number_of(asked["weeks"], WEEKS), 2), MOST_WEEKS)
    return weekly_trends(datasette.path, workspace, days_of(datasette, workspace, asked), asked["terms"].split(","), weeks=weeks)
