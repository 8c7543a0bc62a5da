"""The page of a week: its candidates with their reasons and evidence, and a form by which each is marked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from datasette.utils.asgi import Response

from scout import dates
from scout.draft import votes
from scout.errors import ScoutError, UsageError
from scout.model import Decision
from scout.pipeline.mark import mark_item, unmark_item
from scout.pipeline.week import week_page
from scout.serve.site import days_of, number_of
from scout.shortlist.render import as_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datasette.utils.asgi import Request

    from scout.model import Item
    from scout.pipeline.mark import MarkedItem
    from scout.pipeline.week import WeekPage
    from scout.serve.site import ScoutDatasette

PATH, MARK_PATH = "/-/week", "/-/mark"
FILTERS = ("section", "kind", "status", "source", "mark")
ASKED = ("since", "until", *FILTERS, "page")
UNDO = "undo"
WAIT_S = 5
"""How long a mark waits for another writer of the store."""
LONGEST_WHY = 1000
MOST_MARKED = 50
"""How many marks the page lists beside its candidates: what is dropped stays marked for ever."""


async def week(datasette: ScoutDatasette, request: Request) -> Response:
    """Show the candidates of a window, the next report's where none is given."""
    asked = {name: request.args.get(name) or "" for name in ASKED}
    try:
        found = await datasette.ask(_found, datasette, asked)
    except ScoutError as exc:
        return await datasette.failed(request, exc)
    done = request.args.get("done") or ""
    context = {
        "found": found,
        "asked": asked,
        "query": _query(asked),
        "filters": {name: found.choices.get(name, ()) for name in FILTERS},
        "done": next((one for one in found.marked if one.item.id == done), None),
        "is_done": bool(done),
        "marked": found.marked[:MOST_MARKED],
        "left_out": as_words(found.shortlist),
        "decisions": tuple(Decision),
        "anchor": anchor,
        "votes": votes.each,
        "day": _day,
        "turned": {step: _query({**asked, "page": str(found.page + step)}) for step in (-1, 1)},
    }
    return await datasette.page(request, "scout-week.html", context)


def _found(datasette: ScoutDatasette, asked: Mapping[str, str]) -> WeekPage:
    workspace = datasette.workspace()
    days, wanted = days_of(datasette, workspace, asked), {name: asked[name] for name in FILTERS}
    return week_page(datasette.path, workspace, days, wanted=wanted, page=number_of(asked["page"], 1))


async def mark(datasette: ScoutDatasette, request: Request) -> Response:
    """Store a mark, or take one back; answer with the page it came from, or with JSON where that is asked for."""
    if request.method != "POST":
        return await datasette.failed(request, UsageError("a mark is set by the form of a page"))
    form = await request.post_vars()
    id_, word, why = form.get("id", ""), form.get("as", ""), form.get("why", "").strip()[:LONGEST_WHY]
    in_json = "application/json" in request.headers.get("accept", "")
    try:
        done = await datasette.ask(_marked, datasette, id_, word, why)
    except ScoutError as exc:
        return await datasette.failed(request, exc, in_json=in_json)
    if in_json:
        return Response.json(
            {"id": done.item.id, "as": "" if word == UNDO else str(done.mark.decision), "words": _said(done, word)}
        )
    asked = {name: value for name, value in parse_qsl(form.get("back", "")) if name in ASKED}
    return Response.redirect(f"{PATH}?{_query({**asked, 'done': done.item.id})}#{anchor(done.item.id)}")


def _marked(datasette: ScoutDatasette, id_: str, word: str, why: str) -> MarkedItem:
    if word == UNDO:
        return unmark_item(datasette.path, id_, now=datasette.now(), wait_s=WAIT_S)
    if word not in set(Decision):
        raise UsageError(f"a mark is one of {', '.join(Decision)}, not {word!r}")
    return mark_item(datasette.path, id_, Decision(word), why, now=datasette.now(), wait_s=WAIT_S)


def _said(done: MarkedItem, word: str) -> str:
    """Say what a mark did, as it stands on the page from then on."""
    if word == UNDO:
        return "not marked any more"
    news = f"; report {done.entry.report} has it already, so it is an example to learn from" if done.entry else ""
    return f"marked {done.mark.decision}{news}"


def anchor(id_: str) -> str:
    """Return the name of an item's place on the page."""
    return f"i{hashlib.sha256(id_.encode()).hexdigest()[:12]}"


def _query(asked: Mapping[str, Any]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


def _day(item: Item) -> str:
    return dates.show(item.published, item.precision) or (f"claims {item.claimed}" if item.claimed else "no date")
