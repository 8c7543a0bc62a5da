"""The HTML page in a real browser: it renders, holds no script, asks nobody, and fits a phone."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scout import draft

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
GOLDEN = Path(__file__).parent / "golden"
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not BROWSER, reason="Chromium is not installed: apt-get install chromium")


def browse(tmp_path: Path, page: str, *words: str) -> str:
    """Open a page in a new headless browser; return what it prints."""
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [str(BROWSER), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *words, file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def pixels(png: bytes) -> tuple[int, list[bytes]]:
    """Return the width and the unfiltered rows of an 8-bit RGB(A) PNG (PNG specification, section 9)."""
    width, height, _, colour = struct.unpack(">IIBB", png[16:26])
    depth = {2: 3, 6: 4}[colour]
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    raw, stride, rows, above = zlib.decompress(data), width * depth, [], bytes(width * depth)
    for number in range(height):
        kind, line = raw[number * (stride + 1)], bytearray(raw[number * (stride + 1) + 1 : (number + 1) * (stride + 1)])
        for i in range(stride):
            left, up, corner = (line[i - depth] if i >= depth else 0), above[i], (above[i - depth] if i >= depth else 0)
            guess = left + up - corner
            near = min((left, up, corner), key=lambda v: abs(guess - v))
            line[i] = (line[i] + (0, left, up, (left + up) // 2, near)[kind]) & 255
        above = bytes(line)
        rows.append(above)
    return width, rows


@pytest.mark.parametrize("width", [1280, 400])
def test_a_draft_renders_and_fits(tmp_path: Path, width: int) -> None:
    """The page paints text from the top on, and nothing runs over its right edge, on a desk and on a phone."""
    page = draft.html((GOLDEN / "full.md").read_text(encoding="utf-8"))
    browse(tmp_path, page, f"--screenshot={tmp_path / 'shot.png'}", f"--window-size={width},1200")
    seen, rows = pixels((tmp_path / "shot.png").read_bytes())
    assert seen == width
    paper = rows[0][:3]
    depth = len(rows[0]) // width
    painted = [row for row in rows if any(row[i : i + 3] != paper for i in range(0, len(row), depth))]
    assert len(painted) > len(rows) / 4, "the page is nearly empty"
    margin = 8 * depth
    assert all(row[-margin:] == (paper + row[3:depth]) * 8 for row in rows), "something runs over the right edge"


@pytest.mark.parametrize("golden", sorted(path.name for path in GOLDEN.glob("*.md")))
def test_what_the_browser_builds_has_no_script(tmp_path: Path, golden: str) -> None:
    """Hostile titles included: the document in the browser's memory has no script, frame, image, form or handler."""
    page = draft.html((GOLDEN / golden).read_text(encoding="utf-8"))
    dom = BeautifulSoup(browse(tmp_path, page, "--dump-dom"), "lxml")
    assert dom.find(["h1", "h2"])
    assert not dom.find(["script", "iframe", "img", "form", "object", "embed", "base", "svg", "video", "audio"])
    for tag in dom.find_all(name=True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"]
        assert str(tag.get("href", "https:")).partition(":")[0] in ("http", "https") or str(tag["href"]).startswith("./")
