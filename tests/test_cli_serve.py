"""`scout serve`: Datasette, read-only, for this machine alone."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys

import pytest
from served import serving
from terminal import Terminal, week_terminal

REFUSED = 421


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week, with its store under another name."""
    desk = week_terminal(tmp_path_factory.mktemp("week"))
    (desk.folder / "data" / "scout.db").rename(desk.folder / "mine.db")
    return desk


def status(port: int, *hosts: str) -> int:
    """Ask for the store's front page with these Host fields; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("GET", "/scout.json", skip_host=True)
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
    with serving(own, "mine.db") as port:
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


def test_serve_without_datasette_says_how_to_get_it(own: Terminal) -> None:
    """The command that adds it to this environment; without a store there is nothing to serve."""
    code = "import sys; sys.modules['datasette'] = None; from scout.cli import main; main()"
    words = [sys.executable, "-c", code, "serve", "--db", "mine.db"]
    ran = subprocess.run(words, cwd=own.folder, env=own.environment(), capture_output=True, text=True, timeout=120, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert re.search(r"python\S* -m pip install '?(?:datasette|/.*\[serve\])", ran.stderr)
    assert own("serve", "--db", "none.db").code == 3


def test_a_port_that_is_taken_is_one_sentence(own: Terminal) -> None:
    """Nothing is served, and the message names the option."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = own("serve", "--db", "mine.db", "--port", str(taken.getsockname()[1]))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("scout: --port ")
    assert ran.err.count("\n") == 1


def test_one_request_may_not_take_all_memory(own: Terminal) -> None:
    """A query for gigabytes within one function of SQLite fails alone, and the next one is answered."""
    pytest.importorskip("datasette", reason="the extra `serve` is not installed")
    with serving(own, "mine.db") as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/scout.json?sql=select+length(hex(zeroblob(900000000)))")
        assert connection.getresponse().status >= 400
        connection.close()
        assert status(port, "localhost") == 200
