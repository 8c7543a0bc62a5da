"""Check where links lead."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.identity import canonical_url, identify
from scout.model import SEEN
from scout.releases import in_words
from scout.reports import claims

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.check.context import Mention
    from scout.model import LedgerReport
    from scout.reports.document import ReportEntry
    from scout.reports.markdown import Link

_LISTINGS = frozenset(
    {
        "archive",
        "archives",
        "articles",
        "blog",
        "blogs",
        "category",
        "changelog",
        "engineering",
        "events",
        "insights",
        "latest",
        "news",
    }
    | {
        "newsroom",
        "papers",
        "posts",
        "press",
        "press-releases",
        "publications",
        "release-notes",
        "releases",
        "research",
        "stories",
    }
    | {"tag", "tags", "topics", "updates", "index.html", "index.php"}
)
_PROFILES = frozenset({"x.com", "twitter.com", "linkedin.com", "medium.com", "youtube.com"})
_FILTERS = frozenset({"tag", "tags", "category", "categories", "author", "authors", "topic", "topics", "page"})
_PROGRAMMES = frozenset({"technical-sessions", "program", "programme", "schedule", "accepted-papers", "proceedings"})
_RELEASE = re.compile(r"\brelease\b", re.IGNORECASE)
_SITE = re.compile(
    r"\b(?:site|home ?page|welcome|project|repo(?:sitory)?|github|docs|documentation|tracker|list|awesome)\b", re.IGNORECASE
)


def index_of(url: str, title: str = "") -> str:
    """Return, in words, the index page that an address leads to; an empty string if it leads to a single item.

    `title` is the link's title: a repository's front page is an item, but not the release that a title names.
    """
    canonical = canonical_url(url)
    if not canonical:
        return ""
    parts = urlsplit(canonical)
    host, path = parts.hostname or "", [unquote(part) for part in parts.path.lower().split("/") if part]
    if host == "github.com":
        return _github(path, title)
    if host == "arxiv.org":
        return "" if path[:1] in (["abs"], ["pdf"], ["html"], ["format"]) else "a list of arXiv"
    return "" if parts.query else _site(host, path)


def _site(host: str, path: list[str]) -> str:
    """Name the index page at a path of a site, empty if none."""
    whole, pages = "/".join([host, *path]), host.endswith((".github.io", ".gitlab.io", ".readthedocs.io"))
    front = not path or (pages and len(path) == 1 and "." not in path[0])
    kinds = (
        (f"the front page of {whole}", front),
        (f"a profile on {host}", host in _PROFILES and len(path) == 1),
        (f"the index {whole}", path[-1:] and path[-1] in _LISTINGS and len(path) <= 3),
        (f"the list {whole}", len(path) >= 2 and path[-2] in _FILTERS),
        (f"the programme {whole}", path[-1:] and path[-1] in _PROGRAMMES),
    )
    return next((name for name, is_it in kinds if is_it), "")


def _github(path: list[str], title: str) -> str:
    if len(path) < 2:
        return f"the GitHub account {path[0]}" if path else "the front page of GitHub"
    repo = "/".join(path[:2])
    if path[2:] in (["releases"], ["tags"], ["releases", "latest"], ["releases", "tag"]):
        return f"the index of releases of {repo}"
    if path[2:] in (["issues"], ["pulls"], ["discussions"], ["commits"], ["wiki"], ["actions"]):
        return f"the index of {path[2]} of {repo}"
    if len(path) == 2 and (in_words(title) or _RELEASE.search(title)):
        return f"the front page of the repository {repo}"
    return ""


def index_link(case: ReportContext) -> Iterator[Finding]:
    """Find links to an index, a site's front page, or a repository instead of its release: link the thing itself.

    An error where an entry has no other reference; else a warning. A companion that is called a site, a repository or a tracker
    is one, and nothing is held against it.
    """
    reported: set[str] = set()
    for entry in case.document.entries:
        direct = [link for link in entry.references if not index_of(link.url, f"{entry.title} {link.text}")]
        for own in entry.references:
            if index := index_of(own.url, f"{entry.title} {own.text}"):
                reported.add(identify(own.url))
                severity = Severity.WARNING if direct else Severity.ERROR
                yield replace(_index(entry, own, index, severity), line=own.line)
    for mention in case.linked:
        link = mention.link
        if link is None or mention.ids[0] in reported or mention.section == "head":
            continue
        if (index := index_of(link.url, link.text)) and not _SITE.search(link.text):
            reported.add(mention.ids[0])
            yield _index(mention, link, index, Severity.WARNING)


def _index(place: Mention | ReportEntry, link: Link, index: str, severity: Severity) -> Finding:
    return flag(severity, place, link.url, f"this is {index}", "", "link the page, post, paper or release itself")


def unknown_link(case: ReportContext) -> Iterator[Finding]:
    """Find links that the store does not know and that do not answer when asked (`--fetch`).

    An error where it answered 404 or 410; unverified where it was not asked, or asking failed for another reason.
    """
    told: set[str] = set()
    for mention in case.linked:
        thing, link = mention.ids[0], mention.link
        if link is None or thing in told or case.evidence.item(thing) is not None or index_of(link.url, link.text):
            continue
        told.add(thing)
        reply = case.evidence.reply(link.url)
        if reply is not None and reply.result in SEEN:
            continue
        gone = reply is not None and reply.status in (404, 410)
        evidence = "not in the store, and not asked"
        if reply is not None:
            evidence = f"answered {reply.status or reply.result.value}" + (f" on {reply.when}" if reply.when else "")
        yield flag(
            Severity.ERROR if gone else Severity.UNVERIFIED,
            mention,
            link.url,
            evidence,
            thing,
            "correct the link" if gone else "open it, or check with --fetch",
        )


def prior_report(case: ReportContext) -> Iterator[Finding]:
    """Follow the prior report that the head names: it exists, is earlier than this one, and the latest in the ledger.

    A warning where the head knows of no earlier report and the ledger does, and where a draft is not yet filed beside the report
    that it names, which the ledger read from elsewhere.
    """
    earlier = [report for report in case.ledger if report.day < case.day]
    last = max(earlier, key=lambda report: report.day, default=None)
    prior = case.document.prior
    head = next((line for line in case.document.lines if line.section == "head"), None)
    if prior is None:
        if last and head:
            yield flag(
                Severity.WARNING,
                head,
                "no prior report is named",
                f"the ledger has {len(earlier)} earlier, the last of {last.day}",
                last.path,
                "name it, and check for repeats",
            )
        return
    place = next(line for line in case.document.lines if prior in line.links or prior.url in line.passage.text)
    dates = [claim.since for claim in claims.dates(PurePosixPath(prior.url).name, near=case.day)]
    local = not re.match(r"[a-z]+:", prior.url, re.IGNORECASE)
    there = case.evidence.exists(unquote(prior.url.split("#")[0])) if local else None
    if dates and dates[-1] >= case.day:
        yield flag(
            Severity.ERROR, place, f"prior report {prior.url}", f"it is not earlier than {case.day}", prior.url, "correct it"
        )
    elif there is False and (path := _read_from(prior.url, earlier)):
        yield flag(
            Severity.WARNING,
            place,
            f"prior report {prior.url}",
            "it is not beside this file, though the ledger has it",
            path,
            "file this report beside it, or correct the link",
        )
    elif there is False:
        yield flag(
            Severity.ERROR,
            place,
            f"prior report {prior.url}",
            "the link leads nowhere",
            prior.url,
            "commit that report, or correct it",
        )
    elif last and dates and dates[-1] < last.day:
        yield flag(
            Severity.WARNING,
            place,
            f"prior report {prior.url}",
            f"the ledger has a later one, of {last.day}",
            last.path,
            "name the last report, and check for repeats against it",
        )
    elif there is None and local:
        yield flag(Severity.UNVERIFIED, place, f"prior report {prior.url}", "the folder cannot be seen from here", prior.url)


def _read_from(url: str, earlier: Sequence[LedgerReport]) -> str:
    """Return the ledger's path of the report with that file name, or an empty string."""
    name = PurePosixPath(unquote(url.split("#", maxsplit=1)[0])).name
    return next((report.path for report in earlier if PurePosixPath(report.path.rpartition(":")[2]).name == name), "")
