"""The tutorial is typed line by line, offline, against a week of the databases field; what it shows is what comes."""

from __future__ import annotations

import re
import shlex
import subprocess
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import databases_week
from terminal import Terminal

from scout.reports.scaffold import SLOTS

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).parent.parent / "docs" / "tutorial.md").read_text(encoding="utf-8")
AUTHOR = {f"GIT_{who}_{what}": "somebody@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def steps() -> Iterator[tuple[str, str]]:
    """Yield what the page tells to do, in its order: a command with what it shows, or a line to change into another."""
    for language, block in re.findall(r"(?ms)^```(console|diff)\n(.*?)^```$", PAGE):
        if language == "diff":
            before, after = block.splitlines()
            yield f"edit {before[1:]}", after[1:]
        else:
            yield from (
                (command, shown) for command, _, shown in (one.partition("\n") for one in re.split(r"(?m)^\$ ", block)[1:])
            )


def agrees(shown: str, real: str) -> bool:
    """Return whether a page's output is the real one, where `…` stands for anything."""
    first, *rest = shown.strip("\n").split("…")
    real = real.strip("\n")
    if not rest:
        return real == first
    at, end = len(first), len(real) - len(rest[-1])
    for part in rest[:-1]:
        found = real.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return real.startswith(first) and real.endswith(rest[-1]) and at <= end


def test_output_agrees_only_with_itself() -> None:
    """The dots stand for anything, the rest for itself and in its order."""
    assert agrees("a\n…\nd\n", "a\nb\nc\nd\n")
    assert agrees("a…", "a b")
    assert agrees("", "")
    assert not agrees("a\n…\nd\n", "a\nc\n")
    assert not agrees("b…", "a\nb")
    assert not agrees("a", "a\nb")
    assert not agrees("ab…bc", "abc")


def typed(desk: Terminal, command: str) -> str:
    """Run one command in the folder; return what a terminal shows: without the times that a file's log has."""
    if command.startswith("scout "):
        ran = desk(*shlex.split(command)[1:], COLUMNS="80")
        assert ran.code == (1 if "error [" in ran.out else 0), (command, ran.err)
        return ran.out + re.sub(r"(?m)^\d{4}-\d\d-\d\dT\S+ ", "", ran.err)
    with chdir(desk.folder):
        ran_ = subprocess.run(
            shlex.split(command), capture_output=True, text=True, check=True, timeout=60, env=desk.environment(**AUTHOR)
        )
    return ran_.stdout


def test_the_tutorial_can_be_followed(tmp_path: Path) -> None:
    """Each command does what the page shows, each line to be changed is in the draft, and a report is committed at its end."""
    desk, done = Terminal(tmp_path), []
    with databases_week.served() as mirror:
        for command, shown in steps():
            word, _, rest = command.partition(" ")
            done.append(word)
            match word:
                case "pipx":
                    continue
                case "cd":
                    desk = Terminal(tmp_path / rest)
                    desk.write("feeds.yaml", f"{(desk.folder / 'feeds.yaml').read_text(encoding='utf-8')}\n{mirror}")
                case "edit":
                    draft = (desk.folder / "draft.md").read_text(encoding="utf-8")
                    assert f"\n{rest}\n" in draft, rest
                    draft = draft.replace(f"\n{rest}\n", f"\n{shown}\n", 1)
                    desk.write("draft.md", SLOTS.sub("A sentence of judgement.", draft))  # "write the others too"
                case _:
                    real = typed(desk, command)
                    assert agrees(shown, real), f"{command}\n{real}"
    assert done.count("scout") == 12
    tracked = subprocess.run(["git", "ls-files"], cwd=desk.folder, capture_output=True, text=True, check=True, timeout=60).stdout
    assert {"feeds.yaml", "reports/2026-05-24.md"} <= set(tracked.split())
    assert "it changes nothing in what we run" in (desk.folder / "reports/2026-05-24.md").read_text(encoding="utf-8")
