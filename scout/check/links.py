"""Check where links lead."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scout.check.context import ReportContext, flag
from scout.check.evidence import asked_for
from scout.check.finding import Finding, Severity
from scout.check.shapes import index_of, is_titled, known_beside
from scout.identity import identify
from scout.model import SEEN, Kind, Result
from scout.releases import in_words, tag
from scout.reports import prose_dates
from scout.text import fold, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.check.context import Mention
    from scout.check.evidence import LinkReply
    from scout.model import LedgerReport, TrackedItem
    from scout.reports.document import ReportEntry
    from scout.reports.markdown import Link

_SITE = re.compile(
    r"\b(?:site|home ?page|welcome|project|repo(?:sitory)?|github|docs|documentation|tracker|list|awesome)\b", re.IGNORECASE
)

_PARTS = re.compile(r"\s[—–|-]\s|:\s")
_HOUSES = frozenset({"github.com", "gitlab.com", "huggingface.co", "arxiv.org", "doi.org"})
"""Where an address with others below it is a thing of its own."""
_DEEPEST = 4
_TELLING = 5
"""Words of a title that tell it from others, wherever it stands."""
_GENERIC = frozenset({"paper", "pdf", "post", "blog", "page", "the", "and", "of", "release", "notes"})
_MOST_READ = 50
"""Loose references that are looked for in the report's sentences; more are no oversight."""
_MOST_LOOSE = 8
"""References that no entry names, told one by one; the rest is counted."""
_NO_ANSWER = {
    Result.EMPTY: "not among the latest releases of its repository",
    Result.UNREACHABLE: "could not be reached when asked",
    Result.RATE_LIMITED: "asked to be left alone for a while",
    Result.REFUSED: "may not be asked, by its robots.txt or its address",
}


def index_link(case: ReportContext) -> Iterator[Finding]:
    """Find links to an index, a site's front page, or a repository instead of its release: link the thing itself.

    An error where an entry has no other reference; else a warning. A companion that is called a site, a repository or a tracker
    is one, and nothing is held against it. So is an address, unknown itself, below which the store has other pages.
    """
    reported: set[str] = set()
    for entry in case.document.entries:
        direct = [link for link in entry.references if not index_of(link.url, f"{entry.title} {link.text}")]
        for own in entry.references:
            if index := index_of(own.url, f"{entry.title} {own.text}"):
                reported.add(identify(own.url))
                severity = Severity.WARNING if direct else Severity.ERROR
                exact = _release(case, own.url, f"{entry.title} {own.text}")
                yield replace(
                    _index(entry, own, index, severity), line=own.line, fix=(f"({own.url})", f"({exact})") if exact else None
                )
    for mention in case.linked:
        link = mention.link
        if link is None or mention.ids[0] in reported or mention.section == "head":
            continue
        if below := _folder(case, mention.ids[0], link):
            reported.add(mention.ids[0])
            wrong = _index(mention, link, f"a folder, of “{below.item.title}” for one", Severity.WARNING)
            yield replace(wrong, where=mention.ids[0])
        if (index := index_of(link.url, link.text)) and not _SITE.search(link.text):
            reported.add(mention.ids[0])
            exact = _release(case, link.url, link.text)
            yield replace(_index(mention, link, index, Severity.WARNING), fix=(f"({link.url})", f"({exact})") if exact else None)


def _folder(case: ReportContext, thing: str, link: Link) -> TrackedItem | None:
    """Return a known page below an address of a site that is none itself, and is not called a site."""
    parts = thing.removeprefix("url:https://").split("/")
    if not thing.startswith("url:") or not 1 < len(parts) <= _DEEPEST or parts[0] in _HOUSES or index_of(link.url, link.text):
        return None
    if _SITE.search(link.text) or case.evidence.item(thing) is not None:
        return None
    return next(iter(case.evidence.under(f"{thing}/")), None)


def _release(case: ReportContext, url: str, words: str) -> str:
    """Return the address of the one known release that an index of releases with a version in words means."""
    found = re.match(r"https://github\.com/([\w.-]{1,100}/[\w.-]{1,100})(?:/releases|/tags)?(?:/latest)?/?$", url)
    versions = in_words(words)
    if not found or len(versions) != 1:
        return ""
    known = [one for one in case.evidence.under(f"github:{found[1].lower()}@") if set(in_words(tag(one.item))) == set(versions)]
    return known[0].item.url if len(known) == 1 else ""


def _index(place: Mention | ReportEntry, link: Link, index: str, severity: Severity) -> Finding:
    return flag(severity, place, link.url, f"this is {index}", "", "link the page, post, paper or release itself")


def unknown_link(case: ReportContext) -> Iterator[Finding]:
    """Find links that the store does not know and that do not answer when asked (`--fetch`).

    An error where it answered 404 or 410, and where arXiv has no paper of that id; a warning where the store has the page that is
    meant under another address (its name and more on the same site, or its title); unverified where it was not asked, or asking
    failed for another reason, or the list of its repository's releases lacks it.
    """
    told: set[str] = set()
    for mention in case.linked:
        thing, link = mention.ids[0], mention.link
        if link is None or thing in told or case.evidence.item(thing) is not None or index_of(link.url, link.text):
            continue
        told.add(thing)
        paper = thing.startswith("arxiv:")
        reply = case.evidence.reply(asked_for(thing, link.url))
        gone = reply is not None and (reply.gone or (paper and reply.result is Result.EMPTY))
        unlisted = reply is not None and thing.startswith("github:") and reply.result is Result.EMPTY
        if reply is not None and reply.result in SEEN and not gone and not unlisted:
            continue
        yield _unknown(case, mention, link, reply, gone=gone)


def _unknown(case: ReportContext, mention: Mention, link: Link, reply: LinkReply | None, *, gone: bool) -> Finding:
    thing = mention.ids[0]
    evidence = "not in the store, and not asked"
    if reply is not None:
        answered = f"answered {reply.status}" if reply.status else _NO_ANSWER.get(reply.result, f"asked: {reply.result.value}")
        if thing.startswith("arxiv:") and gone:
            answered = "arXiv has no such paper"
        evidence = answered + (f" on {reply.when}" if reply.when else "")
    meant = None if thing.startswith(("arxiv:", "hn:", "doi:", "github:")) else _meant(case, mention, thing)
    if meant is not None:
        evidence = f"{evidence}; the store has “{meant.item.title}”"
    return flag(
        Severity.ERROR if gone else Severity.WARNING if meant else Severity.UNVERIFIED,
        mention,
        link.url,
        evidence,
        meant.item.url if meant else thing,
        f"link {meant.item.url}" if meant else "correct the link" if gone else "open it, or check with --fetch",
    )


def _meant(case: ReportContext, mention: Mention, thing: str) -> TrackedItem | None:
    """Return the known page that an unknown address means, with a day that the report allows.

    It is of the same folder of its site, or else has the very title and is nowhere linked.
    """
    titles = sorted({mention.title, *_PARTS.split(mention.title)}, key=len, reverse=True)[:4]
    known = [one for one in case.evidence.under(f"{thing.rpartition('/')[0]}/") if _allowed(one, mention)]
    for title in titles:
        if beside := known_beside(thing.removeprefix("url:"), title, known):
            return beside
    for title in titles:
        if len(title.split()) >= _TELLING:
            found = [one for one in case.evidence.titled(title) if one.item.kind is Kind.POST and _allowed(one, mention)]
            if len(found) == 1 and is_titled(title, found[0].item.title) and found[0].item.id not in case.linked_ids:
                return found[0]
    return None


def _allowed(seen: TrackedItem, mention: Mention) -> bool:
    published = seen.item.published
    return published is None or not mention.dates or any(claim.allows(published.date(), slack=2) for claim in mention.dates)


def loose_reference(case: ReportContext) -> Iterator[Finding]:
    """Find what the references list and nothing else in the report names, where they list what the entries link."""
    listed = [line for line in case.document.section("references") if line.label != "heading"]
    named = {identify(link.url) for line in case.document.lines if line.section != "references" for link in line.links}
    in_references = {identify(link.url) for line in listed for link in line.links}
    if not case.headings or sum(bool(in_references & set(mention.ids)) for mention in case.headings) * 2 < len(case.headings):
        return
    earlier = {thing: entry for report in case.ledger if report.day < case.day for entry in report.entries for thing in entry.ids}
    loose = [
        (line, link, thing) for line in listed for link in line.links if (thing := identify(link.url)) and thing not in named
    ]
    loose = [one for one in loose if len(loose) > _MOST_READ or not _in_prose(case, one[1].text)]
    for line, link, thing in loose[:_MOST_LOOSE]:
        told = earlier.get(thing)
        yield flag(
            Severity.WARNING,
            replace(line, passage=replace(line.passage, line=link.line)),
            shorten(link.text, 120) or link.url,
            "no entry and no list names it" + (f"; the report of {told.report} has it" if told else ""),
            f"{told.report}, line {told.line}" if told else link.url,
            "name it where it belongs, or take it out",
        )
    if len(loose) > _MOST_LOOSE:
        more = f"{len(loose) - _MOST_LOOSE} more references that no entry names"
        yield flag(Severity.WARNING, listed[0], more, f"{len(loose)} in all", "", "name them, or take them out")


def _in_prose(case: ReportContext, title: str) -> bool:
    """Say whether one line of the report has all the words of a reference's title."""
    words = set(re.findall(r"\w[\w'’.-]*\w", fold(title))) - _GENERIC
    lines = (line for line in case.document.lines if line.section != "references")
    return len(words) > 1 and any(words <= set(re.findall(r"\w[\w'’.-]*\w", fold(line.passage.text))) for line in lines)


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
    dates = [claim.since for claim in prose_dates.dates(PurePosixPath(prior.url).name, near=case.day)]
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
