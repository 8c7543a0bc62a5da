"""Words in, words out, exit codes: the only clock, environment and print of the program."""

from scout.cli import (  # noqa: I001 -- the order of --help
    init,
    check,
    collect,
    shortlist,
    draft,
    publish,
    run,
    status,
    mark,
    audit,
    sql,
    serve,
    sources,
    reports,
    demo,
    config,
    completion,
)
from scout.cli.app import app, main

__all__ = [
    "app",
    "audit",
    "check",
    "collect",
    "completion",
    "config",
    "demo",
    "draft",
    "init",
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
