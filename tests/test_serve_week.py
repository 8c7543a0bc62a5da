"""The page of a week: candidates are marked by plain forms, from this page alone, and a stranger's words stay words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from terminal import WEEK, Terminal, week_terminal

pytest.importorskip("datasette", reason="the extra `serve` is not installed")

from served import HOSTILE, TITLE, add, ask, hostile, page, site_of

from scout import store
from scout.serve import week

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import Tag
    from httpx import Response

    from scout.serve import ScoutDatasette

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
HERE = "http://localhost"
THE_WEEK = f"/-/week?since={WEEK[1]}&until={WEEK[3]}"
THEIRS = f"{THE_WEEK}&source=vllm-blog"


@pytest.fixture
def desk(tmp_path: Path) -> Terminal:
    """Return the collected week, with a hostile candidate."""
    found = week_terminal(tmp_path)
    add(found, hostile())
    return found


@pytest.fixture
def app(desk: Terminal) -> ScoutDatasette:
    """Return the site over that week."""
    return site_of(desk)


def candidates(soup: BeautifulSoup) -> dict[str, Tag]:
    """Return the candidates of a page by the id that their form sends."""
    return {str(one.select("input[name=id]")[0]["value"]): one for one in soup.select("article.candidate")}


def send(app: ScoutDatasette, form: Tag, word: str, **headers: str) -> Response:
    """Send a form of a page by one of its buttons, as a browser does that has the page's cookie."""
    assert form.find("button", attrs={"name": "as", "value": word}), "no such button"
    fields = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input")} | {"as": word}
    headers = {"origin": HERE, "cookie": f"ds_csrftoken={fields['csrftoken']}"} | headers
    answer: Response = asyncio.run(app.client.post(str(form["action"]), data=fields, headers=headers))
    return answer


def form_of(one: Tag) -> Tag:
    """Return the form of a candidate."""
    (found,) = one.find_all("form")
    return found


def test_a_candidate_is_marked_and_unmarked_by_forms_alone(app: ScoutDatasette, desk: Terminal) -> None:
    """The button's mark is what `scout mark list` has, the page says so and offers to take it back, and then it is gone."""
    soup = page(app, THE_WEEK)
    id_, first = next(iter(candidates(soup).items()))
    answer = send(app, form_of(first), "context")
    assert answer.status_code == 302
    assert [(one["id"], one["as"]) for one in desk("mark", "list", "--format", "json").json] == [(id_, "context")]
    after = page(app, answer.headers["location"].partition("#")[0])
    assert "marked context" in candidates(after)[id_].select(".state")[0].text
    assert "marked context" in after.select("#told")[0].text
    assert send(app, form_of(candidates(after)[id_]), "undo").status_code == 302
    assert desk("mark", "list", "--format", "json").json == []


def test_what_is_dropped_can_be_taken_back(app: ScoutDatasette, desk: Terminal) -> None:
    """It is no candidate any more, so the page that follows has its form at the top, and among all that is marked."""
    id_, first = next(iter(candidates(page(app, THE_WEEK)).items()))
    after = page(app, send(app, form_of(first), "drop").headers["location"].partition("#")[0])
    assert id_ not in candidates(after)
    assert send(app, after.select("main form.marks")[0], "undo").status_code == 302
    assert id_ in candidates(page(app, THE_WEEK))
    assert desk("mark", "list", "--format", "json").json == []


def test_a_reason_is_kept_and_a_wrong_mark_refused(app: ScoutDatasette, desk: Terminal) -> None:
    """Why goes with the mark; an unknown word, item or undo is one sentence, as JSON where a script asks."""
    form = form_of(candidates(page(app, THEIRS))[HOSTILE])
    form.select("input[name=why]")[0]["value"] = f"because {TITLE}"
    answer = send(app, form, "B", accept="application/json")
    assert answer.json()["as"] == "B"
    assert desk("mark", "list", "--format", "json").json[0]["why"] == f"because {TITLE}"
    form.select("button[value=A]")[0]["value"] = "E"
    assert send(app, form, "E").status_code == 400
    form.select("input[name=id]")[0]["value"] = "arxiv:1234.56789"
    refused = send(app, form, "context", accept="application/json")
    assert (refused.status_code, refused.json()["ok"]) == (400, False)
    assert send(app, form, "undo").status_code == 400


FORGED: list[dict[str, Any]] = [
    {"origin": "https://evil.test"},
    {"origin": "null"},
    {"origin": f"{HERE}.evil.test"},
    {"host": "evil.test", "origin": "http://evil.test"},
    {"cookie": ""},
    {"cookie": "ds_csrftoken=another"},
    {"cookie": "", "authorization": "Bearer x"},
    {"authorization": "Bearer x"},
]


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_no_other_page_can_mark(app: ScoutDatasette, desk: Terminal, headers: dict[str, str]) -> None:
    """A form from another site, without the page's cookie, or past the framework's check changes nothing."""
    form = form_of(next(iter(candidates(page(app, THE_WEEK)).values())))
    assert send(app, form, "drop", **headers).status_code in (403, 421)
    fields = {"id": HOSTILE, "as": "drop"}
    assert ask(app, "/-/mark", method="POST", data=fields, headers={"origin": HERE}).status_code == 403
    assert ask(app, "/-/mark?id=x&as=drop").status_code == 400
    assert desk("mark", "list", "--format", "json").json == []


def test_a_form_is_small(app: ScoutDatasette) -> None:
    """A body of megabytes, or one that does not say its length, is refused before it is read."""
    headers = {"origin": HERE, "cookie": "ds_csrftoken=x", "content-type": "application/x-www-form-urlencoded"}
    assert ask(app, "/-/mark", method="POST", content=b"a" * 100_000, headers=headers).status_code == 413
    assert ask(app, "/-/mark", method="POST", content=b"a=b", headers={**headers, "content-length": "-1"}).status_code == 413
    assert ask(app, "/-/mark", method="PUT", content=b"a=b", headers=headers).status_code == 405


def test_a_writer_that_holds_the_store_is_named(app: ScoutDatasette, desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a collect writes, a mark is refused in a sentence, and the page is still there."""
    monkeypatch.setattr(week, "WAIT_S", 0)
    form = form_of(next(iter(candidates(page(app, THE_WEEK)).values())))
    with store.open_store(desk.folder / "data" / "scout.db", write="scout collect"):
        answer = send(app, form, "A")
        assert "scout collect" in answer.text
        assert answer.status_code in (500, 503)
        page(app, THE_WEEK)


def test_a_candidate_has_its_evidence(app: ScoutDatasette) -> None:
    """Score, date with its source, reasons that add up, quotes, a verdict, votes and companions stand with it."""
    soup = page(app, THE_WEEK)
    words = [one.get_text(" ", strip=True) for one in soup.select("article")]
    assert all("score" in one and "Why it stands here" in one for one in words)
    assert any("arxiv:published" in one for one in words)
    assert any("Measured: yes" in one for one in words)
    assert any("Votes: " in one for one in words)
    assert any("With it: " in one for one in words)
    for one in soup.select("article"):
        score = float(one.select(".facts")[0].text.split()[1])
        assert score == pytest.approx(sum(float(row.td.text) for row in one.select("tbody tr") if row.td), abs=0.02)


def test_filters_part_the_candidates(app: ScoutDatasette) -> None:
    """Each filter's values part the whole list; pages follow each other; an unknown value or day is told, not a crash."""
    whole = page(app, THE_WEEK)
    total = int(whole.select("main > p")[1].text.split()[0])
    kinds = [option.text for option in whole.select("select[name=kind] option")[1:]]
    parts = [page(app, f"{THE_WEEK}&kind={kind}").select("main > p")[1].text.split()[0] for kind in kinds]
    assert sum(map(int, parts)) == total
    seen: list[str] = []
    path = THE_WEEK
    while path:
        soup = page(app, path)
        seen += candidates(soup)
        path = f"/-/week{link['href']}" if (link := soup.select_one("a[rel=next]")) else ""
    assert len(seen) == len(set(seen)) == total
    assert not candidates(page(app, f"{THE_WEEK}&source=nobody"))
    assert ask(app, "/-/week?since=yesterday").status_code == 400
    page(app, f"{THE_WEEK}&page=999")
    page(app, f"{THE_WEEK}&page=-1")
    page(app, "/-/week")


def test_without_a_configuration_the_tables_stay(app: ScoutDatasette, desk: Terminal) -> None:
    """A store without feeds.yaml says what it needs for a week, and shows its tables."""
    (desk.folder / "feeds.yaml").unlink()
    answer = ask(app, "/-/week")
    assert answer.status_code == 400
    assert "feeds.yaml" in answer.text
    page(app, "/scout/items")


def test_a_strangers_words_stay_words(app: ScoutDatasette) -> None:
    """No element, attribute or link comes of them, and the page allows no inline script or style at all."""
    answer = ask(app, THEIRS)
    assert "unsafe" not in answer.headers["content-security-policy"]
    soup = BeautifulSoup(answer.text, "lxml")
    assert HOSTILE in candidates(soup)
    assert TITLE in candidates(soup)[HOSTILE].select("h2")[0].text
    assert not soup.find_all(["img", "style"])
    assert all(tag.get("src") for tag in soup.find_all("script"))
    for tag in soup.find_all(name=True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"]
        assert not str(tag.get("href", "")).lower().startswith("javascript")
