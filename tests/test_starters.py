"""What `scout init` starts a report with: each field's feeds.yaml is valid, asks real kinds of places, and reads what they answer."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from terminal import Terminal

from scout import config
from scout.config import starters
from scout.errors import UsageError
from scout.sources.workspace import load_workspace
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDED = Path(__file__).parent / "recorded"
FIELDS = tuple(starters.topics())
TITLES = {
    "caching": "Prefix Caching for Agents: Reusing the KV Cache across Requests",
    "databases": "Learned Cardinality Estimation in a Query Optimizer",
    "robotics": "A Diffusion Policy for Dexterous Manipulation",
    "security": "Speculative Execution Side Channels in Cloud Hosts",
    "llm-agents": "A Tool-Calling Benchmark for LLM Agents with Long-Term Memory",
}
ANSWERS = {
    "/api/query": ("arxiv/last-page-of-a-span.atom", "application/atom+xml"),
    "/releases": ("github_releases/list-of-releases.json", "application/json"),
    "/search_by_date": ("hackernews/nothing-found.json", "application/json"),
    "": ("feed/rss20-whole.xml", "application/rss+xml"),
}
"""What stands in for each place, by a part of the address: answers that were recorded from places of that kind."""


class Recorded(BaseHTTPRequestHandler):
    """Answers as a place of the address's kind did."""

    def do_GET(self) -> None:
        """Answer with the recorded body."""
        file, kind = next(found for part, found in ANSWERS.items() if part in self.path)
        body = b"User-agent: *\nAllow: /\n" if self.path == "/robots.txt" else (RECORDED / file).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep stderr for what fails."""


@pytest.fixture
def served() -> Iterator[str]:
    """Serve the recorded answers on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def hosts(sources: list[dict[str, Any]]) -> set[str]:
    """Return the hosts that a feeds.yaml asks."""
    found = {"export.arxiv.org", "api.github.com", "hn.algolia.com", "github.com"}
    return found | {source["url"].split("/")[2] for source in sources if "url" in source}


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_watched_in_several_ways(field: str) -> None:
    """Valid to the last option; papers, releases and posts; both sections; https alone; topics that know a title of the field."""
    text = starters.starter(field)["feeds.yaml"]
    workspace = load_workspace(config.parse(text), validate=True)
    assert {"arxiv", "github_releases", "feed"} <= {source.kind for source in workspace.sources}
    assert {"A", "B"} <= {str(one.source.section.value) for one in workspace.sources}
    assert len(workspace.sources) >= 8
    assert workspace.config.report.history == ("reports",)
    for source in yaml.safe_load(text)["sources"]:
        assert source.get("url", "https://").startswith("https://")
        assert all(re.fullmatch(r"[\w.-]+/[\w.-]+", repo) for repo in source.get("repos", ()))
        assert all(re.fullmatch(r"[a-z-]+\.[A-Z]{2}", category) for category in source.get("categories", ()))
    matcher = TopicMatcher(workspace.config.topics)
    known = {other for other, title in TITLES.items() if matcher.in_text(title)}
    assert field in known


@pytest.mark.parametrize("field", FIELDS)
def test_each_source_reads_what_such_places_answer(field: str, tmp_path: Path, served: str) -> None:
    """Collected through the recorded answers of each kind, every source of a new report is read, and a draft comes of it."""
    desk = Terminal(tmp_path)
    assert desk("init", "--topic", field).code == 0
    feeds = yaml.safe_load((tmp_path / "feeds.yaml").read_text(encoding="utf-8"))
    feeds["http"] = {
        "allow_hosts": [served],
        "mirror": dict.fromkeys(hosts(feeds["sources"]), f"http://{served}"),
        "pace_s": {served: 0},
    }
    desk.write("feeds.yaml", json.dumps(feeds))
    days = ("--since", "2026-05-18", "--until", "2026-05-24")
    assert desk("collect", *days).code == 0
    told = {row["source"]: (row["outcome"], row["why"]) for row in desk("status", "--format", "json").json}
    assert {name: why for name, (outcome, why) in told.items() if outcome not in ("ok", "empty")} == {}
    assert len(told) == len(feeds["sources"])
    assert "## References" in desk("draft", *days).out


def test_a_field_that_is_none_is_told_with_the_nearest() -> None:
    """A near miss is named; else all fields are."""
    with pytest.raises(UsageError, match="did you mean 'databases'"):
        starters.starter("database")
    with pytest.raises(UsageError, match="known are caching, databases, llm-agents, robotics, security"):
        starters.starter("cooking")
