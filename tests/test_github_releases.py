"""GitHub releases: whole lists read as far as they matter, limits met by the public feed, each repository for itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, Heard, Reply, answer, failure, fetch_session, listen, requests_of
from hypothesis import given
from hypothesis import strategies as st

from scout.dates import EARLIEST
from scout.model import Answer, Failure, Interval, Result
from scout.sources.github_releases import LONGEST, LOOKBACK, MOST_PAGES, GithubReleases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scout.sources.session import FetchSession

API = "https://api.github.com"
ALWAYS = Interval(start=EARLIEST, end=NOW)
IN_WINDOW = "2026-05-20T10:00:00Z"
LONG_AGO = "2025-01-01T00:00:00Z"
LIMIT = failure(Result.RATE_LIMITED, "403: the limit resets at 07:00", status=403)
GONE = failure(Result.UNREACHABLE, "404 Not Found", status=404)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>2026-05-20T10:00:00Z</updated><title>v1</title>'
    '<link rel="alternate" href="https://github.com/{repo}/releases/tag/v1"/></entry></feed>'
)


def release(tag: str, published: str = IN_WINDOW, repo: str = "a/one", **more: Any) -> dict[str, Any]:
    """Return one row as REST gives it."""
    return {
        "tag_name": tag,
        "html_url": f"https://github.com/{repo}/releases/tag/{tag}",
        "published_at": published,
        "body": "Notes.",
        **more,
    }


def listed(*rows: dict[str, Any], following: str = "", remaining: str = "42", etag: str = "") -> Answer:
    """Return one page of REST's list."""
    headers = {"x-ratelimit-remaining": remaining} | ({"link": f'<{following}>; rel="next"'} if following else {})
    return answer(json.dumps(rows), headers=headers | ({"etag": etag} if etag else {}))


def first(repo: str = "a/one") -> str:
    """Return where a repository's list begins."""
    return f"{API}/repos/{repo}/releases?per_page=100"


def hear(replies: Mapping[str, Reply], *repos: str, **asking: Any) -> tuple[Heard, FetchSession]:
    """Ask for these repositories, or the usual one."""
    session = fetch_session(replies, **asking)
    return listen(GithubReleases(name="engines", repos=repos or ("a/one",)), session), session


def test_a_token_and_the_api_version_go_with_every_question() -> None:
    """The headers are those of the documentation, and validators are sent."""
    _, session = hear({first(): listed(release("v1"))}, token="secret", state={"asked": "2026-05-18T06:00:00Z"})
    (asked,) = requests_of(session)
    assert asked.headers["Authorization"] == "Bearer secret"
    assert asked.headers["Accept"] == "application/vnd.github+json"
    assert asked.headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert asked.conditional
    _, bare = hear({first(): listed(release("v1"))})
    assert "Authorization" not in requests_of(bare)[0].headers


def test_pages_are_read_until_one_has_nothing_near_the_window() -> None:
    """One recent release among old ones is reason to go on; a page of old ones ends it, and the rest is left unread."""
    second, third = f"{API}/repositories/1/releases?page=2", f"{API}/repositories/1/releases?page=3"
    heard, session = hear(
        {
            first(): listed(release("v1", LONG_AGO), release("v3"), following=second),
            second: listed(release("v0.9", LONG_AGO), following=third),
        }
    )
    assert [asked.url for asked in requests_of(session)] == [first(), second]
    assert len(heard.items) == 3
    assert heard.covers == {"a/one": (Interval(start=WINDOW.start - LOOKBACK, end=NOW),)}


def test_a_list_read_to_its_end_covers_everything() -> None:
    """Without a next page there is nothing older that could have been missed."""
    heard, _ = hear({first(): listed(release("v1"))})
    assert heard.covers == {"a/one": (ALWAYS,)}
    assert heard.parsed[0].complete


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(1, 7))
def test_no_order_loses_a_recent_release_on_a_page_that_is_read(recent: list[bool], size: int) -> None:
    """However old and new are mixed: every release up to the first wholly old page comes, and nothing after is asked for."""
    rows = [release(f"v{n}", IN_WINDOW if new else LONG_AGO) for n, new in enumerate(recent)]
    chunks = [rows[n : n + size] for n in range(0, len(rows), size)]
    urls = [first(), *(f"{API}/more?page={n}" for n in range(1, len(chunks)))]
    replies: dict[str, Reply] = {
        url: listed(*chunk, following=following) for url, chunk, following in zip(urls, chunks, [*urls[1:], ""], strict=True)
    }
    heard, session = hear(replies)
    old = next((n for n, chunk in enumerate(chunks) if all(row["published_at"] == LONG_AGO for row in chunk)), len(chunks) - 1)
    assert len(requests_of(session)) == min(old + 1, MOST_PAGES)
    assert len(heard.items) == sum(len(chunk) for chunk in chunks[: len(requests_of(session))])


def test_a_next_page_elsewhere_is_not_followed() -> None:
    """A token goes to the API's own origin only, and what was not read is not covered."""
    heard, session = hear({first(): listed(release("v1"), following="https://evil.test/page=2")})
    assert len(requests_of(session)) == 1
    assert heard.failures[0].result is Result.BROKEN
    assert "evil.test" in heard.failures[0].why
    assert heard.covers == {"a/one": ()}


def test_a_next_page_without_an_address_costs_the_others_nothing() -> None:
    """A Link header that holds no address is one failure of its repository; the next one is asked."""
    replies = {first(): listed(release("v1"), following="https://[x/"), first("b/two"): listed(release("v2"))}
    heard, session = hear(replies, "a/one", "b/two")
    assert [asked.full for asked in requests_of(session)] == list(replies)
    assert [(lost.result, lost.why) for lost in heard.failures] == [
        (Result.BROKEN, "the next page of a/one is said to be at https://[x/")
    ]


def test_an_answer_from_elsewhere_is_none() -> None:
    """A redirect that leaves the service is followed by the door, but what another site says of releases is not believed."""
    heard, _ = hear({first(): answer("[]", final_url="https://parked.test:8443/")})
    assert [(lost.result, lost.why) for lost in heard.failures] == [
        (Result.BROKEN, "the list of releases was redirected to parked.test:8443")
    ]
    assert heard.parsed == ()


def test_a_list_without_end_is_left() -> None:
    """A server that always names another next page is asked so many times and no more."""
    session = fetch_session(lambda url, _: listed(release("v1"), following=f"{url}0"))
    heard = listen(GithubReleases(name="engines", repos=("a/one",)), session)
    assert len(requests_of(session)) == MOST_PAGES
    assert [lost.why for lost in heard.failures] == [f"the releases of a/one go on after {MOST_PAGES} pages"]
    assert heard.covers == {"a/one": ()}


def test_pages_that_lead_round_are_asked_once() -> None:
    """A next page that was read already ends the reading, and what lies beyond is not covered."""
    second = f"{API}/more?page=2"
    heard, session = hear({first(): listed(release("v1"), following=second), second: listed(release("v2"), following=first())})
    assert [request.url for request in requests_of(session)] == [first(), second]
    assert [lost.why for lost in heard.failures] == ["the releases of a/one lead round in a circle"]
    assert heard.covers == {"a/one": ()}


@pytest.mark.parametrize(
    "down",
    [failure(Result.UNREACHABLE, "no answer"), failure(Result.UNREACHABLE, "500", status=500), failure(Result.BLOCKED, "403")],
)
def test_a_service_that_is_down_is_left_alone(down: Failure) -> None:
    """Three repositories in a row without an answer are enough: the others are named, not asked."""
    repos = [f"a/r{n}" for n in range(8)]
    heard, session = hear(
        {first("a/r0"): down, first("a/r1"): listed(release("v1", repo="a/r1")), **dict.fromkeys(map(first, repos[2:]), down)},
        *repos,
    )
    assert [request.url for request in requests_of(session)] == [first(repo) for repo in repos[:5]]
    assert len(heard.failures) == 4
    assert set(heard.items) == {"github:a/r1@v1"}
    assert session.notes == ["not asked any more after 3 in a row without an answer: a/r5, a/r6, a/r7"]


def test_feeds_that_do_not_answer_are_left_alone_too() -> None:
    """Where the limit is spent, the site with the feeds may be down as well."""
    repos = [f"a/r{n}" for n in range(8)]
    down = failure(Result.UNREACHABLE, "no answer")
    _, session = hear({first("a/r0"): LIMIT, **{f"https://github.com/{repo}/releases.atom": down for repo in repos}}, *repos)
    assert len(requests_of(session)) == 1 + 3


def test_repositories_that_are_not_there_do_not_end_the_questions() -> None:
    """404 is an answer, about one repository."""
    repos = [f"a/r{n}" for n in range(6)]
    _, session = hear(dict.fromkeys(map(first, repos), GONE), *repos)
    assert len(requests_of(session)) == 6


def test_a_missing_repository_does_not_stop_the_others() -> None:
    """One 404 is one failure; every other repository is read."""
    heard, _ = hear({first("a/one"): GONE, first("b/two"): listed(release("v1", repo="b/two"))}, "a/one", "b/two")
    assert [lost.status for lost in heard.failures] == [404]
    assert set(heard.items) == {"github:b/two@v1"}


def test_a_spent_limit_is_met_by_the_public_feed() -> None:
    """From the refused repository on, feeds are read instead, no more is asked of the API, and the notes say so."""
    repos = ("a/one", "b/two", "c/three")
    replies: dict[str, Reply] = {first("a/one"): listed(release("v1")), first("b/two"): LIMIT}
    replies |= {f"https://github.com/{repo}/releases.atom": answer(ATOM.format(repo=repo)) for repo in repos}
    heard, session = hear(replies, *repos)
    assert heard.failures == ()
    assert set(heard.items) == {f"github:{repo}@v1" for repo in repos}
    assert heard.items["github:b/two@v1"].date_source == "github:atom-updated"
    assert first("c/three") not in [asked.url for asked in requests_of(session)]
    assert [note.split(":")[0] for note in session.notes] == ["b/two", "c/three"]
    assert set(heard.covers) == set(repos)


def test_a_limit_that_is_used_up_is_not_run_into() -> None:
    """The answer that says `remaining: 0` is the last that is asked for."""
    replies: dict[str, Reply] = {
        first("a/one"): listed(release("v1"), remaining="0"),
        "https://github.com/b/two/releases.atom": answer(ATOM.format(repo="b/two")),
    }
    heard, session = hear(replies, "a/one", "b/two")
    assert len(requests_of(session)) == 2
    assert set(heard.items) == {"github:a/one@v1", "github:b/two@v1"}


def test_without_a_feed_the_limit_is_the_failure() -> None:
    """What the reader must know is when the API may be asked again, not that its stand-in failed too."""
    heard, session = hear({first(): LIMIT})
    assert [lost.result for lost in heard.failures] == [Result.RATE_LIMITED]
    assert session.notes == []


def test_a_limit_between_pages_keeps_the_first_and_adds_the_feed() -> None:
    """What came before the refusal is kept; coverage is what the feed alone can promise."""
    second = f"{API}/repositories/1/releases?page=2"
    feed = "https://github.com/a/one/releases.atom"
    replies: dict[str, Reply] = {
        first(): listed(release("v2"), following=second),
        second: LIMIT,
        feed: answer(ATOM.format(repo="a/one")),
    }
    heard, _ = hear(replies)
    assert set(heard.items) == {"github:a/one@v1", "github:a/one@v2"}
    assert heard.covers == {"a/one": (ALWAYS,)}


def test_another_endpoint_serves_its_own_feeds() -> None:
    """A mirror stands in for both of GitHub's hosts."""
    source = GithubReleases(name="mirror", repos=("a/one",), endpoint="http://127.0.0.1:8900")
    session = fetch_session({"http://127.0.0.1:8900/repos/a/one/releases?per_page=100": LIMIT})
    listen(source, session)
    assert requests_of(session)[1].url == "http://127.0.0.1:8900/a/one/releases.atom"
    assert source.hosts() == ("127.0.0.1:8900",)
    assert GithubReleases(name="real", repos=("a/one",)).hosts() == ("api.github.com", "github.com")


def test_an_unchanged_list_is_followed_as_far_as_before() -> None:
    """A 304 has neither Link nor dates: they are remembered, so that a change on the second page is not missed."""
    second = f"{API}/repositories/1/releases?page=2"
    replies = {
        first(): listed(release("v1"), following=second, etag='"1"'),
        second: listed(release("v0", LONG_AGO), following="https://x.test/", etag='"2"'),
    }
    before, _ = hear(replies)
    after, session = hear(replies, state=before.state, read_before=replies)
    assert [(asked.url, asked.conditional) for asked in requests_of(session)] == [(first(), True), (second, True)]
    assert after.failures == ()


def test_a_304_that_is_not_remembered_is_asked_again_in_full() -> None:
    """Without the memory of what the list held, its next page would be lost."""
    heard, session = hear({first(): listed(release("v1"), etag='"1"')}, read_before=[first()])
    assert [asked.conditional for asked in requests_of(session)] == [True, False]
    assert set(heard.items) == {"github:a/one@v1"}


def test_release_notes_keep_their_lines_and_are_cut() -> None:
    """Changelog lines stay lines; a book of notes does not fill the store, and an unclosed comment costs no time."""
    long = "* a line of notes\n" * 5000
    heard, _ = hear({first(): listed(release("v1", body=long), release("v2", body="kept <!-- " + "<!--" * 30_000))})
    notes = heard.items["github:a/one@v1"].summary
    assert len(notes) <= LONGEST
    assert notes.startswith("* a line of notes\n* a line of notes\n")
    assert heard.items["github:a/one@v2"].summary == "kept"


def test_a_release_is_dated_by_its_publication() -> None:
    """`created_at` is the commit's date, and has no say."""
    heard, _ = hear({first(): listed(release("v1", created_at="2020-01-01T00:00:00Z"))})
    assert heard.items["github:a/one@v1"].published == datetime(2026, 5, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("repos", "sentence"), [((), "at least one repository"), (("vllm",), "'vllm' is no repository"), (("a/b/c",), "owner/name")]
)
def test_options_that_cannot_work_are_refused(repos: tuple[str, ...], sentence: str) -> None:
    """One sentence says what is wrong before anything is asked."""
    with pytest.raises(ValueError, match=sentence):
        GithubReleases(name="engines", repos=repos)


@pytest.mark.parametrize("tag", ["v1.0.0-canary", "v0.6.0rc1+cu121", "v2.0.0-beta.6", "nightly"])
def test_without_prereleases_a_trial_is_dropped_by_its_tag_too(tag: str) -> None:
    """What the service did not mark, its tag may: a trial is none of the releases asked for, from list and feed alike."""
    source = GithubReleases(name="engines", repos=("a/one",), prereleases=False)
    rows = listed(release("v1.0.0"), release(tag), release("v0.9.0", prerelease=True))
    heard = listen(source, fetch_session({first(): rows}))
    assert set(heard.items) == {"github:a/one@v1.0.0"}
    assert set(hear({first(): rows})[0].items) == {"github:a/one@v1.0.0", "github:a/one@v0.9.0", f"github:a/one@{tag}"}
