"""Detect bot-challenge pages served instead of a site's content: "Just a moment…", captchas, proofs of work.

Their status is 403, 429, 500, 503 or 200. Sources: Cloudflare's "Detect a challenge page response" (the header
`cf-mitigated: challenge`), AWS WAF's developer guide (the header `x-amzn-waf-action`), the pages themselves for the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scout.model import Answer

_HEAD = 40_000
_TITLE = re.compile(rb"<title[^>]{0,500}>(.{0,500}?)</title", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(  # possessive, so that a body of unclosed comments costs no backtracking
    rb"(?:\xef\xbb\xbf)?\s*+(?>(?:(?><\?.{0,200}?\?>|<!--.{0,2000}?-->|<!doctype[^>]{0,300}+>)\s*+)*)<([a-z][a-z0-9]*+)",
    re.IGNORECASE | re.DOTALL,
)
_DOCUMENT_ROOTS = {b"html", b"head", b"title", b"body", b"meta"}
_HTML_ROOTS = _DOCUMENT_ROOTS | {b"script", b"noscript", b"div", b"center", b"h1", b"p", b"iframe"}
# Full titles, up to a site's name after a bar: "Security check" is a challenge, "Security checks for KV caches" a post.
_TITLES = {
    "Cloudflare challenge": "just a moment|attention required|one moment,? please|checking your browser( before .*)?"
    "|(?:nur )?einen moment(?:,? bitte)?|un (?:instant|moment)(?:,? s['’]il vous pla[iî]t)?|un momento(?:,? por favor)?"
    "|s[óo] um momento|un attimo|e[eé]n moment(?: geduld)?|vänta ett ögonblick|et øjeblik|hetkinen|chwileczkę|proszę czekać"
    "|один момент|bir dakika lütfen|しばらくお待ちください|少々お待ちください|请稍[候等]|請稍[候等]|稍等片刻"
    "|잠시만 기다[려리](?: ?주세요|십시오)",
    "Anubis challenge": "making sure you.{1,8}re not a (?:ro)?bot|oh noes",
    "bot check": "are you (?:a )?(?:human|robot)|robot check|bot verification|human verification"
    "|(?:verify|verifying) (?:that )?you are (?:a )?human|security (?:check|checkpoint|verification)"
    "|vercel security checkpoint|client challenge|ddos-guard|pardon our interruption|you have been blocked"
    "|access (?:to this page has been )?denied|captcha|captcha challenge|challenge validation",
}
# Markup that only a challenge page has; an article about one does not.
_MARKS = {
    "Cloudflare challenge": r"/cdn-cgi/challenge-platform/[^\"']*orchestrate|window\._cf_chl_opt|cf-browser-verification"
    "|checking your browser before accessing",
    "Anubis challenge": r"/\.within\.website/x/(?:cmd/anubis|xess)|id=\"?anubis_challenge",
    "bot check": r"captcha-delivery\.com|window\._pxappid|/_incapsula_resource|awswafintegration|window\.gokuprops"
    r"|enable javascript and cookies to continue|/\.well-known/sgcaptcha",
}
_TITLE_RULES = {name: re.compile(rf"\A\W*(?:{words})\W*(?:[|–—-].*)?$", re.IGNORECASE) for name, words in _TITLES.items()}
_MARK_RULES = {name: re.compile(words.encode(), re.IGNORECASE) for name, words in _MARKS.items()}


def in_headers(headers: Mapping[str, str]) -> str:
    """Return the challenge that the headers (lower-case names) announce, or an empty string."""
    if "challenge" in headers.get("cf-mitigated", "").lower():
        return "Cloudflare challenge"
    return "AWS WAF challenge" if headers.get("x-amzn-waf-action", "").lower() in ("challenge", "captcha") else ""


def is_html(body: bytes) -> bool:
    """Return whether a body is an HTML document: not a feed with HTML inside it, JSON or plain text."""
    return _root(body) in _HTML_ROOTS


def is_document(body: bytes) -> bool:
    """Return whether a body is a whole HTML document: it may not be the beginning of a Markdown file."""
    return _root(body) in _DOCUMENT_ROOTS or body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower() == b"<!doctype"


def _root(body: bytes) -> bytes:
    found = _ROOT.match(body[:_HEAD].lstrip())
    return found[1].lower() if found else b""


def challenge(answer: Answer) -> str:
    """Describe the challenge page answered (`Cloudflare challenge … 'Just a moment...'`), or return an empty string.

    Apart from the headers only HTML is checked: a feed with entries about captchas is a feed.
    """
    if named := in_headers(answer.headers):
        return f"{named} instead of the page"
    return in_page(answer.body)


def in_page(body: bytes) -> str:
    """Describe the challenge page that a body is, by its title and markup, or return an empty string."""
    if not is_html(body):
        return ""
    head = body[:_HEAD]
    found = _TITLE.search(head)
    title = re.sub(r"\s+", " ", found[1].decode("utf-8", "replace")).strip()[:80] if found else ""
    for name, rule in _TITLE_RULES.items():
        if rule.match(title):
            return f"{name} instead of the page: {title!r}"
    for name, marks in _MARK_RULES.items():
        if marks.search(head):
            return f"{name} instead of the page" + (f": {title!r}" if title else "")
    return ""
