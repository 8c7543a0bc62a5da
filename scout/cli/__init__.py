"""Words in, words out, exit codes: the only clock, environment and print of the program."""

from scout.cli import check, choose, gather, look, places, reports, show
from scout.cli.app import app, main

__all__ = ["app", "check", "choose", "gather", "look", "main", "places", "reports", "show"]
