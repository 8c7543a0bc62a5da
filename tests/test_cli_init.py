"""The first minute: a new report's folder, which files are in use, completion, extras, and the wheel that brings it all."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from terminal import Terminal

from scout.cli import extras

ROOT = Path(__file__).parent.parent
WORKFLOWS = {f".github/workflows/{name}.yml" for name in ("scout", "scout-check", "scout-comment")}
FILES = {"feeds.yaml", ".gitignore", "README.md", "reports/README.md", *WORKFLOWS}


class Typed(io.StringIO):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


# -- init -------------------------------------------------------------------------------------------------------------------
def test_a_new_report_is_ready_to_commit(tmp_path: Path) -> None:
    """Git takes all of it, the store never; the commands find their files without options."""
    desk = Terminal(tmp_path)
    ran = desk("init", "week", "--topic", "databases")
    assert (ran.code, ran.out, set(Terminal(tmp_path / "week").files())) == (0, "", FILES)
    there = Terminal(tmp_path / "week")
    assert there("sources", "list").code == 0
    there.write("data/scout.db", "the store")
    subprocess.run(["git", "init", "-q", "."], cwd=there.folder, check=True)
    subprocess.run(["git", "add", "."], cwd=there.folder, check=True)
    held = subprocess.run(["git", "ls-files"], cwd=there.folder, check=True, capture_output=True, text=True).stdout.split()
    assert set(held) == FILES


def test_what_is_there_stays(tmp_path: Path) -> None:
    """A file of one's own is kept and told, a link that leads nowhere too; a second start changes nothing."""
    desk = Terminal(tmp_path)
    desk.write("feeds.yaml", "sources: []\n")
    (tmp_path / "README.md").symlink_to("nowhere")
    ran = desk("init", "--topic", "robotics")
    assert ran.code == 0
    assert "kept, it is there already: feeds.yaml" in ran.err
    assert (tmp_path / "feeds.yaml").read_text() == "sources: []\n"
    assert not (tmp_path / "nowhere").exists()
    before = desk.files()
    again = desk("init", "--topic", "security")
    assert (again.code, desk.files()) == (0, before)
    assert "made" not in again.err


def test_a_dry_run_makes_nothing(tmp_path: Path) -> None:
    """It names the files; the folder is not made."""
    ran = Terminal(tmp_path)("init", "week", "--topic", "caching", "--dry-run")
    assert ran.code == 0
    assert {line.removeprefix("would make week/") for line in ran.err.splitlines()} == FILES
    assert not (tmp_path / "week").exists()


def test_it_asks_where_somebody_can_answer(tmp_path: Path) -> None:
    """On a terminal it asks, with a field to begin with; elsewhere it says what to give, and a wrong answer makes nothing."""
    assert "--topic is needed" in Terminal(tmp_path)("init", "a").err
    assert Terminal(tmp_path)("init", "a", stdin=Typed("cooking\n")).code == 2
    assert not (tmp_path / "a").exists()
    ran = Terminal(tmp_path)("init", "a", stdin=Typed("security\n"))
    assert (ran.code, "robotics: manipulation" in ran.err) == (0, True)
    assert "Weekly Security Report" in (tmp_path / "a" / "README.md").read_text()
    (tmp_path / "file").write_text("")
    assert "is a file" in Terminal(tmp_path)("init", "file", "--topic", "caching").err


# -- config, completion, extras ---------------------------------------------------------------------------------------------
def test_config_says_which_files_are_used_and_why(tmp_path: Path) -> None:
    """The option, the environment or the default; whether it is there; never the token itself."""
    desk = Terminal(tmp_path)
    desk.write("env.yaml", "sources: []\n")
    rows = desk(
        "config", "--format", "json", "--db", "mine.db", SCOUT_CONFIG="env.yaml", SCOUT_DB="e.db", GITHUB_TOKEN="secret-word"
    ).json
    told = {row["what"]: (Path(row["value"]).name, row["why"], row["there"]) for row in rows}
    assert told["feeds.yaml"] == ("env.yaml", "SCOUT_CONFIG", True)
    assert told["store"] == ("mine.db", "--db", False)
    assert told["GitHub token"] == ("set", "GITHUB_TOKEN", True)
    assert "secret-word" not in str(rows)
    lines = desk("--config", "typed.yaml", "config").out
    assert f"feeds.yaml: {tmp_path / 'typed.yaml'} (--config, not there yet)" in lines
    assert "store: " in lines
    assert "(the default, in this folder, not there yet)" in lines


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes(shell: str, tmp_path: Path) -> None:
    """Each shell gets a script that asks scout, and scout answers with commands."""
    script = Terminal(tmp_path)("completion", shell)
    assert (script.code, script.err) == (0, "")
    assert "_SCOUT_COMPLETE=complete_" in script.out
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script.out, text=True, check=True)
    asked = {
        "_SCOUT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "scout pub",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_ARGS": "scout pub",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    assert "publish" in Terminal(tmp_path).process(**asked).out


def test_the_hint_for_an_extra_is_for_the_environment_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipx and uv keep an environment for the program, which their own commands reach; else pip of this very Python."""
    stated = Message()
    for extra in ("serve", "all"):
        stated["Provides-Extra"] = extra
    for needed in (
        'datasette<1,>=0.65; extra == "serve"',
        'scout-lit[serve]; extra == "all"',
        "httpx",
        'tomli; python_version < "3"',
    ):
        stated["Requires-Dist"] = needed
    monkeypatch.setattr(extras, "metadata", lambda _: stated)
    assert extras.requirements() == {"serve": ("datasette<1,>=0.65",)}
    pipx = extras.how_to_install("serve", prefix="/home/u/.local/share/pipx/venvs/scout-lit")
    assert pipx == "pipx inject scout-lit 'datasette<1,>=0.65'"
    uv = extras.how_to_install("serve", prefix="/home/u/.local/share/uv/tools/scout-lit", python="/p/python")
    assert uv == "uv pip install --python /p/python 'datasette<1,>=0.65'"
    assert (
        extras.how_to_install("serve", prefix="/venv", python="/my env/python")
        == "'/my env/python' -m pip install 'datasette<1,>=0.65'"
    )
    monkeypatch.setattr(extras, "metadata", lambda _: Message())
    assert extras.how_to_install("serve", prefix="/venv", python="python") == f"python -m pip install '{ROOT}[serve]'"


def test_the_wheel_has_what_it_needs(tmp_path: Path) -> None:
    """Built and unpacked elsewhere it starts a report and runs `--version`; it has no tests, and goes by a name that is free."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("scout_lit-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
        names = set(packed.namelist())
    ours = {
        str(path.relative_to(ROOT)) for path in (ROOT / "scout").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= names
    assert not [name for name in names if not name.startswith(("scout/", "scout_lit-"))]
    metadata = next(name for name in names if name.endswith("METADATA"))
    assert re.search(r"Requires-Dist: datasette\b.*extra == 'all'", (tmp_path / "site" / metadata).read_text())
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site")}
    words = [sys.executable, "-m", "scout", "init", "week", "--topic", "llm-agents"]
    subprocess.run(words, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "week" / "feeds.yaml").exists()
    where = subprocess.run(
        [sys.executable, "-c", "import scout; print(scout.__file__)"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(tmp_path))
