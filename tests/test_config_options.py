"""Options from outside into dataclasses: one sentence for each way of being wrong, and never another exception."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.config import options as config_options
from scout.errors import ConfigError

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


@dataclass(frozen=True, kw_only=True)
class Inner:
    """An option of options."""

    depth: int = 1


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of every sort."""

    repos: tuple[str, ...]
    limit: int = 5
    inner: Inner = Inner()
    pace: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.limit > 10:
            raise ValueError("limit is at most 10")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "here: expected options (key: value), found nothing"),
        ([1], "here: expected options (key: value), found a list"),
        ("repos", "here: expected options (key: value), found 'repos'"),
        (3, "here: expected options (key: value), found 3"),
        ({"repo": []}, "here: unknown option 'repo'; did you mean 'repos'?"),
        ({"zzz": []}, "here: unknown option 'zzz'; known are inner, limit, pace, repos"),
        ({}, "here: option 'repos' is missing"),
        ({"repos": "a/b"}, "here: repos: Input should be a valid list, found 'a/b'"),
        ({"repos": ["a", 3]}, "here: repos[1]: Input should be a valid string, found 3"),
        ({"repos": [], "inner": {"depth": "deep"}}, "here: inner.depth: Input should be a valid integer"),
        ({"repos": [], "limit": 11}, "here: limit is at most 10"),
        ({"repos": [], "pace": {"a": "slow"}}, "here: pace.a: Input should be a valid number"),
    ],
)
def test_each_mistake_has_its_sentence(data: object, said: str) -> None:
    """Place, option, what was expected, what was found."""
    with pytest.raises(ConfigError) as caught:
        config_options.parse_options(Options, data, "here")
    assert str(caught.value).startswith(said)
    assert len(str(caught.value)) < 300


def test_good_options_become_the_dataclass() -> None:
    """Lists become tuples, mappings the dataclass that they stand for, defaults are kept."""
    made = config_options.parse_options(Options, {"repos": ["a", "b"], "inner": {"depth": 3}}, "here")
    assert made == Options(repos=("a", "b"), inner=Inner(depth=3))


@given(ANY)
def test_anything_is_read_or_refused(data: Any) -> None:
    """No value of a YAML file raises anything but ConfigError."""
    with suppress(ConfigError):
        assert isinstance(config_options.parse_options(Options, data, "here"), Options)


@given(st.text(max_size=12), st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_a_near_miss_is_one_of_the_known_words(word: str, known: list[str]) -> None:
    """It is named, or all that is known is; a known word is its own nearest."""
    said = config_options.near_miss(word, known)
    assert any(repr(name) in said for name in known) or all(name in said for name in known)
    assert f"did you mean {known[0]!r}?" in config_options.near_miss(known[0], known)


def test_the_schema_allows_no_unknown_key() -> None:
    """Editors refuse what the program refuses."""
    schema = config_options.json_schema(Options)
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["repos"]
    assert schema["properties"].keys() == {"repos", "limit", "inner", "pace"}
