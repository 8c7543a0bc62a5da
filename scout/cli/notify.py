"""Telling somebody elsewhere that a week was drafted, through Apprise: `run --notify`."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Annotated

import typer

from scout import text
from scout.cli import console

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_LINES = 20
Urls = Annotated[
    list[str] | None,
    typer.Option(
        "--notify",
        metavar="URL",
        envvar="SCOUT_NOTIFY",
        help="Tell this Apprise address, too (mailto://…, slack://…, ntfy://…); may be given again. [env var: SCOUT_NOTIFY]",
        show_default=False,
        show_envvar=False,
    ),
]


def notify(urls: Sequence[str], title: str, lines: Iterable[str]) -> None:
    """Send a title and lines to each address; say which one failed by its place and scheme, since an address may hold a password.

    Nothing that goes wrong here is an error: the week is drafted all the same.
    """
    if not urls:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those of its own imports
            import apprise  # noqa: PLC0415 -- an extra
    except ImportError:
        from scout.cli import extras  # noqa: PLC0415

        _warn(f"nobody was notified: --notify needs Apprise; install it with: {extras.how_to_install('notify')}")
        return
    logging.getLogger("apprise").addHandler(logging.NullHandler())  # its messages hold addresses
    body = _body(list(lines))
    for place, url in enumerate(urls, 1):
        name = f"--notify, address {place}" + (f" ({text.clean(url.partition('://')[0])[:20]}://…)" if "://" in url else "")
        service = apprise.Apprise()
        try:
            if not service.add(url):
                _warn(f"{name}: not notified: Apprise knows no such address")
            elif not service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
                _warn(f"{name}: not notified: it cannot be reached, or refused it")
        except Exception as exc:  # noqa: BLE001 -- over a hundred services' code; the week must not fail by any of it
            _warn(f"{name}: not notified: {type(exc).__name__}")


def _body(lines: Sequence[str]) -> str:
    """Return the message: what is more than `MOST_LINES` is counted."""
    more = len(lines) - MOST_LINES
    return "\n".join([text.clean(line) for line in lines[:MOST_LINES]] + ([f"and {more} more lines"] if more > 0 else []))


def _warn(words: str) -> None:
    console.log(words, level="warning")
