"""Whatever stands in an answer, a report, a query, a feeds.yaml or a template: a value or an error of ours, in bounded time and memory."""

from __future__ import annotations

from collections import Counter

import fuzzing
import pytest

SEED = 17
"""New inputs of `make fuzz` have a seed of their own each time; these are the same in each run."""
EACH = 16


@pytest.mark.parametrize("half", [0, 1])
def test_kept_and_new_inputs_cost_little_and_raise_nothing(half: int) -> None:
    """Every kept input, and the same new ones for each target in each run."""
    found = fuzzing.run(seed=SEED + half, each=EACH // 2, kept=half == 0)
    assert found.faults == []
    assert found.tried.keys() == {*fuzzing.READERS, *fuzzing.BOUNDED}


def test_what_costs_too_much_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test can fail: an input that is costly beyond the bound, and one that raises, are told."""
    monkeypatch.setattr(fuzzing, "CPU_S", -1.0)
    fuzzer = fuzzing.Fuzzer(Counter(), {}, [])
    try:
        fuzzer.feed("opml", b"<opml/>")
    finally:
        fuzzer.close()
    assert len(fuzzer.faults) == 1
