"""Find earlier reports in files, folders and git revisions, and convert them to ledger entries.

The ledger stores which items a report names and where: numbered entries (grade 2), mentions (grade 1), items found only in
its reference list (grade 0); and whether a person selected each or only scout's draft listed it.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scout.errors import UsageError
from scout.identity import arxiv_in, identify
from scout.model import LedgerEntry, LedgerReport
from scout.reports import document as report
from scout.reports.authorship import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scout.reports.document import Document, ReportEntry
    from scout.reports.markdown import Link
    from scout.reports.sections import Line

LARGEST = 5 * 2**20
"""Size limit of a report, in bytes."""
_REVISION = re.compile(r"^\w[\w./@{}^~+-]*$")
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
    if path.is_dir():
        files = sorted(
            file for file in path.rglob("*.md") if not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
        yield from (_judged(str(file), _bytes(file)) for file in files)
    elif path.is_file():
        yield _judged(spec, _bytes(path))
    elif (place := _revision(spec)) is not None:
        yield from _in_git(*place)
    else:
        raise UsageError(f"{spec}: no such file or folder, and not REPO@REV:PATH of a git repository")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as exc:
        raise UsageError(f"{path}: cannot be read: {exc.strerror or exc}") from exc


def _judged(path: str, body: bytes) -> Found:
    if len(body) > LARGEST:
        return Found(path=path, document=report.Document(title="", day=None), skipped=f"larger than {LARGEST >> 20} MiB")
    document = report.parse_report(body.decode("utf-8", errors="replace"))
    if not document.recognised:
        return Found(path=path, document=document, skipped="has none of a report's headings")
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


def _in_git(repo: str, revision: str, path: str) -> Iterator[Found]:
    """Read the reports of one git revision. Against option injection, both parts are checked and passed as one `REV:PATH`."""
    if not _REVISION.match(revision) or ".." in revision:
        raise UsageError(
            f"{revision!r} is not a revision: give a branch, a tag or a commit, e.g. {repo}@main:{path or 'reports'}"
        )
    if path.startswith("-") or re.search(r"[\x00-\x1f]", path):
        raise UsageError(f"{path!r} is not a path in a git repository")
    path = path.strip("/").removeprefix("./").rstrip(".") if path.strip("./") == "" else path.strip("/").removeprefix("./")
    _git(
        repo,
        ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"],
        f"no revision {revision!r} in {repo}",
    )
    place = f"{revision}:{path}"
    kind = _git(repo, ["cat-file", "-t", place], f"no {path!r} in revision {revision!r} of {repo}").decode().strip()
    if kind == "blob":
        names = [""]
    else:
        listed = _git(repo, ["ls-tree", "-r", "-z", "--name-only", place], f"cannot list {place} of {repo}")
        names = sorted(name for name in listed.decode("utf-8", errors="replace").split("\0") if name.lower().endswith(".md"))
    for name in names:
        whole = "/".join(part for part in (path, name) if part)
        body = _git(repo, ["cat-file", "blob", f"{revision}:{whole}"], f"cannot read {whole} in revision {revision!r} of {repo}")
        yield _judged(f"{repo}@{revision}:{whole}", body)


def _git(repo: str, words: list[str], otherwise: str) -> bytes:
    """Run a read-only git command; `otherwise` is the error message if it fails."""
    try:
        done = subprocess.run(  # noqa: S603 -- a list, no shell; every argument is constant or checked
            ["git", "-C", repo, "-c", "core.fsmonitor=false", *words],  # noqa: S607 -- the user's own git
            capture_output=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as exc:
        raise UsageError("git is not installed; give a file or a folder instead of REPO@REV:PATH") from exc
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise UsageError(f"{otherwise}: git did not answer ({exc.__class__.__name__})") from exc
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()[-1:]
        raise UsageError(otherwise + (f": {said[0].removeprefix('fatal: ')}" if said else ""))
    return done.stdout


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
