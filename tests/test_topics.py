"""Topics in texts: one matcher, and everybody who asks it gets one answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import item
from hypothesis import given
from hypothesis import strategies as st
from made_weeks import Week, candidate, release, seen, talk

from scout import identity
from scout.draft import changelog, compose
from scout.model import Kind, Section, Topic
from scout.shortlist.rules import TopicRules
from scout.topics import PhraseFinder, TopicMatcher, fields, named

KV = Topic(name="kv", terms=("KV cache",))
NARROW = Topic(name="narrow", terms=("offload",), needs=("GPU", "LLM"), exclude=("side channel",))
SPELT = st.sampled_from(["KV cache", "KVCache", "kv-caches", "KV\u2010Cache", "KV_cache", "The KVCaches"])
TEXT = st.lists(
    st.sampled_from(["KV", "cache", "KVCache", "kv-caches", "offload", "GPUs", "LLM", "side-channels", "a", "é", "Offload,"])
).map(" ".join)


@given(TEXT, TEXT)
def test_the_shortlist_gives_points_for_what_the_matcher_matches(title: str, text: str) -> None:
    """A topic has reasons in the ranking if and only if the matcher says that the item matches it."""
    one = item(title, summary=text, kind=Kind.PAPER)
    told = TopicRules([KV, NARROW]).read(fields(one))
    assert {reason.topic for reason in told.reasons} == TopicMatcher([KV, NARROW]).of(one)


@given(TEXT)
def test_a_text_and_a_title_match_alike(text: str) -> None:
    """What a line of release notes matches, a talk of that title matches too."""
    assert TopicMatcher([KV, NARROW]).in_text(text) == TopicMatcher([KV, NARROW]).of(item(text, kind=Kind.TALK))


NAME = st.lists(st.sampled_from(["J.", "Jörg", "Jorge", "P.", "Peter", "J", "van", "Müller"]), min_size=1, max_size=3).map(
    " ".join
)
PEOPLE, NOBODY = frozenset({"people"}), frozenset[str]()
FOLLOWING = Topic(name="people", authors=("Jörg Müller", "A. García-López"))


@given(NAME, NAME, st.sampled_from(["Müller", "Berg", "E"]))
def test_one_person_is_one_whoever_is_asked(one: str, other: str, surname: str) -> None:
    """The order of two names does not matter, nor do accents and case; a person is himself, by his initials too."""
    first, second = f"{one} {surname}", f"{other} {surname}"
    assert identity.one_person(first, second) == identity.one_person(second, first)
    plain = second.replace("ö", "o").replace("ü", "u").upper()
    assert identity.one_person(first, second) == identity.one_person(first, plain)
    initials = " ".join(part[0] for part in one.split())
    assert identity.one_person(first, f"{initials} {surname}")


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_names_are_compared(one: str, other: str) -> None:
    """No characters fail, and a surname alone is nobody's, not even its own."""
    assert identity.one_person(one, other) == identity.one_person(other, one)
    assert not identity.one_person("Müller", other)


@pytest.mark.parametrize(
    ("name", "matched"),
    [
        ("J. Muller", PEOPLE),
        ("JÖRG MÜLLER", PEOPLE),
        ("Jo\u0308rg P. Mu\u0308ller", PEOPLE),
        ("Ana García López", PEOPLE),
        ("Jan Müller", NOBODY),
        ("Jörg Mueller", NOBODY),
        ("Müller", NOBODY),
        ("Müller Jörg", NOBODY),
        ("", NOBODY),
    ],
)
def test_who_is_followed_matches_by_the_name(name: str, matched: frozenset[str]) -> None:
    """Accents, case and middle names are folded, initials stand for first names; another first name is another person."""
    one = item("Walls", kind=Kind.PAPER, authors=("Eve Else", name), summary="Robots walk.")
    assert TopicMatcher([FOLLOWING]).of(one) == matched
    assert not TopicMatcher([FOLLOWING]).in_text(f"By {name}.")


def test_who_wrote_it_counts_whatever_it_is_about() -> None:
    """An author is a reason of its own, with the name as feeds.yaml has it, and no part of what a paper is about."""
    both = [KV, replace(FOLLOWING, weight=3)]
    one = item("KV cache", kind=Kind.PAPER, authors=("J. Müller",), summary="A KV cache. It holds. It walks. It ends.")
    alone, followed = (TopicRules(topics).read(fields(one)) for topics in ([KV], both))
    assert (alone.about, followed.reasons[: len(alone.reasons)]) == (followed.about, alone.reasons)
    (reason,) = followed.reasons[len(alone.reasons) :]
    assert (reason.topic, reason.term, reason.field) == ("people", "Jörg Müller", "authors")
    (elsewhere,) = TopicRules(both).read(fields(replace(one, title="Walls", summary="Robots walk. They see."))).reasons
    assert elsewhere == reason


@given(SPELT, st.sampled_from(["", "x ", "A study: "]), st.sampled_from(["", " y", "-based", ", and more"]))
def test_every_spelling_is_found_by_every_way_of_asking(spelt: str, before: str, behind: str) -> None:
    """The matcher, a single phrase and the finder of phrases agree on a spelling in any place."""
    text = f"{before}{spelt}{behind}"
    assert TopicMatcher([KV]).in_text(text) == {"kv"}
    assert named("KV cache", text)
    assert PhraseFinder(["KV cache"]).find(text) == ["KV cache"]


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_and_any_phrase_are_read(text: str, phrase: str) -> None:
    """A phrase is named in a text if and only if the finder finds it there."""
    assert named(phrase, text) == bool(PhraseFinder([phrase]).find(text))


def test_the_longest_phrase_is_named_once() -> None:
    """A phrase within a longer one that stands there is not named beside it, but is where it stands alone."""
    finder = PhraseFinder(["LLM serving", "serving", "prefill"])
    assert finder.find("LLM serving") == ["LLM serving"]
    assert finder.find("Serving and LLM-serving with pre-fill") == ["serving", "LLM serving", "prefill"]


def test_a_talk_that_the_ranking_matches_is_listed_as_matching() -> None:
    """`KVCache` in a talk's title is the phrase `KV cache`, so the talk is none of those without a match."""
    talks = [talk("1", "KVCache reuse in practice"), talk("2", "SkipPages"), talk("3", "Kitten")]
    first, *others = (seen(one, "cacheconf-2026") for one in talks)
    one = candidate(1, first, section=Section.A, companions=tuple(others))
    draft = compose(replace(Week(candidates=(one,)).inputs(), topics=(KV,)))
    assert "1 paper that matches: KVCache reuse in practice (" in draft
    (line,) = (line for line in draft.splitlines() if "By their titles alone no match" in line)
    assert "KVCache" not in line


def test_a_topic_that_a_companion_matches_is_not_called_absent() -> None:
    """`KVCache` in a companion's title is enough for the topic `KV cache` to have a candidate."""
    one = candidate(1, seen(talk("1", "Skip")), topic="", companions=(seen(item("KVCache", id="b", kind=Kind.POST)),))
    draft = compose(replace(Week(candidates=(one,)).inputs(), topics=(KV, Topic(name="absent", terms=("zebra",)))))
    (line,) = (line for line in draft.splitlines() if "Topics without a candidate" in line)
    assert "absent" in line
    assert "kv" not in line.partition(":")[2]


def test_a_line_of_release_notes_is_found_however_it_is_spelt() -> None:
    """Compounds, plurals and words apart are one phrase in release notes too."""
    notes = "- Faster KVCache eviction\n- Fix kv-caches on restart\n- New linter rules"
    (group,) = changelog.matching_changes([release("v1", notes)], [KV])
    assert [line.words for line in group.lines] == ["Faster KVCache eviction", "Fix kv-caches on restart"]
