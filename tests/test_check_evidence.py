"""Names and sources, links and replies: what a check asks of the store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from known import CLEAN, ITEMS, Known, at, edited, findings

from scout.check import LinkReply, Severity, SourceMatch, SourceNames, match, missing_evidence
from scout.model import Result
from scout.reports import document as report


def test_negatives_are_held_against_items_and_outcomes() -> None:
    """Items in the window contradict; blocked sources cannot be negated; short coverage is doubted; irrelevant items only warn."""
    world = Known(published={"quiet-storage-blog": ("arxiv:2603.90080",)})
    (false,) = findings(CLEAN, world)
    assert (false.code, false.severity) == ("negative", Severity.ERROR)
    assert "2026-03-12 Stale Crusts" in false.evidence
    (doubted,) = findings(CLEAN, replace(world, irrelevant=frozenset({"arxiv:2603.90080"})))
    assert (doubted.code, doubted.severity) == ("negative", Severity.WARNING)
    (blocked,) = findings(CLEAN, Known(results={"silent": Result.BLOCKED}))
    assert (blocked.code, blocked.severity) == ("unseen-negative", Severity.ERROR)
    (short,) = findings(CLEAN, Known(uncovered=frozenset({"shelves"})))
    assert (short.code, short.severity) == ("unseen-negative", Severity.WARNING)


def test_a_negative_about_one_repository_is_not_contradicted_by_another() -> None:
    """A source of several repositories answers for each apart."""
    world = Known(published={"engines": ("github:larder/larder@v2.4.0",)})
    assert findings(edited("Quiet Storage,", "Engine,"), world) == ()
    assert [f.code for f in findings(edited("Quiet Storage,", "larder/larder,"), world)] == ["negative"]


def test_a_link_that_is_gone_is_an_error_and_one_that_answers_is_fine() -> None:
    """What was fetched decides; a refusal decides nothing."""
    text = edited("blog/shelf-life", "blog/other")
    url = "https://pantry.example.org/blog/other"

    def answered(reply: LinkReply) -> list[Severity]:
        return [finding.severity for finding in findings(text, Known(replies={url: reply}))]

    assert answered(LinkReply(result=Result.OK, status=200)) == []
    assert answered(LinkReply(result=Result.BROKEN, status=404, when="2026-03-16")) == [Severity.ERROR]
    assert answered(LinkReply(result=Result.BLOCKED, status=403)) == [Severity.UNVERIFIED]


def test_a_post_that_links_to_a_thing_says_nothing_of_it() -> None:
    """A page known only because another links to it has no title, date or text to hold a claim against; its link is known."""
    world = Known()
    world.items[ITEMS[2].id] = replace(ITEMS[1], title="An unrelated thread about bread", published=at(1), links=(ITEMS[2].url,))
    assert [(f.code, f.severity) for f in findings(CLEAN, world)] == [("number", Severity.UNVERIFIED)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vLLM", [SourceMatch(source="vllm-blog"), SourceMatch(source="engines", repo="vllm-project/vllm")]),
        ("The vLLM Blog", [SourceMatch(source="vllm-blog"), SourceMatch(source="engines", repo="vllm-project/vllm")]),
        ("Meta AI/FAIR", [SourceMatch(source="meta")]),
        ("Moonshot / Kimi", [SourceMatch(source="kimi")]),
        ("SGLang and vLLM", [SourceMatch(source="vllm-blog"), SourceMatch(source="engines", repo="vllm-project/vllm"), SourceMatch(source="engines", repo="sgl-project/sglang")]),
        ("Google", []),
        ("Kimi AI", [SourceMatch(source="kimi")]),
        ("ShelfConf", [SourceMatch(source="shelfconf-2026")]),
        ("sgl-project/sglang", [SourceMatch(source="engines", repo="sgl-project/sglang")]),
        ("labs", [SourceMatch(source="meta"), SourceMatch(source="kimi")]),
        ("", []),
    ],
)  # fmt: skip
def test_names_are_matched_whole(name: str, expected: list[SourceMatch]) -> None:
    """A name means a source by name, alias, repository, group, or one of its parts, and never by a mere beginning."""
    sources = (
        SourceNames(name="vllm-blog"),
        SourceNames(name="google-cloud"),
        SourceNames(name="meta", aliases=("Meta AI",), group="labs"),
        SourceNames(name="shelfconf-2026"),
        SourceNames(name="kimi", aliases=("Moonshot",), group="labs"),
        SourceNames(name="engines", repos=("vllm-project/vllm", "sgl-project/sglang")),
    )
    assert list(match(name, sources)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("meta-ai", ["meta-ai"]), ("Meta AI", ["meta-ai"]), ("Meta AI/FAIR", ["meta-ai"]), ("meta-engineering", ["meta-engineering"]),
        ("cloud-blog", ["cloud-blog"]), ("cloud-releases", ["cloud-releases"]), ("Cloud", ["cloud-blog", "cloud-releases", "engines"]),
        ("google-blog", ["google-blog"]), ("Google", ["google-blog"]), ("Uber", ["uber-engineering"]), ("Uber AI", []),
        ("together", ["together-blog"]), ("Together AI", ["together-blog"]), ("engines", ["engines"]),
    ],
)  # fmt: skip
def test_no_place_answers_for_another_of_a_similar_name(name: str, expected: list[str]) -> None:
    """A source's own name, as drafts write it, means it alone; what is left out to find a name is left out one by one."""
    names = ("meta-ai", "meta-engineering", "cloud-blog", "cloud-releases", "google-blog", "google-developers", "uber-engineering",
        "together-blog")  # fmt: skip
    sources = (*(SourceNames(name=one) for one in names), SourceNames(name="engines", repos=("cloud/cloud",)))
    assert [found.source for found in match(name, sources)] == expected


@pytest.mark.parametrize("name", ["Meta AI", "FAIR", "Google"])
def test_a_name_without_its_source_is_unverified_rather_than_anothers(name: str) -> None:
    """Where the place itself is not configured, none that only begins like it stands in."""
    sources = tuple(SourceNames(name=one) for one in ("meta-engineering", "google-developers", "fair-weather"))
    assert match(name, sources) == ()


def test_what_the_store_lacks_is_wanted_once() -> None:
    """Papers, releases and links that are not known are listed by kind, each once, in order."""
    world = Known(items={}, replies={"https://pantry.example.org/blog/upgrade": LinkReply(result=Result.OK)})
    lacking = missing_evidence(report.parse_report(CLEAN), world)
    assert lacking.arxiv_ids[:2] == ("2603.90010", "2603.90020")
    assert len(set(lacking.arxiv_ids)) == len(lacking.arxiv_ids) == 8
    assert lacking.releases == (("larder/larder", "v2.4.0"),)
    assert lacking.links == ("https://pantry.example.org/blog/halved-bill", "https://pantry.example.org/blog/shelf-life")
    assert missing_evidence(report.parse_report(CLEAN), Known()) == type(lacking)()
