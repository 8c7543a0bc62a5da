"""`scout serve`: the store in Datasette."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app

MEMORY_BYTES = 2 * 2**30
SETTINGS = tuple(
    word
    for name, value in (("sql_time_limit_ms", 2000), ("max_returned_rows", 1000), ("allow_download", "off"), ("max_csv_mb", 50))
    for word in ("--setting", name, str(value))
)
"""What one request may cost, as Datasette counts it; within one function of SQLite it does not, hence the memory."""


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1.")] = 8001,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Show the store in Datasette, read-only on this machine, with ready queries. Needs the extra `serve`.

    Example: scout serve --port 8002
    """
    from scout import store  # noqa: PLC0415
    from scout.cli import extras  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415

    path = options.db_path(db)
    store.open_store(path).close()
    beside = Path(sys.executable).with_name("datasette")
    program = str(beside) if beside.exists() else shutil.which("datasette")
    if not program:
        raise UsageError(f"`scout serve` needs Datasette; install it with: {extras.how_to_install('serve')}")
    metadata = json.loads((files("scout") / "queries.json").read_text(encoding="utf-8"))
    metadata["databases"] = {path.stem: metadata["databases"]["scout"]}  # Datasette calls a database by its file's name
    reader, writer = os.pipe()
    os.write(writer, json.dumps(metadata).encode())  # far less than a pipe holds
    os.close(writer)
    os.dup2(reader, 0)
    console.say(f"http://127.0.0.1:{port} shows {path}; stop it with Ctrl-C")
    _bound_memory()
    guard = ("--plugins-dir", str(files("scout.cli") / "datasette_plugins"))  # no foreign Host is answered
    words = [program, "serve", str(path), "--metadata", "-", "--host", "127.0.0.1", "--port", str(port), *guard, *SETTINGS]
    os.execv(program, words)  # noqa: S606 -- a list, no shell


def _bound_memory() -> None:
    """Let this process, and so Datasette, have at most MEMORY_BYTES: a query for gigabytes of zeros fails alone."""
    import resource  # noqa: PLC0415 -- only here

    with suppress(ValueError, OSError):  # not every system can limit it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
