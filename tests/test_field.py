"""The words of a field are data: the shipped file, another field's, none at all, and files that are wrong or hostile."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, DAY, LEDGER, Known
from made_weeks import TIDE, Week, candidate, seen

from scout import config
from scout.check import check
from scout.draft import compose
from scout.errors import ConfigError
from scout.figures import Metrics, evidence, find, phrases
from scout.reports import document as report
from scout.sources.workspace import schema

TRIAL = "In the HORIZON trial, the drug reduced mortality by 38 % against placebo."
CLINICAL = Path(__file__).with_name("clinical.yaml")


def field(text: str, folder: Path) -> config.Config:
    """Read a feeds.yaml that names a field file with this text."""
    (folder / "field.yaml").write_text(text, encoding="utf-8")
    return config.parse("metrics: field.yaml", folder / "feeds.yaml")


@pytest.fixture(scope="module")
def clinical() -> Metrics:
    """Return the words of clinical research."""
    metrics = config.parse(f"metrics: {CLINICAL.name}", CLINICAL.with_name("feeds.yaml")).metrics
    assert metrics is not None
    return metrics


def test_a_clinical_sentence_is_read_with_a_clinical_file(clinical: Metrics) -> None:
    """With its measure, which way it moved, what it was held against and on whom."""
    (figure,) = find(TRIAL, clinical)
    assert (figure.metric, figure.value, figure.direction, figure.baseline) == ("mortality", "38 %", "lower", "placebo")
    assert "HORIZON trial" in figure.workload
    said = evidence(TRIAL, clinical)
    assert (said.verdict, said.reason) == ("yes", "states mortality (38 %) against “placebo”")


@pytest.mark.parametrize(
    ("sentence", "metric", "value"),
    [
        ("Systolic blood pressure fell by 12 mmHg.", "blood pressure", "12 mmHg"),
        ("Median overall survival was 14 months.", "survival", "14 months"),
        ("The risk ratio fell from 0.9 to 0.7.", "risk", "0.9 to 0.7"),
    ],
)
def test_a_field_has_its_own_units(clinical: Metrics, sentence: str, metric: str, value: str) -> None:
    """Units of the file are read as the built-in ones are."""
    assert [(figure.metric, figure.value) for figure in find(sentence, clinical)] == [(metric, value)]


def test_the_documents_example_reads(tmp_path: Path) -> None:
    """The field file of docs/configuration.md reads the sentence as the page says."""
    page = (Path(__file__).parent.parent / "docs" / "configuration.md").read_text(encoding="utf-8")
    metrics = field(page.partition("<!-- field file -->\n```yml\n")[2].partition("```")[0], tmp_path).metrics
    assert metrics is not None
    (figure,) = find("The drug reduced mortality by 38 % against placebo.", metrics)
    assert (figure.metric, figure.value, figure.direction, figure.baseline) == ("mortality", "38 %", "lower", "placebo")


def test_the_schema_knows_metrics() -> None:
    """An editor offers it, as a text."""
    assert schema()["properties"]["metrics"]["type"] == "string"


def test_words_of_another_trade_are_none(clinical: Metrics) -> None:
    """A clinical file finds no throughput, and knows its own shares."""
    assert find("Throughput rises by 3x on 8x H100.", clinical) == ()
    assert find("Mortality was studied in 40% of patients.", clinical) == ()


@pytest.mark.parametrize(
    "text",
    [
        TRIAL,
        "Deaths fell from 14 to 9.",
        "There were 12 per 1,000 patient-years.",
        "The hazard ratio was 0.71.",
        "It was found in 38 of 100 cases.",
    ],
)
def test_what_is_not_known_is_not_denied(text: str) -> None:
    """A text with numbers of another trade is told what was looked for, never that it has no measured figure."""
    said = evidence(text, config.shipped())
    assert said.verdict == "no"
    assert "no measured figure" not in said.reason
    assert said.reason.startswith("no figure of the measures in computer-systems.yaml; what the text states (")


def test_a_text_without_numbers_has_none() -> None:
    """Words alone are told so."""
    assert evidence("A blazing fast engine.", config.shipped()).reason == "no measured figure in the text that scout has"


def test_without_metrics_a_draft_has_no_verdict() -> None:
    """No verdict's line and no figure, but the quotes; nothing of computer systems in the head."""
    week = Week(candidates=(candidate(1, seen(TIDE)),))
    with_, without = (
        compose(week.inputs()),
        compose(Week(candidates=(candidate(1, seen(TIDE)),), more={"metrics": None}).inputs()),
    )
    assert "- Runtime evaluation: Yes" in with_
    assert "evaluation:" not in without
    assert "(sentence 1)" not in without
    assert "Evidence: abstract of" in without
    assert "runtime efficiency" in with_
    assert "runtime" not in without.partition("## A.")[0]


def test_the_report_speaks_the_fields_words(clinical: Metrics) -> None:
    """Headings, criteria and the verdict's label come from the file, where feeds.yaml is silent."""
    text = compose(Week(candidates=(candidate(1, seen(TIDE)),), more={"metrics": clinical}).inputs())
    assert "## A. Trials and registries" in text
    assert "**Selection criteria:** size and certainty of the effect" in text
    assert re.search(r"^- Evaluation: No — ", text, re.MULTILINE)


def test_without_metrics_no_figure_is_checked() -> None:
    """The rule about figures has nothing to say where figures are not wanted."""
    text = CLEAN.replace("- Summary: ", "- Summary: It cuts latency by 77%. ")
    assert text != CLEAN
    codes = [
        {finding.code for finding in check(report.parse_report(text), Known(), report_day=DAY, ledger=LEDGER, metrics=metrics)}
        for metrics in (config.shipped(), None)
    ]
    assert ["number" in found for found in codes] == [True, False]


def test_none_and_the_default() -> None:
    """Nothing said is the shipped file; `none` is none."""
    assert config.parse("topics: []").metrics is config.shipped()
    assert config.parse("metrics: none").metrics is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrcs: []", "unknown option 'metrcs'; did you mean 'metrics'?"),
        ("metrics: [{name: a, better: lower, term: [b]}]", "metrics[0] 'a': unknown option 'term'; did you mean 'terms'?"),
        (
            "metrics: [{name: a, better: sideways}]",
            "metrics[0] 'a': better: Input should be 'lower' or 'higher', found 'sideways'",
        ),
        ("metrics: [{name: a}]", "metrics[0] 'a': option 'better' is missing"),
        ("metrics: [{name: a, better: lower, terms: b}]", "metrics[0] 'a': terms: Input should be a valid list, found 'b'"),
        ("metrics: [{name: a, better: lower, units: [pounts]}]", "metrics[0] 'a': unknown unit 'pounts'; did you mean 'points'?"),
        ("metrics: [{name: a, better: lower}, {name: a, better: lower}]", "metrics[1] 'a': the name is taken by metrics[0]"),
        ("metrics: [{name: a, better: lower, acts_on: [b]}]", "metrics[0] 'a': acts_on: unknown metric 'b'"),
        (
            "metrics: [{name: a, better: lower, terms: ['(b']}]",
            "metrics[0] 'a': terms[0]: a bracket is not closed, ')' is missing",
        ),
        ("metrics: [{name: a, better: lower, terms: ['b]']}]", "a bracket ']' closes nothing"),
        ("venues: ['']", "venues[0]: a phrase may not be empty"),
        ("quantities: {units: {s: [sec]}}", "quantities.units: 's' is a unit that scout knows already"),
        ("hardware: {device: [H100]}", "hardware: unknown option 'device'; did you mean 'devices'?"),
        ("file: x", "unknown option 'file'"),
        ("[]", "expected options (key: value), found a list"),
        ("a: *b", "aliases (*name) are not read"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    """With the sentences of feeds.yaml, after the file's name."""
    with pytest.raises(ConfigError) as told:
        field(text, tmp_path)
    assert str(tmp_path / "field.yaml") in str(told.value)
    assert sentence in str(told.value)


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path) -> None:
    """Each has its sentence; what is too large is not read to its end."""
    with pytest.raises(ConfigError, match="is not there; name another file, or none"):
        config.parse("metrics: other.yaml", tmp_path / "feeds.yaml")
    with pytest.raises(ConfigError, match="cannot be read as a field file: larger than 200000 bytes"):
        field("#" * 300_000, tmp_path)
    with pytest.raises(ConfigError, match="expected the path of a field file, or none, found 3"):
        config.parse("metrics: 3")
    with pytest.raises(ConfigError, match="2500 phrases; more than 2000 are not read"):
        field(f"qualifiers: [{', '.join(['a'] * 2500)}]", tmp_path)


@pytest.mark.parametrize("phrase", ["* a[*] b*", "[a] [a] [a] [a] b", "(a|a|a|aa)[a|aa] [a|a] b", "a*a*a*b", "(.*)+ ^$ \\d{9}"])
def test_no_phrase_runs_away(phrase: str, tmp_path: Path) -> None:
    """A phrase made to be slow is read over a long text within a bound that no honest one comes near."""
    listed = ", ".join([f"'{phrase}'"] * 50)
    metrics = field(f"metrics: [{{name: m, better: lower, terms: [{listed}]}}]", tmp_path).metrics
    assert metrics is not None
    started = time.process_time()
    for text in ("a " * 800, "a" * 1500, "a-" * 750, "3x a " * 300):
        find(text, metrics)
    assert time.process_time() - started < 5


@given(st.text(alphabet="ab()[]<>|*#~_ -.+?\\^$", max_size=30))
def test_a_phrase_is_no_regular_expression(phrase: str) -> None:
    """Any phrase that passes the check gives a pattern that compiles, without groups that count."""
    if not phrases.check(phrase):
        assert re.compile(phrases.pattern(phrase)).groups == 0


@pytest.mark.parametrize(
    ("phrase", "found", "passed"),
    [
        ("hit rate", ["hit rate", "hit-rate"], ["hitrate", "hit  rate"]),
        ("hit~rate", ["hit rate", "hit-rate", "hitrate"], ["hit_rate"]),
        ("hit_rate", ["hit rate"], ["hit-rate"]),
        ("[peak|mean] cost[s]", ["cost", "peak costs", "mean-cost"], ["costly"]),
        ("latenc(y|ies)", ["latency", "latencies"], ["latencs"]),
        ("* cost", ["cost", "serving cost"], ["3 cost"]),
        ("H##", ["H20"], ["H2", "H200"]),
        ("a.b+", ["a.b+"], ["axb", "abb"]),
    ],
)
def test_marks_of_a_phrase(phrase: str, found: list[str], passed: list[str]) -> None:
    """Each mark does what the shipped file says of it, and anything else stands for itself."""
    pattern = re.compile(phrases.pattern(phrase))
    assert all(pattern.fullmatch(text) for text in found)
    assert not any(pattern.fullmatch(text) for text in passed)
