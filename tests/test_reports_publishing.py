"""Publishing: whatever a person does to a draft, their words stay, the scaffolding goes, and the numbers are right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.identity import identify
from scout.reports import size
from scout.reports.document import parse_report
from scout.reports.publishing import publish
from scout.reports.pull_request import pull_request
from scout.reports.scaffold import ASKS, CLOSE, HINT, OPEN, SLOTS, without_evidence

GOLDEN = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent / "golden").glob("*.md"))
    if ".pr" not in path.name
}
FULL = GOLDEN["full"]
SCAFFOLD = ("<!-- evidence", "<!-- /evidence", "<!-- slot", "to be written", "drafted by scout", "Chosen for", "likeness")
WORDS = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="<>_\u2028\u2029"), min_size=1, max_size=60
).map(lambda words: f"Mine {words.strip()} ends.")
"""What a person may write: any words and marks. `entry 4` would be followed by publishing, and is not made of these by chance."""


def filled(draft: str, words: str = "A sentence of judgement.") -> str:
    """Return a draft with the same words in each slot."""
    return SLOTS.sub(words, draft)


def entries(draft: str) -> tuple[str, list[str], str]:
    """Cut a draft into what stands before its entries, the entries with their section's heading, and what stands after them."""
    first, *parts = re.split(r"(?m)^(?=### \d+\. |---\n\n## Additional)", draft)
    return first, parts[:-1], parts[-1]


@dataclass
class Edited:
    """A draft that a person edited: its text, what they wrote, and how many entries it has."""

    text: str
    written: list[str]
    entries: int


@st.composite
def edited(draw: Any) -> Edited:
    """Fill, delete, move and add entries, write into slots in every way, cut evidence and lists, in any golden draft."""
    draft = GOLDEN[draw(st.sampled_from(list(GOLDEN)))]
    written: list[str] = []

    def write(slot: re.Match[str]) -> str:
        words: str = draw(WORDS)
        written.append(words)
        mark = slot[0].partition("_")[0]
        way = draw(st.sampled_from(("instead", "after", "beside the mark", "below")))
        ways: dict[str, str] = {
            "instead": words,
            "after": f"{slot[0].rstrip()} {words}",
            "beside the mark": f"{mark}{words}",
            "below": f"{slot[0]}\n  {words}",
        }
        return ways[way]

    text = SLOTS.sub(write, draft)
    if draw(st.booleans()):
        text = re.sub(rf"\n *{OPEN}\n(?:.*\n)*? *{CLOSE}\n", lambda block: block[0] if draw(st.booleans()) else "\n", text)
    first, parts, last = entries(text)
    bodies = [re.split(r"(?m)^(?=---\n|## B)", part, maxsplit=1) for part in parts]
    own = draw(st.permutations([body[0] for body in bodies]))[: draw(st.integers(0, len(bodies)))]
    if draw(st.booleans()):
        words = draw(WORDS)
        written.append(words)
        own.insert(
            0,
            f"### 7. A thing of mine (May 20, 2026)\n\n- Reference: [Mine](https://mine.example.org/thing).\n- Summary: {words}\n\n",
        )
    tails = "".join(body[1] for body in bodies if len(body) > 1)
    lists = "\n".join(line for line in last.split("\n") if not line.startswith(("- [", "  - [")) or draw(st.integers(0, 3)))
    whole = f"{first}{''.join(own)}{tails}{lists}"
    if draw(st.booleans()):
        whole = whole.replace("\n", "\r\n")
    return Edited(text=whole, written=[words for words in written if words in whole], entries=len(own))


def _unnumbered(line: str) -> str:
    """Return a line without its numbers, and without the sentence about the target."""
    return re.sub(r"\d+|Target was .*", "", line).rstrip()


@given(edited())
def test_what_a_person_wrote_stays_and_no_scaffolding_does(draft: Edited) -> None:
    """After any edits: their words are there as written, nothing of the draft's marks is, and every line is one of the draft's."""
    made = publish(draft.text)
    assert not [problem for problem in made.problems if "points to" not in problem.words]
    assert [words for words in draft.written if words not in made.text] == []
    assert [mark for mark in SCAFFOLD if mark in made.text] == []
    known = {_unnumbered(SLOTS.sub("", line)) for line in re.split(r"\r?\n", draft.text)}
    lines = re.split(r"\r?\n", made.text)
    for line, origin in zip(lines, made.origin, strict=True):
        assert not origin or _unnumbered(line) in known
    assert ("\r" in made.text) == ("\r\n" in draft.text)


@given(edited())
def test_the_numbers_and_references_of_what_is_published_are_right(draft: Edited) -> None:
    """Entries run from 1, the head states how many there are, each has its bullet in its place, and each group its count."""
    document = parse_report(publish(draft.text).text)
    assert [entry.number for entry in document.entries] == list(range(1, draft.entries + 1))
    (head,) = (line.text for line in document.section("head") if line.label == "Run type")
    assert re.search(rf"(?:expanded to {draft.entries or 'none'}\b|\b{draft.entries or 'none'} kept)", head)
    bullets = [line for line in document.section("references") if line.passage.kind == "item" and line.passage.level == 1]
    linked = [{identify(link.url) for link in bullet.links} for bullet in bullets]
    for entry, ids in zip([entry for entry in document.entries if entry.references], linked, strict=True):
        assert ids & {identify(link.url) for link in entry.references} or identify(entry.references[0].url) == ""
    for line in document.lines:
        if (
            (count := re.search(r": (\d+)$", line.passage.text))
            and line.passage.level == 1
            and line.section in ("additional", "boundary")
        ):
            below = [one for one in document.lines if one.line > line.line]
            nested = below[: next((place for place, one in enumerate(below) if one.passage.level <= 1), len(below))]
            assert int(count[1]) == sum(map(size.size, nested)) > 0


@given(edited())
def test_publishing_twice_is_publishing_once(draft: Edited) -> None:
    """What is published has nothing left to take out, and nothing to tell."""
    once = publish(draft.text)
    again = publish(once.text)
    assert again.text == once.text
    assert not again.problems or once.problems
    assert not again.notes


@pytest.mark.parametrize("name", GOLDEN)
def test_a_reader_reads_what_the_writer_read(name: str) -> None:
    """But for evidence and slots, every passage of a draft is in its report: no list, paragraph or heading ran into another."""
    draft = filled(GOLDEN[name])
    told = [(one.passage.kind, one.passage.level, one.text) for one in parse_report(draft).lines]
    assert [(one.passage.kind, one.passage.level, one.text) for one in parse_report(publish(draft).text).lines] == told
    assert publish(draft).notes == ()
    assert not re.search(r"\n{3}", publish(draft).text)


@pytest.mark.parametrize("name", GOLDEN)
def test_an_empty_slot_is_a_problem_and_leaves_nothing(name: str) -> None:
    """Each slot that nobody wrote is told with its line; forced out, its label goes with it."""
    made = publish(GOLDEN[name])
    lines = GOLDEN[name].split("\n")
    assert [problem.line for problem in made.problems] == [place for place, line in enumerate(lines, 1) if SLOTS.search(line)]
    assert not re.search(r"(?m)^- (?:Summary|Novelty|Impact|\*\*Observations\*\*):", made.text)


def test_what_points_to_an_entry_follows_it() -> None:
    """Entry 2 is deleted: what pointed to 4 points to 3, the report of another week is left alone, and a lost entry is told."""
    text = filled(FULL, "As entry 4 and entries 5, 6 show, unlike entry 3 of 2026-05-10.")
    first, parts, last = entries(text)
    made = publish(first + "".join([parts[0], *parts[2:]]) + last)
    assert "As entry 3 and entries 4, 5 show, unlike entry 3 of 2026-05-10." in made.text
    assert not made.problems
    assert any("entry 4 is now entry 3" in note for note in made.notes)
    lost = publish(first + "".join([*parts[:3], *parts[4:]]) + last)
    assert {problem.words for problem in lost.problems} == {"it points to 'entry 4': that entry is no longer in the report"}


def test_two_entries_of_one_number_are_not_guessed_apart() -> None:
    """An entry added with a number that is taken: what points to the number is told, not changed."""
    text = filled(FULL).replace("### 5. ", "### 4. ").replace("A sentence of judgement.", "See entry 4.", 1)
    made = publish(text)
    assert [problem.words for problem in made.problems] == ["it points to 'entry 4': which of the two is not clear"]
    assert [entry.number for entry in parse_report(made.text).entries] == [1, 2, 3, 4, 5, 6]


def test_a_block_without_its_end_takes_nothing_with_it() -> None:
    """A closing mark lost: what stands below stays, and the mark is told by its line."""
    text = filled(FULL).replace(f"  {CLOSE}\n- Novelty", "- Novelty", 1)
    made = publish(text)
    line = text.split("\n").index(f"  {OPEN}") + 1
    assert [(problem.line, problem.words) for problem in made.problems] == [
        (line, "a mark of an evidence block without its other half")
    ]
    assert made.text.count("- Novelty: A sentence of judgement.") == FULL.count("- Novelty:")


def test_words_put_into_a_hint_are_a_persons() -> None:
    """Only the hint as scout wrote it is scaffolding."""
    asked = HINT.format(ASKS["impact"])
    made = publish(filled(FULL.replace(asked, asked.replace("how much.", "how much: all who serve."), 1)))
    assert "how much: all who serve." in made.text


def test_references_that_a_person_wrote_words_into_are_kept() -> None:
    """A bullet of no entry stays if it says something; one that is nothing but links goes, as a deleted entry's does, and is told."""
    text = filled(FULL) + "- [Background](https://b.example/x), worth a look\n- [Bare](https://b.example/y)\n"
    made = publish(text)
    assert "- [Background](https://b.example/x), worth a look" in made.text
    assert "b.example/y" not in made.text
    assert [note.partition(": ")[2] for note in made.notes] == ["of no entry, left out of the references: Bare"]


def test_an_empty_section_that_was_filled_says_nothing_else() -> None:
    """The sentence that nothing was kept goes where something is."""
    quiet = filled(GOLDEN["quiet"])
    sentence = "Nothing was kept for this section this week."
    assert publish(quiet).text.count(sentence) == 2
    added = quiet.replace(
        sentence, f"{sentence}\n\n### 1. Mine (May 20, 2026)\n\n- Reference: [Mine](https://m.example/x).\n- Summary: words", 1
    )
    made = publish(added)
    assert made.text.count(sentence) == 1
    assert "- [Mine](https://m.example/x)" in made.text.partition("## References")[2]
    assert "No entry, no reference" not in made.text


def test_reports_that_were_published_already_stay_as_they_are() -> None:
    """The real reports have nothing to take out, number or count."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "reports"
    if not folder.is_dir():
        pytest.skip("the real reports are not here")
    for path in folder.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert publish(text).text == text
        assert not publish(text).problems


@given(edited())
def test_the_pull_request_is_made_of_the_report(draft: Edited) -> None:
    """Its entries are the report's headings in their order, and no line of it is longer in evidence than the report."""
    text = publish(draft.text).text
    body = pull_request(text, checked="nothing found", sound=True)
    headings = [line.removeprefix("### ") for line in re.split(r"\r?\n", text) if re.match(r"### \d+\. ", line)]
    assert [line for line in body.split("\n") if line in headings] == headings
    assert [mark for mark in SCAFFOLD if mark in body] == []
    assert all(one.startswith("- [") for one in body.partition("## Test plan\n\n")[2].splitlines())


def test_the_evidence_may_be_edited_away() -> None:
    """Blocks deleted by hand leave the same report as blocks taken out."""
    draft = filled(FULL)
    by_hand = re.sub(r"\n{2,}(?=- Novelty|- Impact)", "\n", re.sub(r"\n{3,}", "\n\n", without_evidence(draft)))
    assert publish(by_hand).text == publish(draft).text
    assert all(two or one for one, two in pairwise(publish(draft).text.rstrip("\n").split("\n")))
