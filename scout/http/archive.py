"""Keep what was answered in a web archive (WARC 1.0, ISO 28500), and answer from one instead of the network.

A good answer is a `response` record with its decoded body; what came of any other request is a `metadata` record, as JSON. The
first record says when the recording began, for which days, and whether GitHub's token was there. No request is recorded, so that
no header that was sent is in the file, nor is any cookie, nor the token where an answer repeats it.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

from scout import __version__
from scout.errors import UsageError
from scout.http.errors import RequestFailedError
from scout.http.transport import Response
from scout.limits import EndedError, bounded
from scout.model import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from scout.http.transport import Request, RequestUsage
    from scout.model import Window

MOST_RECORDS = 100_000
MOST_BYTES = 64 * 1024 * 1024
MOST_HEADERS = 65_536
"""How many records an archive may have, and how large a record may be, decoded, and its headers."""
INDEX_S, INDEX_BYTES = 120.0, 2**29
"""What looking through a stranger's archive may take: seconds of the processor, and memory."""
_SECRET = {"set-cookie", "set-cookie2", "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate"}
_CODED = {"content-encoding", "content-length", "transfer-encoding"}
"""Headers that are left out: what may hold a secret, and what is no more true of a decoded body."""
_NONE = "the archive has no answer for this address"


class Wire(Protocol):
    """What sends one request: the network, a recorder over it, or an archive."""

    def exchange(self, request: Request, tally: RequestUsage, leaves: Callable[[], None]) -> Response:
        """Send one GET and return its response, or raise RequestFailedError."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What an archive was made of: when, for which days, and whether there was a token. All answers count as of that instant."""

    started: datetime
    since: date
    until: date
    token: bool


class Recorder:
    """Write every answer into an archive at `path`, which is there, whole, when `close` has put it there. Threads may share it.

    `secret` is taken out of addresses, headers and bodies.
    """

    def __init__(self, path: Path, *, now: datetime, window: Window, secret: str = "") -> None:
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415 -- only where something is recorded

        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} is there already; name another file to record into")
        self.path = path
        self._secret = secret.strip()
        self._lock = Lock()
        self._fault: OSError | None = None
        try:
            number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        except OSError as exc:
            raise UsageError(f"{path} cannot be written: {exc.strerror}") from exc
        self._unfinished, self._file = Path(name), os.fdopen(number, "wb")
        self._writer = WARCWriter(self._file, gzip=True, warc_version="1.0")
        self._date = f"{now:%Y-%m-%dT%H:%M:%SZ}"
        info = {"software": f"scout/{__version__}", "started": self._date, "since": str(window.since), "until": str(window.until)}
        self._write("warcinfo", "", json.dumps(info | {"token": bool(self._secret)}).encode(), "application/json")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()
            self._unfinished.unlink(missing_ok=True)

    def over(self, wire: Wire) -> Wire:
        """Return a wire that records what another one is answered."""
        return _Recording(wire, self)

    def answered(self, address: httpx.URL, response: Response) -> None:
        """Record a good answer."""
        from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415

        head = StatusAndHeaders(str(response.status), list(self._kept(response.headers).items()), protocol="HTTP/1.1")
        self._write("response", str(address), response.body, http_headers=head)

    def failed(self, address: httpx.URL, exc: RequestFailedError) -> None:
        """Record what else came of a request."""
        told = {
            "result": str(exc.result), "why": exc.why, "status": exc.status, "again": exc.again, "lost": exc.lost,
            "not_before": exc.not_before.isoformat() if exc.not_before else None, "headers": self._kept(exc.headers),
        }  # fmt: skip
        self._write("metadata", str(address), json.dumps(told).encode(), "application/json")

    def _kept(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {name: self._without(value) for name, value in headers.items() if name not in _SECRET | _CODED}

    def _without(self, text: str) -> str:
        return text.replace(self._secret, "***") if self._secret else text

    def _write(self, kind: str, url: str, content: bytes, content_type: str = "", *, http_headers: Any = None) -> None:
        """Write one record. A disk that is full ends the recording, not the run: `close` says so."""
        if self._secret:
            content = content.replace(self._secret.encode(), b"***")
        more = {"warc_content_type": content_type} if content_type else {}
        with self._lock:
            if self._fault or self._file.closed:
                return
            try:
                record = self._writer.create_warc_record(
                    self._without(url), kind, payload=BytesIO(content), length=len(content), http_headers=http_headers,
                    warc_headers_dict={"WARC-Date": self._date}, **more,
                )  # fmt: skip
                self._writer.write_record(record)
            except OSError as exc:
                self._fault = exc

    def close(self) -> None:
        """Put the archive in its place; UsageError where it could not be written."""
        with self._lock:
            try:
                self._file.close()
                if self._fault is None:
                    self._unfinished.replace(self.path)
                    return
            except OSError as exc:
                self._fault = exc
            self._unfinished.unlink(missing_ok=True)
        raise UsageError(f"{self.path} could not be written, so nothing is recorded: {self._fault}; what was collected is stored")


@dataclass(frozen=True, slots=True)
class _Recording:
    wire: Wire
    recorder: Recorder

    def exchange(self, request: Request, tally: RequestUsage, leaves: Callable[[], None]) -> Response:
        try:
            response = self.wire.exchange(request, tally, leaves)
        except RequestFailedError as exc:
            self.recorder.failed(request.address, exc)
            raise
        self.recorder.answered(request.address, response)
        return response

    def close(self) -> None:
        self.wire.close()


class Replay:
    """Answer from the archive at `path`: each address in the order in which its answers were recorded, the last one ever after.

    UsageError where it is no archive of scout's, or larger than an archive may be.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise UsageError(f"{path} is no file")
            info, index = bounded(_index, path, wall_s=INDEX_S, memory_bytes=INDEX_BYTES)
            self.recorded = _recorded(info)
        except EndedError as exc:
            raise UsageError(
                f"{path} cannot be replayed: looking through it takes more than {INDEX_S:g} s or too much memory"
            ) from exc
        except (OSError, ValueError) as exc:
            raise UsageError(f"{path} cannot be replayed: {getattr(exc, 'strerror', None) or exc}") from exc
        self._places: dict[str, deque[int]] = defaultdict(deque)
        for url, offset in index:
            self._places[url].append(offset)
        self._lock = Lock()

    def exchange(self, request: Request, tally: RequestUsage, leaves: Callable[[], None]) -> Response:
        """Give the next recorded answer for an address, or raise what came of it."""
        leaves()
        with self._lock:
            places = self._places.get(str(request.address))
            if not places:
                raise RequestFailedError(Result.UNREACHABLE, _NONE)
            offset = places.popleft() if len(places) > 1 else places[0]
        kind, status, said, body = _record(self._path, offset)
        if kind == "metadata":
            failure = _failure(body)
            tally.requests += failure.result is not Result.REFUSED
            raise failure
        tally.requests += 1
        tally.received += len(body)
        return Response(status=status, headers=said, body=body)

    def close(self) -> None:
        """Do nothing: no connection is open."""


def _recorded(info: bytes) -> Recorded:
    """Read the archive's first record; ValueError if it is not scout's."""
    try:
        told = json.loads(info)
        since, until = date.fromisoformat(told["since"]), date.fromisoformat(told["until"])
        started = datetime.fromisoformat(told["started"]).astimezone(UTC)
        return Recorded(started=started, since=since, until=max(since, until), token=told["token"] is True)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as exc:
        raise ValueError("it is no archive that `scout collect --record` made") from exc


def _failure(body: bytes) -> RequestFailedError:
    try:
        told = json.loads(body)
        at = datetime.fromisoformat(told["not_before"]).astimezone(UTC) if told["not_before"] else None
        return RequestFailedError(
            Result(told["result"]),
            str(told["why"]),
            status=None if told["status"] is None else int(told["status"]),
            not_before=at,
            again=None if told["again"] is None else float(told["again"]),
            headers={str(name): str(value) for name, value in told["headers"].items()},
            lost=told["lost"] is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return RequestFailedError(Result.BROKEN, "the archive's record cannot be read")


def _index(path: Path) -> tuple[bytes, list[tuple[str, int]]]:
    """Return the first record, and where the answers of each address stand. Runs in a process of its own."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    info, found = b"", []
    try:
        with path.open("rb") as file:
            records = ArchiveIterator(file)
            for number, record in enumerate(records):
                if number >= MOST_RECORDS:
                    raise ValueError(f"it has more than {MOST_RECORDS} records")
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                body = record.content_stream().read(MOST_BYTES + 1)
                head = record.http_headers
                named = [*record.rec_headers.headers, *(head.headers if head else ())]
                if len(body) > MOST_BYTES or sum(len(name) + len(value) for name, value in named) > MOST_HEADERS:
                    raise ValueError("a record is larger than a record may be")
                if record.rec_type == "response" and not re.fullmatch("[1-5][0-9]{2}", head.get_statuscode() if head else ""):
                    raise ValueError("an answer has no status")
                if record.rec_type == "warcinfo" and not number:
                    info = body
                elif record.rec_type in ("response", "metadata"):
                    found.append((url, records.get_record_offset()))
    except (ArchiveLoadFailed, EOFError) as exc:
        raise ValueError(f"it is no web archive: {str(exc)[:200]}") from exc
    return info, found


def _record(path: Path, offset: int) -> tuple[str, int, dict[str, str], bytes]:
    """Return the kind, status, headers and body of the record at an offset that the index has."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415

    with path.open("rb") as file:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file)))
        body = record.content_stream().read(MOST_BYTES)
    head = record.http_headers
    said = {name.lower(): value for name, value in head.headers} if head else {}
    return record.rec_type, int(head.get_statuscode()) if head else 0, said, body
