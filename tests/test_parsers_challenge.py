"""Guards' pages are told from the sites they guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.model import Answer
from scout.parsers.challenge import challenge, is_html


def _answer(body: str | bytes, **headers: str) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(url="https://a.example/", final_url="https://a.example/", status=200, headers=named, body=raw)


@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html><title>Just a moment...</title><body>Checking your browser before you continue.</body>",
        "<html><head><title>Attention Required! | Cloudflare</title></head></html>",
        "<!DOCTYPE html><html><head><title>Making sure you&#39;re not a bot!</title></head></html>",
        '<html><head><script id="anubis_challenge" type="application/json">{}</script></head></html>',
        "<html><title>Vercel Security Checkpoint</title></html>",
        '<html><title>vendor.example</title><script src="https://ct.captcha-delivery.com/c.js"></script></html>',
        "<html><title>Access Denied</title><body>Reference #18.1</body></html>",
    ],
)
def test_a_guard_with_200_is_named(body: str) -> None:
    """A known guard's page is called a challenge or check, whatever the status was."""
    assert "instead of the page" in challenge(_answer(body))


def test_the_header_alone_is_enough() -> None:
    """Cloudflare says in a header that the body is a challenge."""
    assert challenge(_answer("", cf_mitigated="challenge")).startswith("Cloudflare")
    assert challenge(_answer("", x_amzn_waf_action="captcha")).startswith("AWS")


@pytest.mark.parametrize(
    "body",
    [
        "<html><title>Security checks for shared KV caches</title><p>Is it a captcha?</p></html>",
        "<html><title>Just a moment of attention: sparse prefill</title></html>",
        "<rss><channel><title>Just a moment...</title><item><title>Captcha</title></item></channel></rss>",
        '<?xml version="1.0"?><!-- <html> --><feed><title>Attention Required</title></feed>',
        '{"title": "<html><title>Just a moment...</title>"}',
        "",
    ],
)
def test_a_page_about_guards_is_no_guard(body: str) -> None:
    """Posts and feeds that speak of challenges are not challenges."""
    assert challenge(_answer(body)) == ""


def test_html_is_told_by_its_root() -> None:
    """A byte-order mark, comments and a doctype come before the root; a feed with HTML in it is no HTML."""
    assert is_html(b"\xef\xbb\xbf\n<!-- made by hand --><!DOCTYPE html>\n<HTML lang=en>")
    assert not is_html(b"<rss><item><description><html></description></item></rss>")


def test_many_comments_cost_nothing() -> None:
    """A body of nothing but comments is read in linear time (it hangs where the rule backtracks)."""
    assert not is_html(b"<!---->" * 20_000)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(body: bytes) -> None:
    """Any bytes give words or none, never an exception."""
    assert isinstance(challenge(_answer(body)), str)
