"""The two laws of the house: arrows go down only, and one door for each outside thing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scout.sources import SHARED

PACKAGE = Path(__file__).parent.parent / "scout"
FLOORS = (
    ("errors", "limits", "model", "text"),
    ("dates", "figures", "identity", "releases", "similarity"),
    ("config", "demo", "parsers", "reports", "store", "topics"),
    ("check", "http", "shortlist"),
    ("draft", "sources"),
    ("pipeline",),
    ("serve",),
    ("cli",),
    ("__main__",),
)
"""The rooms from the ground up. A room imports rooms of lower floors only, never a neighbour."""
FLOOR = {room: number for number, rooms in enumerate(FLOORS, 1) for room in rooms}
MOST_ROOMS = 25
DOORS = {
    "httpx": ("http",), "httpcore": ("http",), "sqlite3": ("store",), "sqlite_utils": ("store",), "jinja2": ("draft",),
    "typer": ("cli",), "rich": ("cli",), "subprocess": ("reports",), "filelock": ("http", "store"),
    "feedparser": ("parsers",), "htmldate": ("parsers",), "pypdf": ("parsers",), "trafilatura": ("parsers",), "arxiv": ("sources",), "nh3": ("draft",), "protego": ("http",), "warcio": ("http",), "pyarrow": ("store",),
    "multiprocessing": ("limits",), "apprise": ("cli",), "mcp": ("cli",), "mcp_types": ("cli",), "anyio": ("cli",), "datasette": ("serve",), "markupsafe": ("serve",), "uvicorn": ("cli",),
}  # fmt: skip
"""What reaches outside, or is dear to import, and the rooms that may. Pure parsers (YAML, versions) may stand where they are needed."""
CLOCKS = {"datetime.now", "datetime.today", "date.today", "datetime.utcnow", "time.time"}


def modules() -> list[tuple[str, Path]]:
    """Return each module of the package with its dotted name."""
    return sorted(
        (".".join(("scout", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"), path)
        for path in PACKAGE.rglob("*.py")
    )


def room(name: str) -> str:
    """Return the room of a dotted name: the part after `scout`."""
    return name.split(".")[1] if "." in name else ""


def imports(path: Path) -> list[str]:
    """Return what a module imports, wherever in it, types included."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module
            found += [node.module] if node.module != "scout" else [f"scout.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value) if isinstance(value, str) else "")
def test_arrows_go_down_only(name: str, path: Path) -> None:
    """A room imports only rooms of lower floors, types included; no room is exempt."""
    here = room(name)
    if not here:
        return
    assert here in FLOOR, f"{here} has no floor: put it on one in FLOORS"
    for imported in imports(path):
        there = room(imported) if imported.startswith("scout.") else ""
        if not there or there == here or there.startswith("__version__"):
            continue
        assert FLOOR[there] < FLOOR[here], f"{name} (floor {FLOOR[here]}) imports {imported} (floor {FLOOR[there]})"


def test_the_house_has_few_rooms() -> None:
    """Every room of the package stands on a floor, and there are at most as many as a reader can hold in mind."""
    rooms = {room(name) for name, _ in modules()} - {""}
    assert rooms == set(FLOOR)
    assert len(rooms) <= MOST_ROOMS


def test_no_room_stands_on_itself() -> None:
    """There is no circle of imports between rooms."""
    arrows: dict[str, set[str]] = {}
    for name, path in modules():
        arrows.setdefault(room(name), set()).update(room(i) for i in imports(path) if i.startswith("scout."))
    done: set[str] = set()

    def walk(here: str, way: tuple[str, ...]) -> None:
        assert here not in way, f"a circle: {' -> '.join((*way, here))}"
        if here in done:
            return
        for there in sorted(arrows.get(here, set()) - {here, ""}):
            walk(there, (*way, here))
        done.add(here)

    for start in sorted(arrows):
        walk(start, ())


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value) if isinstance(value, str) else "")
def test_one_door_for_each_outside_thing(name: str, path: Path) -> None:
    """A library that reaches outside is imported in its own room only; clock, environment and print belong to the cli."""
    here = room(name)
    for imported in imports(path):
        doors = DOORS.get(imported.split(".")[0], (here,))
        assert here in doors, f"{name} imports {imported}, whose door is {doors}"
    if here in ("cli", "demo"):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        words = ast.unparse(node) if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        assert words not in CLOCKS, f"{name} reads the clock: {words}; `now` is passed in"
        assert words != "os.environ", f"{name} reads the environment"
        assert words != "print", f"{name} prints"


def test_sources_do_not_know_each_other() -> None:
    """A kind knows what all share and its own private files, no other kind."""
    kinds = {
        path.stem for path in (PACKAGE / "sources").glob("*.py") if not path.stem.startswith("_") and path.stem not in SHARED
    }
    for path in (PACKAGE / "sources").glob("*.py"):
        known = {name.split(".")[2] for name in imports(path) if name.startswith("scout.sources.")}
        assert not (known & kinds) - {path.stem}, f"{path.name} imports {known & kinds}"


def test_rooms_stay_small() -> None:
    """No module grows past 350 lines: it would be asking for a new room."""
    grown = {name: lines for name, path in modules() if (lines := len(path.read_text().splitlines())) > 350}
    assert not grown
