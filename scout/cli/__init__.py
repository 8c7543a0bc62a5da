"""Words in, words out, exit codes: the only clock, environment and print of the program."""

from scout.cli import check, choose, collect, look, sources, reports, demo  # noqa: I001 -- the order of --help
from scout.cli.app import app, main

__all__ = ["app", "check", "choose", "collect", "demo", "look", "main", "reports", "sources"]
