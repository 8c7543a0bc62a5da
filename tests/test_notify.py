"""`scout run --notify`: what is told to a real service on loopback, and that nothing of it fails the week."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from terminal import live_week

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def service(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve what Apprise's `json://` posts to, and yield its address and what came."""
    came: list[dict[str, Any]] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep stderr for what fails."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://user:secret-word@127.0.0.1:{server.server_port}/", came
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_drafted_week_is_told(tmp_path: Path, by: str) -> None:
    """The draft's whole path, its entries, and each source that was not seen; a week that is reported already is not told."""
    with live_week(tmp_path) as desk, service() as (url, came):
        words, environment = (("--notify", url), {}) if by == "option" else ((), {"SCOUT_NOTIFY": url})
        ran = desk("run", "--until", "2026-05-24", "--quiet", *words, **environment)
        assert (ran.code, "notif" in ran.err) == (0, False)
        (told,) = came
        assert told["title"] == "scout: the week to 2026-05-24 is drafted"
        assert f"{tmp_path}/data/draft-2026-05-24.md: " in told["message"]
        assert "challenging-vendor: blocked" in told["message"]
        draft = (tmp_path / "data" / "draft-2026-05-24.md").read_bytes()
        desk.write("report.md", draft)
        assert desk("reports", "add", "report.md").code == 0
        assert "nothing to do" in desk("run", "--until", "2026-05-24", *words, **environment).err
        assert len(came) == 1


def test_a_notification_that_fails_fails_nothing_and_is_said(tmp_path: Path) -> None:
    """Refused, not there, or no address at all: each is said in order, no password is, and the last good one is reached."""
    with live_week(tmp_path) as desk, service(500) as (refusing, _), service() as (good, came):
        urls = (refusing, "json://user:secret-word@127.0.0.1:9/", "secret-word", "nonsense://secret-word", good)
        ran = desk("run", "--until", "2026-05-24", "--quiet", *(word for url in urls for word in ("--notify", url)))
        assert (ran.code, len(came)) == (0, 1)
        said = [line.split("Z ", 1)[1] for line in ran.err.splitlines() if "notif" in line]
        assert said == [
            "--notify, address 1 (json://…): not notified: it cannot be reached, or refused it",
            "--notify, address 2 (json://…): not notified: it cannot be reached, or refused it",
            "--notify, address 3: not notified: Apprise knows no such address",
            "--notify, address 4 (nonsense://…): not notified: Apprise knows no such address",
        ]
        assert "secret-word" not in ran.err
        assert (tmp_path / "data" / "draft-2026-05-24.md").exists()


def test_where_apprise_is_missing_the_week_is_drafted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that installs it is said."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with live_week(tmp_path) as desk:
        ran = desk("run", "--until", "2026-05-24", "--quiet", "--notify", "json://127.0.0.1/")
    assert (ran.code, "--notify needs Apprise; install it with: " in ran.err) == (0, True)
    assert (tmp_path / "data" / "draft-2026-05-24.md").exists()
