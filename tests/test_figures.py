"""The figure finder against 150 and more sentences of our own, and against everything else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout import figures
from scout.config import shipped

_BITS = (
    "3x",
    " ",
    "40%",
    "TTFT",
    "by ",
    "from 4 ms to ",
    "2 ms",
    "memory ",
    "(",
    ")",
    "$",
    "\\times",
    "half",
    "respectively",
    ", ",
    "and ",
    "-",
    "×",
)
NAMES = {metric.name for metric in shipped().metrics}
CASES = Path(__file__).with_name("figures.tsv")


def find(sentence: str) -> tuple[figures.Figure, ...]:
    """Read the figures of a sentence in the words of computer systems."""
    return figures.find(sentence, shipped())


class Case(NamedTuple):
    """A sentence, and the figures that a careful reader underlines: (metric, value, direction)."""

    part: str
    sentence: str
    figures: tuple[tuple[str, str, str], ...]


def _cases() -> list[Case]:
    read = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        part, sentence, stated = line.split("\t")
        found = (
            []
            if stated == "-"
            else [re.fullmatch(r"\s*([^:]+): (.+) (lower|higher|none)\s*", piece) for piece in stated.split(" ; ")]
        )
        assert all(found), f"unreadable: {line}"
        read.append(Case(part, sentence, tuple((m[1], m[2], m[3]) for m in found if m)))
    return read


def score(cases: list[Case]) -> tuple[dict[str, tuple[float, float, int]], list[str]]:
    """Return (precision, recall, stated) for each metric and for `all`, and each miss in words.

    A figure counts as found if metric and value, as written, are the stated ones.
    """
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    misses = []
    for case in cases:
        expected = Counter((metric, value) for metric, value, _ in case.figures)
        got = Counter((figure.metric, figure.value) for figure in find(case.sentence))
        for (metric, _), n in (expected & got).items():
            right[metric] += n
        for (metric, _), n in got.items():
            said[metric] += n
        for (metric, _), n in expected.items():
            stated[metric] += n
        if expected != got:
            misses.append(f"{case.part}: {case.sentence}\n    wanted {dict(expected - got)}\n    got    {dict(got - expected)}")
    for counter in (right, said, stated):
        counter["all"] = sum(counter.values())
    names = sorted(set(said) | set(stated))
    return {name: (right[name] / (said[name] or 1), right[name] / (stated[name] or 1), stated[name]) for name in names}, misses


def test_directions() -> None:
    """Nine directions of ten are the stated ones, among the figures that were found."""
    pairs = []
    for case in _cases():
        found = {(figure.metric, figure.value): figure.direction for figure in find(case.sentence)}
        pairs += [(direction, found[metric, value]) for metric, value, direction in case.figures if (metric, value) in found]
    assert sum(stated == got for stated, got in pairs) >= 0.9 * len(pairs)


def test_traps_have_no_figure() -> None:
    """Versions, dates, model sizes, contexts, ids, sections, pull requests, counts, budgets and companies' money are none."""
    for case in _cases():
        if case.part in ("traps", "fourth") and not case.figures:
            assert find(case.sentence) == (), case.sentence


def test_grounds() -> None:
    """A figure carries what the sentence says it was held against and measured on."""
    (figure,) = find("On 8x H100 GPUs, Llama-3.1-70B serves the ShareGPT trace with 2.1x higher throughput than vLLM v0.9.")
    assert (figure.metric, figure.direction, figure.baseline) == ("throughput", "higher", "vLLM v0.9")
    assert "H100" in figure.hardware
    assert figure.model == "Llama-3.1-70B"
    assert "ShareGPT" in figure.workload
    (figure,) = find("Memory falls from 19.8 GB to 450 MB.")
    assert (figure.low, figure.high, figure.baseline) == (19.8e9, 450e6, "19.8 GB")


@given(st.text(max_size=300) | st.lists(st.sampled_from(_BITS), max_size=30).map("".join))
def test_any_text(text: str) -> None:
    """Any text gives figures that stand where they say, in order, apart from one another."""
    at = 0
    for figure in find(text):
        assert text[figure.start : figure.end] == figure.value
        assert figure.start >= at
        assert figure.metric in NAMES
        at = figure.end


@pytest.mark.parametrize("evil", ["3x ", "1,1", "KV cache 3x ", "reduces ", "x-", "9", "the memory ", "traces ", "($"])
def test_no_pattern_runs_away(evil: str) -> None:
    """A text made to slow a pattern down is read within a bound that no honest text comes near."""
    import time  # noqa: PLC0415 -- only this test measures

    started = time.process_time()
    figures.evidence(evil * (60_000 // len(evil)), shipped())
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("sentence", "baseline"),
    [
        (
            "Compared to the fastest flash-backed, kernel-aware cache, Kelp reduces TTFT by 20%.",
            "the fastest flash-backed, kernel-aware cache",
        ),
        ("Compared to plain vLLM, Kelp reduces TTFT by 20%.", "plain vLLM"),
        (
            "Kelp has 2x higher throughput than the disk-based, log-structured store, at half the size.",
            "the disk-based, log-structured store",
        ),
        ("It decodes with 5x speedup, improving over Reef and Tide by 23% and 13%.", "Reef and Tide"),
    ],
)
def test_a_baseline_is_whole(sentence: str, baseline: str) -> None:
    """What a figure is held against keeps the second of its adjectives, and not the next figure."""
    assert find(sentence)[0].baseline == baseline


def test_precision_and_recall() -> None:
    """Over the whole set precision is at least 0.95 and recall at least 0.85; so is each metric's that has five or more cases."""
    cases = _cases()
    assert len(cases) >= 150
    table, misses = score(cases)
    for name, (precision, recall, stated) in table.items():
        if stated >= 5:
            assert precision >= 0.95, (name, precision, misses)
            assert recall >= 0.85, (name, recall, misses)


if __name__ == "__main__":
    for which in ("first", "second", "third", "fourth", "traps", "all"):
        of = [case for case in _cases() if which in (case.part, "all")]
        table, misses = score(of)
        print(which, len(of), *(f"{n}: p {p:.2f} r {r:.2f} ({k})" for n, (p, r, k) in table.items()), sep="\n  ")  # noqa: T201 -- the scorer's table
        print("\n".join(misses) if which != "all" else "")  # noqa: T201 -- what to look at
