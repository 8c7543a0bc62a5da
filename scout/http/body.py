"""Decode a body under a cap: one that decompresses to gigabytes is never decompressed beyond the cap.

Content codings: RFC 9110, 8.4.1. `deflate` is zlib's format there, often a bare stream in practice; both are read.
"""

from __future__ import annotations

import zlib
from itertools import chain
from typing import TYPE_CHECKING

from scout.http.errors import RequestFailedError
from scout.model import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"
MIB = 1024 * 1024
_STEP = 64 * 1024
_GZIP, _ZLIB, _BARE = 31, 15, -15  # zlib's wbits


def decoded(raw: Iterable[bytes], coding: str, *, cap: int, cut: bool = False) -> bytes:
    """Join and decode a body of at most `cap` bytes, coded as the Content-Encoding says; `cut` shortens a longer one."""
    body = bytearray()
    for piece in _pieces(raw, coding.strip().lower()):
        body += piece
        if len(body) > cap:
            if cut:
                return bytes(body[:cap])
            raise too_large(cap)
    return bytes(body)


def too_large(cap: int) -> RequestFailedError:
    """Return the error for a body larger than `cap` bytes."""
    return RequestFailedError(Result.BROKEN, f"the answer is larger than {cap / MIB:g} MiB (max_body_mib)")


def _pieces(raw: Iterable[bytes], coding: str) -> Iterator[bytes]:
    match coding:
        case "" | "identity":
            return iter(raw)
        case "gzip" | "x-gzip":
            return _inflated(iter(raw), _GZIP)
        case "deflate":
            head, rest = _head(iter(raw))
            zlib_header = len(head) > 1 and head[0] & 15 == 8 and int.from_bytes(head[:2]) % 31 == 0
            return _inflated(chain([head], rest), _ZLIB if zlib_header else _BARE)
        case _:
            raise RequestFailedError(Result.BROKEN, f"the answer is coded as {coding[:40]!r}, which was not asked for")


def _head(raw: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Read until the two bytes that identify the format are there."""
    head = b""
    for chunk in raw:
        head += chunk
        if len(head) > 1:
            break
    return head, raw


def _inflated(raw: Iterator[bytes], wbits: int) -> Iterator[bytes]:
    """Decompress in steps of at most 64 KiB. Several gzip members are one body; what follows the last is ignored."""
    engine = zlib.decompressobj(wbits)
    begun = over = False
    try:
        for chunk in raw:
            rest = chunk
            while rest and not over:
                if engine.eof:
                    engine, over = zlib.decompressobj(wbits), wbits != _GZIP or rest[:1] != b"\x1f"
                    continue
                begun = True
                yield engine.decompress(rest, _STEP)
                rest = engine.unused_data if engine.eof else engine.unconsumed_tail
    except zlib.error as exc:
        raise RequestFailedError(Result.BROKEN, "the answer is not compressed in the way that it says") from exc
    if begun and not over:
        yield engine.flush()  # a few hundred bytes at most: all input is consumed
        if not engine.eof:
            raise RequestFailedError(Result.UNREACHABLE, "the answer was cut short", again=0)
