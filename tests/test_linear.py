"""Every pattern that reads outside text is linear: four times the text takes about four times the steps, whatever the text."""

from __future__ import annotations

import ast
import json
import multiprocessing
import re
import resource
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import scout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

PACKAGE = Path(scout.__file__).parent
ROOMS = ("text", "syndication", "htmlpage", "dates", "identity", "tex", "opml", "sources")
"""The rooms that read what servers send, while others wait. `challenge` reads a head of bounded size."""
BOUNDED = ("scout.sources.github_releases",)  # its addresses and headers are short: the door bounds them
READERS = {"compile", "sub", "match", "search", "findall", "split", "fullmatch", "finditer", "subn"}
SIZE = 1_000
LONGER = 4
TOO_MUCH = 10.0
"""Four times the text in less than ten times the time is linear; a square would take sixteen times."""
MEASURABLE_S = 0.02
CPU_S = 30
Pattern = tuple[str | bytes, int]


def modules() -> list[str]:
    """Return the dotted names of the modules in these rooms."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(("scout", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        if len(name.split(".")) > 1 and name.split(".")[1] in ROOMS and name not in BOUNDED:
            found.append(name)
    return found


def patterns(name: str) -> Iterator[Pattern]:
    """Yield the patterns of a module: those that it has compiled, and those that stand in its calls of `re`."""
    module = import_module(name)
    for value in vars(module).values():
        held = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
        yield from ((one.pattern, one.flags) for one in held if isinstance(one, re.Pattern))
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and ast.unparse(called.value) == "re" and called.attr in READERS:
            assert isinstance(node, ast.Call)
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                flags = 0
                for word in re.findall(r"re\.(IGNORECASE|DOTALL|MULTILINE|ASCII)", ast.unparse(node)):
                    flags |= getattr(re, word)
                yield first.value, flags


def attacks(pattern: str, size: int) -> Iterator[str]:
    """Yield long runs of what the pattern speaks of, each with an end that lets a match fail late."""
    words = {" ", "\n", "a", "A", "1", "-", ".", ",", "<", "(", "a ", "1 ", "a-", "a.", "((", " \n", "1,", "A.", "a,"}
    words |= set(re.findall(r"[^\w\s\\?+*{}|$^]", pattern)) | set(re.findall(r"\w{2,12}", pattern))
    words |= {f"{word} " for word in words if word.isalpha()}
    for literal in re.findall(r"[^\\?+*{}|$^()\[\]]{2,12}", pattern):
        words.add(literal)
    for word in sorted(words):
        run = word * (size // len(word) + 1)
        yield run[:size] + "\x00"
        yield "a" + run[:size] + "!"


def seconds(rule: re.Pattern[Any], text: str) -> float:
    """Return what it costs to find all matches, and one at the beginning."""
    subject = text.encode() if isinstance(rule.pattern, bytes) else text
    started = time.process_time()
    for _ in rule.finditer(subject):
        pass
    rule.match(subject)
    return time.process_time() - started


def is_linear(rule: re.Pattern[Any], short: str, long: str) -> bool:
    """Compare two sizes of one attack, the best of several where the machine was busy."""
    if seconds(rule, long) < MEASURABLE_S:
        return True
    return any(seconds(rule, long) < TOO_MUCH * max(seconds(rule, short), 1e-5) for _ in range(3))


def judge(name: str, pipe: Connection) -> None:
    """Try each pattern of a module with each attack, within a bound on the processor that nothing can talk its way around."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    guilty = []
    for pattern, flags in dict.fromkeys(patterns(name)):
        rule = re.compile(pattern, flags)
        shown = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
        pipe.send(json.dumps(["trying", shown]))
        for short, long in zip(attacks(shown, SIZE), attacks(shown, LONGER * SIZE), strict=True):
            if not is_linear(rule, short, long):
                guilty.append([shown, long[:12]])
                break
    pipe.send(json.dumps(["done", guilty]))


@pytest.mark.parametrize("name", modules())
def test_each_pattern_is_linear(name: str) -> None:
    """No text makes a pattern take the square of its length, and none keeps it for ever."""
    if not any(True for _ in patterns(name)):
        return
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
