"""Pages that answer 200 and are none: told by what they say, in the place of any listing; thin listings stay listings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fakes import page
from hypothesis import given
from hypothesis import strategies as st

from scout.model import SEEN, Result
from scout.parsers import walls
from scout.sources import kind_class, kinds
from scout.sources.page import PageSource
from scout.sources.program import Program

if TYPE_CHECKING:
    from scout.sources.base import Parsed, Source

URL = "https://blog.example/posts"
FURNITURE = '<ul><li><a href="/privacy">Privacy</a></li><li><a href="/terms">Terms</a></li><li><a href="/help">Help</a></li></ul>'
"""What a selector for entries finds on a wall."""
MENU = '<nav><ul><li><a href="/">Home</a></li><li><a href="/blog">Blog</a></li></ul></nav>'


def wall(title: str = "", heading: str = "", text: str = "", *, head: str = "", more: str = FURNITURE) -> str:
    """Return a wall's page, with links that could be taken for entries."""
    title, heading = f"<title>{title}</title>" if title else "", f"<h1>{heading}</h1>" if heading else ""
    return f"<!doctype html><html><head>{title}{head}</head><body>{MENU}<div>{heading}<p>{text}</p>{more}</div></body></html>"


PASSWORD = '<form action="/session"><input name="user"><input type="password"><button>OK</button></form>'
WALLS = {
    "login": wall("Sign in – Example", "Sign in", more=PASSWORD + FURNITURE),
    "login-site-first": wall("Example | Log in", more=PASSWORD + FURNITURE),
    "login-to": wall("Log in to continue", "Welcome"),
    "login-by-form-alone": wall("Example", "Hello", more=PASSWORD + FURNITURE),
    "login-german": wall("Anmelden - Beispiel", "Anmelden"),
    "login-french": wall("Connexion", "Se connecter"),
    "login-japanese": wall("ログイン | 例", "ログイン"),
    "login-chinese": wall("登录 - 示例"),
    "login-russian": wall("Вход", "Вход в систему"),
    "portal": wall("WiFi Login", "Welcome to Hotel Aurora Wi-Fi", "Accept the terms of use to connect to the internet."),
    "portal-without-title": wall("", "Welcome to Airport Free WiFi", "Your room number, please."),
    "portal-network": wall("Network Authentication Required", "You need to sign in to this network"),
    "parked": wall("example.org is for sale", "example.org", "Buy this domain."),
    "parked-in-a-line": wall("example.org", "", "This domain may be for sale!"),
    "parked-german": wall("beispiel.de", "Diese Domain steht zum Verkauf"),
    "parked-page": wall("Parked Domain name on Hostinger DNS system"),
    "nginx": wall("Welcome to nginx!", "Welcome to nginx!", "If you see this page, the web server is installed."),
    "apache": wall("Apache2 Ubuntu Default Page: It works", "It works!"),
    "coming-soon": wall("Example – Coming Soon", "Something new is coming"),
    "suspended": wall("Account Suspended", "This Account has been suspended."),
    "maintenance": wall("Example", "We'll be back soon!", "Sorry for the inconvenience."),
    "maintenance-dated": wall("Example", "We’re down for maintenance", "Back at 14:00 UTC on 19 May 2026."),
    "maintenance-title": wall("Site under maintenance"),
    "maintenance-german": wall("Wartungsarbeiten", "Wir sind bald wieder da"),
    "maintenance-spanish": wall("Ejemplo", "Sitio en mantenimiento"),
    "maintenance-japanese": wall("例", "ただいまメンテナンス中です"),
    "maintenance-russian": wall("Технические работы"),
    "error-500": wall("500 Internal Server Error", "Internal Server Error"),
    "error-502": wall("", "502 Bad Gateway", "nginx"),
    "error-503-line": "<html><body><p>Service Temporarily Unavailable</p><ul><li><a href='/x'>x</a></li></ul></body></html>",
    "error-database": wall("Database Error", "Error establishing a database connection"),
    "error-wrong": wall("Oops! Something went wrong.", "Oops!"),
    "error-limit": wall("", "", "Too many requests. Please slow down."),
    "soft-404": wall("Page not found – Example", "Page not found", "Sorry, the page you are looking for could not be found."),
    "soft-404-site-first": wall("Example: Error 404 (Not Found)!!1"),
    "soft-404-heading": wall("Example", "404: This page could not be found."),
    "soft-404-sorry": wall("Example", "Sorry, we couldn't find that page"),
    "soft-404-number": wall("404"),
    "soft-404-dated": wall("Page not found", more="".join(f"<li><a href=/p{n}>Post {n}</a> <time datetime=2026-05-1{n}></time></li>" for n in range(5))),
    "soft-404-long": wall("Page Not Found | Example", more="".join(f"<li><a href=/p{n}>A popular post on caches, number {n}</a></li>" for n in range(60))),
    "soft-404-german": wall("Seite nicht gefunden", "404"),
    "soft-404-french": wall("Page introuvable - Exemple"),
    "soft-404-spanish": wall("Ejemplo | Página no encontrada"),
    "soft-404-portuguese": wall("Página não encontrada"),
    "soft-404-italian": wall("Esempio", "Pagina non trovata"),
    "soft-404-dutch": wall("Pagina niet gevonden"),
    "soft-404-polish": wall("Strona nie została znaleziona"),
    "soft-404-japanese": wall("ページが見つかりません | 例"),
    "soft-404-chinese": wall("页面不存在"),
    "soft-404-korean": wall("페이지를 찾을 수 없습니다"),
    "refresh": wall("Redirecting", head='<meta http-equiv="refresh" content="0; url=https://elsewhere.example/">'),
    "refresh-quoted": wall(head="<meta http-equiv='Refresh' content=\"3;URL='/en/'\">"),
    "consent": wall("Before you continue", "Before you continue to Example", "We use cookies."),
    "consent-german": wall("Bevor Sie zu Beispiel weitergehen"),
    "consent-words": wall("Example", "Hello", "We and our partners use cookies. Accept all or reject all cookies, or see our privacy policy."),
    "scripts": wall("Example", "", "Please enable JavaScript to continue using this application."),
}  # fmt: skip
CHALLENGES = {
    "challenge": wall("Just a moment..."),
    "challenge-german": wall("Nur einen Moment…"),
    "challenge-french": wall("Un instant…"),
    "challenge-spanish": wall("Un momento…"),
    "challenge-portuguese": wall("Só um momento…"),
    "challenge-japanese": wall("しばらくお待ちください..."),
    "challenge-chinese": wall("请稍候…"),
    "challenge-russian": wall("Один момент…"),
    "challenge-korean": wall("잠시만 기다리십시오…"),
    "challenge-turkish": wall("Bir dakika lütfen..."),
    "challenge-human": wall("Verify you are human"),
    "challenge-attention": wall("Attention Required! | Cloudflare"),
}


def thin(title: str, *posts: str, more: str = "", heading: str = "") -> str:
    """Return a listing of these posts, with links and nothing else."""
    listed = "".join(f'<li><a href="/{n}">{post}</a></li>' for n, post in enumerate(posts, 1))
    heading = f"<h1>{heading}</h1>" if heading else ""
    return f"<!doctype html><html><head><title>{title}</title></head><body>{MENU}{heading}<main><ul>{listed}</ul>{more}</main></body></html>"


THIN = {
    "one-post": thin("A blog", "Tiered KV caches"),
    "one-word": thin("Notes", "Caches"),
    "login-is-hard": thin("Login is hard", "Why passwords fail"),
    "a-post-called-login": thin("Notes", "Login"),
    "a-post-called-not-found": thin("Notes", "Page not found"),
    "a-post-called-404": thin("Notes", "404: how we lost a cache", "502 Bad Gateway"),
    "a-category-of-logins-dated": thin("Login | Example blog", "How we log in", more="<p>19 May 2026</p>", heading="Login"),
    "a-category-of-maintenance": thin("Posts about maintenance", "Rolling restarts", heading="Posts about maintenance"),
    "a-heading-that-links": thin("Notes", more='<h2><a href="/1">Something went wrong</a></h2><ul><li><a href="/1">more</a></li></ul>'),
    "a-form-for-letters": thin("Notes", "One post", more='<form><input type="email"><button>Sign up</button></form>'),
    "a-banner": thin("Notes", more="<h2><a href='/1'>One post</a></h2><li><a href='/1'>Read</a></li><p>We use cookies. Accept all cookies? See our privacy policy.</p>"),
    "a-login-aside": thin("Notes", "One post", more=f"<aside><h2>User login</h2>{PASSWORD}</aside><time datetime='2026-05-19'></time>"),
    "loads-itself-anew": thin("Status", "One post").replace("<title>", '<meta http-equiv="refresh" content="5"><title>'),
    "loads-itself-by-name": thin("Status", "One post").replace("<title>", f'<meta http-equiv="refresh" content="5; url={URL}?x"><title>'),
    "sends-on-nowhere": thin("Notes", "One post").replace("<title>", '<meta http-equiv="refresh" content="0; url=http://[x"><title>'),
    "sends-on-without-scripts": thin("Notes", "One post").replace("<title>", '<noscript><meta http-equiv="refresh" content="0; url=/nojs"></noscript><title>'),
    "404-media": thin("404 Media", "We found a page"),
    "a-domain-name": thin("example.org", "Tiered KV caches"),
    "back-to-basics": thin("We're back: notes on caches", "Be right back-propagation"),
    "japanese": thin("キャッシュのブログ", "ログインの設計"),
}  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {
    "arxiv": {"categories": ("cs.OS",)}, "hackernews": {"queries": ("x",)}, "github_releases": {"repos": ("a/b",)},
    "tracker": {"repo": "a/b"}, "posts": {"repo": "a/b", "path": "_posts"}, "hf_papers": {},
}  # fmt: skip
SOURCES: tuple[Source, ...] = (
    PageSource(name="page", url=URL, item="li"),
    PageSource(name="links", url=URL, item="a"),
    PageSource(name="blocks", url=URL, item="div, article"),
    *(Program(name=shape, url=URL, format=shape) for shape in ("miniconf", "usenix", "eurosys", "dblp")),
    Program(name="html", url=URL, format="html", item="li"),
    *(kind_class(kind)(name=kind, **OPTIONS.get(kind, {"url": URL})) for kind in kinds() if kind not in ("page", "program")),
)


def parsed(source: Source, body: str) -> Parsed:
    """Parse a page in a listing's place."""
    return source.parse(page(body, url=URL, headers={"content-type": "text/html; charset=utf-8"}))


@pytest.mark.parametrize("name", [*WALLS, *CHALLENGES])
def test_a_page_that_is_none_is_no_listing_of_any_kind(name: str) -> None:
    """It brings no item, covers nothing, and is told as broken or blocked, never as an empty listing."""
    for source in SOURCES:
        found = parsed(source, (WALLS | CHALLENGES)[name])
        assert found.result not in SEEN, source
        assert (found.items, found.covers) == ((), None), source
        assert found.why


@pytest.mark.parametrize("name", WALLS)
def test_a_listing_that_is_a_wall_says_what_came(name: str) -> None:
    """The words name the sort of page and what it says, or where it sends on to."""
    found = parsed(SOURCES[0], WALLS[name])
    sort = {"soft": "missing", "error": "error", "portal": "network", "scripts": "scripts", "refresh": "sends on"}
    sort |= {"parked": "parked", "nginx": "parked", "apache": "parked", "coming": "parked", "suspended": "error"}
    wanted = sort.get(name.partition("-")[0], name.partition("-")[0])
    assert wanted in found.why or name == "soft-404-number", found.why
    assert found.result is Result.BROKEN
    assert "'" in found.why or "https://" in found.why


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_told_in_any_language(name: str) -> None:
    """It is blocked, and named."""
    found = parsed(SOURCES[0], CHALLENGES[name])
    assert found.result is Result.BLOCKED
    assert "instead of the page" in found.why


@pytest.mark.parametrize("name", THIN)
def test_an_honest_listing_stays_one_however_thin(name: str) -> None:
    """One post, a blog about logins, a category, a banner, a form: what they list is brought."""
    found = parsed(SOURCES[0], THIN[name])
    assert found.result is Result.OK, found.why
    assert found.items


@pytest.mark.parametrize("name", [*WALLS, *CHALLENGES])
def test_a_wall_in_the_place_of_an_entrys_own_page_gives_the_entry_nothing(name: str) -> None:
    """Neither its title nor its date is taken for the entry's."""
    hints = {"id": "url:https://blog.example/kv", "url": "https://blog.example/kv", "title": "", "extra": {}}
    found = SOURCES[0].parse(page((WALLS | CHALLENGES)[name], url="https://blog.example/kv", role="item", hints=hints))
    assert (found.items, found.result in SEEN) == ((), False)


@pytest.mark.parametrize(
    "begins", ['<p align="center">', '<div align="center">\n\n', "<h1>Lists</h1>\n\n", "<!-- made -->\n<center>"]
)
def test_markdown_may_begin_with_html(begins: str) -> None:
    """An awesome-list with its logo in HTML is a list, and a post that begins with a picture is a post."""
    body = f"{begins}\n\n# Papers\n\n- [Tiered KV caches](https://arxiv.org/abs/2605.00001)\n- [Cold tiers](https://a.example/cold)\n"
    tracker, posts = (kind_class(kind)(name=kind, **OPTIONS[kind]) for kind in ("tracker", "posts"))
    assert tracker.parse(page(body)).state["links"] == ["arxiv:2605.00001", "url:https://a.example/cold"]
    assert [item.title for item in posts.parse(page(body, role="item", hints={"path": "x.md", "name": "x.md"})).items] == [
        "Papers"
    ]


@pytest.mark.parametrize("kind", ["tracker", "posts"])
@pytest.mark.parametrize(
    "said", ["<h1>503 Service Unavailable</h1>", "<div><p>Page not found</p></div>", "<center>Bad Gateway</center>"]
)
def test_an_error_in_bare_html_is_no_markdown(kind: str, said: str) -> None:
    """Neither a list of one link nor a post."""
    source, body = (
        kind_class(kind)(name=kind, **OPTIONS[kind]),
        f"{said}<p><a href='https://a.example/'>Home</a></p>\n# Heading\n",
    )
    assert (
        source.parse(page(body, role="item" if kind == "posts" else "listing", hints={"path": "x.md", "name": "x.md"})).result
        is Result.BROKEN
    )


@given(st.text(st.sampled_from("404 not found page log in - | : . sign <h1>/é登録"), max_size=300))
def test_any_line_is_read(line: str) -> None:
    """No line raises, and a line that says so is given back."""
    what, said = walls.says([line])
    assert (said == line) if what else (said == "")
    walls.instead(line.encode(), URL)


def test_the_phrases_are_each_of_one_sort() -> None:
    """No phrase stands under two sorts of what only a wall says: the first would always win."""
    seen: dict[str, str] = {}
    for what, phrases in walls._file()["plain"].items():
        for phrase in phrases:
            assert seen.setdefault(phrase, what) == what, phrase
            assert walls.says([phrase.replace("…", " x ")])[0] == what, phrase
