"""The figures of a table: what header and row name beyond doubt, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.config import shipped
from scout.figures.tables import cells


def read(*rows: str) -> list[tuple[str, str, str, str]]:
    """Return row, column, value and metric of each figure; cells are divided by `|`."""
    table = "\n".join("\t".join(cell.strip() for cell in row.split("|")) for row in rows)
    return [(one.row, one.column, one.value, one.metric) for one in cells(table, shipped())]


@pytest.mark.parametrize(
    ("head", "cell", "metric", "value", "low"),
    [
        ("p99 latency (ms)", "212", "latency", "212 ms", 0.212),
        ("TTFT [s] ↓", "1,204.5", "TTFT", "1,204.5 s", 1204.5),
        ("Throughput", "4,150 tokens/s", "throughput", "4,150 tokens/s", 4150.0),
        ("Peak memory (GB)", "19.8", "memory", "19.8 GB", 19.8e9),
        ("Hit rate", "52.3%", "hit rate", "52.3%", 52.3),
        ("Accuracy (%)", "91", "quality", "91%", 91.0),
    ],
)
def test_a_cell_has_the_metric_and_unit_of_its_head(head: str, cell: str, metric: str, value: str, low: float) -> None:
    """The unit stands in the head's brackets or in the cell."""
    (one,) = cells(f"System\t{head}\nTide cache\t{cell}", shipped())
    assert (one.metric, one.value, one.row, one.column) == (metric, value, "Tide cache", head)
    assert one.low == pytest.approx(low)


def test_a_row_is_named_by_its_first_words() -> None:
    """By more than one cell where the first ones are words; a count among them is no name."""
    assert read("Model | Method | Requests | TTFT (s)", "Llama-3 | Tide | 512 | 1.2") == [
        ("Llama-3 Tide", "TTFT (s)", "1.2 s", "TTFT")
    ]


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("a head without a unit", ("System | TTFT", "Tide | 212")),
        ("a unit that the metric has not", ("System | TTFT (GB)", "Tide | 212")),
        ("two metrics in one head", ("System | TTFT / throughput (ms)", "Tide | 212")),
        ("a change, not a level", ("System | TTFT reduction (%)", "Tide | 21")),
        ("a factor over what the head does not name", ("System | Speedup", "Tide | 2.4x")),
        ("a difference", ("System | Δ latency (ms)", "Tide | 12")),
        ("a target", ("System | Latency target (ms)", "Tide | 200")),
        ("a budget", ("System | Memory budget (GB)", "Tide | 24")),
        ("a comparison", ("System | TTFT vs. vLLM (ms)", "Tide | 12")),
        ("a spread", ("System | TTFT std (ms)", "Tide | 12")),
        ("a value with its spread", ("System | TTFT (ms)", "Tide | 212 ± 4")),
        ("a range", ("System | TTFT (ms)", "Tide | 200-212")),
        ("two values", ("System | TTFT (ms)", "Tide | 212 / 230")),
        ("no value", ("System | TTFT (ms)", "Tide | N/A")),
        ("a value with a note", ("System | TTFT (ms)", "Tide | 212 (OOM)")),
        ("a row without a name", ("System | TTFT (ms)", " | 212")),
        ("a row that a number names", ("Batch | TTFT (ms)", "16 | 212")),
        ("two rows of one name", ("System | TTFT (ms)", "Tide | 212", "Tide | 230")),
        ("a row that names a metric: the table is turned", ("Metric | Throughput (warm)", "Mean TTFT | 212 ms")),
        ("fewer cells than heads: something spans", ("System | Trace | TTFT (ms)", "Tide | 212")),
        ("more cells than heads", ("System | TTFT (ms)", "Tide | 212 | 230")),
        ("a head of two rows", ("System | TTFT (ms) | ", "Tide | 212 | 230")),
        ("two heads of one name", ("System | TTFT (ms) | TTFT (ms)", "Tide | 212 | 230")),
        ("the first head a metric", ("TTFT (ms) | Throughput (req/s)", "Tide | 212")),
        ("no header at all", ("Tide | 212", "Reef | 230")),
    ],
)
def test_what_is_in_doubt_is_not_taken(why: str, rows: tuple[str, ...]) -> None:
    """Spans, second headers, changes, targets, spreads, names that are none."""
    assert read(*rows) == [], why


@given(st.lists(st.lists(st.sampled_from(["TTFT (ms)", "Tide", "212", "3x", "", "(", "p99 latency", "GB", "a b"]) | st.text(max_size=12), max_size=5), max_size=6))  # fmt: skip
def test_any_table(rows: list[list[str]]) -> None:
    """Any table gives values of its own cells alone, in rows and columns that it has."""
    table = "\n".join("\t".join(row) for row in rows)
    heads = [cell.strip() for cell in table.split("\n")[0].split("\t")]
    for one in cells(table, shipped()):
        assert one.column in heads
        assert any(
            cell.strip() and one.value.startswith(cell.strip().lstrip("~≈")) for cell in table.replace("\n", "\t").split("\t")
        )
