"""feeds.yaml: every wrong word gets one sentence that names the place and the near miss."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout import config, sources
from scout.errors import ConfigError
from scout.model import Section
from scout.sources.workspace import load_workspace, schema

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
report: {title: Weekly, target: 4, sections: {A: Measured, B: Ideas}}
http: {contact: me@example.org, allow_hosts: ["127.0.0.1:8900"], pace_s: {"127.0.0.1:8900": 0}}
topics:
  - {name: kv-cache, weight: 5, terms: [KV cache, KVCache], exclude: [side channel]}
sources:
  - {name: arxiv, kind: arxiv, section: B, categories: [cs.DC, cs.LG]}
  - {name: vllm, kind: github_releases, section: A, repos: [vllm-project/vllm]}
  - {name: blog, kind: feed, section: A, url: "https://a.test/feed.xml", trust_dates: false, group: vendors, aliases: [A Blog]}
"""


def test_a_good_file_is_read_whole() -> None:
    """Every section comes out as the value it stands for, defaults where nothing is said."""
    read = config.parse(GOOD)
    workspace = load_workspace(read)
    assert (read.report.title, read.report.target, read.report.lookback_days, read.report.sections.A) == (
        "Weekly",
        4,
        14,
        "Measured",
    )
    assert read.http.pace_s == {"127.0.0.1:8900": 0}
    assert read.topics[0].terms == ("KV cache", "KVCache")
    assert [one.kind for one in workspace.sources] == ["arxiv", "github_releases", "feed"]
    assert (workspace.sources[2].source.section, workspace.sources[2].source.trust_dates) == (Section.A, False)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("sources: [{name: a, kind: fed, url: 'https://a.test'}]", r"sources\[0\] 'a': unknown kind 'fed'; did you mean 'feed'\?"),
        ("sources: [{name: vllm, kind: github_releases, repo: [a/b]}]", r"sources\[0\] 'vllm': unknown option 'repo'; did you mean 'repos'\?"),
        ("sources: [{name: a, kind: feed, url: 'ftp://a.test/x'}]", r"sources\[0\] 'a': .*http"),
        ("sources: [{name: a, kind: feed, url: 'file:///etc/passwd'}]", r"sources\[0\] 'a': .*http"),
        ("sources: [{name: a, kind: feed}]", r"sources\[0\] 'a': option 'url' is missing"),
        ("sources: [{name: a, kind: feed, url: 'https://a.test', section: C}]", r"sources\[0\] 'a': section: .*'A', 'B' or 'context'"),
        ("sources: [{name: a, kind: feed, url: 5}]", r"sources\[0\] 'a': url: .*string"),
        ("sources: [{name: a, kind: page, url: 'https://a.test', item: '[[['}]", r"sources\[0\] 'a': .*selector"),
        ("sources: [{name: a, kind: sitemap, url: 'https://a.test', match: '((('}]", r"sources\[0\] 'a': .*match"),
        ("sources: [{name: a, kind: feed, url: 'https://a.test'}, {name: a, kind: feed, url: 'https://b.test'}]",
         r"sources\[1\] 'a': the name is taken by sources\[0\]"),
        ("sources: [{kind: feed}]", r"sources\[0\]: option 'name' is missing"),
        ("sources: [{name: a}]", r"sources\[0\] 'a': option 'kind' is missing"),
        ("sources: [feed]", r"sources\[0\]: expected options"),
        ("sources: {a: 1}", r"sources: expected a list of entries, found dict"),
        ("report: {titel: x}", r"report: unknown option 'titel'; did you mean 'title'\?"),
        ("report: {target: many}", r"report: target: .*integer.*'many'"),
        ("report: {target: 99}", r"report: target is the number of entries aimed at, 1 to 30"),
        ("report: [x]", r"report: expected options .*, found a list"),
        ("http: {timeout_s: -1}", r"http: timeout_s is at most 600 seconds"),
        ("http: {pace_s: {a: -1}}", r"http: pace_s cannot be negative"),
        ("http: {mirror: {'https://a.test': 'http://b.test'}}", r"http: mirror: 'https://a.test' is no host"),
        ("http: {mirror: {a.test: b.test/x}}", r"http: mirror: a.test: 'b.test/x' is no http\(s\) address"),
        ("http: {mirror: {a.test: 'http://b.test/?u='}}", r"http: mirror: a.test: .* to put a path behind"),
        ("http: {mirror: a.test}", r"http: mirror: .*'a.test'"),
        ('http: {contact: "x\\r\\nEvil: 1"}', r"http: contact stands in the User-Agent"),
        ("topics: [{name: x, terms: []}]", r"topics\[0\] 'x': terms are the phrases"),
        ("topics: [{name: x, authors: [Müller]}]", r"topics\[0\] 'x': authors: 'Müller' is a surname alone"),
        ("topics: [{name: x, authors: ['Müller, Jörg']}]", r"authors: 'Müller, Jörg' is a surname alone or in another order"),
        ("topics: [{name: x, terms: [a], authors: ['']}]", r"authors: '' is a surname alone"),
        ("topics: [{name: x, terms: word}]", r"topics\[0\] 'x': terms: Input should be a valid list.*'word'"),
        ("topics: [{name: update, terms: [a]}]", r"topics\[0\] 'update': scout gives this name to reasons of its own"),
        ("topics: [{name: x, terms: [a]}, {name: x, terms: [b]}]", r"topics\[1\] 'x': the name is taken"),
        ("topic: []", r"unknown section 'topic'; did you mean 'topics'\?"),
        ("report: {title: a, title: b}", r"line 1, column 20: 'title' stands twice"),
        ("a: &x [1]\nb: *x", r"line 2, column 4: aliases .* are not read"),
        ("a: [", r"line 1"), ("- 1", r"expected sections .*, found list"), ("", r"expected sections .*, found NoneType"),
        ("a: !!python/object:os.system x", r"line 1"), ("\x00", r"not YAML|special characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(written: str, sentence: str) -> None:
    """One sentence, with the path and what was meant."""
    with pytest.raises(ConfigError, match=sentence):
        load_workspace(config.parse(written), validate=True)


@given(st.text() | st.binary())
def test_any_file_is_read_or_refused_in_a_sentence(written: str | bytes) -> None:
    """A stranger's feeds.yaml never makes a traceback."""
    with suppress(ConfigError):
        load_workspace(config.parse(written), validate=True)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing or unreadable file says what to do."""
    with pytest.raises(ConfigError, match="is not there; name another with --config"):
        config.load(tmp_path / "feeds.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path)
    (tmp_path / "big.yaml").write_bytes(b"#" * (config.MAX_BYTES + 1))
    with pytest.raises(ConfigError, match=r"as a feeds\.yaml: larger than"):
        config.load(tmp_path / "big.yaml")


def test_the_published_schema_is_what_is_read() -> None:
    """The JSON Schema accepts the good file, refuses a misspelt option, and knows every kind."""
    import yaml  # noqa: PLC0415 -- as an editor would read it

    whole = schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    validator = jsonschema.Draft202012Validator(whole)
    good = yaml.safe_load(GOOD)
    assert not list(validator.iter_errors(good))
    good["sources"][1]["repo"] = ["a/b"]
    assert list(validator.iter_errors(good))
    assert {one["properties"]["kind"]["const"] for one in sources.schema()["oneOf"]} == set(sources.kinds())


def test_the_options_make_the_fingerprint() -> None:
    """What was remembered for other options is not relied on; the order of writing does not matter."""
    one, two, three = (
        config.parse(f"sources: [{{{text}}}]").sources[0].fingerprint
        for text in (
            "name: a, kind: feed, url: 'https://a.test'",
            "kind: feed, url: 'https://a.test', name: a",
            "name: a, kind: feed, url: 'https://b.test'",
        )
    )
    assert one == two != three


def test_how_a_source_is_listed_and_believed_is_no_part_of_its_fingerprint() -> None:
    """Moving a tracker to another section, or pausing it, must not make it forget which links it knew."""
    plain, moved = (
        config.parse(f"sources: [{{name: a, kind: tracker, repo: o/r{more}}}]").sources[0].fingerprint
        for more in ("", ", section: A, group: trackers, aliases: [list], trust_dates: false, pause: true")
    )
    assert plain == moved


def test_words_that_old_yaml_takes_for_booleans_are_words() -> None:
    """`off`, `no` and `yes` are what they say, as keys and as names; `true` and `false` are not."""
    read = config.parse("check: {off: [v1-date]}\nsources: [{name: no, kind: feed, url: 'https://a.test', pause: true}]")
    assert read.check.off == ("v1-date",)
    assert (read.sources[0].name, read.sources[0].options["pause"]) == ("no", True)
