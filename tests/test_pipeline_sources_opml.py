"""OPML into feeds.yaml and back: names that stay names, nothing twice."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout import config
from scout.errors import UsageError
from scout.parsers import opml
from scout.parsers.opml import Subscription
from scout.pipeline.sources import export_opml, import_opml
from scout.sources.workspace import Workspace, load_workspace
from scout.text import clean

FEEDS = st.lists(
    st.builds(
        Subscription,
        title=st.text(max_size=30) | st.sampled_from(["2024", "null", "true", "no", "1e5", "~", "- {", "a: b", "Ü"]),
        url=st.integers(0, 99).map("https://feeds.example.org/{}".format),
        group=st.text(max_size=30) | st.sampled_from(["", "off", "- {", '"', "a, b}", "\u2028"]),
    ),
    max_size=6,
).map(tuple)


def read(text: str) -> Workspace:
    """Return the workspace of some entries."""
    return load_workspace(config.parse(f"sources:\n{text}" if text else "sources: []"))


@given(FEEDS)
def test_whatever_a_list_says_its_entries_are_valid(feeds: tuple[Subscription, ...]) -> None:
    """Every feed becomes one entry with a name of its own; address and group are the list's; imported again, all are known."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.opml"
        path.write_text(opml.write_opml("T", feeds))
        lines, known = import_opml(path, None)
        workspace = read("\n".join(lines))
        assert len(lines) + known == len(feeds)
        assert {one.source.url for one in workspace.sources} == {feed.url for feed in feeds}  # type: ignore[attr-defined]
        assert {one.source.group for one in workspace.sources} <= {clean(feed.group) for feed in feeds}
        assert import_opml(path, workspace) == ([], len(feeds))
        document, written, left = export_opml(workspace)
        assert (written, left) == (len(lines), 0)
        assert {feed.title for feed in opml.parse_opml(document.encode())} == {one.source.name for one in workspace.sources}


def test_a_feed_is_known_by_its_address_however_it_is_spelt(tmp_path: Path) -> None:
    """The name may be another, and so may the spelling of the host."""
    path = tmp_path / "list.opml"
    path.write_text(opml.write_opml("T", (Subscription(title="Other", url="https://A.example.org/feed/?utm_source=x"),)))
    workspace = read("  - {name: a, kind: feed, url: 'https://a.example.org/feed'}")
    assert import_opml(path, workspace) == ([], 1)


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    """By feeds.yaml, or by an earlier feed of the list."""
    path = tmp_path / "list.opml"
    path.write_text(opml.write_opml("T", tuple(Subscription(title="Labs!", url=f"https://{n}.example.org/f") for n in "abc")))
    workspace = read("  - {name: labs, kind: feed, url: 'https://labs.example.org/feed'}")
    lines, _ = import_opml(path, workspace)
    assert [one.source.name for one in read("\n".join(lines)).sources] == ["labs-2", "labs-3", "labs-4"]


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    """Missing, a folder, or something else."""
    (tmp_path / "x.opml").write_text("no list")
    for place, said in ((tmp_path / "none", "cannot be read"), (tmp_path, "cannot be read"), (tmp_path / "x.opml", "is no OPML")):
        with pytest.raises(UsageError, match=said):
            import_opml(place, None)
