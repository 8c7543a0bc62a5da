"""Tell who else chose an entry's items: upvotes, lists, newsletters. Plain text, for every link of a report names a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout.draft.escape import Markdown, joined
from scout.model import VoteKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scout.model import Vote

SHOWN = 6
"""How many votes an entry names; the rest is counted."""


def told(votes: Sequence[Vote]) -> Markdown:
    """Return who voted, in one line."""
    return joined(each(votes), "; ")


def each(votes: Sequence[Vote]) -> list[str]:
    """Return who voted, upvotes first, then by source; of several readings the last, and what the first one had."""
    readings: dict[tuple[VoteKind, str, str], list[Vote]] = {}
    for vote in votes:
        readings.setdefault((vote.kind, vote.source, vote.url), []).append(vote)
    order = list(VoteKind)
    cast = sorted(readings.items(), key=lambda pair: (order.index(pair[0][0]), -pair[1][-1].count, pair[0][1:]))
    more = [f"{len(cast) - SHOWN} more"] if len(cast) > SHOWN else []
    return [*(_words(ones) for _, ones in cast[:SHOWN]), *more]


def _words(readings: Sequence[Vote]) -> str:
    first, last = readings[0], readings[-1]
    of = f" of {last.day}" if last.day else ""
    read = f"{last.read:%Y-%m-%d}" if last.read else "?"
    match last.kind:
        case VoteKind.UPVOTES:
            before = f", {first.count} on {first.read:%Y-%m-%d}" if len(readings) > 1 and first.read else ""
            return f"{last.count} upvote{'s' * (last.count != 1)} in {last.source}{of} (read {read}{before})"
        case VoteKind.LIST:
            return f"added to {last.source}{of} (seen {read})"
        case VoteKind.LINK:
            return f"linked by {last.source}{of}"
