"""`python -m scout` is `scout`."""

from scout.cli import main

main()
