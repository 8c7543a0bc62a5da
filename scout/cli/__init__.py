"""Words in, words out, exit codes: the only clock, environment and print of the program."""

from scout.cli import check, collect, shortlist, draft, publish, run, status, mark, audit, sql, serve, sources, reports, demo  # noqa: I001 -- the order of --help
from scout.cli.app import app, main

__all__ = [
    "app",
    "audit",
    "check",
    "collect",
    "demo",
    "draft",
    "main",
    "mark",
    "publish",
    "reports",
    "run",
    "serve",
    "shortlist",
    "sources",
    "sql",
    "status",
]
