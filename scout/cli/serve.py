"""`scout serve`: the store in a browser."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app

MEMORY_BYTES = 2 * 2**30


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0 for any that is free.")] = 8001,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Show the store in a browser: week, sources, trends, tables.

    It is Datasette (the extra `serve`) with pages of scout's own. Nothing is asked of the network, only this machine's own
    names are answered, and nothing but marks is written, as by `scout mark`.

    Example: scout serve --port 8002
    """
    from scout import store  # noqa: PLC0415
    from scout.cli import extras  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415

    path = options.db_path(db)
    store.open_store(path).close()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else numpy sets memory aside for each processor
    try:
        import uvicorn  # noqa: PLC0415 -- 400 ms, and an extra

        from scout.serve import site  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise UsageError(f"`scout serve` needs Datasette; install it with: {extras.how_to_install('serve')}") from exc
    shown = site(path, workspace=lambda: options.workspace(config), now=options.now)
    listening = _listen(port)
    console.say(f"http://127.0.0.1:{listening.getsockname()[1]} shows {path}; stop it with Ctrl-C")
    _bound_memory()
    with suppress(KeyboardInterrupt):  # which is how it is meant to end
        uvicorn.Server(uvicorn.Config(shown.app(), log_level="warning")).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    """Return a socket of this machine alone that listens at a port, 0 for any that is free; UsageError if it is not to be had."""
    from scout.errors import UsageError  # noqa: PLC0415

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else it is taken for a minute after the last run
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except OSError as exc:
        listening.close()
        raise UsageError(f"--port {port}: {exc.strerror}; name another, or 0 for any that is free") from exc
    return listening


def _bound_memory() -> None:
    """Let this process have at most MEMORY_BYTES: a query for gigabytes of zeros fails alone."""
    import resource  # noqa: PLC0415 -- only here

    with suppress(ValueError, OSError):  # not every system can limit it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
