"""The embedded week: what it holds, that it is served as the real places serve, and that nothing in it is left to chance."""

from __future__ import annotations

import http.client
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from scout import config, demo
from scout.config import shipped
from scout.demo import records
from scout.demo.server import Replay, Request, lookup
from scout.figures import evidence
from scout.model import Precision, Result, Status
from scout.pipeline.collect import CollectResult, run_collect
from scout.pipeline.draft import draft_report
from scout.pipeline.reports import import_reports
from scout.pipeline.shortlist import select
from scout.reports import document as report
from scout.reports import history
from scout.sources import kinds
from scout.sources.workspace import Workspace, load_workspace
from scout.store import open_store, window_items

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scout.model import Item, LedgerReport, Outcome
    from scout.store.window_items import StoredItem

INTENDED = {
    "awesome-kv-cache": Result.EMPTY,  # a first reading
    "challenging-vendor": Result.BLOCKED,
    "failing-vendor": Result.UNREACHABLE,
}
"""The sources whose first outcome is not `ok`."""
UNCOVERED = {"awesome-kv-cache", "challenging-vendor", "failing-vendor", "apple-ml", "hugging-face", "touchdown-labs", "weka"}
"""The sources that cannot say of the whole week what it held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The week after two collects: both runs, the store, and what it keeps."""

    store: Path
    workspace: Workspace
    first: CollectResult
    second: CollectResult
    kept: Mapping[str, StoredItem]
    heard: tuple[tuple[str, Mapping[str, str], int | None], ...]
    """What the second collect asked: path, headers, status."""
    ledger: LedgerReport

    def item(self, ident: str) -> Item:
        """Return one item."""
        return self.kept[ident].item

    def sources(self, ident: str) -> set[str]:
        """Return who saw an item."""
        return {seeing.source for seeing in self.kept[ident].sightings}


def kept(store: Path) -> dict[str, StoredItem]:
    """Return all that a store has, by id."""
    with open_store(store) as opened:
        rows = opened.conn.execute("select id from items").fetchall()
        return {one.item.id: one for one in window_items.by_ids(opened, [row["id"] for row in rows])}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Read the earlier report and collect the week twice, through the real door."""
    folder = tmp_path_factory.mktemp("week")
    store, earlier = folder / "scout.db", folder / "weekly-cache-report-2026-05-17.md"
    earlier.write_text(demo.report(), "utf-8")
    (learnt,) = import_reports(store, [str(earlier)])
    assert learnt.report
    with Replay(demo.routes()) as server:
        workspace = load_workspace(config.parse(demo.config(server.url(""))))
        runs = []
        for _ in range(2):
            mark = len(server.log)
            runs.append(run_collect(store, workspace.config.http, workspace.sources, demo.WINDOW, clock=lambda: demo.NOW))
        heard = tuple((one.path, one.headers, one.status) for one in server.log[mark:])
    return Seen(
        store=store, workspace=workspace, first=runs[0], second=runs[1], kept=kept(store), heard=heard, ledger=learnt.report
    )


def collected(store: Path) -> Workspace:
    """Serve the week and collect it once; return the configuration, of sources that are gone now."""
    with demo.served() as base:
        workspace = load_workspace(config.parse(demo.config(base)))
        run_collect(store, workspace.config.http, workspace.sources, demo.WINDOW, clock=lambda: demo.NOW)
    return workspace


def outcomes(run: CollectResult) -> dict[str, Outcome]:
    """Return the outcomes of a run by source."""
    return {outcome.source: outcome for outcome in run.outcomes}


def test_every_kind_of_source_occurs(seen: Seen) -> None:
    """The week shows all that scout can read."""
    assert {one.kind for one in seen.workspace.sources} == set(kinds())


def test_it_is_small_and_not_trivial(seen: Seen) -> None:
    """There are at least sixty items, of all sorts, in data that one can read in a sitting."""
    sorts = Counter(one.item.kind.value for one in seen.kept.values())
    assert sum(sorts.values()) >= 60
    assert set(sorts) == {"paper", "release", "post", "talk", "thread"}
    assert sorts["paper"] >= 45
    assert sorts["release"] >= 15
    assert sum(len(records.text(name)) for name in ("papers.toml", "releases.toml", "posts.toml", "places.toml")) < 60_000


def test_every_source_says_what_the_week_intends(seen: Seen) -> None:
    """Two sources fail in their two ways, a first reading of a list is empty, and all others are read."""
    first = outcomes(seen.first)
    assert {name: outcome.result for name, outcome in first.items()} == {
        one.source.name: INTENDED.get(one.source.name, Result.OK) for one in seen.workspace.sources
    }
    assert "challenge" in first["challenging-vendor"].why
    assert first["failing-vendor"].why.startswith("500")
    assert not any(outcome.notes for outcome in first.values() if outcome.result is Result.OK)


def test_coverage_is_what_the_week_intends(seen: Seen) -> None:
    """A feed that begins on Monday afternoon, a page and a sitemap without dates, and what failed, cover no whole week."""
    lacking = {outcome.source for outcome in seen.first.outcomes if not (outcome.covers and outcome.covers.covers(demo.WINDOW))}
    assert lacking == UNCOVERED


def test_a_second_collect_changes_nothing(seen: Seen, tmp_path: Path) -> None:
    """Collected twice or once, the store has the same items, and nothing counts as new."""
    assert not sum(outcome.items_new for outcome in seen.second.outcomes)
    once = tmp_path / "once.db"
    collected(once)
    assert {ident: one.item for ident, one in kept(once).items()} == {ident: one.item for ident, one in seen.kept.items()}


def test_the_order_of_sources_does_not_matter(tmp_path: Path) -> None:
    """Whichever of two sources tells of a thing first, the store keeps the same of it in the end."""
    found = []
    with demo.served() as base:
        workspace = load_workspace(config.parse(demo.config(base)))
        for names in (("arxiv", "reading-list"), ("reading-list", "arxiv")):
            store = tmp_path / f"{names[0]}.db"
            for name in names:
                run_collect(store, workspace.config.http, workspace.named([name]), demo.WINDOW, clock=lambda: demo.NOW)
            found.append({ident: one.item for ident, one in kept(store).items()})
    assert found[0] == found[1]


def test_a_second_collect_sends_validators(seen: Seen) -> None:
    """Whatever gave a validator is asked with it, and answers that nothing has changed."""
    repeated = outcomes(seen.second)
    assert {name for name, outcome in repeated.items() if outcome.result is Result.OK} == {"arxiv", "hacker-news"}
    assert all(outcome.result is not Result.EMPTY for outcome in repeated.values())
    asked = [
        (path, headers, status)
        for path, headers, status in seen.heard
        if re.match("/(feeds|pages|repos|sitemaps|raw|prog)", path)
    ]
    assert len(asked) >= 20
    assert all("if-none-match" in headers and status == 304 for _, headers, status in asked)


def test_the_week_has_things_on_the_topic_and_off_it() -> None:
    """At least a third of the papers speak of a cache, and at least ten do not, so that a shortlist has something to drop."""
    titles = [paper["title"].casefold() for paper in records.table("papers")["paper"]]
    on = [title for title in titles if re.search(r"cach|\bkv\b|kv-|kv[a-z]*:|serving|prefill", title)]
    assert len(on) * 3 >= len(titles)
    assert len(titles) - len(on) >= 10


def test_one_thing_has_two_addresses(seen: Seen) -> None:
    """A paper named by arXiv and by alphaXiv is one item, in arXiv's words and with its date."""
    assert seen.sources("arxiv:2605.18071") == {"arxiv", "reading-list"}
    paper = seen.item("arxiv:2605.18071")
    assert paper.url == "https://arxiv.org/abs/2605.18071"
    assert paper.published
    assert paper.precision is Precision.SECOND
    assert paper.authors


def test_releases_come_in_trains_and_pairs(seen: Seen) -> None:
    """Betas of one version follow each other within the week, and a release has a post release."""
    inside = {ident for ident, one in seen.kept.items() if one.item.published and one.item.published in demo.WINDOW}
    garnet, mooncake = "github:microsoft/garnet@", "github:kvcache-ai/mooncake@"
    assert {f"{garnet}v2.0.0-beta.5", f"{garnet}v2.0.0-beta.6", f"{garnet}v1.1.9"} <= inside
    assert {f"{mooncake}v0.3.11", f"{mooncake}v0.3.11.post1"} <= inside
    assert seen.item(f"{garnet}v2.0.0-beta.6").extra["prerelease"] is True
    assert any("page=2" in path for path, _, _ in seen.heard), "six releases do not fit on one page of five"


def test_undated_things_stay_undated(seen: Seen) -> None:
    """A page that gives no date, and a sitemap that gives none, make no date."""
    for ident in (
        "url:https://touchdown-labs.com/blog/kv-cache-memory-hierarchy-inference.html",
        "url:https://weka.io/article/neuralmesh-delivers-1000x-gpu-memory-for-ai-inference-on-oracle-cloud",
    ):
        item = seen.item(ident)
        assert item.published is None
        assert item.precision is Precision.NONE


def test_the_earlier_report_has_things_that_the_week_sees_again(seen: Seen) -> None:
    """The report is read without remainder, reaches up to the week, and what it has is seen again in the lookback days."""
    assert (seen.ledger.since, seen.ledger.until) == (demo.WINDOW.since.replace(day=11), demo.WINDOW.since.replace(day=17))
    assert [entry.number for entry in seen.ledger.entries if entry.number] == [1, 2, 3, 4]
    assert not seen.ledger.unread
    assert seen.ledger.negatives
    told = {ident for entry in seen.ledger.entries for ident in entry.ids}
    assert told <= seen.kept.keys()


def test_some_things_are_late_and_some_lie_on_the_boundary(seen: Seen) -> None:
    """Papers were submitted within the earlier report's week, and before it, that it does not have."""
    told = {ident for entry in seen.ledger.entries for ident in entry.ids}
    days = {one.item.published.date() for ident, one in seen.kept.items() if one.item.published and ident not in told}
    assert seen.ledger.since
    assert any(seen.ledger.since <= day < demo.WINDOW.since for day in days)
    assert any(demo.WINDOW.stretched(14).since <= day < seen.ledger.since for day in days)


def test_figures_in_the_notes_can_be_found(seen: Seen) -> None:
    """Some notes hold measured figures, some hold none, so that a draft shows both verdicts."""
    verdicts = {evidence(one.item.summary, shipped()).verdict for one in seen.kept.values() if one.item.id.startswith("arxiv:")}
    assert {"yes", "no"} <= verdicts


def test_a_shortlist_of_it_shows_all_that_is_special(seen: Seen) -> None:
    """Every status that a first run can tell occurs, things are dropped as off the topic, as known and as companions."""
    chosen = select(seen.store, seen.workspace, demo.WINDOW).shortlist
    assert {Status.IN_WINDOW, Status.BOUNDARY, Status.UNDATED} == {one.status for one in chosen.candidates}
    assert any("ledger" in reason for reason in chosen.dropped)
    assert any("topic" in reason for reason in chosen.dropped)
    assert any(one.companions for one in chosen.candidates)
    assert {one.source for one in chosen.coverage if not one.covered} == UNCOVERED


def test_a_draft_of_it_is_the_same_each_time(seen: Seen, tmp_path: Path) -> None:
    """Collected anew into another store from another port, the week gives the same draft, and the port stands nowhere in it."""
    earlier, store = tmp_path / "weekly-cache-report-2026-05-17.md", tmp_path / "scout.db"
    earlier.write_text(demo.report(), "utf-8")
    import_reports(store, [str(earlier)])
    workspace = collected(store)
    drafted = draft_report(store, workspace, demo.WINDOW).report
    assert drafted == draft_report(seen.store, seen.workspace, demo.WINDOW).report
    assert "127.0.0.1" not in drafted


def test_every_note_says_whose_it_is(seen: Seen) -> None:
    """No text of the week can be taken for an abstract or a publisher's words."""
    told = [one.item for one in seen.kept.values() if one.item.summary]
    assert len(told) >= 60
    assert not [item.id for item in told if records.MARK not in item.summary]


def bodies() -> dict[str, bytes]:
    """Serve the week afresh, and return what each address answers, without the port."""
    found = {}
    with demo.served() as base:
        place = urlsplit(base).netloc
        for path in [*demo.routes(), "/api/query?id_list=2605.18071,2605.18053"]:
            connection = http.client.HTTPConnection(place, timeout=10)
            connection.request("GET", path)
            found[path] = connection.getresponse().read().replace(place.encode(), b"PLACE")
            connection.close()
    return found


def test_two_servings_are_equal() -> None:
    """Served twice, every address answers with the same bytes, but for the port in them."""
    first = bodies()
    assert first == bodies()
    assert all(first.values())


@cache
def asked(path: str, **query: str) -> tuple[int, bytes]:
    """Ask the week's routes without a server."""
    reply = lookup(demo.routes(), Request(path=path, query=query, headers={"host": "week.test"}))
    return reply.status, reply.body


def test_arxiv_counts_all_and_gives_a_part() -> None:
    """A query of one category and some days gives its pages in order, each with the total."""
    query = {"search_query": "(cat:cs.DC) AND submittedDate:[202605180000 TO 202605242359]", "sortOrder": "ascending"}
    _, whole = asked("/api/query", **query, start="0", max_results="100")
    ids = re.findall(rb"/abs/(\d+\.\d+)v1</id>", whole)
    total = int(re.findall(rb"totalResults>(\d+)<", whole)[0])
    assert len(ids) == total > 3
    pages = [asked("/api/query", **query, start=str(start), max_results="3")[1] for start in range(0, total, 3)]
    assert [ident for page in pages for ident in re.findall(rb"/abs/(\d+\.\d+)v1</id>", page)] == ids
    assert all(f"totalResults>{total}<".encode() in page for page in pages)


@pytest.mark.parametrize("search", ["all:cache", "cat:cs.DC AND ti:cache AND submittedDate:[202605180000 TO 202605242359]", ""])
def test_arxiv_refuses_what_it_would_answer_wrongly(search: str) -> None:
    """A query that the week does not understand gets arXiv's error, never a wrong or an empty list."""
    status, body = asked("/api/query", search_query=search)
    assert status == 400
    assert b"/api/errors" in body


def test_hacker_news_keeps_to_phrase_and_time() -> None:
    """A search gives the stories of the time that is asked for, and no others."""
    _, body = asked(
        "/hn/api/v1/search_by_date", query='"KV cache"', numericFilters="created_at_i>=1779321600,created_at_i<1779408000"
    )
    found = json.loads(body)
    assert [hit["objectID"] for hit in found["hits"]] == ["48217552"]
    assert found["nbHits"] == 1
    assert json.loads(asked("/hn/api/v1/search_by_date", query='"CXL"')[1])["nbHits"] == 0


def test_the_configuration_names_only_this_machine() -> None:
    """Nothing but the week's own address is asked, and only that is let through."""
    text = demo.config("http://127.0.0.1:8123")
    assert not re.search("BASE|HOST", re.sub(r"(?m)#.*$", "", text))
    workspace = load_workspace(config.parse(text))
    assert {host for one in workspace.sources for host in one.source.hosts()} == {"127.0.0.1:8123"}
    assert workspace.config.http.allow_hosts == ("127.0.0.1:8123",)
    assert workspace.config.http.pace_s == {"127.0.0.1:8123": 0}


def test_the_report_is_a_report() -> None:
    """The earlier report has the headings of one, and its day is the Sunday before the week."""
    document = report.parse_report(demo.report())
    assert document.recognised
    assert history.ledger_report(document, "report.md").day == demo.WINDOW.since.replace(day=17)
    assert {"A", "B", "additional", "negatives", "references"} <= {line.section for line in document.lines}
    assert not document.unknown
