"""Give each item one canonical id, whatever URL names it.

arxiv:2605.18071            abs, pdf, html, alphaxiv, hf.co/papers, doi 10.48550/arXiv.*; no version
github:owner/repo@tag       a release's page (owner/repo lower-case: GitHub folds their case, not a tag's)
doi:10.1145/…               lower-case (DOI Handbook 3.4: case-insensitive)
hn:47822117                 a Hacker News thread
program:NAME/key            made by the program kind
feed:NAME/1f0c…             an entry without its own URL: a digest of its guid, else of its title
url:https://…               anything else, canonical
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from url_normalize import url_normalize

from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scout.model import Item

T = TypeVar("T")

_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"
_ARXIV_TEXT = re.compile(rf"(?i:arxiv[:\s]\s*)({_ARXIV_ID})(?:v\d+)?(?![\d.]*\d)")
_BARE_ARXIV = re.compile(rf"(?i:arxiv:\s*)?({_ARXIV_ID})(?:v\d+)?")
_ARXIV_HOSTS = {
    "arxiv.org",
    "export.arxiv.org",
    "browse.arxiv.org",
    "alphaxiv.org",
    "ar5iv.org",
    "ar5iv.labs.arxiv.org",
}
_ARXIV_PATH = re.compile(rf"^/(?:abs|pdf|html|format|e-print|overview|papers)/({_ARXIV_ID})(?:v\d+)?(?:\.pdf|\.html)?/?$")
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|ref_src|ref_url|_hs\w+|mkt_tok|spm|trk|cmpid|ga_\w+|s_cid|vero_\w+)$",
    re.IGNORECASE,
)
_HOST = re.compile(r"^[a-z0-9._-]+$|^[0-9a-f:.]+$")
_PLAIN = re.compile(
    r"https?://(?:www\.)?(?!www\.)(?=[a-z0-9.-]{1,63}(?:/|$))((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}"
    r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?"
)
"""A URL for which only the scheme, `www.` and one trailing slash need normalising."""
_LONGEST_KEPT = 500
_DOI = re.compile(r"^10\.\d{4,9}/\S+$")


def http_url(url: str, base: str = "") -> str:
    """Return an absolute http(s) URL, or an empty string for anything else (javascript:, file:, no host, empty).

    A string with a lone surrogate, which JSON allows, is rejected: it cannot be encoded.
    """
    if not url.strip():
        return ""
    try:
        url.encode()
        url = urljoin(base, url.strip()) if base else url.strip()
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f<>\"]", parts.netloc):
            return ""
        parts.port  # noqa: B018 -- raises on a port that is none
    except ValueError:
        return ""
    return url


def canonical_url(url: str) -> str:
    """Normalise a URL for comparison; return an empty string if it is not http(s).

    Lower-case host, https for http, no `www.`, default port, fragment, user, tracking parameters or trailing slash;
    percent-encoding normalised (RFC 3986 section 6.2) and the query sorted. `Item.url` keeps
    the original.
    """
    if plain := _PLAIN.fullmatch(url):
        return f"https://{plain[1]}"
    return _remembered(url) if len(url) <= _LONGEST_KEPT else _canonical(url)


def _canonical(url: str) -> str:
    if not http_url(url):
        return ""
    for _ in range(4):  # nested percent-encoding takes a second pass; a URL that never settles is rejected
        before = url
        try:
            url = _canonical_once(url)
        except (ValueError, UnicodeError):
            return ""
        if url in ("", before):
            return url
    return ""


_remembered = lru_cache(maxsize=8192)(_canonical)  # links of feeds and reports are compared repeatedly


def _canonical_once(url: str) -> str:
    parts = urlsplit(url_normalize(url) or "")
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    if not _HOST.match(host):
        return ""
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    netloc = f"{host}:{port}" if port and port not in (80, 443) else host
    query = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k))
    path = quote(
        unquote(re.sub(r"//+", "/", parts.path), errors="surrogateescape"),
        safe="/:@!$&'()*+,;=~-._",
        errors="surrogateescape",
    ).rstrip("/")
    return urlunsplit(("https", netloc, path, urlencode(query), ""))


def arxiv_in(text: str) -> str:
    """Return the first arXiv id in a text (`arXiv:2605.18071v2`), without version, or an empty string."""
    found = _ARXIV_TEXT.search(text)
    return found[1] if found else ""


def arxiv_month(id_: str) -> datetime | None:
    """Return the month in an arXiv id (`arxiv:2410.08391`: October 2024), None for ids from before 2007."""
    found = re.match(r"arxiv:(\d\d)(0[1-9]|1[0-2])\.\d", id_)
    return datetime(2000 + int(found[1]), int(found[2]), 1, tzinfo=UTC) if found else None


def doi_id(doi: str) -> str:
    """Return the id of a DOI; arXiv DOIs become arXiv ids."""
    doi = unquote(doi).strip().lower().removeprefix("doi:").strip().rstrip(".,;")
    if found := re.match(rf"^10\.48550/arxiv\.({_ARXIV_ID})$", doi, re.IGNORECASE):
        return f"arxiv:{found[1]}"
    return f"doi:{doi}" if _DOI.match(doi) else ""


def release_id(repo: str, tag: str) -> str:
    """Return the id of a GitHub release."""
    return f"github:{repo.lower()}@{tag}"


def programme_id(id_: str) -> str:
    """Return the programme in a talk's id (`program:NAME`), or an empty string for any other id."""
    return id_.partition("/")[0] if id_.startswith("program:") else ""


def identify(url: str) -> str:
    """Return the canonical id of a URL, or an empty string if it is not http(s)."""
    canonical = canonical_url(url)
    if not canonical:
        return ""
    parts = urlsplit(canonical)
    host, path = parts.hostname or "", unquote(parts.path)
    papers = host in _ARXIV_HOSTS or (host in ("huggingface.co", "hf.co") and path.startswith("/papers/"))
    if papers and (found := _ARXIV_PATH.match(path)):
        return f"arxiv:{found[1]}"
    if host in ("doi.org", "dx.doi.org") and (doi := doi_id(path.lstrip("/"))):
        return doi
    if host == "github.com" and (found := re.match(r"^/([\w.-]+/[\w.-]+)/releases/tag/(.+)$", path)):
        return release_id(found[1], found[2])
    if host == "news.ycombinator.com" and (found := re.search(r"(?:^|&)id=(\d+)(?:&|$)", parts.query)):
        return f"hn:{found[1]}"
    return f"url:{canonical}"


def named(words: str) -> str:
    """Return the id that a user's words are: an id or address, a bare arXiv id or DOI; an empty string for a title."""
    words = words.strip()
    if found := _BARE_ARXIV.fullmatch(words):
        return f"arxiv:{found[1]}"
    return doi_id(words) or identify(words.removeprefix("url:"))


def names(item: Item) -> tuple[str, ...]:
    """Return all ids under which a report may list an item, its own id first.

    Besides the id: the URL; for a talk its own page, arXiv id, DOI and other pages; for an arXiv paper its DOI. The page that
    all talks of a programme share is none of them, nor is a bare host.
    """
    programme = item.id.startswith("program:")
    found = [item.id]
    if not item.id.startswith(("feed:", "hn:", "program:")) or (programme and _own_page(item)):
        found.append(identify(item.url))
    if programme:
        found += [identify(link) for link in item.links if urlsplit(link).path.strip("/") or urlsplit(link).query]
    elif item.kind == "paper":
        found += [name for link in item.links if (name := identify(link)).startswith("doi:")][:1]
    return tuple(dict.fromkeys(name for name in found if name))


def look_up(ids: Iterable[str], known: Mapping[str, T]) -> T | None:
    """Return what is known by the first of an item's ids (`names`) that is known, or None."""
    return next((known[id_] for id_ in ids if id_ in known), None)


def _own_page(item: Item) -> bool:
    return any(isinstance(event, dict) and event.get("url") for event in item.extra.get("events", ()))


def _names(name: str) -> list[str]:
    """Return a person's names in order, without accents, case, dots and hyphens: Jörg-P. Müller is jorg, p, muller."""
    return fold(name.replace(".", " ").replace("\u2019", "'")).split()


def surname(name: str) -> str:
    """Return a person's surname, the last of the names, folded; empty without one."""
    return next(reversed(_names(name)), "")


def one_person(one: str, other: str) -> bool:
    """Return whether two names can be one person's: one surname, and first names that are equal or each other's initials.

    Middle names count where both have them. A surname alone is nobody's.
    """
    (*given, last), (*others, surname) = (_names(one) or [""]), (_names(other) or [""])
    pairs = list(zip(given, others, strict=False))
    same = (a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in pairs)
    return last == surname and bool(pairs) and all(same)
