"""The store as evidence: what `scout check` may ask it, and what it answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes import WINDOW
from terminal import EARLIER, week_terminal

from scout import check, config, demo, store
from scout.errors import UsageError
from scout.identity import identify
from scout.model import Result, Window
from scout.pipeline.check import check_reports, documents
from scout.pipeline.fetch import missing_evidence
from scout.pipeline.store_evidence import StoreEvidence
from scout.reports import document as report
from scout.sources.workspace import Workspace, load_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.reports.document import Document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the collected week."""
    return week_terminal(tmp_path_factory.mktemp("week")).folder


def workspace(folder: Path, **more: str) -> Workspace:
    """Return the week's workspace; `more` are texts to replace in its feeds.yaml."""
    text = (folder / "feeds.yaml").read_text()
    for old, new in more.items():
        text = text.replace(old, new)
    return load_workspace(config.parse(text))


@pytest.fixture
def evidence(folder: Path) -> Iterator[StoreEvidence]:
    """Return the week's store as evidence, for a report that lies beside the earlier one."""
    with store.open_store(folder / "data" / "scout.db") as opened:
        yield StoreEvidence(store=opened, workspace=workspace(folder), folder=folder / "reports")


def test_a_thing_is_known_by_its_id_and_by_what_links_to_it(evidence: StoreEvidence) -> None:
    """An item, else a post, talk or thread that points to the address; nothing for what nobody has."""
    paper = evidence.item("arxiv:2605.18071")
    assert paper
    assert paper.sources == ("arxiv", "reading-list")
    assert evidence.item("arxiv:2605.99999") is None
    linked = store.lookup.linked(evidence.store)
    thing, by = next((thing, by) for thing, by in linked.items() if not store.window_items.by_ids(evidence.store, [thing]))
    found = evidence.item(thing)
    assert found
    assert found.item.id == by


def test_titles_find_items_by_all_their_words(evidence: StoreEvidence) -> None:
    """The words of a title in any case find it; a single word, and words that no title has together, find nothing."""
    (found,) = evidence.titled("objectcache: LAYERWISE object-storage retrieval")
    assert found.item.id == "arxiv:2605.22850"
    assert not evidence.titled("cache")
    assert not evidence.titled("layerwise giraffes")
    assert not evidence.titled('"; drop table items --')


def test_neighbours_of_an_id_are_of_its_month(evidence: StoreEvidence) -> None:
    """Nearest first on each side, all with a date, and the id itself is none of them."""
    earlier, later = evidence.neighbours("2605.18071")
    assert [one.id for one in earlier] == sorted((one.id for one in earlier), reverse=True)
    assert [one.id for one in later] == sorted(one.id for one in later)
    assert all("2605.00000" < one.id < "2605.18071" for one in earlier)
    assert all("2605.18071" < one.id < "2605.99999" for one in later)
    assert evidence.neighbours("2401.00001") == ([], [])


def test_a_folder_of_a_site_gives_what_lies_in_it(evidence: StoreEvidence) -> None:
    """Items whose address begins with the folder, each once, asked once; nothing of a folder whose name only begins like it."""
    thing = next(row["id"] for row in evidence.store.rows("select id from items where id like 'url:https://%/%/%' order by id"))
    folder = f"{thing.rpartition('/')[0]}/"
    assert thing in {one.item.id for one in evidence.under(folder)}
    assert all(one.item.id.startswith(folder) for one in evidence.under(folder))
    assert not evidence.under(f"{folder[:-2]}/")


def test_sources_go_by_all_their_names(folder: Path) -> None:
    """Name, aliases, group and repositories."""
    given = workspace(folder, **{"{name: databricks,": "{name: databricks, aliases: [Mosaic],"})
    with store.open_store(folder / "data" / "scout.db") as opened:
        named = {one.name: one for one in StoreEvidence(store=opened, workspace=given).sources()}
    assert named["databricks"].aliases == ("Mosaic",)
    assert named["databricks"].group == "vendors"
    assert "microsoft/garnet" in named["cache-stores"].repos


def test_what_a_source_had_in_a_window(evidence: StoreEvidence) -> None:
    """Only things of that source, only of those days, and whether a topic is in them."""
    found = evidence.items_of("lmcache-blog", WINDOW)
    assert [one.item.url for one in found] == ["https://blog.lmcache.ai/2026-05-23-bloomberg/"]
    assert evidence.relevant(found[0])
    assert not evidence.items_of("lmcache-blog", Window(since=date(2026, 5, 25), until=date(2026, 5, 31)))
    assert not evidence.items_of("nobody", WINDOW)


def test_everything_is_relevant_where_no_topic_is_configured(folder: Path) -> None:
    """Without topics there is nothing that could make a thing beside the point."""
    with store.open_store(folder / "data" / "scout.db") as opened:
        bare = StoreEvidence(store=opened, workspace=load_workspace(config.parse("sources: []")))
        off = bare.item("arxiv:2605.20370")
        assert off
        assert bare.relevant(off)


def test_coverage_of_one_source(evidence: StoreEvidence) -> None:
    """As the shortlist has it; nothing for a source that was never asked, or is none."""
    good, blocked = evidence.coverage("arxiv", WINDOW), evidence.coverage("challenging-vendor", WINDOW)
    assert good
    assert good.covered
    assert blocked
    assert (blocked.covered, blocked.outcome.result) == (False, Result.BLOCKED)
    assert evidence.coverage("nobody", WINDOW) is None


def test_links_to_files_are_looked_up_beside_the_report(evidence: StoreEvidence) -> None:
    """Relative to its folder; where that is not known, nothing is said."""
    assert evidence.exists("./weekly-cache-report-2026-05-17.md")
    assert evidence.exists("none.md") is False
    assert StoreEvidence(store=evidence.store, workspace=evidence.workspace).exists("none.md") is None


def test_a_report_is_held_against_the_store(folder: Path) -> None:
    """Its document comes with the findings; what the store bears out is no finding."""
    (checked,) = check_reports(folder / "data" / "scout.db", workspace(folder), documents([str(folder / EARLIER)]))
    assert checked.document == report.parse_report(demo.report())
    assert [finding.code for finding in checked.findings] == ["unseen-negative"]


def test_a_report_whose_title_has_no_day_is_refused(folder: Path) -> None:
    """A date in the file's name is enough for the ledger, not for holding a window against it."""
    path = folder / "2026-05-17.md"
    path.write_text(demo.report().replace("# Weekly Cache Report — 2026-05-17", "# Weekly Cache Report"))
    with pytest.raises(UsageError, match="its title has no day"):
        check_reports(folder / "data" / "scout.db", workspace(folder), documents([str(path)]))


def test_what_is_missing_is_wanted_once(folder: Path, tmp_path: Path) -> None:
    """Papers, releases and links that the store lacks, each once over all reports; what it has is not asked for."""
    db, own = folder / "data" / "scout.db", workspace(folder)
    assert missing_evidence(db, own, documents([str(folder / EARLIER)]), now=demo.NOW).arxiv_ids == ()
    text = demo.report().replace("2605.13734", "2605.99999").replace("llm-d/releases/tag/v0.7.0", "llm-d/releases/tag/v9.9.9")
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(text)
    wanted = missing_evidence(db, own, documents([str(tmp_path)]), now=demo.NOW)
    assert wanted.arxiv_ids == ("2605.99999",)
    assert wanted.releases == (("llm-d/llm-d", "v9.9.9"),)


def test_a_folder_gives_its_reports_and_passes_over_the_rest(folder: Path, tmp_path: Path) -> None:
    """Named itself, a file that is no report is refused; found in a folder, it is passed over, unless nothing is left."""
    (tmp_path / "notes.md").write_text("# Notes")
    with pytest.raises(UsageError, match="is not a report"):
        documents([str(tmp_path / "notes.md")])
    with pytest.raises(UsageError, match="no report in"):
        documents([str(tmp_path)])
    assert [Path(where).name for where, _ in documents([str(tmp_path), str(folder / EARLIER)])] == [Path(EARLIER).name]


def statements(evidence: StoreEvidence, document: Document) -> list[str]:
    """Return the SQL that one check of a report runs."""
    told: list[str] = []
    evidence.store.conn.set_trace_callback(told.append)
    evidence.look_up(identify(link.url) for link in document.links)
    assert document.day
    check.check(document, evidence, report_day=document.day)
    evidence.store.conn.set_trace_callback(None)
    return [sql for sql in told if not sql.startswith("--")]  # what the full-text search asks of itself


def test_a_check_looks_each_thing_up_once(evidence: StoreEvidence) -> None:
    """A report that links everything that the store has, twice, asks for all of it together; no statement is run again."""
    rows = evidence.store.rows("select url, title from items where url <> '' order by id limit 100")
    links = "\n".join(f"- [{row['title']}]({row['url']})" for row in rows)
    document = report.parse_report(f"{demo.report()}\n{links}\n{links}\n")
    told = statements(evidence, document)
    ids = {identify(link.url) for link in document.links}
    about = [sql for sql in told if sql.startswith("select * from items where id in")]
    assert len(ids) > 50
    assert len([sql for sql in about if any(f"'{thing}'" in sql for thing in ids)]) <= 2
    assert len(told) == len(set(told))


def test_a_report_is_parsed_once(folder: Path) -> None:
    """What `documents` read is what is checked and searched for what is missing: the very same document comes back."""
    read = documents([str(folder / EARLIER)])
    missing_evidence(folder / "data" / "scout.db", workspace(folder), read, now=demo.NOW)
    (checked,) = check_reports(folder / "data" / "scout.db", workspace(folder), read)
    assert checked.document is read[0][1]
