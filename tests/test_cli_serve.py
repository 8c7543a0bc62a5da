"""`scout serve`: Datasette, read-only, for this machine alone."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal, week_terminal

from scout.cli.serve import MEMORY_BYTES, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOW = """#!/bin/sh
ulimit -v >&2
printf '%s\\n' "$@"
cat
"""
"""A program in Datasette's place, which shows what it was given."""
REFUSED = 421
RUNNING = re.compile(r"running on http://127\.0\.0\.1:(\d+)")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week, with its store under another name."""
    desk = week_terminal(tmp_path_factory.mktemp("week"))
    (desk.folder / "data" / "scout.db").rename(desk.folder / "mine.db")
    return desk


def without_datasette(desk: Terminal, *words: str, path: str) -> subprocess.CompletedProcess[str]:
    """Run scout by a Python that has no program of Datasette's beside it."""
    python = desk.folder / "python" / "python"
    python.parent.mkdir(exist_ok=True)
    if not python.exists():
        python.symlink_to(sys.executable)
    environment = desk.environment(PATH=path, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    ran = [str(python), "-m", "scout", *words]
    return subprocess.run(ran, cwd=desk.folder, env=environment, capture_output=True, text=True, timeout=120, check=False)


@contextmanager
def served(desk: Terminal) -> Iterator[int]:
    """Serve the store with the real Datasette, on a port that the system chooses; yield the port."""
    words = [sys.executable, "-m", "scout", "serve", "--db", "mine.db", "--port", "0"]
    environment = desk.environment(PYTHONWARNINGS="ignore")
    with subprocess.Popen(words, cwd=desk.folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            yield next(int(found[1]) for line in process.stderr if (found := RUNNING.search(line)))
        finally:
            process.kill()


def status(port: int, *hosts: str) -> int:
    """Ask for the store's front page with these Host fields; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("GET", "/mine.json", skip_host=True)
    for host in hosts:
        connection.putheader("Host", host)
    connection.endheaders()
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_serve_answers_no_foreign_name(own: Terminal) -> None:
    """A page whose own name leads to this machine (DNS rebinding) reads nothing; the machine's own names do, behind any port."""
    pytest.importorskip("datasette", reason="the extra `serve` is not installed")
    with served(own) as port:
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", "127.0.0.1:9000"):
            assert status(port, host) == 200, host
        for host in (
            "evil.test", f"evil.test:{port}", "127.0.0.1.evil.test", "localhost.evil.test", "evil.test:127.0.0.1", "0.0.0.0",
            "127.0.0.1:80:evil.test", "user@127.0.0.1", "", "[::1]", "127.0.0.1@evil.test", "localhost:²",
        ):  # fmt: skip
            assert status(port, host) != 200, host
        assert status(port, "evil.test") == REFUSED
        assert status(port, f"127.0.0.1:{port}", "evil.test") != 200
        assert status(port) != 200


def test_serve_starts_datasette_read_only_on_this_machine(own: Terminal) -> None:
    """It gets the store as one that may change while it is shown, and the ready queries under the name that the store's file has."""
    program = own.write("bin/datasette", SHOW)
    program.chmod(0o755)
    ran = without_datasette(own, "serve", "--db", "mine.db", "--port", "8002", path=f"{program.parent}:/usr/bin:/bin")
    assert ran.returncode == 0
    assert ran.stderr == f"http://127.0.0.1:8002 shows mine.db; stop it with Ctrl-C\n{MEMORY_BYTES // 1024}\n"
    words, _, metadata = ran.stdout.partition("{")
    asked = words.split()
    assert asked[:8] == ["serve", "mine.db", "--metadata", "-", "--host", "127.0.0.1", "--port", "8002"]
    assert asked[8] == "--plugins-dir"
    assert asked[10:] == list(SETTINGS)
    assert '"mine": {"queries": {' in metadata


def test_serve_without_datasette_says_how_to_get_it(own: Terminal) -> None:
    """The command that adds it to this environment; without a store there is nothing to serve."""
    ran = without_datasette(own, "serve", "--db", "mine.db", path="/nowhere")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert re.search(r"python\S* -m pip install '?(?:datasette|/.*\[serve\])", ran.stderr)
    assert own("serve", "--db", "none.db").code == 3
