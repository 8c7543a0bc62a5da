"""Render the draft as one HTML page: no script, nothing fetched, readable at 400 and at 1280 pixels."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from scout.reports.scaffold import evidence_blocks

_SLOT = re.compile(r"<!-- slot: ([\w-]+) -->\s*")
_SEEN = re.compile(r"^<!-- scout: seen until \S+ -->$", re.MULTILINE)
_MARK, _OPEN, _CLOSE = "\ue000", "\ue001", "\ue002"  # private use: removed from the draft first, no meaning in Markdown
_TAGS = {"h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "a", "strong", "em", "code", "pre", "blockquote", "hr", "br"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


def html(markdown: str) -> str:
    """Return a draft's Markdown as a self-contained page. Raw HTML is shown as text, and the result sanitised."""
    import nh3  # noqa: PLC0415 -- only for the page
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- as above

    marked = _aside(_SLOT.sub(f"{_MARK} ", _SEEN.sub("", re.sub(f"[{_MARK}{_OPEN}{_CLOSE}]", "", markdown))))
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    body = nh3.clean(
        reader.render(marked),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )
    body = re.sub(rf"{_MARK} *(<em>.*?</em>)", r"<mark>\1</mark>", body, flags=re.DOTALL).replace(_MARK, "")
    body = body.replace(f"<p>{_OPEN}</p>", "<aside>").replace(f"<p>{_CLOSE}</p>", "</aside>")
    heading = re.search(r"^# (.+)$", markdown, re.MULTILINE)
    title = re.sub(r"\\(?=[^\w\s])", "", heading[1]) if heading else "Report"
    style = files("scout.draft").joinpath("templates/page.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _aside(markdown: str) -> str:
    """Put a paragraph of its own in the place of each mark of an evidence block."""
    lines = markdown.split("\n")
    for span in evidence_blocks(lines).spans:
        for place, mark in ((span[0], _OPEN), (span[-1], _CLOSE)):
            lines[place] = f"\n{lines[place].partition('<')[0]}{mark}\n"
    return "\n".join(lines)
