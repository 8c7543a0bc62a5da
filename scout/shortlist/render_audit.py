"""Render an audit as JSON, table rows, Markdown and plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scout.model import VoteKind
from scout.shortlist.render import vote_json
from scout.text import address, markdown

if TYPE_CHECKING:
    from scout.shortlist.audit import Audit, MissedItem


def as_json(found: Audit) -> dict[str, Any]:
    """Return the documented JSON (docs/commands.md)."""
    return {
        "window": {"since": str(found.window.since), "until": str(found.window.until)},
        "chosen": found.chosen,
        "kept": found.kept,
        "reported": found.reported,
        "voters": [
            {"source": one.source, "choices": one.choices, "of_the_field": one.of_the_field, "share": round(one.share, 4)}
            for one in found.voters
        ],
        "missed": [_missed(one) for one in found.missed],
    }


def _missed(one: MissedItem) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "url": one.url,
        "fate": str(one.fate),
        "why": one.why,
        "rank": one.rank,
        "strength": one.strength,
        "votes": [vote_json(vote) for vote in one.votes],
    }


def as_rows(found: Audit) -> list[dict[str, Any]]:
    """Return a table row per missed item; `url` is what its title opens."""
    return [
        {"fate": str(one.fate), "by": chosen_by(one), "id": one.id, "title": one.title, "url": one.url, "why": one.why}
        for one in found.missed
    ]


def chosen_by(one: MissedItem) -> str:
    """Return the voters' names, with the upvotes."""
    counts = {vote.source: vote.count if vote.kind is VoteKind.UPVOTES else 0 for vote in one.votes}
    return ", ".join(f"{source} ({count})" if count else source for source, count in counts.items())


def as_words(found: Audit) -> list[str]:
    """Return what the table omits: how much others chose, and how each voter counts."""
    head = f"{found.chosen} things chosen by others from {found.window.since} to {found.window.until}"
    lines = [f"{head}: {found.kept} are entries, {found.reported} were reported before, {len(found.missed)} are neither"]
    lines += [f"{one.source}: {one.of_the_field} of its {one.choices} choices are of the field" for one in found.voters]
    return lines


def as_markdown(found: Audit) -> str:
    """Return a Markdown list, with text of sources escaped."""
    lines = [f"# What others chose, {found.window.since} to {found.window.until}", ""]
    for one in found.missed:
        name = markdown(one.title or one.id)
        named = f"[{name}]({address(one.url)})" if one.url else name
        lines.append(f"- {named} ({markdown(one.id)}): {one.fate}: {markdown(one.why)}; by {markdown(chosen_by(one))}")
    return "\n".join([*lines, "", *(f"- {markdown(line)}" for line in as_words(found))]) + "\n"
