"""Turns: one at a time, with a pause between two, for arXiv over all its hosts and all our processes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Event
from typing import TYPE_CHECKING

import pytest

from scout.config import HttpSettings
from scout.http.errors import RequestFailedError
from scout.http.ratelimit import ARXIV_S, CRAWL_DELAY_S, HostLimiter, RateLimiter, realm

if TYPE_CHECKING:
    from pathlib import Path

PAUSE = 0.1


def starts(limiters: list[HostLimiter]) -> list[float]:
    """Take one turn in each lane, all at once; return when each began."""

    def one(lane: HostLimiter) -> float:
        with lane.acquire(Event()):
            return lane._last

    with ThreadPoolExecutor(len(limiters)) as pool:
        return sorted(pool.map(one, limiters))


@pytest.mark.parametrize(
    "host", ["arxiv.org", "export.arxiv.org", "rss.arxiv.org", "OAIPMH.arxiv.org", "arxiv.org:8900", "export.arxiv.org."]
)
def test_arxivs_hosts_are_one(host: str) -> None:
    """Its API, RSS, OAI-PMH and pages share one queue of three seconds, which no setting makes faster."""
    limiters = RateLimiter(HttpSettings(pace_s={host: 0, "export.arxiv.org": 0}), None, pause_s=0)
    assert realm(host) == "arxiv.org"
    assert limiters.of(host) is limiters.of("export.arxiv.org")
    assert limiters.of(host).pause >= ARXIV_S


@pytest.mark.parametrize("host", ["notarxiv.org", "arxiv.org.example.com", "127.0.0.1:8900", "example.org"])
def test_others_are_not_arxiv(host: str) -> None:
    """A mirror or a stand-in counts as itself."""
    assert realm(host) == host


def test_a_pace_is_for_a_host_with_or_without_its_port() -> None:
    """`host:port` is looked for first, then `host`, then the pause for all."""
    limiters = RateLimiter(HttpSettings(pace_s={"A.example": 2, "a.example:81": 0, "b.example": 7}), None, pause_s=5)
    assert [limiters.of(host).pause for host in ("a.example", "a.example:81", "a.example:82", "b.example", "c.example")] == [
        2,
        0,
        2,
        7,
        5,
    ]


def test_turns_are_a_pause_apart() -> None:
    """However many threads want one, no two turns begin within the pause."""
    assert all(later - sooner >= PAUSE for sooner, later in pairwise(starts([HostLimiter(PAUSE)] * 4)))


def test_turns_hold_across_processes(tmp_path: Path) -> None:
    """Lanes that share nothing but the file, as two processes do, take turns all the same."""
    stamp = tmp_path / "pace"
    assert all(later - sooner >= PAUSE for sooner, later in pairwise(starts([HostLimiter(PAUSE, stamp) for _ in range(4)])))


@pytest.mark.parametrize("stamp", ["1e300", "inf", "nan", "", "soon", "-1"])
def test_a_strange_stamp_costs_one_pause_at_most(tmp_path: Path, stamp: str) -> None:
    """A stamp from before a restart, or one that is none, does not hold us up for ever."""
    (tmp_path / "pace").write_text(stamp, encoding="utf-8")
    before = time.monotonic()
    assert starts([HostLimiter(PAUSE, tmp_path / "pace")])[0] - before < 2 * PAUSE


def test_a_slow_connection_does_not_shorten_the_next_pause(tmp_path: Path) -> None:
    """The pause counts from when the request left, not from when its connection was begun."""
    one, other = HostLimiter(PAUSE, tmp_path / "pace"), HostLimiter(PAUSE, tmp_path / "pace")
    with one.acquire(Event()) as leaves:
        time.sleep(PAUSE / 2)
        leaves()
        left = time.monotonic()
    assert starts([other])[0] - left >= PAUSE - 0.01


def test_a_stop_ends_the_pause() -> None:
    """A run that was interrupted does not wait."""
    lane = HostLimiter(30)
    stopped = Event()
    stopped.set()
    before = time.monotonic()
    for _ in range(2):
        with lane.acquire(stopped):
            pass
    assert time.monotonic() - before < 1


def test_crawl_delay_slows_down_within_reason() -> None:
    """robots.txt can make us slower, never faster, and not by a day."""
    lane = HostLimiter(2)
    pauses = []
    for asked in (1, 5, 86_400):
        lane.slow_down(asked)
        pauses.append(lane.pause)
    assert pauses == [2, 5, CRAWL_DELAY_S]


def test_without_a_place_for_the_file_arxiv_is_not_asked(tmp_path: Path) -> None:
    """If the pace cannot be kept across processes, the sentence says so."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RequestFailedError, match="cannot be written"):
        RateLimiter(HttpSettings(), tmp_path / "file" / "below", pause_s=1).of("export.arxiv.org")
