"""The baseline that reading feeds is measured against: the PyPI package `reader`, as its documentation shows it.

    python tests/bench_reader.py feeds.db 10 http://127.0.0.1:8080/blogs/0 http://127.0.0.1:8080/blogs/1 …

The number is how many threads ask; 1 is its default. `scheduled=False`: without it, a second run within the hour asks nobody.
"""

from __future__ import annotations

import sys

from reader import make_reader


def main() -> None:
    """Add the feeds that are not there yet, and read all of them."""
    with make_reader(sys.argv[1]) as reader:
        for url in sys.argv[3:]:
            reader.add_feed(url, exist_ok=True)
        reader.update_feeds(workers=int(sys.argv[2]), scheduled=False)
        if reader.get_feed_counts(broken=True).total:
            sys.exit("some of the feeds could not be read")


if __name__ == "__main__":
    main()
