"""Posts in a git repository: which are read, what is left for the next run, and what front matter may say."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from fakes import failure, fetch_session, requests_of
from hypothesis import given
from hypothesis import strategies as st

from scout.model import Failure, Result, Window
from scout.sources.base import Page, Parsed
from scout.sources.posts import Posts, front_matter

if TYPE_CHECKING:
    from scout.sources.session import FetchSession

FOLDER = "https://api.github.com/repos/example/blog/contents/_posts"


def posts(**options: Any) -> Posts:
    """Return the posts of example/blog."""
    return Posts(**{"name": "blog", "repo": "example/blog", **options})


def entry(name: str, sha: str = "1", kind: str = "file") -> dict[str, Any]:
    """Return one row of a folder's listing."""
    raw = f"https://raw.test/{name}" if kind == "file" else None
    return {
        "name": name,
        "path": f"_posts/{name}",
        "sha": sha,
        "type": kind,
        "url": f"{FOLDER}/{name}",
        "html_url": f"https://github.com/example/blog/blob/main/_posts/{name}",
        "download_url": raw,
    }


def blog(*names: str, **more: bytes | Failure) -> dict[str, bytes | Failure]:
    """Return the answers of a folder with these posts."""
    texts = {f"https://raw.test/{name}": f"---\ntitle: {name}\n---\nText".encode() for name in names}
    return {FOLDER: json.dumps([entry(name) for name in names]).encode(), **texts, **more}


def run(source: Posts, session: FetchSession) -> tuple[list[Parsed], list[Failure], dict[str, Any]]:
    """Return what one run says: pages read, failures, and what it remembers after."""
    got = list(source.pages(session))
    parsed = [source.parse(one) for one in got if isinstance(one, Page)]
    state = dict(session.state)
    for one in parsed:
        state |= one.state
    return parsed, [one for one in got if isinstance(one, Failure)], state


def titles(parsed: list[Parsed]) -> list[str]:
    """Return the titles of all items."""
    return [item.title for one in parsed for item in one.items]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"repo": "blog"}, "owner/name"), ({"endpoint": "file:///x"}, "endpoint"), ({"site": "https://x.test/{yaer}"}, "yaer")],
)
def test_options_that_cannot_be_followed_are_refused(options: dict[str, Any], words: str) -> None:
    """A wrong repository, endpoint or pattern is found before anything is asked."""
    with pytest.raises(ValueError, match=words):
        posts(**options)


def test_the_newest_names_are_read_first_and_only_those_the_window_needs() -> None:
    """A post whose name is older than the window costs no request."""
    session = fetch_session(blog("2026-05-19-b.md", "2026-05-01-old.md", "2026-05-21-c.md"))
    parsed, failures, state = run(posts(), session)
    assert titles(parsed) == ["2026-05-21-c.md", "2026-05-19-b.md"]
    assert failures == []
    assert state == {"_posts/2026-05-21-c.md": "1", "_posts/2026-05-19-b.md": "1", "left": 0}
    assert parsed[-1].covers is not None


def test_a_post_is_read_again_only_when_its_text_changed() -> None:
    """The second run asks for the listing alone; a new sha brings the post back."""
    _, _, state = run(posts(), fetch_session(blog("2026-05-19-b.md")))
    again = fetch_session(blog("2026-05-19-b.md"), state=state)
    parsed, _, _ = run(posts(), again)
    assert titles(parsed) == []
    assert len(requests_of(again)) == 1
    edited = fetch_session(blog("2026-05-19-b.md"), state={**state, "_posts/2026-05-19-b.md": "0"})
    assert titles(run(posts(), edited)[0]) == ["2026-05-19-b.md"]


def test_more_posts_than_one_run_reads_are_left_for_the_next() -> None:
    """Twenty in a run; what is left is said, is not covered, and is asked for without validators."""
    names = [f"note-{n:02d}.md" for n in range(25)]
    session = fetch_session(blog(*names))
    parsed, _, state = run(posts(), session)
    assert len(titles(parsed)) == 20
    assert state["left"] == 5
    assert parsed[-1].covers is None
    second = fetch_session(blog(*names), state=state)
    parsed, _, state = run(posts(), second)
    assert len(titles(parsed)) == 5
    assert not requests_of(second)[0].conditional
    assert state["left"] == 0


def test_a_post_that_fails_is_asked_for_again() -> None:
    """One failure keeps the others and stays on the list."""
    broken = {"https://raw.test/2026-05-20-x.md": failure(Result.UNREACHABLE, "no answer", status=None)}
    session = fetch_session({**blog("2026-05-20-x.md", "2026-05-19-b.md"), **broken})
    parsed, failures, state = run(posts(), session)
    assert titles(parsed) == ["2026-05-19-b.md"]
    assert [one.why for one in failures] == ["no answer"]
    assert state["left"] == 1
    assert "_posts/2026-05-20-x.md" not in state


def test_a_directory_is_a_post_with_its_pictures() -> None:
    """`slug/index.md` is found through the directory's own listing."""
    inside = [entry("a.png"), {**entry("index.md"), "download_url": "https://raw.test/dir/index.md"}]
    answers = {
        FOLDER: json.dumps([entry("2026-05-20-dir", kind="dir"), entry("2026-05-19-none", kind="dir")]).encode(),
        f"{FOLDER}/2026-05-20-dir": json.dumps(inside).encode(),
        f"{FOLDER}/2026-05-19-none": b"[]",
        "https://raw.test/dir/index.md": b"+++\ntitle = 'In a directory'\n+++\nText",
    }
    parsed, failures, _ = run(posts(site="https://blog.test/{slug}/"), fetch_session(answers))
    assert titles(parsed) == ["In a directory"]
    assert parsed[0].items[0].url == "https://blog.test/dir/"
    assert parsed[0].items[0].date_source == "posts:filename"
    assert [one.why for one in failures] == ["the directory of a post holds no Markdown"]


def test_a_post_for_later_is_read_again_until_its_day_counts() -> None:
    """A date ahead is a claim now and a date one day, though the text does not change."""
    answers = {**blog("x.md"), "https://raw.test/x.md": b"---\ntitle: Later\ndate: 2026-08-01\n---\nText"}
    _, _, state = run(posts(), fetch_session(answers))
    assert state == {"left": 1}


def test_a_folder_that_cannot_be_listed_is_one_failure() -> None:
    """A 404 of the listing asks for nothing else."""
    session = fetch_session({})
    _, failures, _ = run(posts(), session)
    assert [one.status for one in failures] == [404]
    assert requests_of(session)[0].full == f"{FOLDER}?ref=main"


def test_a_cut_listing_is_partial() -> None:
    """The API stops at a thousand files: what it left out is not silence."""
    many = json.dumps([entry(f"2020-01-01-{n}.md") for n in range(1000)]).encode()
    parsed, _, _ = run(posts(), fetch_session({FOLDER: many}, window=Window(since=date(2026, 5, 18), until=date(2026, 5, 24))))
    assert parsed[-1].result is Result.PARTIAL


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
PLAIN = WORDS.filter(lambda word: word.lower() != "null")
"""Words that stay text without quotes."""


@given(title=WORDS, tags=st.lists(PLAIN, min_size=1, max_size=4), newline=st.sampled_from(["\n", "\r\n"]), block=st.booleans())
def test_front_matter_gives_back_what_was_written(title: str, tags: list[str], newline: str, block: bool) -> None:  # noqa: FBT001
    """Title, tags in either list form, and the body come out of YAML front matter as they went in."""
    listed = [f"  - {tag}" for tag in tags] if block else []
    head = ["---", f'title: "{title}"', "tags:" if block else f"tags: [{', '.join(tags)}]", *listed, "---", "Body"]
    front, body = front_matter(newline.join(head))
    assert (front["title"], front["tags"], body) == (title, tags, "Body")


@pytest.mark.parametrize(
    ("written", "key", "value"),
    [
        ('tags: [a, "b, c"]', "tags", ["a", "b, c"]),
        ('title: "null"', "title", "null"),
        ("title: null", "title", ""),
        ("tags: [~, '~', b]", "tags", ["", "~", "b"]),
        ("tags:\n- one\n- 'two: three'", "tags", ["one", "two: three"]),
        ("title: >-\n  A long\n  title", "title", "A long title"),
        ("title: It\\'s", "title", "It\\'s"),
        ('title: "A \\"B\\" \\u00e9"', "title", 'A "B" é'),
        ("date: 2026-05-18 10:00:00 -0700  # local", "date", "2026-05-18 10:00:00 -0700"),
        ("Title: 1_000", "title", "1_000"),
        ("authors:\n  - name: Ada\n    url: https://a.example", "authors", [{"name": "Ada", "url": "https://a.example"}]),
        ("description: ~", "description", ""),
        ("title: !!python/object/apply:os.system ['x']", "title", ["x"]),
    ],
)
def test_yaml_is_read_as_yaml(written: str, key: str, value: object) -> None:
    """Quotes, folded lines and nested lists mean what YAML says; scalars stay as they are written, and a tag makes nothing."""
    assert front_matter(f"---\n{written}\n---\nBody") == ({key: value}, "Body")


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [x, x]\nb: &b [*a, *a, *a]\ntitle: [*b, *b, *b]",
        "title: " + "[" * 60_000,
        "title: T\nrest: " + "x" * 70_000,
        "title: [broken",
        f"title:\n  {'- ' * 5_000}T",
        f"title: {'[' * 21}{']' * 21}",
    ],
)
def test_front_matter_that_would_cost_too_much_is_not_there(front: str) -> None:
    """Aliases, bottomless nesting, endless and broken front matter give no fields; the body is read all the same."""
    assert front_matter(f"---\n{front}\n---\nBody") == ({}, "Body")


@given(st.text(max_size=200))
def test_any_text_has_a_body(text: str) -> None:
    """What is no front matter is body, and nothing raises."""
    front, body = front_matter(text)
    assert front or text.endswith(body)
    front_matter(f"---\n{text}\n---\n")
    front_matter(f"+++\n{text}\n+++\n")


def test_a_number_that_python_refuses_costs_its_post_alone() -> None:
    """TOML with more digits than Python converts has no front matter; the post behind it is read."""
    answers = {**blog("a.md", "b.md"), "https://raw.test/a.md": f"+++\nx = {'9' * 5000}\n+++\n# A".encode()}
    parsed, failures, state = run(posts(), fetch_session(answers))
    assert sorted(titles(parsed)) == ["A", "b.md"]
    assert failures == []
    assert state["left"] == 0
