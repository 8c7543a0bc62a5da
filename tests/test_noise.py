"""stderr is for sentences: no library speaks there, whatever the outside world sends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from scout.demo.server import Replay, Reply

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
http: {{allow_hosts: ["{host}"], timeout_s: 5, pace_s: {{"{host}": 0}}}}
sources:
  - {{name: venue, kind: program, format: eurosys, url: "http://{host}/listing"}}
  - {{name: labs, kind: page, item: li, url: "http://{host}/listing"}}
"""


def test_only_scout_speaks_on_stderr(tmp_path: Path) -> None:
    """A page that is XML makes a parser warn its programmer, which is nothing to the user."""
    routes = {"/listing": Reply(body=b"<?xml version='1.0'?><rss><channel><item/></channel></rss>", content_type="text/html")}
    with Replay(routes) as server:
        (tmp_path / "feeds.yaml").write_text(CONFIG.format(host=server.host), encoding="utf-8")
        command = [sys.executable, "-m", "scout", "collect", "--quiet", "--config", "feeds.yaml", "--db", "s.db"]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    lines = [re.sub(r"^20\S+Z ", "", line) for line in done.stderr.splitlines() if line]
    assert lines
    assert [line for line in lines if not line.startswith(("not seen: ", "scout: every source failed"))] == []


def test_the_help_loads_no_more_than_it_shows() -> None:
    """The commands are named without the values, the store or the network behind them."""
    program = "import scout.cli, sys; print(*(name for name in sys.modules if name.startswith('scout.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {name.split(".")[1] for name in done.stdout.split()} <= {"cli", "errors", "text", "demo", "config"}


def test_a_library_that_logs_is_silent() -> None:
    """What a parser says to its programmer of a hostile file is not said to the user, in no form."""
    program = "import logging, sys\nfrom scout.cli import main\nsys.argv = ['scout', '--version']\n"
    program += "try: main()\nexcept SystemExit: logging.getLogger('pypdf').warning('a broken table')\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("scout ")
    assert not done.stderr
