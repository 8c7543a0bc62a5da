"""The JSON of the commands has published schemas, closed ones; tests/terminal.py holds every JSON of every test to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from terminal import WEEK, Terminal, week_terminal
from typer.main import get_command

from scout import errors
from scout.cli import app
from scout.pipeline.schema import ANSWERS, schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema of an object within a schema."""
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield part
        for inner in part.values():
            yield from objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from objects(inner)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_schema_is_valid_and_closed(name: str) -> None:
    """It is JSON Schema of its dialect; an object has the keys that are named and no others, all of them always."""
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["title"] == f"scout {name}"
    for one in objects(found):
        assert one["additionalProperties"] is not True
        if "properties" in one:
            assert one["additionalProperties"] is False
            assert set(one["required"]) == set(one["properties"])


def test_every_command_with_json_has_a_schema() -> None:
    """What takes `--format json` is in the list, and nothing else but what has a key of its own."""
    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for inner, one in getattr(command, "commands", {"": command}).items():
            formats = [option.display_type(None) for option in one.params if "--format" in option.opts]
            found |= {f"{name} {inner}".strip()} if any("json" in shown.strip("<>").split("|") for shown in formats) else set()
    assert found - {"mark"} | {"mark list"} == ANSWERS.keys() - {"shortlist explain", "error", "log"}


def test_the_command_prints_what_is_published(tmp_path: Path) -> None:
    """Without a name it says which there are; with a wrong one, too."""
    desk = Terminal(tmp_path)
    assert desk("schema").out.splitlines() == list(ANSWERS)
    assert desk("schema", "sources", "list").json == schema("sources list")
    wrong = desk("schema", "colect")
    assert wrong.code == 2
    assert "there is that of shortlist," in wrong.err


def test_what_is_not_named_is_no_answer(tmp_path: Path) -> None:
    """A key more, a key less or a word that is none is refused: so a change of the JSON cannot pass unseen."""
    answer = week_terminal(tmp_path)("shortlist", *WEEK, "--format", "json").json
    holds = Draft202012Validator(schema("shortlist"))
    assert holds.is_valid(answer)
    first = answer["candidates"][0]
    for changed in (first | {"new": 1}, {k: v for k, v in first.items() if k != "why_section"}, first | {"status": "soon"}):
        assert not holds.is_valid(answer | {"candidates": [changed]})


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (("status", "--format=json"), "config", 2),
        (("--config", "feeds.yaml", "status", "--format", "json"), "store", 3),
        (("sql", "select 1", "--format", "json", "--bogus"), "usage", 2),
        (("sql", "--format", "json"), "usage", 2),
        (("colect", "--format", "json"), "usage", 2),
        (("mark", "list", "--as-of", "nope\x1b[31m", "--format", "json"), "usage", 2),
    ],
)
def test_an_error_is_an_object_where_json_was_asked_for(words: tuple[str, ...], kind: str, code: int, tmp_path: Path) -> None:
    """One line on stderr, whatever is wrong with what was typed; stdout stays empty, and the exit code is in it."""
    desk = Terminal(tmp_path)
    if "--config" in words:
        desk.write("feeds.yaml", "topics: []\nsources: []\n")
    ran = desk(*words)
    (line,) = ran.err.splitlines()
    error = json.loads(line)["error"]
    assert (ran.out, ran.code, error["kind"], error["exit"]) == ("", code, kind, code)
    assert error["message"].isprintable()
    Draft202012Validator(schema("error")).validate(json.loads(line))


def test_a_refused_query_is_an_error_of_its_own_kind(tmp_path: Path) -> None:
    """A script can tell a query that is refused from a store that is not there."""
    ran = week_terminal(tmp_path)("sql", "delete from items", "--format", "json")
    assert json.loads(ran.err)["error"] == {"kind": "query", "message": json.loads(ran.err)["error"]["message"], "exit": 3}


def test_each_kind_of_error_is_published() -> None:
    """The words of the schema are those of the errors."""
    kinds = {one.kind for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.ScoutError)}
    shown = schema("error")["$defs"]["ErrorBodyJson"]["properties"]
    assert set(shown["kind"]["enum"]) == kinds - {errors.ScoutError.kind}
    assert shown["exit"]["enum"] == [2, 3, 4, 130]
