"""Serve the recorded static documents: feeds, listings, a sitemap, conference programmes, a curated list.

Formats: RSS 2.0, RFC 4287 (Atom), jsonfeed.org/version/1.1, sitemaps.org/protocol.html, the JSON of miniconf's virtual sites, the
markup of USENIX's programmes, GitHub REST "Contents".
"""

from __future__ import annotations

import json
from email.utils import format_datetime
from hashlib import sha1
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scout.demo.records import MARK, instant, note, table
from scout.demo.services import tagged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.demo.server import Answering, Reply, Request

_HTML = "text/html; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_JSON = "application/json; charset=utf-8"


def routes() -> dict[str, Reply | Answering]:
    """Return the reply to each path of a publisher."""
    places = table("places")
    miniconf, usenix, tracker = places["miniconf"], places["usenix"], places["tracker"]
    folder = table("posts")["folder"]
    return {
        **{f"/feeds/{feed['name']}": feed_answer(feed) for feed in table("posts")["feed"]},
        **{
            _address(post): tagged(_own_page(post), _HTML)
            for feed in table("posts")["feed"]
            for post in feed["post"]
            if "page" in post
        },
        **{f"/pages/{page['name']}": tagged(_listing(page), _HTML) for page in places["page"]},
        f"/sitemaps/{places['sitemap']['name']}.xml": tagged(_sitemap(places["sitemap"]), _XML),
        f"/programmes/{miniconf['name']}.json": tagged(_miniconf(miniconf), _JSON),
        f"/programmes/{usenix['name']}.html": tagged(_usenix(usenix), _HTML),
        f"/raw/{tracker['repo']}/main/README.md": tagged(_tracker(tracker), "text/plain; charset=utf-8"),
        f"/repos/{folder['repo']}/contents/{folder['path']}": _contents,
        **{f"/raw/{folder['repo']}/main/{folder['path']}/{post['name']}": _post(post) for post in folder["post"]},
    }


# -- feeds -----------------------------------------------------------------------------------------------------------------
def feed_answer(feed: dict[str, Any]) -> Reply:
    """Return a feed with its posts, in its format."""
    match feed["format"]:
        case "rss":
            return tagged(_rss(feed), "application/rss+xml; charset=utf-8")
        case "atom":
            return tagged(_atom(feed), "application/atom+xml; charset=utf-8")
        case _:
            return tagged(_json_feed(feed), "application/feed+json; charset=utf-8")


def _words(post: dict[str, Any]) -> str:
    """Return a post's note as HTML, with a link to its subject."""
    about = post.get("about", "")
    return f"<p>{escape(note(post))}</p>" + (f'<p><a href="{escape(about)}">{escape(about)}</a></p>' if about else "")


def _rss(feed: dict[str, Any]) -> bytes:
    items = "".join(
        f"<item><title>{escape(post['title'])}</title><link>{escape(post['link'])}</link><guid>{escape(post['link'])}</guid>"
        f"<pubDate>{format_datetime(instant(post['at']), usegmt=True)}</pubDate>"
        f"<description>{escape(_words(post))}</description></item>\n"
        for post in feed["post"]
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{escape(feed["title"])}</title>'
        f"<link>{feed['site']}</link><description>{escape(MARK)}</description>\n{items}</channel></rss>\n"
    ).encode()


def _atom(feed: dict[str, Any]) -> bytes:
    entries = "".join(
        f'<entry><id>{escape(post["link"])}</id><title>{escape(post["title"])}</title><link href="{escape(post["link"])}"/>'
        f"<published>{instant(post['at']).isoformat()}</published><updated>{instant(post['at']).isoformat()}</updated>"
        f'<content type="html">{escape(_words(post))}</content></entry>\n'
        for post in feed["post"]
    )
    newest = max(instant(post["at"]) for post in feed["post"]).isoformat()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>{feed["site"]}</id>'
        f"<title>{escape(feed['title'])}</title><updated>{newest}</updated>\n{entries}</feed>\n"
    ).encode()


def _json_feed(feed: dict[str, Any]) -> bytes:
    items = [
        {
            "id": post["link"],
            "url": post["link"],
            "title": post["title"],
            "content_html": _words(post),
            "date_published": instant(post["at"]).isoformat(),
        }
        for post in feed["post"]
    ]
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": feed["title"], "home_page_url": feed["site"], "items": items}
    return json.dumps(whole, indent=1).encode()


def _address(post: dict[str, Any]) -> str:
    """Return the path at which a post's own page is asked for here, instead of at its host."""
    parts = urlsplit(post["link"])
    return f"/site/{parts.netloc}{parts.path}"


def _own_page(post: dict[str, Any]) -> bytes:
    """Return a post's own page: paragraphs, and headings where a part begins with `##`, each marked as written for this week."""
    parts = (" ".join(part.split()) for part in post["page"].strip().split("\n\n"))
    body = "\n".join(
        f"<h2>{escape(part[3:])} {escape(MARK)}</h2>" if part.startswith("## ") else f"<p>{escape(part)}</p>" for part in parts
    )
    head = f'<meta charset="utf-8"><title>{escape(post["title"])}</title>'
    article = f"<article><h1>{escape(post['title'])}</h1>\n{body}</article>"
    return f"<!doctype html>\n<html lang=en><head>{head}</head><body>{article}</body></html>\n".encode()


# -- pages, sitemap, programmes, list ----------------------------------------------------------------------------------------
def _listing(page: dict[str, Any]) -> bytes:
    articles = "".join(
        f'<article><h2><a href="{escape(entry["link"])}">{escape(entry["title"])}</a></h2>'
        + (f'<time datetime="{entry["at"]}">{entry["at"]:%B %d, %Y}</time>' if "at" in entry else "")
        + "</article>\n"
        for entry in page["entry"]
    )
    return _page(page["title"], f"<main>\n{articles}</main>")


def _page(title: str, body: str) -> bytes:
    return f"<!doctype html>\n<html><head><title>{escape(title)}</title></head><body>\n{body}\n</body></html>\n".encode()


def _sitemap(sitemap: dict[str, Any]) -> bytes:
    places = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in sitemap["entries"])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'
    ).encode()


def _miniconf(conference: dict[str, Any]) -> bytes:
    talks = [
        {
            "id": int(talk["key"].rpartition("/")[2]),
            "name": talk["title"],
            "authors": [],
            "abstract": "",
            "eventtype": talk["key"].partition("/")[0].replace("-", " ").title(),
            "starttime": talk["at"].isoformat(),
            "virtualsite_url": f"{conference['site']}/{talk['key']}",
            "paper_url": talk.get("paper"),
        }
        for talk in conference["talk"]
    ]
    return json.dumps({"count": len(talks), "next": None, "previous": None, "results": talks}, indent=1).encode()


def _usenix(conference: dict[str, Any]) -> bytes:
    papers = "".join(
        f'<article class="node node-paper"><h2><a href="{conference["page"]}">{escape(title)}</a></h2>'
        '<div class="field-name-field-paper-people-text"></div></article>\n'
        for title in conference["talks"]
    )
    return _page("Technical sessions", f"<h3>{conference['day']}</h3>\n{papers}")


def _tracker(tracker: dict[str, Any]) -> bytes:
    def lines() -> Iterator[str]:
        yield f"# {tracker['repo'].partition('/')[2]}\n"
        for heading in tracker["heading"]:
            yield f"## {heading['title']}\n"
            yield from (f"- [{entry['title']}]({entry['link']})" for entry in heading["entry"])
            yield ""

    return "\n".join(lines()).encode()


# -- posts in a repository ---------------------------------------------------------------------------------------------------
def _contents(request: Request) -> Reply:
    """List the folder, with download URLs on the request's host."""
    folder = table("posts")["folder"]
    rows = [
        {
            "name": post["name"],
            "path": (path := f"{folder['path']}/{post['name']}"),
            "sha": sha1(_post(post).body, usedforsecurity=False).hexdigest(),
            "type": "file",
            "html_url": f"https://github.com/{folder['repo']}/blob/main/{path}",
            "download_url": f"http://{request.headers['host']}/raw/{folder['repo']}/main/{path}",
        }
        for post in folder["post"]
    ]
    return tagged(json.dumps(rows, indent=1).encode(), _JSON)


def _post(post: dict[str, Any]) -> Reply:
    """Return a post as Markdown with TOML front matter, as in Zola."""
    body = f"+++\ntitle = {json.dumps(post['title'])}\ndate = {post['name'][:10]}\n+++\n\n{note(post)}\n"
    return tagged(body.encode(), "text/plain; charset=utf-8")
