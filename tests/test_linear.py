"""Every pattern that reads outside text is linear: four times the text takes about four times the steps, whatever the text."""

from __future__ import annotations

import ast
import json
import multiprocessing
import re
import resource
import time
from functools import cached_property
from importlib import import_module
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

import pytest

import scout
from scout.config import shipped
from scout.figures import Metrics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from types import ModuleType

PACKAGE = Path(scout.__file__).parent
SCANS = {"sub", "search", "findall", "split", "finditer", "subn"}
MATCHES = {"match", "fullmatch"}
READERS = {"compile", *SCANS, *MATCHES}
SIZE = 4_000
LONG_PATTERN, ITS_SIZE = 500, 1_000
"""A long pattern costs more at each place: a square shows in a shorter text."""
MOST_BEGUN = 16
"""How many letters of a text that a pattern matches are begun again and again."""
LONGER = 4
TOO_MUCH = 10.0
"""Four times the text in less than ten times the time is linear; a square would take sixteen times."""
MEASURABLE_S = 0.02
CPU_S = 30
Pattern = tuple[str | bytes, int, bool]
"""A pattern, its flags, and whether it is looked for at each place of a text: if not, it is tried at one alone."""


def modules() -> list[str]:
    """Return the dotted names of all modules that have a pattern to try."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__main__.py")
    names = (".".join(("scout", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__") for path in paths)
    return [name for name in names if any(True for _ in patterns(name))]


def held(value: object) -> Iterator[re.Pattern[Any]]:
    """Yield the patterns in a value, in tables of them too."""
    match value:
        case re.Pattern():
            yield value
        case dict():
            yield from held(list(value.values()))
        case tuple() | list():
            for one in value:
                yield from held(one)


def patterns(name: str) -> Iterator[Pattern]:
    """Yield the patterns of a module: those that it has compiled, those of the shipped field, those that stand in calls of `re`."""
    module = import_module(name)
    calls = [
        (ast.unparse(node.func.value), node.func.attr, node)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    for variable, value in vars(module).items():
        used = {how for called, how, _ in calls if called == variable}
        scanned = not variable.startswith("_") or not used or bool(used - MATCHES)  # what others use, they may use in any way
        yield from ((one.pattern, one.flags, scanned) for one in held(value))
    if name == "scout.figures.vocabulary":
        yield from ((one.pattern, one.flags, True) for one in of_the_field())
    for called, how, node in calls:
        first = node.args[0] if called == "re" and how in READERS else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
            flags = 0
            for word in re.findall(r"re\.(IGNORECASE|DOTALL|MULTILINE|ASCII)", ast.unparse(node)):
                flags |= getattr(re, word)
            if how != "compile" or first.value not in known(module):
                yield first.value, flags, how not in MATCHES


def known(module: ModuleType) -> set[object]:
    """Return the texts of the patterns that a module holds."""
    return {one.pattern for value in vars(module).values() for one in held(value)}


def of_the_field() -> Iterator[re.Pattern[Any]]:
    """Yield the patterns that are made from the phrases of the shipped field."""
    metrics = shipped()
    for attribute, how in vars(Metrics).items():
        if isinstance(how, cached_property):
            yield from held(getattr(metrics, attribute))


def sample(tree: Any) -> str:
    """Return a text that a parsed pattern matches, or nearly: each part once, the first of several, nothing of what is looked ahead for."""
    found = ""
    for op, value in tree:
        match str(op):
            case "LITERAL":
                found += chr(value)
            case "IN":
                found += next((char for char in 'a 1<([-.,x\n"' if re.match(f"(?:{bracket(value)})", char)), "")
            case "ANY" | "NOT_LITERAL":
                found += "a"
            case "BRANCH":
                found += sample(value[1][0])
            case "SUBPATTERN":
                found += sample(value[3])
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                found += sample(value[2])
            case "ATOMIC_GROUP":
                found += sample(value)
    return found


def bracket(members: list[tuple[Any, Any]]) -> str:
    """Return a parsed set of characters as a pattern again."""
    parts = ""
    for op, value in members:
        match str(op):
            case "NEGATE":
                parts += "^"
            case "LITERAL":
                parts += re.escape(chr(value))
            case "RANGE":
                parts += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
            case "CATEGORY":
                name = str(value).removeprefix("CATEGORY_").removeprefix("NOT_")
                letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name]
                parts += f"\\{letter.upper() if 'NOT_' in str(value) else letter}"
    return f"[{parts}]"


def attacks(pattern: str, size: int) -> Iterator[str]:
    """Yield long runs of what the pattern speaks of, each with an end that lets a match fail late."""
    words = {" ", "\n", "a", "A", "1", "-", ".", ",", "<", "(", "a ", "1 ", "a-", "a.", "((", " \n", "1,", "A.", "a,"}
    words |= set(re.findall(r"[^\w\s\\?+*{}|$^]", pattern)) | set(re.findall(r"\w{2,12}", pattern))
    words |= {f"{word} " for word in words if word.isalpha()}
    for literal in re.findall(r"[^\\?+*{}|$^()\[\]]{2,12}", pattern):
        words.add(literal)
    whole = sample(_parser.parse(pattern))
    for end in range(1, min(len(whole), MOST_BEGUN) + 1):
        words |= {whole[:end], f"{whole[:end]} "}
    for word in sorted(words):
        run = word * (size // len(word) + 1)
        yield run[:size] + "\x00"
        yield "a" + run[:size] + "!"


def seconds(rule: re.Pattern[Any], text: str, *, scanned: bool = True) -> float:
    """Return what it costs to find all matches and one at the beginning; that and the whole where it is only tried at one place."""
    subject = text.encode() if isinstance(rule.pattern, bytes) else text
    started = time.process_time()
    for _ in rule.finditer(subject) if scanned else ():
        pass
    rule.match(subject)
    if not scanned:
        rule.fullmatch(subject)
    return time.process_time() - started


def is_linear(rule: re.Pattern[Any], short: str, long: str, *, scanned: bool = True) -> bool:
    """Compare two sizes of one attack, the best of several where the machine was busy."""
    if seconds(rule, long, scanned=scanned) < MEASURABLE_S:
        return True
    return any(
        seconds(rule, long, scanned=scanned) < TOO_MUCH * max(seconds(rule, short, scanned=scanned), 1e-5) for _ in range(3)
    )


def judge(name: str, pipe: Connection) -> None:
    """Try each pattern of a module with each attack, within a bound on the processor that nothing can talk its way around."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    guilty = []
    for pattern, flags, scanned in dict.fromkeys(patterns(name)):
        rule = re.compile(pattern, flags)
        shown = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
        pipe.send(json.dumps(["trying", shown]))
        size = ITS_SIZE if len(shown) > LONG_PATTERN else SIZE
        for short, long in zip(attacks(shown, size), attacks(shown, LONGER * size), strict=True):
            if not is_linear(rule, short, long, scanned=scanned):
                guilty.append([shown, long[:12]])
                break
    pipe.send(json.dumps(["done", guilty]))


@pytest.mark.parametrize("name", modules())
def test_each_pattern_is_linear(name: str) -> None:
    """No text makes a pattern take the square of its length, and none keeps it for ever."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=judge, args=(name, theirs))
    process.start()
    theirs.close()
    word: list[object] = ["nothing tried"]
    try:
        while word[0] != "done":
            word = json.loads(ours.recv())
    except EOFError:
        pytest.fail(f"{name}: {word[-1]!r} was stopped after {CPU_S} s of processor time")
    finally:
        process.join()
    assert word[1] == [], f"{name}: these patterns are not linear, each with the text that shows it"


def test_a_pattern_that_is_not_linear_is_found() -> None:
    """The test can fail: a pattern of squares, and one of powers, are told from a plain one."""
    run = [f"a{' ' * size}!" for size in (SIZE, LONGER * SIZE)]
    assert not is_linear(re.compile(r"\s+$"), *run)
    assert is_linear(re.compile(r"\s++"), *run)


GROUP_REPEATED = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+")
"""A group that is repeated possessively: Python before 3.11.5 goes on after a part of it (python/cpython#106052), `(?>…)` does not."""


@pytest.mark.parametrize("name", modules())
def test_each_pattern_reads_alike_on_the_oldest_python(name: str) -> None:
    """No group is repeated possessively; one atomic group around it says the same."""
    texts = (p.decode("latin-1") if isinstance(p, bytes) else p for p, _, _ in patterns(name))
    assert [text for text in texts if GROUP_REPEATED.search(re.sub(r"\\.", "x", text))] == []
