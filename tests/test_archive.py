"""A week that was recorded runs again without a network and says the same; no secret is in the file, and a hostile one is refused."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import httpx
import pytest
from fakes import WINDOW
from hypothesis import given
from hypothesis import strategies as st
from terminal import EARLIER, WEEK, Terminal, live_week
from test_cli_collect import FEED, feeds
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scout import demo, store
from scout.demo.server import Replay as Server
from scout.demo.server import Reply
from scout.errors import UsageError
from scout.http import archive
from scout.http.errors import RequestFailedError
from scout.http.network import Deadline
from scout.http.transport import Request, RequestUsage, Response
from scout.model import Result

if TYPE_CHECKING:
    from pathlib import Path

WEEK_FILE = "week.warc.gz"
NOW = datetime(2026, 5, 26, 6, tzinfo=UTC)


def records(path: Path) -> list[tuple[str, str]]:
    """Return the kind and address of every record, as any reader of web archives sees them."""
    with path.open("rb") as file:
        return [(one.rec_type, one.rec_headers.get_header("WARC-Target-URI")) for one in ArchiveIterator(file)]


def test_a_recorded_week_is_drafted_to_the_same_bytes_without_a_network(tmp_path: Path) -> None:
    """The server is gone, the store is new, and a day has passed: the draft, the outcomes and the store's items are the same."""
    with live_week(tmp_path) as desk:
        desk("reports", "add", EARLIER)
        ran = desk("collect", *WEEK, "--record", WEEK_FILE)
        assert ran.code == 0, ran.err
        draft = desk("draft", *WEEK).out
    first = outcomes(tmp_path)
    shutil.move(tmp_path / "data", tmp_path / "recorded")
    desk("reports", "add", EARLIER)
    ran = desk("collect", "--replay", WEEK_FILE)
    assert ran.code == 0, ran.err
    assert desk("draft", *WEEK).out == draft
    assert outcomes(tmp_path) == first
    assert {kind for kind, _ in records(tmp_path / WEEK_FILE)} == {"warcinfo", "response", "metadata"}


def outcomes(folder: Path) -> tuple[tuple[object, ...], ...]:
    """Return what every source came to, and when; not in how many requests: a lost connection is asked again, and recorded once."""
    query = "select source, result, why, items_seen, items_new, covers_start, covers_end, ended from outcomes order by 1"
    return store.query(folder / "data/scout.db", query).rows


def test_no_secret_lands_in_the_archive(tmp_path: Path) -> None:
    """Neither the token that was sent, nor one that an answer repeats, nor a cookie; and no request is in it at all."""
    token = "ghp_" + "x" * 36
    reply = Reply(
        body=FEED + f"<!-- {token} -->".encode(),
        headers={"Set-Cookie": "session=opensesame", "X-Echo": f"Bearer {token}"},
    )
    desk = Terminal(tmp_path)
    with Server({"/feed": reply}) as server:
        desk.write("feeds.yaml", feeds(server.host, labs="/feed"))
        ran = desk("collect", *WEEK, "--record", WEEK_FILE, GITHUB_TOKEN=token)
        assert ran.code == 0, ran.err
    whole = gzip.decompress((tmp_path / WEEK_FILE).read_bytes())
    assert b"x-echo: Bearer ***" in whole
    assert token.encode() not in whole
    assert b"opensesame" not in whole
    assert all(kind != "request" for kind, _ in records(tmp_path / WEEK_FILE))


def test_what_cannot_be_recorded_or_replayed_is_one_sentence(tmp_path: Path) -> None:
    """A file that is there, both options, no file, a folder, a pipe, no archive: nothing is asked and no store is made."""
    desk = Terminal(tmp_path)
    desk.write("feeds.yaml", demo.config("http://127.0.0.1:9"))
    desk.write("there.gz", b"")
    desk.write("text.gz", gzip.compress(b"WARC/1.0\r\n" * 3))
    desk.write("web.warc.gz", strangers(b"<p>a page</p>"))
    os.mkfifo(tmp_path / "pipe")
    for words, why in (
        (("--record", "there.gz"), "is there already"), (("--record", "no/such.gz"), "cannot be written"),
        (("--record", "a.gz", "--replay", "there.gz"), "either --record or --replay"), (("--replay", "none.gz"), "No such file"),
        (("--replay", "."), "is no file"), (("--replay", "pipe"), "is no file"), (("--replay", "there.gz"), "no archive that"),
        (("--replay", "text.gz"), "cannot be replayed"), (("--replay", "web.warc.gz"), "no archive that"),
        (("--replay", "feeds.yaml"), "cannot be replayed"),
    ):  # fmt: skip
        ran = desk("collect", *WEEK, *words)
        assert ran.code == 2, (words, ran.err)
        assert why in ran.err, (words, ran.err)
        assert ran.err.count("\n") == 1
    assert not (tmp_path / "data").exists()
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".") and one.name != ".cache"], "nothing is left behind"


def strangers(body: bytes, *, status: str = "200 OK", name: str = "x", info: bytes = b"") -> bytes:
    """Return an archive by another program."""
    file = BytesIO()
    writer = WARCWriter(file, gzip=True)
    if info:
        writer.write_record(writer.create_warc_record("", "warcinfo", payload=BytesIO(info), length=len(info)))
    head = StatusAndHeaders(status, [(name, "y")], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record("https://a.test/", "response", payload=BytesIO(body), length=len(body), http_headers=head)
    )
    return file.getvalue()


def endless_line() -> bytes:
    """Return an archive whose first header has more letters than the memory that it may take."""
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(b"WARC/1.0\r\nX: "), *(packer.compress(b"a" * 2**24) for _ in range(12)), packer.flush()]
    return b"".join(parts)


INFO = b'{"started": "2026-05-26T06:00:00Z", "since": "2026-05-18", "until": "2026-05-24", "token": false}'


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (strangers(b"\0" * (archive.MOST_BYTES + 1), info=INFO), "larger than a record may be"),
        (strangers(b"x", name="n" * (archive.MOST_HEADERS + 1), info=INFO), "larger than a record may be"),
        (strangers(b"x", status="OK", info=INFO), "an answer has no status"),
        (endless_line(), "too much memory"),
    ],
    ids=["bomb", "headers", "status", "endless-line"],
)
def test_a_hostile_archive_costs_no_more_than_its_bounds(
    made: bytes, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked through in a process of its own, with little time and memory, before anything of it is believed."""
    if why == "too much memory":
        monkeypatch.setattr(archive, "INDEX_S", 1.0)  # a smaller bound is reached sooner
    (tmp_path / WEEK_FILE).write_bytes(made)
    with pytest.raises(UsageError, match=why):
        archive.Replay(tmp_path / WEEK_FILE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
)
FAILED = st.fixed_dictionaries(
    dict.fromkeys(
        ("result", "why", "status", "again", "lost", "not_before", "headers"),
        JSON | st.sampled_from(["ok", "9999-12-31T23:59:59-14:00"]),
    )
)


@given(told=st.one_of(JSON, FAILED).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=30))
def test_whatever_a_record_says_of_a_failure_it_is_a_failure(told: bytes) -> None:
    """Made-up results, times and headers come to a failure, never to an exception of another kind."""
    assert isinstance(archive._failure(told), RequestFailedError)


def test_answers_come_in_the_order_in_which_they_were_recorded(tmp_path: Path) -> None:
    """First the failure, then the answer that a retry got; what is not in the archive is not seen, and says so."""
    there, other = httpx.URL("https://a.test/feed"), httpx.URL("https://b.test/")
    with archive.Recorder(tmp_path / WEEK_FILE, now=NOW, window=WINDOW) as recorder:
        recorder.failed(
            there,
            RequestFailedError(
                Result.UNREACHABLE, "503: it is not available now", status=503, again=2.0, headers={"retry-after": "2"}
            ),
        )
        recorder.answered(there, Response(status=200, headers={"etag": '"a"', "content-encoding": "gzip"}, body=b"\0body\xff"))
    replay = archive.Replay(tmp_path / WEEK_FILE)

    def ask(address: httpx.URL) -> Response:
        return replay.exchange(Request(address=address), RequestUsage(timer=Deadline(5)), lambda: None)

    with pytest.raises(RequestFailedError, match="503") as failed:
        ask(there)
    assert (failed.value.status, failed.value.again, failed.value.headers) == (503, 2.0, {"retry-after": "2"})
    assert ask(there) == ask(there) == Response(status=200, headers={"etag": '"a"'}, body=b"\0body\xff")
    with pytest.raises(RequestFailedError, match="no answer for this address"):
        ask(other)
