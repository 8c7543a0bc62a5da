"""A terminal for tests: `scout` as a user types it, in a folder of its own, with the embedded week at hand.

desk = Terminal(tmp_path)                 an empty folder
desk = week_terminal(tmp_path)            feeds.yaml, the collected store, and the earlier report, already in the ledger
ran = desk("draft", *WEEK)                the exit code and both streams; nothing of it touches the real ones
"""

from __future__ import annotations

import atexit
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from unittest.mock import patch

from jsonschema import Draft202012Validator

from scout import demo
from scout.cli import main, options
from scout.cli.check import NOT_LOOKED_UP
from scout.model import Result
from scout.model.reading import ParsedText, Reading, TextSection
from scout.pipeline import schema
from scout.store import open_store, readings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WEEK = ("--since", "2026-05-18", "--until", "2026-05-24")
EARLIER = "reports/weekly-cache-report-2026-05-17.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stdout says, as JSON: strictly, without NaN and Infinity."""

        def refuse(word: str) -> None:
            raise ValueError(f"{word} is no JSON")

        return json.loads(self.out, parse_constant=refuse)

    @property
    def rows(self) -> list[str]:
        """The lines of a table, without its head."""
        return self.out.splitlines()[2:]


@dataclass(frozen=True, slots=True)
class Terminal:
    """A folder to type in. The clock stands on the Tuesday after the embedded week; the environment holds nothing of the user's."""

    folder: Path

    def __call__(self, *words: str, stdin: str | io.StringIO = "", **environment: str) -> Ran:
        """Run one command in this process, through the same `main` as the installed program."""
        out = io.StringIO()
        code, err = self.into(out, *words, stdin=stdin, environment=environment)
        ran = Ran(code=code, out=out.getvalue(), err=err)
        if ("--format", "json") in pairwise(words) or "--format=json" in words:
            _hold_to_schema(words, ran)
        return ran

    def into(
        self, stdout: TextIO, *words: str, stdin: str | io.StringIO = "", environment: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Run one command whose product goes into a stream; return its exit code and what it said."""
        err = io.StringIO()
        with (
            chdir(self.folder),
            redirect_stdout(stdout),
            redirect_stderr(err),
            patch.multiple(sys, argv=["scout", *words], stdin=io.StringIO(stdin) if isinstance(stdin, str) else stdin),
            patch.dict(os.environ, self.environment(**(environment or {})), clear=True),
            patch.object(options, "now", lambda: demo.NOW),
        ):
            code = _code(words)
        return code, err.getvalue()

    def process(self, *words: str, stdin: str = "", **environment: str) -> Ran:
        """Run one command as a process of its own: real streams, real exit, the real clock."""
        done = subprocess.run(
            [sys.executable, "-m", "scout", *words],
            cwd=self.folder, env=self.environment(**environment), input=stdin, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment without anything of the user's; caches go into the folder."""
        kept = {
            name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "LANG", "HOME", "VIRTUAL_ENV")
        }
        kept |= {name: value for name, value in os.environ.items() if name.startswith("COV")}
        return kept | {"COLUMNS": "160", "XDG_CACHE_HOME": str(self.folder / ".cache"), "PYTHONWARNINGS": "error", **more}

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def files(self) -> dict[str, bytes]:
        """Return all files of the folder but caches: by name, what they hold."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and ".cache" not in path.parts)
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found if not path.name.endswith(".lock")}


_WORDS = {word for name in schema.ANSWERS for word in name.split()}


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema.schema(name))


def _hold_to_schema(words: tuple[str, ...], ran: Ran) -> None:
    """Hold every JSON that any test sees to its published schema; what failed says so by the error object, last on stderr."""
    if ran.code > 1 and ran.code != NOT_LOOKED_UP:
        _validator("error").validate(json.loads(ran.err.splitlines()[-1]))
    if not ran.out:
        return
    typed = [word for word in words if word in _WORDS]
    names = ("shortlist explain",) if "--explain" in words else (" ".join(typed[:2]), typed[0])
    name = next(name for name in names if name in schema.ANSWERS)
    _validator(name).validate(ran.json)


def _code(words: tuple[str, ...]) -> int:
    try:
        main()
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else 0 if exc.code is None else 1
    raise AssertionError(f"scout {' '.join(words)} came back without an exit")


@cache
def _collected() -> Path:
    """Collect the embedded week once a process, by the commands themselves."""
    folder = Path(tempfile.mkdtemp(prefix="scout-week-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    desk = Terminal(folder)
    desk.write(EARLIER, demo.report())
    with demo.served() as base:
        desk.write("feeds.yaml", demo.config(base))
        assert desk("reports", "add", EARLIER).code == 0
        assert desk("collect", *WEEK).code == 0
    return folder


def week_terminal(folder: Path) -> Terminal:
    """Return a terminal in a copy of the collected week; its sources are no longer served."""
    shutil.copytree(_collected(), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".cache"))
    return Terminal(folder)


PAPER = "arxiv:2605.22850"
SENTENCE = "On the Azure trace we measure a p99 latency of 212 ms, 2.4x lower than vLLM on one node."
OPENED = "https://arxiv.org/html/2605.22850v1#S4:~:text=On%20the%20Azure%20trace%20we,than%20vLLM%20on%20one%20node."


def with_reading(desk: Terminal) -> Terminal:
    """Put a reading of PAPER into a terminal's store, whose evaluation has SENTENCE; the page opens there at OPENED."""
    sections = (
        TextSection(heading="1 Introduction", text="We present a store for a KV cache.\n\n" + "It is long. " * 2000),
        TextSection(heading="4 Evaluation", text=SENTENCE, anchor="S4"),
    )
    read = Reading(
        item_id=PAPER, result=Result.OK, read=datetime(2026, 5, 25, tzinfo=UTC), form="arxiv-html",
        url="https://arxiv.org/html/2605.22850v1", text=ParsedText(title="ObjectCache", sections=sections),
    )  # fmt: skip
    with open_store(desk.folder / "data" / "scout.db", write="a test") as store, store.writing() as conn:
        readings.put(conn, read)
    return desk


@contextmanager
def live_week(folder: Path) -> Iterator[Terminal]:
    """Serve the week, and yield a terminal whose feeds.yaml asks it; nothing is collected yet."""
    desk = Terminal(folder)
    desk.write(EARLIER, demo.report())
    with demo.served() as base:
        desk.write("feeds.yaml", demo.config(base))
        yield desk
