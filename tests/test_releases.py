"""Versions: any tag is read, in one order, and a trial is final for nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes import item
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, findings
from packaging.version import Version

from scout.draft.labels import finals
from scout.model import Item, Kind, Reason, Section, TrackedItem
from scout.releases import base, in_words, is_final, is_trial, newest_first, read, tag, train
from scout.shortlist.rules import TopicScore
from scout.shortlist.section import automatic_entry

NUMBERS = st.sampled_from(["0.6.0", "0.6", "1.0.0", "2026.05", "12", "1.0.0.1"])
TRIALS = st.sampled_from(
    ["rc1", "-rc.2", "a1", "b2", "-beta.6", ".dev3", "-canary", "-canary.3", "-nightly.20260520", "-preview", "-alpha"]
)
LATER = st.sampled_from(["", ".post1", "+cu121", "-cuda12", "_cu121", "-patch1"])
PREFIX = st.sampled_from(["", "v", "release/", "release/v", "operator-v", "@scope/name@", "plugins/x/v", "dev-tools/v"])
TAGS = st.one_of(
    st.builds(lambda *parts: "".join(parts), PREFIX, NUMBERS, st.one_of(st.just(""), TRIALS), LATER),
    st.sampled_from(["b4567", "b999", "nightly", "v1..2", "", "v", "2026-05-20", "nightly-2026-05-20", "r25.08", "9" * 5000]),
    st.text(max_size=20),
)


def release(name: str, **extra: object) -> Item:
    """Return a release of one repository, published in the window."""
    return item(name, id=f"github:o/r@{name}", kind=Kind.RELEASE, published=datetime(2026, 5, 20, tzinfo=UTC), extra=extra)


def seen(one: Item) -> TrackedItem:
    """Return a release as a source of section A saw it."""
    at = datetime(2026, 5, 21, tzinfo=UTC)
    return TrackedItem(item=one, sources=("s",), first_seen=at, sections=(Section.A,), watched=True)


@pytest.mark.parametrize(
    ("name", "prefix", "version", "trial"),
    [
        ("v1.2.0", "", "1.2.0", False),
        ("v1.2.0.post1", "", "1.2.0.post1", False),
        ("v0.6.0rc1+cu121", "", "0.6.0rc1+cu121", True),
        ("v2.0.0-beta.6", "", "2.0.0b6", True),
        ("v1.0.0-canary", "", "1.0.0.dev0+canary", True),
        ("0.5.0+nightly.20260520", "", "0.5.0.dev0+nightly.20260520", True),
        ("v0.6.0rc1_cu121", "", "0.6.0.dev0+rc.1.cu.121", True),
        ("1.2.0-cuda12", "", "1.2.0+cuda.12", False),
        ("2.5.0-3a5f2c1", "", "2.5.0+3.a.5.f.2.c.1", False),
        ("b4567", "b", "4567", False),
        ("release/2026.05", "release/", "2026.5", False),
        ("@scope/name@1.0", "@scope/name@", "1.0", False),
        ("gateway-v1.2.0", "gateway-", "1.2.0", False),
        ("dev-tools/v1.2", "dev-tools/", "1.2", False),
        ("nightly", "nightly", "0", True),
        ("nightly-2026-05-20", "nightly-", "2026+5.20", True),
        ("2026-05-20", "", "2026+5.20", False),
        ("v1.0.0-prerelease.1", "", "1.0.0.dev0+prerelease.1", True),
        ("v3.0.0-devel", "", "3.0.0.dev0+devel", True),
        ("release-candidate-1", "release-candidate-", "1", True),
        ("v1..2", "", "1+2", False),
        ("", "", "0", False),
    ],
)
def test_a_tag_is_read_by_packaging_or_put_into_its_terms(name: str, prefix: str, version: str, *, trial: bool) -> None:
    """Prefixes, builds, trials by any word, and tags that PEP 440 does not know."""
    known = read(name)
    assert (known.prefix, str(known.version), known.trial) == (prefix, version, trial)


@given(TAGS, TAGS, TAGS)
def test_tags_have_a_total_order(one: str, two: str, three: str) -> None:
    """Any tags compare, and sorting them is the same from any order: the newest is newest whoever comes first."""
    told = [seen(release(name)) for name in (one, two, three)]
    order = [tag(release.item) for release in newest_first(told)]
    assert order == [tag(release.item) for release in newest_first(reversed(told))]
    keys = [(read(name).version, name) for name in (one, two)]
    assert [keys[0] < keys[1], keys[0] == keys[1], keys[0] > keys[1]].count(True) == 1


@given(PREFIX, NUMBERS, TRIALS, LATER)
def test_a_trial_is_before_its_release_and_in_its_train(prefix: str, numbers: str, trial: str, build: str) -> None:
    """Whatever build it is, a trial is never final, and the release that it tries is newer."""
    tried, done = release(f"{prefix}{numbers}{trial}{build}"), release(f"{prefix}{numbers}")
    assert is_trial(tag(tried))
    assert not is_final(tried)
    assert newest_first([seen(tried), seen(done)])[0].item is done
    assert train(tried) == train(done)


@given(TAGS, st.booleans())
def test_shortlist_and_draft_have_one_meaning_of_final(name: str, prerelease: bool) -> None:  # noqa: FBT001 -- hypothesis gives it
    """A release stands in section A, and is named by the draft beside another, if and only if it is final."""
    one = release(name, prerelease=prerelease)
    verdict = TopicScore(reasons=(Reason(topic="t", term="r", field="title", weight=1.0),))
    assert bool(automatic_entry(seen(one), [one], verdict)) == is_final(one)
    assert (one in finals([release("v99.0.0"), one])) == (is_final(one) or name == "v99.0.0")
    assert is_final(replace(one, extra={})) == (not is_trial(name))


@given(NUMBERS.filter(lambda text: "." in text), st.one_of(st.just(""), TRIALS, st.sampled_from([".post1", "-patch1"])))
def test_a_title_names_the_version_that_its_tag_has(numbers: str, rest: str) -> None:
    """What a check reads in a title is what the shortlist reads in the tag, trials and all."""
    (found,) = in_words(f"Engine v{numbers}{rest} is out")
    assert found == read(f"v{numbers}{rest}").version
    assert base(found) == Version(numbers)


@pytest.mark.parametrize("title", ["A 1.5x speedup of a 1.5B model", "Version 2", "of 2026"])
def test_other_numbers_are_no_versions(title: str) -> None:
    """Factors, sizes, years and identifiers beside letters name no version."""
    assert not in_words(title)


@given(st.text())
def test_any_words_are_read(text: str) -> None:
    """No title makes the reader fail."""
    assert all(len(found.release) > 1 for found in in_words(text))


@pytest.mark.parametrize(
    ("said", "linked", "same"),
    [
        ("v2.4.0", "v2.4.0", True),
        ("v2.4", "v2.4.0", True),
        ("v2.4.0-canary.3", "v2.4.0-canary.3", True),
        ("v2.4.0 RC 1", "v2.4.0", True),
        ("v2.4.0rc1", "v2.4.0-rc.1", True),
        ("v2.4.0", "v2.4.0rc1+cu121", False),
        ("v2.4.0-canary", "v2.4.0", False),
        ("v2.4.1", "v2.4.0", False),
    ],
)
def test_a_check_holds_a_title_to_the_version_that_it_links(said: str, linked: str, *, same: bool) -> None:
    """However a version is spelt, a title that names another one than its link, or a trial of it, is an error."""
    text = CLEAN.replace("Larder v2.4.0", f"Larder {said}").replace("releases/tag/v2.4.0", f"releases/tag/{linked}")
    wrong = [one for one in findings(text) if one.code == "title" and "correct one of them" in one.advice]
    assert (not wrong) == same
