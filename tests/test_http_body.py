"""Bodies come out as they went in, or with a word why not; never larger than the cap."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.http.body import decoded
from scout.http.errors import RequestFailedError
from scout.model import Result

if TYPE_CHECKING:
    from collections.abc import Callable

CAP = 2000


def bare(data: bytes) -> bytes:
    """Deflate without a wrapper, as some servers understand `deflate`."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def members(data: bytes) -> bytes:
    """Make gzip of two members."""
    return gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :])


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    " GZIP ": gzip.compress,
    "x-gzip": members,
    "deflate": zlib.compress,
    "Deflate": bare,
}


def chunked(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut at these places, as a network would."""
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


BODIES = st.one_of(st.binary(max_size=CAP + 500), st.builds(lambda n: b"x" * n, st.integers(0, 300_000)))


@given(BODIES, st.sampled_from(sorted(CODERS)), st.lists(st.integers(0, 10_000), max_size=5))
def test_a_body_comes_back_whole_or_is_too_large(body: bytes, coding: str, cuts: list[int]) -> None:
    """Every coding, cut anywhere, is the identity up to the cap, and `broken` beyond."""
    raw = chunked(CODERS[coding](body), cuts)
    if len(body) <= CAP:
        assert decoded(raw, coding, cap=CAP) == body
    else:
        with pytest.raises(RequestFailedError, match="larger than") as caught:
            decoded(raw, coding, cap=CAP)
        assert (caught.value.result, caught.value.again) == (Result.BROKEN, None)


@given(st.binary(min_size=1, max_size=400), st.sampled_from(["gzip", "deflate", "Deflate"]), st.data())
def test_a_body_cut_short_is_never_taken_for_whole(body: bytes, coding: str, data: st.DataObject) -> None:
    """A compressed body that ends too early is asked for again, however little is missing."""
    packed = CODERS[coding](body)
    kept = data.draw(st.integers(2, len(packed) - 1))
    with pytest.raises(RequestFailedError) as caught:
        decoded([packed[:kept]], coding, cap=CAP)
    assert caught.value.again == 0


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_decode_or_are_called_broken(data: bytes, coding: str) -> None:
    """Nothing but a TroubleError comes out of a body that is not what it says."""
    with contextlib.suppress(RequestFailedError):
        assert len(decoded([data], coding, cap=CAP)) <= CAP


def test_what_follows_the_last_member_is_passed_over() -> None:
    """Padding after a gzip body is common and harmless, and costs no memory however long it is."""
    assert decoded([gzip.compress(b"x") + b"\0\0", b"more"], "gzip", cap=CAP) == b"x"
    assert decoded([zlib.compress(b"x"), b"\x1f\x8b"], "deflate", cap=CAP) == b"x"


def test_an_empty_body_is_empty_in_every_coding() -> None:
    """A server that says gzip and sends nothing has sent nothing."""
    assert {decoded([], coding, cap=CAP) for coding in CODERS} == {b""}


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "nonsense"])
def test_a_coding_that_was_not_asked_for_is_broken(coding: str) -> None:
    """Only gzip and deflate are asked for, once."""
    with pytest.raises(RequestFailedError, match="not asked for"):
        decoded([b"x"], coding, cap=CAP)
