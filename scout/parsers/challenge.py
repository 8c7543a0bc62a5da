"""Recognise the pages that guard a site and answer in its place: "Just a moment…", captchas, proofs of work.

They come with 403, 429, 500, 503, and with 200 too. Sources: Cloudflare's "Detect a challenge page response" (the header
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
    rb"(?:\xef\xbb\xbf)?\s*+(?>(?><\?.{0,200}?\?>|<!--.{0,2000}?-->|<!doctype[^>]{0,300}+>)\s*+)*+<([a-z]+)",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ROOTS = {b"html", b"head", b"title", b"body", b"meta", b"script", b"noscript", b"div", b"center", b"h1", b"p", b"iframe"}
# The whole title, but for a site's name after a bar: "Security check" guards, "Security checks for KV caches" is a post.
_TITLES = {
    "Cloudflare challenge": "just a moment|attention required|one moment,? please|checking your browser( before .*)?",
    "Anubis challenge": "making sure you.{1,8}re not a (?:ro)?bot|oh noes",
    "bot check": "are you (?:a )?(?:human|robot)|robot check|bot verification|human verification"
    "|(?:verify|verifying) (?:that )?you are (?:a )?human|security (?:check|checkpoint|verification)"
    "|vercel security checkpoint|client challenge|ddos-guard|pardon our interruption|you have been blocked"
    "|access (?:to this page has been )?denied|captcha|captcha challenge|challenge validation",
}
# What only such a page loads or says; an article about one would not carry these in its markup.
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
    """Name the guard whose headers (lower-case names) say that it answered instead of the site, or return nothing."""
    if "challenge" in headers.get("cf-mitigated", "").lower():
        return "Cloudflare challenge"
    return "AWS WAF challenge" if headers.get("x-amzn-waf-action", "").lower() in ("challenge", "captcha") else ""


def is_html(body: bytes) -> bool:
    """Say whether a body is an HTML document: a feed with HTML inside it is not, nor is JSON or plain text."""
    root = _ROOT.match(body[:_HEAD].lstrip())
    return root is not None and root[1].lower() in _HTML_ROOTS


def challenge(answer: Answer) -> str:
    """Say in words which guard answered instead of the site (`Cloudflare challenge … 'Just a moment...'`), or return nothing.

    But for the headers only HTML is looked at: a feed whose entries speak of captchas is a feed.
    """
    if named := in_headers(answer.headers):
        return f"{named} instead of the page"
    if not is_html(answer.body):
        return ""
    head = answer.body[:_HEAD]
    found = _TITLE.search(head)
    title = re.sub(r"\s+", " ", found[1].decode("utf-8", "replace")).strip()[:80] if found else ""
    for name, rule in _TITLE_RULES.items():
        if rule.match(title):
            return f"{name} instead of the page: {title!r}"
    for name, marks in _MARK_RULES.items():
        if marks.search(head):
            return f"{name} instead of the page" + (f": {title!r}" if title else "")
    return ""
