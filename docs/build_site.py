"""Make a site of the documents, as MkDocs calls it (`hooks` in mkdocs.yml).

The site's root is the repository with `docs/` folded in: README.md is its first page, and the table of documents there is the
navigation. What code says already is not written a second time: the help of all commands and the columns of the store are made
here, while the site is built.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer
from mkdocs.structure.files import File

from scout.cli import app
from scout.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
WIDTH = 98
"""What a terminal of a hundred columns has for words."""
OUTSIDE = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")
"""The pages that stand beside `docs/`."""
GENERATED_IN = "Look up"
"""The part of the navigation that the generated pages stand in."""
INTERNAL = re.compile(r"_?sqlite_|(?:items|readings)_fts_")
"""Tables of SQLite, sqlite-utils and the full-text indexes."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the navigation from README's table of documents; what is made here is added to what there is to look up."""
    config.nav = [{"Start": "README.md"}, *navigation((ROOT / "README.md").read_text(encoding="utf-8"))]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages beside `docs/`, the generated ones, and every file of the repository that a page links to."""
    for name in OUTSIDE:
        files.append(File.generated(config, name, content=(ROOT / name).read_text(encoding="utf-8")))
    files.append(File.generated(config, "help.md", content=help_page()))
    files.append(File.generated(config, "tables.md", content=tables_page()))
    pages = [file.content_string for file in files if file.is_documentation_page()]
    for link in sorted({link for page in pages for link in re.findall(r"\]\((?!https?:)([^)#\s]+)", folded(page))}):
        if link not in files.src_uris and (ROOT / link).is_file():
            files.append(File.generated(config, link, abs_src_path=str(ROOT / link)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 -- MkDocs's names
    """Return a page with its links as they are in the site."""
    return folded(markdown)


def folded(markdown: str) -> str:
    """Return a page's text with the folder `docs/` taken out of its links."""
    return re.sub(r"\]\((?:docs|\.\.)/", "](", markdown)


def navigation(readme: str) -> list[dict[str, list[dict[str, str]]]]:
    """Return the parts of README's table of documents: a bold name, and links."""
    parts = re.findall(r"(?m)^\| \*\*([^*|]+)\*\* \|([^|\n]+)\|$", readme)
    return [{name: [{_title(words): to.removeprefix("docs/")} for words, to in _links(cell, name)]} for name, cell in parts]


def _links(cell: str, part: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"\[([^]]+)\]\(([^)]+)\)", cell)
    if part == GENERATED_IN:
        yield from (("all help", "help.md"), ("all columns", "tables.md"))


def _title(words: str) -> str:
    return words if "." in words.split(maxsplit=1)[0] else words[:1].upper() + words[1:]


# -- what code says ---------------------------------------------------------------------------------------------------------
def help_page() -> str:
    """Return what `--help` says of each command, as a page."""
    parts = (f"## `{name}`\n\n```text\n{words.strip()}\n```\n" for name, words in helps(typer.main.get_command(app), "scout"))
    return "\n".join(["# The help of all commands\n", *parts])


def helps(command: Any, name: str, parent: Any = None) -> Iterator[tuple[str, str]]:
    """Yield the help of a command and of all below it, each with the whole name."""
    context = command.make_context(name, [], parent=parent, resilient_parsing=True, terminal_width=WIDTH)
    yield context.command_path, command.get_help(context)
    for inner, below in getattr(command, "commands", {}).items():
        yield from helps(below, inner, context)


def tables_page() -> str:
    """Return the columns of the store, tables and views, with the comments of its schema, as a page."""
    with TemporaryDirectory() as folder, open_store(Path(folder) / "scout.db", write="docs", create=True) as store:
        rows = store.rows("select name, sql from sqlite_master where type in ('table', 'view') and sql <> '' order by type, name")
    parts = (f"## `{name}`\n\n```sql\n{sql}\n```\n" for name, sql in rows if not INTERNAL.match(name))
    return "\n".join(["# The columns of the store\n", *parts])
