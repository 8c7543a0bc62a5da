"""Findings written out: for people, for programs, for GitHub."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate

from scout.check import Finding, Severity, fresh, render
from scout.check.finding import merged
from scout.reports import document as report

CLEAN = report.parse_report((Path(__file__).parent / "reports" / "clean.md").read_text(encoding="utf-8"))
ERROR = Finding(
    line=31,
    code="v1-date",
    severity=Severity.ERROR,
    claim="CrumbCache: Mar 14, 2026",
    evidence="v1 was submitted on 2026-03-09",
    where="arxiv:2603.90010",
    advice="write Mar 9, 2026",
    entry=3,
)
UNVERIFIED = replace(ERROR, line=90, code="unknown-link", severity=Severity.UNVERIFIED, entry=None)
SCHEMA = {
    "type": "object",
    "required": ["reports"],
    "properties": {
        "reports": {
            "type": "array",
            "items": {
                "required": ["path", "findings"],
                "properties": {
                    "findings": {
                        "type": "array",
                        "items": {
                            "required": ["line", "code", "severity", "claim", "evidence", "where", "advice"],
                            "properties": {"line": {"type": "integer"}, "severity": {"enum": ["error", "warning", "unverified"]}},
                        },
                    }
                },
            },
        }
    },
}


def test_text_is_grouped_by_entry_and_counts_what_is_unverified() -> None:
    """A reader sees the entry, the line, the claim and the evidence; unverified claims are only counted unless asked for."""
    shown = render.text("r.md", CLEAN, (ERROR, UNVERIFIED))
    assert shown.splitlines()[:6] == [
        "r.md: 1 error, 1 unverified",
        "",
        "entry 3: CrumbCache: Sub-Block Eviction for Shared Prefixes",
        "  31: error [v1-date] CrumbCache: Mar 14, 2026",
        "      evidence: v1 was submitted on 2026-03-09 (arxiv:2603.90010)",
        "      advice: write Mar 9, 2026",
    ]
    assert "1 claims without evidence" in shown
    assert "outside of the entries" in render.text("r.md", CLEAN, (ERROR, UNVERIFIED), unverified=True)
    assert render.text("r.md", CLEAN, ()) == "r.md: nothing found\n"


def test_what_is_alike_in_one_entry_is_explained_once() -> None:
    """Three empty slots are three lines, and the advice one; each stays a finding of its own for programs."""
    slots = tuple(replace(ERROR, line=ERROR.line + number, claim=f"slot {number}") for number in range(3))
    shown = render.text("r.md", CLEAN, slots)
    assert [shown.count(f"slot {number}") for number in range(3)] == [1, 1, 1]
    assert (shown.count("evidence: "), shown.count("advice: ")) == (1, int(bool(ERROR.advice)))
    assert len(json.loads(render.as_json({"r.md": slots}))["reports"][0]["findings"]) == 3


def test_json_has_the_documented_shape() -> None:
    """The keys that programs rely on are there, and an empty report is there too."""
    value = json.loads(render.as_json({"r.md": (ERROR, UNVERIFIED), "s.md": ()}))
    validate(value, SCHEMA)
    assert [one["path"] for one in value["reports"]] == ["r.md", "s.md"]
    assert value["reports"][0]["findings"][0]["severity"] == "error"


def test_a_baseline_holds_only_what_is_new() -> None:
    """A known finding stays known when its line moves, and another claim is new."""
    known = render.baseline(render.as_json({"r.md": (ERROR,)}))
    moved, other = replace(ERROR, line=77), replace(ERROR, claim="CrumbCache: Mar 15, 2026")
    assert fresh((moved, other), known) == (other,)
    for body in ("{}", "[1]", '{"reports": [{"findings": [{}]}]}', "nonsense"):
        with pytest.raises(ValueError):  # noqa: PT011 -- json's own, or ours
            render.baseline(body)


def test_annotations_escape_what_github_reads() -> None:
    """Percent signs, line ends, and in properties colons and commas, cannot end or open a command."""
    nasty = replace(ERROR, claim="100%\n::error::x", evidence="a\r\nb")
    (line,) = render.github("a,b:c%.md", (nasty,)).splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.md,line=31,title=scout v1-date::100%25%0A::error::x — a%0D%0Ab (arxiv")
    (notice,) = render.github("r.md", (UNVERIFIED, UNVERIFIED)).splitlines()
    assert notice.startswith("::notice file=r.md,title=scout::2 claims")
    assert render.github("r.md", (UNVERIFIED,), unverified=True).startswith(
        "::notice file=r.md,line=90,title=scout unknown-link::"
    )


def test_where_the_evidence_stands_is_in_every_format() -> None:
    """The item, address or earlier line, once, in text, annotations, SARIF, JSON and the comment."""
    log = render.sarif({"r.md": (ERROR,)}, {"v1-date": "Dates."}, "1.0")
    for shown in (render.text("r.md", CLEAN, (ERROR,)), render.github("r.md", (ERROR,)), log, render.as_json({"r.md": (ERROR,)}), render.comment({"r.md": (ERROR,)})):  # fmt: skip
        assert shown.count("2603.90010") == 1


def test_the_gravest_comes_first_within_an_entry() -> None:
    """A warning in an earlier line stands behind an error of the same entry."""
    warning = replace(ERROR, line=30, severity=Severity.WARNING, claim="first in the file")
    shown = render.text("r.md", CLEAN, (warning, ERROR))
    assert shown.index("CrumbCache: Mar 14") < shown.index("first in the file")


def test_sarif_is_what_code_scanning_reads() -> None:
    """Version, rules with their explanations, a place and a fingerprint for each; unverified claims on request, as notes."""
    value = json.loads(render.sarif({"a b.md": (ERROR, UNVERIFIED)}, {"v1-date": "Dates.\n\nMore."}, "1.0", unverified=True))
    (run,) = value["runs"]
    assert (value["version"], run["tool"]["driver"]["rules"][0]["shortDescription"]["text"]) == ("2.1.0", "Dates.")
    assert [one["level"] for one in run["results"]] == ["error", "note"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("a%20b.md", 31)
    assert run["results"][0]["partialFingerprints"]["scout/v1"] == ERROR.fingerprint
    assert not json.loads(render.sarif({"a.md": (UNVERIFIED,)}, {}, "1.0"))["runs"][0]["results"]


def test_one_thing_is_told_once() -> None:
    """Of two rules of one family about one thing in one line the gravest is kept; other lines and things stay."""
    doubt = replace(ERROR, code="id-month", severity=Severity.WARNING)
    other = replace(ERROR, code="number")
    assert merged((doubt, ERROR, other, replace(doubt, line=32))) == (ERROR, other, replace(doubt, line=32))
    first = replace(ERROR, code="repeat", where="2026-03-01, line 15", claim="one")
    second = replace(first, claim="another")
    assert merged((first, second)) == (first, second)  # two things that stand in one line of an earlier report


def test_a_comment_is_a_table_that_no_claim_can_break() -> None:
    """Pipes, links, mentions and HTML of a claim are text in the table."""
    nasty = replace(ERROR, claim="a | b @someone <img src=x> [c](https://x.example.org)")
    table = render.comment({"r.md": (nasty, UNVERIFIED)}).splitlines()
    row = next(line for line in table if line.startswith("| 31 "))
    assert row.count(" | ") == 5
    assert "<img" not in row.replace("\\<", "")
    assert "](https:" not in row


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(list(Severity)))
def test_any_claim_is_one_line_in_every_format(claim: str, path: str, severity: Severity) -> None:
    """No outside text adds a line to an annotation or a row to a table."""
    finding = replace(ERROR, claim=claim, evidence=claim, severity=severity)
    assert len(render.github(path, (finding, finding), unverified=True).split("\n")) == 3
    rows = [line for line in render.comment({path: (finding,)}).split("\n") if line.startswith("| 31 ")]
    assert len(rows) == (severity is not Severity.UNVERIFIED)
    assert json.loads(render.as_json({path: (finding,)}))["reports"][0]["findings"][0]["claim"] == claim
    assert len(render.text(path, CLEAN, (finding,), unverified=True).split("\n")) == 7
