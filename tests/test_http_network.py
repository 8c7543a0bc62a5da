"""Where the door goes, and where it never does."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AF_INET, SOCK_STREAM, socketpair
from typing import Any

import httpcore
import pytest
from httpcore._backends.sync import SyncStream
from hypothesis import given
from hypothesis import strategies as st

from scout.config import HttpSettings
from scout.demo.server import Replay, Reply
from scout.http import HttpClient
from scout.http.network import Connections, Deadline, DeadlineStream, public, resolve, within
from scout.model import Answer, Failure, Result

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PRIVATE_V4 = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
              "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1"]  # fmt: skip
PRIVATE_V6 = ["::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
              "2001::1", "2001:db8::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1"]  # fmt: skip


def ask(url: str, *addresses: str, allow: tuple[str, ...] = ()) -> Answer | Failure:
    """Ask an address whose name resolves to these, or to what the system says."""

    def named(_host: str, port: int) -> list[Any]:
        return [(AF_INET, SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    http, asked = HttpSettings(allow_hosts=allow, timeout_s=1), named if addresses else resolve
    with HttpClient(http, now=lambda: NOW, resolve=asked, pause_s=0, backoff_s=0, attempts=0) as web:
        return web.get(url)


def refused(found: Answer | Failure) -> bool:
    """Say whether it was refused, in words, without a request."""
    return isinstance(found, Failure) and found.result is Result.REFUSED and bool(found.why) and found.requests == 0


@pytest.mark.parametrize("address", PRIVATE_V4 + PRIVATE_V6)
def test_no_address_inside_is_public(address: str) -> None:
    """Private, loopback, link-local, shared, multicast, reserved, documentation, and IPv4 wrapped in IPv6."""
    assert not public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "140.82.121.3", "151.101.1.1", "2606:4700::1111", "2a04:4e42::1", "::ffff:1.1.1.1"]
)
def test_the_internet_is_public(address: str) -> None:
    """The guard lets the world through."""
    assert public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_wrapped_in_ipv6_is_never_better_than_itself(inner: IPv4Address) -> None:
    """Mapped it counts as itself; NAT64, 6to4, Teredo and the old compatible form are never followed."""
    number = int(inner)
    assert public(IPv6Address(0xFFFF << 32 | number)) == public(inner)
    assert not public(IPv6Address((0x64FF9B << 96) | number))
    assert not public(IPv6Address((0x2002 << 112) | (number << 80)))
    assert not public(IPv6Address(number))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0", "127.1"])
def test_loopback_is_refused_in_every_spelling(host: str) -> None:
    """Nothing arrives at a server on this machine that allow_hosts does not name."""
    with Replay({"/": Reply()}) as server:
        assert refused(ask(f"http://{host}:{server.port}/"))
        assert server.log == []


@pytest.mark.parametrize("address", ["10.0.0.1", "64:ff9b::7f00:1", "fe80::1"])
def test_a_name_is_judged_by_where_it_leads(address: str) -> None:
    """A public name with a private address is refused, also when another of its addresses is public."""
    assert refused(ask("http://example.org/", address))
    assert refused(ask("http://example.org/", "1.1.1.1", address))


def test_the_connection_goes_to_the_address_that_was_vetted() -> None:
    """The name is resolved once for a connection, so it cannot answer otherwise a moment later."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[Any]:
        asked.append(host)
        return [(AF_INET, SOCK_STREAM, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port))]

    with Replay({"/": Reply(body=b"here")}) as server:
        http = HttpSettings(allow_hosts=(server.host,))
        with HttpClient(http, now=lambda: NOW, resolve=rebinding, pause_s=0) as web:
            answer = web.get(f"http://example.org:{server.port}/")
            assert isinstance(answer, Answer)
            assert server.log[0].headers["host"] == f"example.org:{server.port}"
    assert asked == ["example.org"]


@pytest.mark.parametrize("allowed", ["127.0.0.1", "LocalHost"])
def test_allow_hosts_names_an_address_or_a_name(allowed: str) -> None:
    """Either spelling of a stand-in lets it through, on that port only."""
    with Replay({"/": Reply()}) as server:
        for host in ("localhost", "127.0.0.1"):
            known = isinstance(ask(f"http://{host}:{server.port}/", "127.0.0.1", allow=(f"{allowed}:{server.port}",)), Answer)
            assert known == (allowed == "127.0.0.1" or host == "localhost")
        assert refused(ask(server.url("/"), allow=(f"{allowed}:1",)))


def test_a_dead_address_is_passed_over_for_a_living_one() -> None:
    """A host with several addresses answers as long as one of them does."""
    with Replay({"/": Reply()}) as server:
        found = ask(f"http://example.org:{server.port}/", "::1", "127.0.0.1", allow=(f"example.org:{server.port}",))
    assert isinstance(found, Answer)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "http://", "http://user@example.org/",
     "http://user:pass@example.org/", "http://example.org:22/", "http://example.org:25/", "http://[::1", "//example.org/", "",
     "http://example.org\\@127.0.0.1/", "http://exa mple.org/", "http://example.org:99999/", "data:text/plain,x"],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    """Only http and https, a host, nobody's name, and the ports of web servers; a password is not repeated in the words."""
    found = ask(url, "1.1.1.1")
    assert refused(found)
    assert isinstance(found, Failure)
    assert "pass@" not in found.why


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{port}/secret", "//127.0.0.1:{port}/secret", "http://localhost:{port}/secret"]
)
def test_every_hop_is_judged_again(location: str) -> None:
    """A public address that redirects inside gets nowhere."""
    with Replay({"/secret": Reply()}) as inside:
        away = Reply(status=302, headers={"location": location.format(port=inside.port)})
        with Replay({"/": away}) as server:
            found = ask(server.url("/"), allow=(server.host,))
        assert isinstance(found, Failure)
        assert (found.result, found.requests) == (Result.REFUSED, 1)
        assert inside.log == []


@pytest.mark.parametrize(("left", "given"), [(5.0, 0.05), (0.05, 5.0), (0.05, None), (-1.0, 5.0)])
def test_an_operation_ends_by_the_nearer_of_its_own_time_and_the_calls(left: float, given: float | None) -> None:
    """A read waits no longer than it was told to, nor than the call has left; a late one does not even begin."""
    ours, theirs = socketpair()
    started = time.monotonic()
    with ours, theirs, within(Deadline(left)), pytest.raises(httpcore.ReadTimeout):
        DeadlineStream(SyncStream(ours), Connections()).read(1, given)
    assert time.monotonic() - started < 2
