"""The how-to pages can be followed: each command is typed against the embedded week."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import EARLIER, WEEK, live_week

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("page", ["adding-sources", "steering", "pull-requests", "moving"])
def test_a_how_to_page_can_be_followed(page: str, tmp_path: Path) -> None:
    """Every command does its work; only a check may have findings."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    commands = [line[2:] for block in re.findall(r"(?ms)^```console\n(.*?)^```$", text) for line in block.splitlines()]
    assert commands
    with live_week(tmp_path) as desk:
        assert desk("reports", "add", EARLIER).code == 0
        assert desk("collect", *WEEK).code == 0
        for words in (
            ["init", "--quiet"],
            ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x"],
        ):
            subprocess.run(["git", *words], cwd=tmp_path, check=True, timeout=60)
        for command in commands:
            typed, _, file = command.partition(" > ")
            program, *words = shlex.split(typed)
            if program in {"python3", "mv"}:
                subprocess.run(
                    [sys.executable if program == "python3" else program, *words], cwd=tmp_path, check=True, timeout=60
                )
                continue
            ran = desk(*words)
            assert ran.code in ((0, 1) if words[0] == "check" else (0,)), (command, ran.err)
            assert "scout:" not in ran.err, (command, ran.err)
            if file:
                desk.write(file, ran.out)
