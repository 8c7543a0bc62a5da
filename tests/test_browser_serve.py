"""The pages of `scout serve` in a real browser, at a desk's and a phone's width: no error, by keyboard, open to all by axe's rules."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from served import add, hostile, serving
from terminal import WEEK, Terminal, week_terminal

pytest.importorskip("datasette", reason="the extra `serve` is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install --group dev")

from axe_playwright_python.sync_playwright import Axe  # noqa: E402 -- where Playwright is

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not BROWSER, reason="Chromium is not installed: apt-get install chromium")
THE_WEEK = f"/-/week?since={WEEK[1]}&until={WEEK[3]}"
OWN = (THE_WEEK, f"/-/sources?until={WEEK[3]}", f"/-/trends?until={WEEK[3]}&terms=prefix+cache")
THEIRS = ("/scout", "/scout/items", "/scout/sightings", "/scout/late", "/scout?sql=select+1", "/nothing")
WIDTHS = (1280, 400)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week, with a hostile candidate."""
    found = week_terminal(tmp_path_factory.mktemp("week"))
    add(found, hostile())
    return found


@pytest.fixture(scope="module")
def base(desk: Terminal) -> Iterator[str]:
    """Serve it by the real command; yield its address."""
    with serving(desk, "data/scout.db") as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run this machine's Chromium."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Open a tab in a session of its own; at its end, the console must have been silent."""
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    context.close()
    assert [words for words in told if "status of 404" not in words] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", [*OWN, *THEIRS])
def test_a_page_is_silent_and_fits(tab: Page, base: str, path: str, width: int) -> None:
    """No error on the console, whatever a source wrote; scout's own pages are as wide as the window."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(base + path)
    assert tab.locator("html[lang=en]").count() == 1
    if path in OWN:
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", OWN)
def test_own_pages_keep_the_rules_of_axe(tab: Page, base: str, path: str, width: int) -> None:
    """Contrast, labels, names, landmarks, headings: with every part unfolded."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(base + path)
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


def test_a_week_is_marked_by_keys(tab: Page, base: str, desk: Terminal) -> None:
    """The keys j and k go, a to d mark and go on, u takes the last one back and returns to it; nothing is reloaded."""
    tab.goto(base + THE_WEEK)
    tab.evaluate("window.same = true")

    def at() -> int:
        return int(tab.evaluate("[...document.querySelectorAll('.candidate')].indexOf(document.activeElement)"))

    def states() -> list[str]:
        return tab.locator(".candidate .state").all_text_contents()[:3]

    tab.keyboard.press("a")
    tab.keyboard.press("j")
    assert at() == 0
    tab.keyboard.press("j")
    tab.keyboard.press("k")
    assert at() == 0
    tab.keyboard.press("a")
    playwright.expect(tab.locator(".state").nth(0)).to_have_text("marked A")
    playwright.expect(tab.locator("#told")).to_contain_text("marked A")
    assert at() == 1
    tab.keyboard.press("d")
    playwright.expect(tab.locator(".state").nth(1)).to_have_text("marked drop")
    assert at() == 2
    tab.keyboard.press("u")
    playwright.expect(tab.locator(".state").nth(1)).to_have_text("not marked any more")
    assert at() == 1
    assert tab.locator("[aria-pressed=true]").all_text_contents() == ["A"]
    tab.locator(".candidate").nth(2).get_by_role("button", name="context").click()
    playwright.expect(tab.locator(".state").nth(2)).to_have_text("marked context")
    assert states() == ["marked A", "not marked any more", "marked context"]
    tab.locator("input[name=why]").nth(0).press("d")
    assert states()[0] == "marked A", "a letter typed into a field is a letter"
    assert tab.evaluate("window.same") is True
    assert sorted(one["as"] for one in desk("mark", "list", "--format", "json").json) == ["A", "context"]
