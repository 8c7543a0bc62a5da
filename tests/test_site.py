"""The site of the documents: it builds without a warning, asks nobody for anything, and says what code says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
import typer
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from terminal import Terminal, week_terminal

from scout.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, a warning being an error; return where it is."""
    made = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(made)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")
    return made


@pytest.fixture(scope="module")
def site(folder: Path) -> dict[str, BeautifulSoup]:
    """Return its pages by their file names."""
    return {page.name: BeautifulSoup(page.read_text(encoding="utf-8"), "lxml") for page in folder.glob("*.html")}


def test_every_page_is_in_the_navigation(site: dict[str, BeautifulSoup]) -> None:
    """From the first page each other can be reached by one choice, under a part that has a name."""
    menu = {str(link["href"]) for link in site["index.html"].select("nav a[href]")}
    assert menu >= site.keys() - {"index.html"}
    assert {page.stem for page in PAGES} - {"README"} <= {name.removesuffix(".html") for name in site}


def test_nothing_comes_from_elsewhere(site: dict[str, BeautifulSoup]) -> None:
    """There is no script, and no style or picture has another host's address: a reader without a network sees all."""
    for name, page in site.items():
        assert not page.select("script, iframe, object")
        for element in page.select("img[src], link[href]"):
            address = str(element.get("src") or element.get("href"))
            assert not urlsplit(address).netloc, (name, address)


def shapes(html: Tag) -> Counter[str]:
    """Count what a page is made of."""
    return Counter(element.name for element in html.find_all(["li", "tr", "pre", "h1", "h2", "h3", "img"]))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_made_of_the_same_parts_as_on_github(page: Path, site: dict[str, BeautifulSoup]) -> None:
    """Lists, tables, code and headings are the same in CommonMark and in the site's Markdown, which is an older dialect."""
    there = site["index.html" if page.name == "README.md" else f"{page.stem}.html"].select_one("main")
    assert there
    for added in there.select("p.next"):
        added.decompose()
    expected = BeautifulSoup(MarkdownIt("gfm-like", {"linkify": False}).render(page.read_text(encoding="utf-8")), "lxml")
    assert shapes(there) == shapes(expected)


def commands(command: Any, name: str = "scout") -> Iterator[tuple[str, Any]]:
    """Yield each command with its whole name."""
    yield name, command
    for inner, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{name} {inner}")


def test_the_help_of_every_command_is_there(site: dict[str, BeautifulSoup], tmp_path: Path) -> None:
    """Each has a heading and the words of its `--help`."""
    page = site["help.html"]
    shown = {code.find_previous("h2").get_text(): code.get_text().strip() for code in page.select("pre code")}  # type: ignore[union-attr]
    assert shown.keys() == {name for name, _ in commands(typer.main.get_command(app))}
    for name, words in shown.items():
        assert words == Terminal(tmp_path)(*name.split()[1:], "--help", COLUMNS="100").out.strip(), name


def test_the_columns_of_the_store_are_those_of_a_real_one(site: dict[str, BeautifulSoup], tmp_path: Path) -> None:
    """Each table and view is there as the store itself has it, with a comment for each column of a table."""
    told = {head.get_text(): head.find_next("code", class_="language-sql") for head in site["tables.html"].select("main h2")}
    rows = week_terminal(tmp_path)("sql", "select name, sql, type from sqlite_master where sql <> ''", "--format", "json").json
    real = {row["name"]: row["sql"] for row in rows if row["type"] in ("table", "view")}
    for name, code in told.items():
        assert code
        assert code.get_text().strip() == real[name].strip()
    left = real.keys() - told.keys()
    assert all(re.match(r"_?sqlite_|(?:items|readings)_fts_", name) for name in left), left


def test_every_picture_can_be_read_without_seeing_it(site: dict[str, BeautifulSoup]) -> None:
    """Each says in words what it shows, on its page and in itself, follows a dark theme, and brings nothing from elsewhere."""
    shown = {Path(str(image["src"])).name: str(image["alt"]) for page in site.values() for image in page.select("main img")}
    drawn = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "pictures").iterdir()}
    assert shown.keys() == drawn.keys()
    for name, text in drawn.items():
        picture = BeautifulSoup(text, "xml")
        title, words = picture.find("title"), picture.find("desc")
        assert title and words and len(words.get_text()) > 100 and len(shown[name]) > 80, name  # noqa: PT018 -- one thing
        assert "prefers-color-scheme: dark" in text
        assert not picture.find(["script", "image", "use", "foreignObject"]), name


@pytest.mark.skipif(not BROWSER, reason="Chromium is not installed: apt-get install chromium")
def test_the_site_in_a_browser(folder: Path) -> None:
    """Nothing on the console; no page is wider than its window; where there is most to go wrong, axe finds nothing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install --group dev")
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 -- where Playwright is

    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        phone: tuple[int, Literal["light", "dark"]] = (400, "light")
        desk: tuple[int, Literal["light", "dark"]] = (1280, "dark")
        for width, scheme in (phone, desk):
            tab = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
            told: list[str] = []
            tab.on("console", lambda message, told=told: told.append(message.text))
            for page in sorted(folder.glob("*.html")):
                tab.goto(page.as_uri())
                assert tab.evaluate("document.documentElement.scrollWidth") <= width, page.name
            assert told == []
            for name in ("index", "coverage"):
                tab.goto((folder / f"{name}.html").as_uri())
                found = Axe().run(tab)
                assert found.violations_count == 0, found.generate_report()
        browser.close()
