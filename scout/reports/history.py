"""Find earlier reports in files, folders and git revisions, and convert them to ledger entries.

The ledger stores which items a report names and where: numbered entries (grade 2), mentions (grade 1), items found only in
its reference list (grade 0); and whether a person selected each or only scout's draft listed it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scout.errors import UsageError
from scout.identity import arxiv_in, identify
from scout.model import LedgerEntry, LedgerReport
from scout.reports import document as report
from scout.reports import git
from scout.reports.authorship import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scout.reports.document import Document, ReportEntry
    from scout.reports.markdown import Link
    from scout.reports.sections import Line

LARGEST = 5 * 2**20
"""Size limit of a report, in bytes."""
NO_REPORT = "has none of a report's headings"
_VAGUE = re.compile(r"^(?:arxiv|pdf|paper|link|here|abs|code|github|blog|post|arxiv:\S+|https?://\S+)$", re.IGNORECASE)
_ITEM_DAY = re.compile(r"(20\d\d-\d\d-\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A Markdown file found by the search: its parsed report, or in `skipped` why it is no report."""

    path: str
    document: Document
    skipped: str = ""


def find_reports(spec: str) -> Iterator[Found]:
    """Yield the reports in a file, a folder or `REPO@REV:PATH`, ordered by path; other files come as skipped.

    Raises UsageError if the path does not exist or git fails.
    """
    path = Path(spec)
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.is_file():
            yield _judged(spec, _bytes(path))
        elif (place := _revision(spec)) is not None:
            for name, body in git.markdown_files(*place, largest=LARGEST):
                yield _judged(f"{place[0]}@{place[1]}:{name}", body)
        elif path.exists():
            raise UsageError(f"{spec}: a device or a pipe, not a file or folder")
        else:
            raise UsageError(f"{spec}: no such file or folder, and not REPO@REV:PATH of a git repository")
    except OSError as exc:
        raise UsageError(f"{spec}: cannot be read: {exc.strerror or exc}") from exc


def _in_folder(folder: Path) -> Iterator[Found]:
    """Yield the Markdown files of a folder and of those in it, but hidden ones; what cannot be read comes as skipped."""
    closed: list[OSError] = []
    files = []
    for here, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(here) / name for name in names if name.endswith(".md") and not name.startswith(".")]
    for exc in closed:
        yield _skipped(str(exc.filename), f"cannot be entered: {exc.strerror}")
    for file in sorted(files):
        try:
            if file.is_file():
                yield _judged(str(file), _bytes(file))
            else:
                yield _skipped(str(file), "a device or a pipe" if file.exists() else "a link that leads nowhere")
        except OSError as exc:
            yield _skipped(str(file), f"cannot be read: {exc.strerror or exc}")


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _skipped(path: str, why: str) -> Found:
    return Found(path=path, document=report.Document(title="", day=None), skipped=why)


def _judged(path: str, body: bytes) -> Found:
    path = os.fsencode(path).decode("utf-8", errors="replace")  # names are bytes; the ledger has text
    if len(body) > LARGEST:
        return _skipped(path, f"larger than {LARGEST >> 20} MiB")
    document = report.parse_report(body.decode("utf-8", errors="replace"))
    if not document.recognised:
        return Found(path=path, document=document, skipped=NO_REPORT)
    if _day(document, path) is None:
        return Found(path=path, document=document, skipped="has no date in its title or file name")
    return Found(path=path, document=document)


def _revision(spec: str) -> tuple[str, str, str] | None:
    """Split `REPO@REV:PATH` at the first `@` that follows a folder's path."""
    for found in re.finditer("@", spec):
        repo, rest = spec[: found.start()], spec[found.end() :]
        if ":" in rest and Path(repo or ".").is_dir():
            revision, _, path = rest.partition(":")
            return repo or ".", revision, path
    return None


def ledger_report(document: Document, path: str) -> LedgerReport:
    """Convert a report read from `path` to a ledger report. Raises UsageError if it has no date."""
    day = _day(document, path)
    if day is None:
        raise UsageError(f"{path}: no date in the title or the file name, so it cannot stand in the ledger")
    return LedgerReport(
        day=day,
        path=path,
        title=document.title,
        run_type=document.run_type,
        since=document.since,
        until=document.until,
        seen_until=document.seen_until,
        entries=tuple(_entries(document, day)),
        negatives=tuple(dict.fromkeys(negative.name for negative in document.negatives if not negative.unseen)),
        unread=tuple(_unread(document)),
    )


def _day(document: Document, path: str) -> date | None:
    if document.day:
        return document.day
    for words in reversed(_ITEM_DAY.findall(Path(path).name)):
        try:
            return date.fromisoformat(words)
        except ValueError:
            continue
    return None


def _unread(document: Document) -> Iterator[str]:
    if not document.since:
        yield "no search horizon stated that gives two dates"
    for line in document.unknown:
        yield f"line {line.line}: {line.passage.text[:80]}"
    for entry in document.entries:
        if not _ids(entry):
            yield f"line {entry.line}: entry {entry.number} has no reference that leads to a thing"


def _entries(document: Document, day: date) -> Iterator[LedgerEntry]:
    """Yield numbered entries, then mentions in the report's order; each item once, in its most detailed place."""
    for entry in document.entries:
        yield LedgerEntry(
            report=day,
            number=entry.number,
            section=entry.section,
            grade=2,
            title=entry.title,
            ids=_ids(entry),
            links=tuple(link.url for line in entry.lines for link in line.links),
            text=entry.prose,
            stated=entry.stated,
            runtime=re.split(r"[.,;:]|\s[—–-]\s", entry.text("runtime"))[0].strip(),
            line=entry.line,
        )
    taken = {thing for entry in document.entries for thing in _ids(entry)}
    for section in report.MENTIONS:
        yield from _mentions(document.section(section), section, day, taken, drafted=document.drafted)
    taken |= set(_identified(link for line in document.lines if line.entry is not None for link in line.links))
    yield from _mentions(document.section("crosscutting"), "crosscutting", day, taken, drafted=document.drafted)
    yield from _mentions(document.section("references"), "references", day, taken, grade=0)


def _mentions(
    lines: Iterable[Line], section: str, day: date, taken: set[str], grade: int = 1, *, drafted: bool = False
) -> Iterator[LedgerEntry]:
    for line in lines:
        for own in report.things(line) if section in report.MENTIONS else [[link] for link in line.links]:
            ids = _identified(own)
            if not ids or ids[0] in taken:
                continue
            taken.update(ids)
            title = own[0].text if not _VAGUE.match(own[0].text) else line.passage.text[: own[0].at].strip(" —–:-") or own[0].text
            yield LedgerEntry(
                report=day,
                number=None,
                section=section,
                grade=grade,
                title=title,
                ids=ids,
                links=tuple(link.url for link in own),
                text=line.text,
                stated=report.split_title(title)[1] or report.split_title(own[0].text)[1],
                line=own[0].line,
                chosen=not (drafted and listed(line)),
            )


def _ids(entry: ReportEntry) -> tuple[str, ...]:
    """Return an entry's canonical ids: the item's own first, then its other URLs and its companions."""
    own = _identified(entry.references)
    named = arxiv_in(" ".join(line.text for line in entry.lines if line.label == "reference")) if not own else ""
    if not own and not named and not entry.companions:
        own = _identified(link for line in entry.lines for link in line.links)[:1]
    return tuple(dict.fromkeys([*own, *([f"arxiv:{named}"] if named else []), *_identified(entry.companions)]))


def _identified(links: Iterable[Link]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for link in links if (found := identify(link.url))))
