"""The tables of `scout serve`: what leads to what, what is found, who is answered; and that no stranger's words do anything."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from terminal import Terminal, week_terminal

pytest.importorskip("datasette", reason="the extra `serve` is not installed")

from datasette.utils import tilde_encode
from hatchling.builders.wheel import WheelBuilder
from served import HOSTILE, TITLE, add, ask, hostile, page, site_of

from scout.serve import tables

if TYPE_CHECKING:
    from scout.serve import ScoutDatasette

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
ROOT = Path(__file__).parent.parent
QUERIES = json.loads((files("scout.serve") / "queries.json").read_text(encoding="utf-8"))["databases"][tables.NAME]["queries"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week, with a hostile item that is marked."""
    found = week_terminal(tmp_path_factory.mktemp("week"))
    add(found, hostile())
    assert found("mark", HOSTILE, "--as", "context", "--why", TITLE).code == 0
    return found


@pytest.fixture(scope="module")
def app(desk: Terminal) -> ScoutDatasette:
    """Return the site over that week."""
    return site_of(desk)


def names(desk: Terminal, what: str) -> set[str]:
    """Return the names of the store's tables or views that a user may look at."""
    rows = desk("sql", f"select name from sqlite_schema where type = '{what}'", "--format", "json").json
    return {row["name"] for row in rows if not row["name"].startswith(("sqlite_", "items_fts", "readings_fts"))}


def test_every_table_view_and_query_is_shown(app: ScoutDatasette, desk: Terminal) -> None:
    """Each page answers; only scout's own book-keeping is hidden; no two of them share an address."""
    shown = names(desk, "table") | names(desk, "view")
    for name in (*shown, *QUERIES):
        page(app, f"/scout/{name}")
    assert not shown & set(QUERIES), "a query would stand before the table of its name"
    listed = {link["href"] for link in page(app, "/scout").select("main a[href]")}
    assert listed >= {f"/scout/{name}" for name in shown - set(tables.HIDDEN)}
    assert not listed & {f"/scout/{name}" for name in tables.HIDDEN}


def test_an_item_is_led_to_by_its_title(app: ScoutDatasette) -> None:
    """From every table that names it, with its title for a label; and from the item back to them, whatever signs its id has."""
    for table in ("sightings", "marks"):
        links = page(app, f"/scout/{table}?item_id__exact={quote(HOSTILE)}").select("td.col-item_id a")
        assert [link.text for link in links] == [TITLE]
        there = page(app, str(links[0]["href"]))
        assert there.h1
        assert there.h1.text == TITLE
        back = {link.text: str(link["href"]) for link in there.select("main li a")}
        assert page(app, back[f"1 in {table}"]).select_one("td.col-item_id a")
    for table in ("votes", "reported"):
        for link in page(app, f"/scout/{table}").select("td.col-item_id a"):
            page(app, str(link["href"]))


def test_views_lead_to_items_too(app: ScoutDatasette) -> None:
    """A view has no key for Datasette to follow; its ids are links all the same."""
    links = page(app, f"/scout/unreported?id__exact={quote(HOSTILE)}").select("td.col-id a")
    assert [link.text for link in links] == [HOSTILE]
    page(app, str(links[0]["href"]))


def test_items_are_searched_and_parted(app: ScoutDatasette) -> None:
    """A word of the title finds the item; the facets count kinds and sources; each column is explained."""
    found = page(app, "/scout/items?_search=onerror")
    assert [cell.text for cell in found.select("tbody td.col-title")] == [TITLE]
    facets = {one["id"] for one in page(app, "/scout/items").select(".facet-info")}
    assert facets == {"facet-kind", "facet-owner"}
    told = {one.text for one in found.select(".column-descriptions dt")}
    assert told >= {"id", "published", "date_source"}


@pytest.mark.parametrize("path", ["items?_sort_desc=published", "items?_size=7&_sort=title", "items?_size=7"])
def test_pages_of_items_follow_each_other(app: ScoutDatasette, desk: Terminal, path: str) -> None:
    """Turning pages shows each item once, in any order, though a row goes by its id."""
    seen: list[str] = []
    here: str | None = f"/scout/{path.replace('?', '.json?')}&_shape=objects"
    while here:
        answer = ask(app, here).json()
        seen += [row["id"] for row in answer["rows"]]
        here = answer["next_url"] and answer["next_url"].removeprefix("http://localhost")
    assert sorted(seen) == sorted(row["id"] for row in desk("sql", "select id from items", "--format", "json").json)


def test_ready_queries_take_parameters(app: ScoutDatasette, desk: Terminal) -> None:
    """A value given narrows the answer, in the browser and with --param alike; a wrong one is an answer, not a crash."""
    for name, field in (("in-no-report", "kind"), ("per-week", "kind")):
        rows = ask(app, f"/scout/{name}.json?{field}=paper&_shape=array").json()
        assert {row["kind"] for row in rows} == {"paper"}
        sql = desk("sql", QUERIES[name]["sql"], "--param", f"{field}=paper", "--format", "json")
        assert sql.json == rows
    assert len(ask(app, "/scout/in-no-report.json?_shape=array").json()) > len(rows)
    found = ask(app, "/scout/newest-on-a-phrase.json?phrase=onerror&_shape=array").json()
    assert [row["title"] for row in found] == [TITLE]
    assert ask(app, "/scout/newest-on-a-phrase?phrase=%22").status_code == 400
    refused = desk("sql", "select :a", "--param", "a")
    assert (refused.code, refused.out) == (2, "")
    assert "NAME=VALUE" in refused.err


def test_a_strangers_words_are_text(app: ScoutDatasette) -> None:
    """No element, attribute or address comes of what a source wrote, on any page that shows it."""
    for path in ("items", "unreported", "sightings", "marks", f"items/{item_path()}", "newest-on-a-phrase?phrase=onerror"):
        soup = page(app, f"/scout/{path}")
        assert not soup.find_all("img")
        assert not [tag for tag in soup.find_all("script") if "alert" in tag.text]
        for tag in soup.find_all(name=True):
            assert not [name for name in tag.attrs if name.startswith("on")]
            assert not str(tag.get("href", "")).lower().startswith("javascript")


def item_path() -> str:
    """Return the hostile id as Datasette writes it in a path."""
    return str(tilde_encode(HOSTILE))


def test_only_this_machines_names_are_answered(app: ScoutDatasette) -> None:
    """A foreign Host is refused before Datasette sees it, two of them too; every answer carries a policy without `unsafe` scripts."""
    for host in ("evil.test", "127.0.0.1.evil.test", "localhost:80:evil.test", "[::1]", ""):
        assert ask(app, "/scout", headers={"host": host}).status_code == 421
    for path in ("/scout", "/scout/items", "/scout.json", "/nothing", "/-/static/app.css"):
        policy = ask(app, path).headers["content-security-policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in scripts
        assert "frame-ancestors 'none'" in policy


def test_what_is_not_there_is_said(app: ScoutDatasette) -> None:
    """One sentence and a status, as a page or as JSON: for an address, an item and a query that lead nowhere."""
    for path, status in (
        ("/nothing", 404),
        ("/scout/items/none", 404),
        ("/scout?sql=delete+from+items", 400),
        ("/scout?sql=select+x", 400),
    ):
        answer = ask(app, path)
        assert answer.status_code == status, path
        assert "Traceback" not in answer.text
    assert ask(app, "/scout/nothing.json").json()["ok"] is False


def test_every_inline_script_of_datasette_is_allowed_by_its_hash(app: ScoutDatasette) -> None:
    """What its pages have inline, a browser runs; a Datasette that changes them fails here and not in front of a user."""
    for path in ("/scout", "/scout/items", "/scout/late", "/scout?sql=select+1", f"/scout/items/{item_path()}"):
        answer = ask(app, path)
        for script in page(app, path).find_all("script", src=False):
            digest = base64.b64encode(hashlib.sha256(str(script.string).encode()).digest()).decode()
            assert f"'sha256-{digest}'" in answer.headers["content-security-policy"], (path, script)


def test_the_wheel_has_the_pages(tmp_path: Path) -> None:
    """Templates, styles, scripts and queries are installed with the package."""
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        there = set(wheel.namelist())
    parts = [path for folder in ("templates", "static") for path in (ROOT / "scout" / "serve" / folder).iterdir()]
    assert {str(path.relative_to(ROOT)) for path in parts} | {"scout/serve/queries.json"} <= there
