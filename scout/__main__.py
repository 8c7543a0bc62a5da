"""`python -m scout` is `scout`."""

from scout.cli import main

if __name__ == "__main__":
    main()
