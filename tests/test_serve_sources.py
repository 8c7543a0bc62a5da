"""The page of sources: each with a picture of its days, and the same in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal, week_terminal

pytest.importorskip("datasette", reason="the extra `serve` is not installed")

from served import ask, page, site_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def desk(tmp_path: Path) -> Terminal:
    """Return the collected week."""
    return week_terminal(tmp_path)


def test_picture_and_words_say_the_same(desk: Terminal) -> None:
    """Every source of feeds.yaml has a row; its filled days are those that the words call seen or partly; failures say why."""
    soup = page(site_of(desk), "/-/sources?until=2026-05-24&weeks=1")
    rows = {row.select("th a")[0].text: row for row in soup.select("tbody tr")}
    assert list(rows) == [one["name"] for one in desk("sources", "list", "--format", "json").json]
    assert rows["arxiv"].select("td")[1].text.strip() == "seen 05-18 to 05-24"
    assert "blocked: 403" in rows["challenging-vendor"].text
    for row in rows.values():
        assert len(row.select("svg .day")) == 7
        assert row.select("svg[role=img][aria-label]")
        words = re.findall(
            r"(seen|partly|not seen) 05-(\d\d)(?: to 05-(\d\d))?", row.select("td")[1].text.replace("not seen", "gone")
        )
        filled = sum(int(until or since) - int(since) + 1 for _, since, until in words)
        assert len(row.select("svg .seen")) == filled


def test_a_source_leads_to_its_outcomes(desk: Terminal) -> None:
    """The name is a link to what it answered, run by run."""
    app = site_of(desk)
    link = page(app, "/-/sources").select("tbody th a")[0]
    assert {cell.text for cell in page(app, str(link["href"])).select("td.col-source")} == {link.text}


def test_a_wrong_question_is_answered(desk: Terminal) -> None:
    """Weeks are brought within their bounds; a day that is none is one sentence; so is a missing feeds.yaml."""
    app = site_of(desk)
    assert len(page(app, "/-/sources?weeks=9999").select("tbody tr")[0].select(".day")) == 7 * 26
    assert ask(app, "/-/sources?until=tomorrow").status_code == 400
    page(app, "/-/sources?until=1990-01-01&weeks=26")
    (desk.folder / "feeds.yaml").unlink()
    assert "feeds.yaml" in ask(app, "/-/sources").text
