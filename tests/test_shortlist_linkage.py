"""Companions: what belongs to one entry is joined, and what only looks so is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes import item
from hypothesis import given
from hypothesis import strategies as st

from scout.model import Item, Kind, TrackedItem
from scout.releases import newest_first
from scout.shortlist.linkage import heralds, join

NOW = datetime(2026, 5, 24, tzinfo=UTC)


def seen(one: Item, source: str = "s") -> TrackedItem:
    """Return an item as a source saw it."""
    return TrackedItem(item=one, sources=(source,), first_seen=NOW)


def paper(id_: str, title: str, **more: Any) -> Item:
    """Return a paper of arXiv."""
    return item(title, id=f"arxiv:{id_}", kind=Kind.PAPER, url=f"https://arxiv.org/abs/{id_}", **more)


def release(repo: str, tag: str) -> Item:
    """Return a release."""
    url = f"https://github.com/{repo}/releases/tag/{tag}"
    return item(tag, id=f"github:{repo.lower()}@{tag}", kind=Kind.RELEASE, url=url)


def families(*items: Item) -> list[set[str]]:
    """Return the ids that are joined."""
    return [{one.item.id for one in family} for family in join(map(seen, items))]


TITLE = "ObjectCache: Layerwise Object-Storage Retrieval for KV Cache Reuse"


def test_a_thread_and_a_talk_belong_to_what_they_link() -> None:
    """Links of a thread or talk name the thing itself."""
    one = paper("2605.22850", TITLE)
    thread = item("Storage for KV", id="hn:1", kind=Kind.THREAD, links=("https://arxiv.org/pdf/2605.22850v2",))
    talk = item("Layerwise retrieval", id="program:conf/7", kind=Kind.TALK, links=("https://alphaxiv.org/abs/2605.22850",))
    assert families(one, thread, talk) == [{one.id, thread.id, talk.id}]


def test_a_post_belongs_to_a_paper_that_it_links_and_speaks_of() -> None:
    """A link alone is not enough for a post, since posts cite."""
    one = paper("2605.22850", TITLE)
    link = ("https://arxiv.org/abs/2605.22850",)
    about = item("Announcing ObjectCache", links=link)
    citing = item("Our week in storage", links=link)
    assert families(one, about, citing) == [{one.id, about.id}, {citing.id}]


def test_a_digest_joins_nothing() -> None:
    """A page that links many known things is none of them."""
    papers = [paper(f"2605.0000{n}", f"Paper number {n} about something") for n in range(1, 6)]
    digest = item("Paper number 1 about something and more", links=tuple(one.url for one in papers))
    assert len(families(*papers, digest)) == 6


def test_equal_titles_are_companions() -> None:
    """Two ids with one title are one thing, however the title is written."""
    one, other = paper("2605.22850", TITLE), item(TITLE.replace("-", " ").upper(), id="doi:10.1/x", kind=Kind.PAPER)
    assert len(families(one, other)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (item("Release notes", id="a"), item("Release notes", id="b")),
        (
            paper("2605.00001", "A Survey of Caching for Inference", authors=("Ann Lee",)),
            paper("2605.00002", "A Survey of Caching for Inference", authors=("Bo Kim",)),
        ),
        (
            item("What we shipped in our platform", id="a"),
            item("What we shipped in our platform", id="b", published=datetime(2026, 1, 1, tzinfo=UTC)),
        ),
        (release("vllm-project/vllm", "v0.22.0"), item("SGLang v0.22.0 is out", id="b")),
        (release("vllm-project/vllm", "v0.22.0"), item("vLLM v0.21.0 is out", id="b")),
        (release("vllm-project/vllm", "v0.22.0"), item("vLLM 10.22.0 days later", id="b")),
        (paper("2605.00003", "Survey: a look at caches"), item("Our survey of users", id="b")),
        (paper("2605.00003", "CACHE: a look at caches"), item("A cache for all", id="b")),
    ],
)
def test_what_only_looks_alike_is_not_joined(one: Item, other: Item) -> None:
    """Generic titles, other authors, columns, other projects, other versions and plain words stay apart."""
    assert len(families(one, other)) == 2


def test_a_post_with_project_and_version_belongs_to_the_release() -> None:
    """Version strings join where the project is named too."""
    post = item("vLLM v0.22.0: faster prefill", id="b")
    assert len(families(release("vllm-project/vllm", "v0.22.0"), post)) == 1
    assert len(families(release("vllm-project/vllm", "v0.22.0"), item("vLLM 0.22 is here", id="b"))) == 1
    assert len(families(release("vllm-project/vllm", "v1.5.0"), item("vLLM serves a 1.5B model", id="b"))) == 2


def test_a_release_train_is_one_family_and_its_newest_leads() -> None:
    """Candidates, patches and post-releases of one minor version are one; another minor version is another."""
    tags = ["v0.22.0rc2", "v0.22.0", "v0.22.1", "v0.22.1.post1", "v0.22.0-beta.1"]
    train = [seen(release("o/r", tag)) for tag in tags]
    assert len(join([*train, seen(release("o/r", "v0.21.0"))])) == 2
    order = [one.item.title for one in newest_first(train)]
    assert order == ["v0.22.1.post1", "v0.22.1", "v0.22.0", "v0.22.0rc2", "v0.22.0-beta.1"]


def test_parts_of_a_monorepo_are_trains_of_their_own() -> None:
    """`plugins/x/v1.2` and `v1.2` are two things, and so are two repositories."""
    things = [
        release("o/r", "v1.2.0"),
        release("o/r", "plugins/x/v1.2.0"),
        release("o/r", "gateway-v1.2.0"),
        release("o/q", "v1.2.0"),
    ]
    assert len(families(*things)) == 4


def test_a_conference_is_one_family_and_a_paper_keeps_its_talk() -> None:
    """Talks of one programme are one, but for those whose paper stands in the window itself."""
    talks = [item(f"Talk about subject {n}", id=f"program:conf/{n}", kind=Kind.TALK) for n in range(3)]
    one = paper("2605.22850", TITLE)
    own = replace(talks[0], links=(one.url,))
    assert families(own, *talks[1:], one) == [{one.id, own.id}, {talks[1].id, talks[2].id}]


def test_a_post_that_begins_with_a_new_papers_name_belongs_to_it() -> None:
    """Or that presents it; where two papers bear the name it does not say which, and nothing is said."""
    papers = [paper("2605.00001", "SkipKV: the one"), paper("2605.00002", "SkipKV: the other")]
    for title in ("SkipKV explained", "Introducing SkipKV", "Show HN: SkipKV, a cache"):
        assert len(families(papers[0], item(title, id="b"))) == 1
        assert len(families(*papers, item(title, id="b"))) == 3


LAYER = "CacheLayer: An Efficient Layer for Inference"


@pytest.mark.parametrize(
    "things",
    [
        (paper("2605.00001", LAYER), item("Bank cuts cost using CacheLayer, an efficient layer for inference", id="b")),
        (paper("2605.00001", LAYER), item("CacheLayer on a new cloud", id="b", url="https://blog.cachelayer.ai/cloud")),
        (paper("2605.00001", LAYER), item("CacheLayer on a new cloud", id="b"), release("CacheLayer/CacheLayer", "v1.0.0")),
        (paper("2510.00001", LAYER), item("CacheLayer on a new cloud", id="b")),
        (
            item(LAYER, id="program:c/1", kind=Kind.TALK, links=("https://arxiv.org/abs/2510.00001",)),
            item("CacheLayer on a new cloud", id="b"),
        ),
    ],
)
def test_a_post_about_a_project_is_not_about_its_paper(things: tuple[Item, ...]) -> None:
    """Who uses a thing, a name that is a site's or a repository's, and a paper of last year join nothing."""
    assert len(families(*things)) == len(things)


def test_two_posts_that_share_two_coined_names_tell_one_story() -> None:
    """If no other title has these names, and they are of one fortnight; one shared name is not enough."""
    one, other = item("Inside MemVault, MinStore's answer", id="a"), item("MinStore spies the wall with MemVault", id="b")
    assert len(families(one, other)) == 1
    assert len(families(one, other, item("MinStore and MemVault, again", id="c"))) == 3
    assert len(families(one, replace(other, published=NOW - timedelta(days=40)))) == 2
    assert len(families(one, item("MinStore raises money", id="c"))) == 2


@pytest.mark.parametrize(
    ("title", "day", "url", "goes"),
    [
        ("Native APIs in vLLM", 22, "https://vllm.ai/blog/a", True),
        ("Native APIs in vLLM", 25, "https://vllm.ai/blog/a", True),
        ("Native APIs in vLLM", 20, "https://vllm.ai/blog/a", False),
        ("Native APIs in vLLM", 26, "https://vllm.ai/blog/a", False),
        ("Native APIs in vLLM", 22, "https://other.ai/blog/vllm", False),
        ("Native APIs", 22, "https://vllm.ai/blog/a", False),
        ("vLLM Router for all", 22, "https://vllm.ai/blog/a", False),
        ("vLLM-Omni for all", 22, "https://vllm.ai/blog/a", False),
        ("vLLM and Router v0.3", 22, "https://vllm.ai/blog/a", False),
    ],
)
def test_what_a_projects_own_site_posts_goes_with_its_release(title: str, day: int, url: str, *, goes: bool) -> None:
    """Named after the project and nothing else, from three days before the release to the day after."""
    one = replace(release("vllm-project/vllm", "v0.22.0"), published=NOW)
    assert heralds(item(title, id="b", url=url, published=NOW.replace(day=day)), one) is goes


@given(st.permutations(range(8)))
def test_the_order_of_items_changes_nothing(order: list[int]) -> None:
    """Any order gives the same families in the same order, each item in one."""
    things = [
        paper("2605.22850", TITLE),
        item("ObjectCache in practice", id="b", links=("https://arxiv.org/abs/2605.22850",)),
        item(TITLE, id="c", kind=Kind.TALK),
        release("o/vllm", "v1.2.0"),
        release("o/vllm", "v1.2.1"),
        item("vllm v1.2.1 is here", id="d"),
        item("A talk", id="program:x/1", kind=Kind.TALK),
        item("Another talk", id="program:x/2", kind=Kind.TALK, published=NOW - timedelta(days=1)),
    ]
    found = families(*(things[place] for place in order))
    assert found == families(*things)
    assert sorted(id_ for family in found for id_ in family) == sorted(one.id for one in things)
