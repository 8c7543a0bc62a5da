"""The documents say what the program does: help, JSON keys, options, queries, links."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from terminal import EARLIER, WEEK, Terminal, live_week, week_terminal

from scout import config, sources
from scout.reports.scaffold import SLOTS
from scout.sources.workspace import load_workspace, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    found = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"))
    return [code for word, code in found if word == language]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week, for commands that only read."""
    return week_terminal(tmp_path_factory.mktemp("week"))


# -- README -----------------------------------------------------------------------------------------------------------------
def test_the_help_in_the_readme_is_the_real_one(tmp_path: Path) -> None:
    """Word for word, at a width of 100."""
    (shown,) = [block for block in blocks("README.md", "") if block.startswith("Usage: scout")]
    assert shown.strip() == Terminal(tmp_path)("--help", COLUMNS="100").out.strip()


def test_the_readme_names_the_two_commands() -> None:
    """A newcomer finds them, and the Makefile has them."""
    targets = re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    for target in re.findall(r"(?:\$ |`)make ([a-z]+)", README):
        assert target in targets
    assert {"make demo", "make test"} <= set(re.findall(r"make \w+", README))


def test_the_weekly_use_of_the_readme_works(tmp_path: Path) -> None:
    """What it tells one to type can be typed, in that order."""
    typed = [line[2:].split("  #")[0].split() for block in blocks("README.md", "console") for line in block.splitlines() if line]
    commands = [words[1:] for words in typed if words[0] == "scout"]
    assert [words[0] for words in commands] == ["init", "reports", "collect", "read", "shortlist", "draft", "check", "publish"]
    with live_week(tmp_path) as terminal:
        for words in commands:
            days = ("--until", "2026-05-24") if words[0] in ("collect", "read", "shortlist", "draft") else ()
            ran = terminal(*words, *days)
            assert ran.code == 0, (words, ran.err)
            if words[0] == "draft":  # then one writes
                text = (tmp_path / words[-1]).read_text(encoding="utf-8")
                terminal.write(words[-1], SLOTS.sub("A sentence of judgement.", text))
    assert (tmp_path / "reports" / "2026-05-24.md").exists()


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}.md" for name in ("configuration", "adding-sources", "steering"))])
def test_examples_of_feeds_yaml_are_valid(page: str) -> None:
    """Each YAML block is read by the program itself."""
    found = blocks(page, "yaml")
    assert found
    for block in found:
        assert load_workspace(config.parse(block)).sources


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    """Every relative link is a file of the project, and every document of docs/ is linked in the README."""
    for link in re.findall(
        r"\]\((?!https?:)([^)#\s]+)[^)]*\)", re.sub(r"(?ms)^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    ):
        assert (page.parent / link).exists(), link
    assert page.parent != ROOT / "docs" or f"docs/{page.name}" in README


def test_examples_in_the_help_are_not_wrong(desk: Terminal) -> None:
    """The query that `scout sql --help` shows is answered."""
    shown = " ".join(desk("sql", "--help").out.split())
    example = re.search(r'Example: scout sql "([^"]+)"', shown)
    assert example
    assert desk("sql", example[1]).code == 0


# -- docs/commands.md -------------------------------------------------------------------------------------------------------
def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield where each plain value of a JSON document stands: `a.b[].c`."""
    match value:
        case dict() if value:
            for name, inner in value.items():
                yield from keys(inner, f"{path}.{name}".lstrip("."))
        case list() if value:
            for inner in value:
                yield from keys(inner, f"{path}[]")
        case dict() | list():
            return
        case _:
            yield path


def documented() -> dict[str, set[str]]:
    """Return the keys that the page has for each command."""
    found = {}
    for part in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").split("\n### `scout ")[1:]:
        command = part.partition("`")[0].removesuffix(" --format json")
        cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
        found[command] = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    return {command: told for command, told in found.items() if told}


COMMANDS: Mapping[str, tuple[str, ...]] = {
    "shortlist": ("shortlist", *WEEK),
    "shortlist --explain ID": ("shortlist", *WEEK, "--explain", "arxiv:2605.22850"),
    "check": ("check", EARLIER),
    "status": ("status",),
    "sources list": ("sources", "list"),
    "sources test": ("sources", "test", "labs", "challenging-vendor"),
    "reports list": ("reports", "list"),
    "mark list": ("mark", "list"),
    "audit": ("audit", *WEEK),
    "config": ("config",),
    "trends": ("trends", *WEEK),
}
NULL = {"status": {"[].covers"}}
"""What is null in some elements and a list in others."""


@pytest.mark.parametrize("command", COMMANDS)
def test_json_has_the_documented_keys_and_no_others(command: str, tmp_path: Path) -> None:
    """The page and the answers agree, both ways; what the week has no example of may be missing from the answer."""
    with live_week(tmp_path) as terminal:
        assert terminal("reports", "add", EARLIER).code == 0
        if command == "sources test":
            ran = terminal(*COMMANDS[command], "--format", "json")
        else:
            desk = week_terminal(tmp_path)
            if command == "mark list":
                assert desk("mark", "arxiv:2605.22850", "--as", "A").code == 0
            ran = desk(*COMMANDS[command], "--format", "json")
    real = {re.sub(r"^dropped\..*", "dropped.*", key) for key in keys(ran.json)} - NULL.get(command, set())
    told = documented()[command]
    assert real <= told
    real |= {
        key for key in told if key.startswith(("candidates[].votes[]", "broad[]", "reports[].verified[]"))
    }  # not in the week
    assert told - real <= {"[].unread[]", "candidates[].companions[]", "[].notes[]", "[].covers[]"}


def test_every_command_with_json_is_documented() -> None:
    """No table is missing, and none is left over."""
    assert documented().keys() == COMMANDS.keys()


def test_exit_codes_are_those_of_the_errors() -> None:
    """The table has the codes that the errors carry."""
    from scout import errors  # noqa: PLC0415 -- here alone

    told = {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", (ROOT / "docs" / "commands.md").read_text(encoding="utf-8"))}
    assert told == {0, 1, 2, 3, 4, 5, 130}
    carried = {
        error.exit_code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.ScoutError)
    }
    assert carried <= told


# -- docs/configuration.md --------------------------------------------------------------------------------------------------
@cache
def options() -> dict[str, dict[str, str]]:
    """Return what the page has: section, option, default as written."""
    found: dict[str, dict[str, str]] = {}
    for part in re.split(r"(?m)^###? `", (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8"))[1:]:
        rows = [line.split("|") for line in part.splitlines() if line.startswith("| `")]
        found[part.partition("`")[0]] = {
            option: row[2].strip(" `") for row in rows for option in re.findall(r"`([^`]+)`", row[1])
        }
    return found


def test_every_option_is_documented_with_its_default() -> None:
    """Sections and kinds have exactly the options of the schema, and the defaults that it states."""
    whole = schema()["properties"]
    parts = {name: whole[name]["properties"] for name in ("report", "http", "check")}
    parts["topics"] = whole["topics"]["items"]["properties"]
    parts |= {one["properties"]["kind"]["const"]: one["properties"] for one in sources.schema()["oneOf"]}
    shared = options()["sources"].keys()
    assert options().keys() == {*parts, "sources"}
    for name, properties in parts.items():
        own = properties.keys() - shared if name in sources.kinds() else properties.keys()
        assert options()[name].keys() == own, name
        for option in own:
            default = properties[option].get("default")
            if isinstance(default, str | int | float) and default != "":
                shown = (
                    json.dumps(default)
                    if isinstance(default, bool)
                    else f"{default:g}"
                    if isinstance(default, float)
                    else str(default)
                )
                assert options()[name][option] == shown, (name, option)


# -- docs/store.md ----------------------------------------------------------------------------------------------------------
READY = json.loads((files("scout") / "serve" / "queries.json").read_text(encoding="utf-8"))
QUERIES: dict[str, dict[str, str]] = READY["databases"]["scout"]["queries"]
WITHOUT_EXAMPLE = {"late", "changed", "texts", "unread", "rewritten"}
"""What one collect cannot have."""


@pytest.mark.parametrize("name", QUERIES)
def test_each_ready_query_answers(name: str, desk: Terminal) -> None:
    """It runs in the sandbox, and finds something in the embedded week."""
    ran = desk("sql", "-", "--format", "json", "--seconds", "5", stdin=QUERIES[name]["sql"])
    assert (ran.code, ran.err) == (0, "")
    assert ran.json or name in WITHOUT_EXAMPLE


def test_the_page_has_the_ready_queries() -> None:
    """Title, description and text are the same in the document and in Datasette's metadata."""
    page = (ROOT / "docs" / "store.md").read_text(encoding="utf-8")
    assert [block.strip() for block in blocks("docs/store.md", "sql")] == [query["sql"] for query in QUERIES.values()]
    for query in QUERIES.values():
        assert f"### {query['title']}\n\n{query['description']}\n\n```sql\n{query['sql']}\n```\n" in page


def test_the_page_has_every_table_and_view(desk: Terminal) -> None:
    """What the schema has, the page names, and the other way round; internals of the full-text index aside."""
    rows = desk("sql", "select name from sqlite_master where type in ('table', 'view')", "--format", "json").json
    real = {row["name"] for row in rows if not re.match(r"(?:items|readings)_fts_|sqlite_|_sqlite", row["name"])}
    page = (ROOT / "docs" / "store.md").read_text(encoding="utf-8").partition("## Ready")[0]
    told = {name for line in page.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert told == real


def test_each_pinned_package_installs_on_the_oldest_python_that_is_promised() -> None:
    """A pin made with a newer Python may refuse the first 3.11, which stable systems have."""
    pins = [line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()]
    installed = {canonicalize_name(one.name): one for one in distributions()}
    found = [one for pin in pins if (one := installed.get(canonicalize_name(pin)))]
    assert len(found) > len(pins) / 2
    asking = [one for one in found if "Requires-Python" in one.metadata]
    refusing = [one.name for one in asking if "3.11.0" not in SpecifierSet(one.metadata["Requires-Python"])]
    assert refusing == []
