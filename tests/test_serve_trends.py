"""The page of trends: the numbers of `scout trends`, as a picture and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from terminal import WEEK, Terminal, week_terminal

pytest.importorskip("datasette", reason="the extra `serve` is not installed")

from served import ask, page, site_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def desk(tmp_path: Path) -> Terminal:
    """Return the collected week."""
    return week_terminal(tmp_path)


def test_the_page_shows_what_the_command_prints(desk: Terminal) -> None:
    """Line by line, in the table; the picture has a title and a description; what is not counted is listed."""
    app = site_of(desk)
    soup = page(app, f"/-/trends?until={WEEK[3]}&since={WEEK[1]}&weeks=3&terms=kv+cache, %3Cb%3E")
    found = desk("trends", "kv cache", "<b>", *WEEK, "--weeks", "3", "--format", "json").json
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in soup.select("tbody tr")]
    assert rows == [[line["name"], line["what"], *map(str, line["counts"])] for line in found["lines"]]
    assert soup.select("svg[role=img] title")
    assert soup.select("svg desc")
    assert not soup.select("main b")
    assert len(soup.select("main li")) > len(found["left_out"])


def test_a_wrong_question_is_answered(desk: Terminal) -> None:
    """Weeks beyond the bounds are brought within; a day that is none, and too many terms, are one sentence."""
    app = site_of(desk)
    assert len(page(app, "/-/trends?weeks=9999").select("thead th")) == 2 + 53
    assert len(page(app, "/-/trends?weeks=x").select("thead th")) == 2 + 9
    assert ask(app, "/-/trends?until=2026-13-01").status_code == 400
    assert ask(app, f"/-/trends?terms={','.join(f't{n}' for n in range(60))}").status_code == 400
