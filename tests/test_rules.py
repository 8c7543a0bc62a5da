"""Rules: phrases found however they are written, added up term by term."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import item
from hypothesis import given
from hypothesis import strategies as st

from scout.model import Kind, Section, Topic
from scout.shortlist.rules import TopicRules, TopicScore
from scout.similarity import words
from scout.topics import TopicMatcher, fields, owned

KV = Topic(name="kv", weight=5, terms=("KV cache",))


def read(topics: list[Topic], title: str, summary: str = "", **more: Any) -> TopicScore:
    """Return what some topics say of a paper."""
    more.setdefault("kind", Kind.PAPER)
    return TopicRules(topics).read(fields(item(title, summary=summary, **more)))


@pytest.mark.parametrize(
    "title",
    ["KV cache", "kv-caches", "KVCache", "KV\u2010Cache reuse", "The KV/cache", "Two KVCaches", "ＫＶ　cache", "kv  CACHE."],
)
def test_one_phrase_has_many_spellings(title: str) -> None:
    """Case, hyphens, width, spaces and plurals are folded."""
    (reason,) = read([KV], title).reasons
    assert (reason.term, reason.field) == ("KV cache", "title")
    assert 5 < reason.weight < 10


@pytest.mark.parametrize("title", ["KV cached", "MKV cache", "a cache of KV", "Kv. Recaches", "KV and cache"])
def test_phrases_stand_on_word_boundaries(title: str) -> None:
    """Part of a word, or its words in another order, is no match."""
    assert not read([KV], title).reasons


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("prefill", "pre-fill phase"),
        ("admission policy", "admission policies"),
        ("page caches", "the page cache"),
        ("time to first token", "Time-to-First-Token of"),
        ("TensorRT-LLM", "with TensorRT LLM"),
    ],
)
def test_hyphens_and_numbers_fold_both_ways(term: str, text: str) -> None:
    """It does not matter which of the two spellings the configuration has."""
    assert read([Topic(name="t", terms=(term,))], text).reasons


@pytest.mark.parametrize("text", ["the cache- and", "--cache=8", "https://foo-bar.test/cache", "a (KV cache)-based store"])
def test_one_mention_is_one_wherever_a_hyphen_stands(text: str) -> None:
    """Only a word that hyphens join is read as one word too."""
    topic = Topic(name="t", terms=("cache",))
    assert read([topic], "x", text, kind=Kind.POST).reasons == read([topic], "x", "a cache", kind=Kind.POST).reasons


@pytest.mark.parametrize(("term", "text"), [("GPUs", "one GPU"), ("APIs", "an API"), ("bus", "two buses"), ("LLMs", "an LLM")])
def test_a_plural_in_the_topic_finds_the_singular(term: str, text: str) -> None:
    """Abbreviations end in letters that few words end in."""
    assert read([Topic(name="t", terms=(term,))], text).reasons


def test_a_topic_that_lacks_what_it_needs_is_told() -> None:
    """What stands there for nothing is not the same as what does not stand there."""
    assert read([Topic(name="t", terms=("offload",), needs=("GPU",))], "Offload it").lacking == ("t",)
    assert read([Topic(name="t", terms=("offload",), needs=("GPU",))], "Offload it to a GPU").lacking == ()


def test_a_tag_is_no_name_of_a_repository() -> None:
    """Tags of a monorepo hold slashes and at signs of their own."""
    release = item("v1", id="github:o/r@@vllm/x@1.0", kind=Kind.RELEASE)
    assert not TopicRules([Topic(name="t", terms=("vLLM",))]).read(fields(release)).reasons
    assert owned(release) == ("o", "r v1")


def test_the_title_counts_more_than_the_abstract_and_that_more_than_a_body() -> None:
    """Field weights fall from title to body."""
    paper = read([KV], "x", "a KV cache").reasons[0]
    post = read([KV], "x", "a KV cache", kind=Kind.POST).reasons[0]
    tagged = read([KV], "x", tags=("KV cache",), kind=Kind.POST).reasons[0]
    titled = read([KV], "KV cache").reasons[0]
    assert titled.weight > paper.weight > post.weight >= tagged.weight
    assert [one.field for one in (titled, paper, post, tagged)] == ["title", "abstract", "body", "tags"]


def test_the_tenth_mention_adds_little() -> None:
    """A second mention adds more than the nine after it would each; no number of mentions is five times the first."""
    once, twice, ten, many = (read([KV], "x", "KV cache " * count).reasons[0].weight for count in (1, 2, 10, 1000))
    assert once < twice < ten < many < 5 * once
    assert twice - once > (ten - twice) / 4


PASSING = "Robots walk. They see a wall. They stop at it. A KV cache holds their plan. They go on."


def test_what_a_paper_is_about_counts_more_than_a_word_in_passing() -> None:
    """One mention in one of many sentences is worth less than one mention where there is little else."""
    wholly = "A KV cache is small."
    for title in ("Walls", "KV cache"):
        named, about = (read([KV], title, text) for text in (PASSING, wholly))
        assert sum(r.weight for r in named.reasons) < sum(r.weight for r in about.reasons)
        assert 0 <= (named.about or 0) < (about.about or 0) <= 1
    assert read([KV], "KV cache").about is None
    assert read([KV], "A KV cache", PASSING, kind=Kind.POST).about is None


def test_a_light_topic_has_its_papers_too() -> None:
    """How much of a paper is about a topic does not depend on what else feeds.yaml has."""
    light = Topic(name="light", weight=1, terms=("sparse attention",))
    text = "Sparse attention is fast. We serve sparse attention. It is sparse attention."
    (alone,) = read([light], "Sparse attention", text).reasons[:1]
    assert alone in read([light, KV], "Sparse attention", text).reasons
    assert read([light, KV], "Sparse attention", text).about == 1


def test_a_short_text_tells_little_of_what_it_is_about() -> None:
    """One sentence that says a topic's words, or does not, decides less than ten do."""
    silent, spoken = ("It walks. " * 9, "The KV cache walks. " * 9)
    long = [read([KV], "The KV cache", text).about or 0 for text in (silent, spoken)]
    short = [read([KV], "The KV cache", text[:20]).about or 0 for text in (silent, spoken)]
    assert long[0] < short[0] < short[1] < long[1]


WORDS = st.lists(
    st.sampled_from(["the", "kv", "cache", "KV-cache", "KVCache", "kv-caches", "caché", "KV"]), min_size=1, max_size=4
)


@given(st.lists(WORDS.map(lambda found: f"A {' '.join(found)}."), min_size=4, max_size=8))
def test_what_a_paper_is_about_is_matched_sentence_by_sentence(parts: list[str]) -> None:
    """The share is that of the title and sentences which the topic matches alone: no phrase reaches over a full stop."""
    title, *sentences = parts
    matched = [bool(TopicMatcher([KV]).in_text(part)) for part in parts]
    assert (read([KV], title, " ".join(sentences)).about or 0) == sum(matched) / len(parts)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_read(before: str, behind: str) -> None:
    """Whatever characters stand around it, a phrase in a sentence of its own is found, and the share is one."""
    about = read([KV], "x", f"{before} \n\n A KV cache. \n\n {behind}").about
    assert about is not None
    assert 0 < about < 1


@given(st.permutations(["A KV cache holds.", "It walks.", "We offload KV caches.", "It sees.", "It ends there."]))
def test_the_order_of_sentences_does_not_matter(sentences: list[str]) -> None:
    """What a paper is about is not where it says so."""
    assert read([KV], "Walls", " ".join(sentences)) == read([KV], "Walls", " ".join(sorted(sentences)))


def test_synonyms_of_one_topic_do_not_add_up_in_full() -> None:
    """The strongest phrase counts in full, each further one half; spellings of one phrase are one phrase."""
    one = Topic(name="t", terms=("cache", "eviction"))
    strong, weak = read([one], "Cache eviction").reasons
    assert weak.weight == strong.weight / 2
    assert len(read([Topic(name="t", terms=("KV cache", "KVCache", "kv-caches"))], "KV cache").reasons) == 1


def test_an_exclude_cancels_its_topic_alone() -> None:
    """Another topic that matches the same words stays."""
    excluding = Topic(name="caching", terms=("cache",), exclude=("side channel",))
    verdict = read([excluding, KV], "KV cache side-channels")
    assert {reason.topic for reason in verdict.reasons} == {"kv"}
    assert verdict.excluded == ("caching",)


def test_a_combination_counts_only_together() -> None:
    """A topic with `needs` counts where one of these stands too, in any field."""
    topic = Topic(name="t", terms=("offload",), needs=("LLM", "GPU"))
    assert not read([topic], "Offload to the edge").reasons
    assert read([topic], "Offload to the edge", "for GPUs").reasons


def test_a_topic_may_hint_a_section() -> None:
    """The strongest topic with a section gives the hint."""
    assert read([Topic(name="t", terms=("trace",), section=Section.A)], "A trace").section is Section.A
    assert read([KV], "KV cache").section is None


def test_a_release_is_known_by_its_repository() -> None:
    """A bare tag matches by the repository's name."""
    release = item("v0.22.0", id="github:vllm-project/vllm@v0.22.0", kind=Kind.RELEASE)
    assert TopicRules([Topic(name="t", terms=("vLLM",))]).read(fields(release)).reasons[0].field == "title"


TERMS = st.lists(
    st.sampled_from(["KV cache", "kvcache", "prefix cache", "SSD", "time to first token", "LLM serving"]), max_size=4
)
TEXT = st.lists(
    st.sampled_from(
        ["the", "kv", "cache", "caches", "KVCache", "prefix-cache", "time", "to", "first", "token", "LLM", "serving", "SSDs", "é"]
    )
).map(" ".join)


@given(TERMS, TERMS, TEXT, TEXT)
def test_the_order_of_topics_and_terms_changes_nothing(one: list[str], two: list[str], title: str, text: str) -> None:
    """Shuffled configuration, same reasons."""
    topics = [Topic(name="a", terms=tuple(one), weight=3), Topic(name="b", terms=tuple(two))]
    shuffled = [Topic(name=topic.name, terms=tuple(reversed(topic.terms)), weight=topic.weight) for topic in reversed(topics)]
    assert read(topics, title, text) == read(shuffled, title, text)


@given(st.text())
def test_words_of_any_text_hold_no_space_and_are_folded(text: str) -> None:
    """Any text gives words, and reading them again changes nothing."""
    found = words(text)
    assert all(word and not any(letter.isspace() for letter in word) for word in found)
    assert words(" ".join(found)) == found


@given(st.text(max_size=30), st.text(max_size=200))
def test_any_term_and_any_text_are_read(term: str, text: str) -> None:
    """No configuration and no item makes the rules fail."""
    read([Topic(name="t", terms=(term,), exclude=(text,), needs=(term,))], text, text)
