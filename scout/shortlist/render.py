"""Render a shortlist as JSON, table rows, Markdown and plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scout import dates
from scout.model import SEEN
from scout.text import address, clean, markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from scout.model import Candidate, Coverage, Shortlist, Vote
    from scout.shortlist import Explanation


def as_json(chosen: Shortlist) -> dict[str, Any]:
    """Return the documented JSON (docs/commands.md). Instants are ISO 8601, UTC, or null."""
    return {
        "window": {"since": str(chosen.window.since), "until": str(chosen.window.until)},
        "candidates": [candidate_json(one) for one in chosen.candidates],
        "dropped": dict(sorted(chosen.dropped.items())),
        "pool": chosen.pool,
        "cut": chosen.cut,
        "broad": [{"topic": name, "share": round(share, 4)} for name, share in chosen.broad.items()],
        "coverage": [coverage_json(one) for one in chosen.coverage],
    }


def candidate_json(one: Candidate) -> dict[str, Any]:
    """Return one candidate as JSON values."""
    item = one.item
    return {
        "rank": one.rank,
        "score": one.score,
        "id": item.id,
        "kind": str(item.kind),
        "source": one.tracked.sources[0] if one.tracked.sources else "",
        "sources": list(one.tracked.sources),
        "title": item.title,
        "url": item.url,
        "published": _instant(item.published),
        "precision": str(item.precision),
        "date_source": item.date_source,
        "claimed": item.claimed,
        "date_trusted": one.tracked.trusted,
        "status": str(one.status),
        "section": str(one.section),
        "why_section": one.why_section,
        "kept": one.kept,
        "mark": str(one.mark.decision) if one.mark else "",
        "mark_why": one.mark.why if one.mark else "",
        "mark_made": _instant(one.mark.made) if one.mark else None,
        "votes": [vote_json(vote) for vote in one.votes],
        "reasons": [{"topic": r.topic, "term": r.term, "field": r.field, "weight": r.weight} for r in one.reasons],
        "companions": [companion.item.id for companion in one.companions],
    }


def vote_json(vote: Vote) -> dict[str, Any]:
    """Return one reading of a vote."""
    return {
        "item": vote.item,
        "source": vote.source,
        "kind": str(vote.kind),
        "day": str(vote.day) if vote.day else None,
        "count": vote.count,
        "url": vote.url,
        "read": _instant(vote.read),
    }


def coverage_json(one: Coverage) -> dict[str, Any]:
    """Return how far one source was read over the window."""
    return {
        "source": one.source,
        "outcome": str(one.outcome.result),
        "covered": one.covered,
        "oldest": _instant(one.outcome.covers.start if one.outcome.covers else one.outcome.oldest),
        "newest": _instant(one.newest),
        "items": one.items,
        "why": one.why or one.outcome.why,
    }


def _instant(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def as_rows(chosen: Shortlist) -> list[dict[str, Any]]:
    """Return a table row per candidate; `url` is what its title opens."""
    return [
        {
            "": one.rank,
            "score": f"{one.score:.2f}",
            "sec": str(one.section)[:3],
            "status": str(one.status),
            "date": dates.show(one.item.published, one.item.precision) or one.item.claimed,
            "id": one.item.id,
            "title": one.item.title,
            "url": one.item.url,
            "why": ", ".join(dict.fromkeys(f"{r.topic}: {r.term}" for r in one.reasons[:4])),
        }
        for one in chosen.candidates
    ]


def as_words(chosen: Shortlist) -> list[str]:
    """Return what the table omits: drops, the cut, sources not seen or not covered."""
    dropped = ", ".join(f"{count} {reason}" for reason, count in sorted(chosen.dropped.items())) or "none"
    lines = [f"{len(chosen.candidates)} candidates of a pool of {chosen.pool}; dropped: {dropped}"]
    if chosen.cut:
        lines.append(chosen.cut)
    lines += broad(chosen.broad)
    return lines + unseen_words(chosen.coverage)


def unseen_words(coverage: Sequence[Coverage]) -> list[str]:
    """Say which sources were not seen or do not cover the window, and why."""
    lines = []
    for one in coverage:
        if one.outcome.result not in SEEN:
            lines.append(f"not seen: {one.source}: {one.outcome.result}: {one.outcome.why}")
        elif not one.covered:
            lines.append(f"not covered: {one.source}: {one.why or 'its answers do not reach over the whole window'}")
    return lines


def broad(shares: Mapping[str, float]) -> list[str]:
    """Return a warning for each topic that matches too much, with its share."""
    return [
        f"broad: the topic {name} matches {share:.0%} of the items, so it says little and weighs little"
        for name, share in shares.items()
    ]


def explained(told: Explanation) -> str:
    """Return an explanation as text."""
    lines = [f"{told.id}: {clean(told.title)}", clean(told.verdict)]
    if told.status:
        place = f"rank {told.rank} of {told.of}" if told.rank else "no rank"
        why = f" ({clean(told.why_section)})" if told.why_section else ""
        lines.append(f"{place}, score {told.score:.4f}, {told.status}, section {told.section}{why}")
    if told.about is not None:
        lines.append(f"about {told.about:.2f}: how much of the text speaks of the heaviest topic in it; points count by it")
    lines += [
        f"  the topic {topic.name} matches {topic.share:.1%} of the items, and counts {topic.factor:.2f} times its weight"
        for topic in told.topics
    ]
    lines += [f"  {r.weight:+.4f}  {r.topic}: {clean(r.term)} ({r.field})" for r in told.reasons]
    for near in told.neighbours:
        number = f"entry {near.number}" if near.number else "a mention"
        lines.append(f"  {near.likeness:.2f} like {number} of {near.report}: {clean(near.title)}")
    return "\n".join(lines + [f"  would change it: {clean(change)}" for change in told.changes]) + "\n"


def as_markdown(chosen: Shortlist) -> str:
    """Return a Markdown list, with text of sources escaped."""
    lines = [f"# Shortlist, {chosen.window.since} to {chosen.window.until}", ""]
    for one in chosen.candidates:
        date = dates.show(one.item.published, one.item.precision) or "no date"
        why = "; ".join(dict.fromkeys(f"{markdown(r.topic)}: {markdown(r.term)} ({r.field})" for r in one.reasons[:5]))
        lines.append(
            f"{one.rank}. [{markdown(one.item.title)}]({address(one.item.url)}) ({date}; {one.status}; {one.section}): {why}"
        )
    return "\n".join([*lines, "", *(f"- {markdown(line)}" for line in as_words(chosen))]) + "\n"
