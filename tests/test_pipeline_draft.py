"""From a selection to a draft: what it is made of, and how a later run knows that nobody has touched it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest
from fakes import NOW, WINDOW, FakeSource, item
from hypothesis import given
from hypothesis import strategies as st
from past import Past, workspace
from terminal import week_terminal

from scout import config, draft
from scout.errors import ConfigError
from scout.pipeline.draft import Draft, draft_report, is_edited, with_checksum
from scout.sources.workspace import Workspace, load_workspace

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    """Draft the embedded week."""
    folder = week_terminal(tmp_path_factory.mktemp("week")).folder
    return draft_report(folder / "data" / "scout.db", load_workspace(config.load(folder / "feeds.yaml")), WINDOW)


def test_every_entry_is_compared_with_earlier_ones(drafted: Draft) -> None:
    """Each candidate that is kept has the nearest entries of earlier reports, nearest first, and one other item of the store."""
    kept = [one for one in drafted.inputs.shortlist.candidates if one.kept]
    assert drafted.inputs.neighbours.keys() == {one.item.id for one in kept}
    for one in kept:
        near = drafted.inputs.neighbours[one.item.id]
        earlier, others = [n for n in near if n.report], [n for n in near if not n.report]
        assert [n.likeness for n in earlier] == sorted((n.likeness for n in earlier), reverse=True)
        assert len(earlier) <= 3
        assert len(others) <= 1
        assert not {n.id for n in others} & {one.item.id, *(companion.item.id for companion in one.companions)}


def test_the_ledger_of_a_draft_ends_before_its_window_does(tmp_path: Path) -> None:
    """The prior report is the last one before the report's own day: a later report is not prior, and neither is the report itself."""
    past = Past(tmp_path / "s.db")
    past.run(NOW, labs=[item("a cache")])
    for day in (date(2026, 5, 10), date(2026, 5, 17), WINDOW.until, date(2026, 5, 31)):
        past.report(day, f"url:https://earlier.test/{day}")
    inputs = draft_report(past.path, workspace(), WINDOW).inputs
    assert inputs.prior
    assert inputs.prior.day == date(2026, 5, 17)
    assert [report.day for report in inputs.ledger] == [date(2026, 5, 10), date(2026, 5, 17)]


def test_what_comes_after_the_window_is_for_the_next_report(tmp_path: Path) -> None:
    """Items published after it are upcoming, unless a report has them already."""
    past = Past(tmp_path / "s.db")
    reported = item("a reported cache", published=WINDOW.end + timedelta(hours=2))
    past.run(NOW, labs=[item("a cache"), item("a later cache", published=WINDOW.end), reported])
    past.report(date(2026, 5, 17), reported.id)
    made = draft_report(past.path, workspace(), WINDOW)
    assert [one.item.title for one in made.inputs.upcoming] == ["a later cache"]


def test_what_comes_next_week_is_what_is_watched_or_matches(tmp_path: Path) -> None:
    """Of a broad source only what a topic matches is announced, as only that would be a candidate."""

    @dataclass(frozen=True, kw_only=True)
    class Broad(FakeSource):
        broad: ClassVar[bool] = True

    past = Past(tmp_path / "s.db")
    posts = [item(title, published=WINDOW.end) for title in ("a cache", "a cat", "a dog")]
    past.run(NOW, everything=posts[:2], labs=posts[2:])
    made = draft_report(past.path, workspace(Broad(name="everything"), FakeSource(name="labs")), WINDOW)
    assert [one.item.title for one in made.inputs.upcoming] == ["a cache", "a dog"]


def test_a_draft_without_anything_is_still_a_draft(tmp_path: Path) -> None:
    """An empty store gives every heading, and says that nothing was seen."""
    past = Past(tmp_path / "s.db")
    past.report(date(2026, 5, 17))
    made = draft_report(past.path, workspace(), WINDOW)
    assert not draft.numbered(made.inputs)
    assert "## References" in made.report
    assert "labs" in made.report


def template(tmp_path: Path, body: bytes | None) -> Workspace:
    """Return a workspace whose report is written by the user's own template."""
    if body is not None:
        (tmp_path / "mine.j2").write_bytes(body)
    (tmp_path / "feeds.yaml").write_text("report: {template: mine.j2}\nsources: []")
    return load_workspace(config.load(tmp_path / "feeds.yaml"))


@pytest.mark.parametrize("body", [None, b"\xff\xfe", b"{% if %}"], ids=["missing", "no text", "no template"])
def test_a_template_that_cannot_be_used_is_a_configuration_error(tmp_path: Path, body: bytes | None) -> None:
    """The sentence speaks of the template."""
    past = Past(tmp_path / "s.db")
    past.report(date(2026, 5, 17))
    with pytest.raises(ConfigError, match="template"):
        draft_report(past.path, template(tmp_path, body), WINDOW)


@given(TEXT)
def test_a_sealed_draft_is_unedited(text: str) -> None:
    """Whatever the draft says, the seal fits."""
    assert not is_edited(with_checksum(text))


@given(TEXT, st.integers(0, 400), TEXT.filter(bool))
def test_any_change_breaks_the_seal(text: str, place: int, more: str) -> None:
    """Words put in anywhere, the end included, make it somebody's; so does a missing seal."""
    whole = with_checksum(text)
    place = min(place, len(whole))
    assert is_edited(whole[:place] + more + whole[place:]) or whole[:place] + more + whole[place:] == whole
    assert is_edited(text) or text == with_checksum(text)
