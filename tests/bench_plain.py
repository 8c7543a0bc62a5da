"""The baseline that collecting is measured against: the plain `arxiv` package, writing with sqlite-utils.

    python tests/bench_plain.py http://127.0.0.1:8080/api/query 'cat:cs.LG AND submittedDate:[… TO …]' papers.db [searchable]

As their documentation shows it: a client without a pause between requests, and each result a row. `searchable` adds what scout's
store has too, a full-text index that is kept up to date.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import arxiv
from sqlite_utils import Database
from sqlite_utils.db import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 1000
COLUMNS = ("id", "title", "url", "published", "updated", "summary", "authors", "categories", "comment", "doi", "pdf")


class Local(arxiv.Client):  # type: ignore[misc]
    """A client whose arXiv is at the address given."""

    query_url_format = sys.argv[1] + "?{}"


def rows(query: str) -> Iterator[dict[str, Any]]:
    """Give each paper as a row."""
    client = Local(page_size=PAGE, delay_seconds=0)
    order = {"sort_by": arxiv.SortCriterion.SubmittedDate, "sort_order": arxiv.SortOrder.Ascending}
    for paper in client.results(arxiv.Search(query, max_results=None, **order)):
        yield {
            "id": paper.get_short_id(),
            "title": paper.title,
            "url": paper.entry_id,
            "published": paper.published.isoformat(),
            "updated": paper.updated.isoformat(),
            "summary": paper.summary,
            "authors": [author.name for author in paper.authors],
            "categories": paper.categories,
            "comment": paper.comment,
            "doi": paper.doi,
            "pdf": paper.pdf_url,
        }


def main() -> None:
    """Fetch, and write."""
    table = Table(Database(sys.argv[3]), "papers")
    if "searchable" in sys.argv:
        table.create(dict.fromkeys(COLUMNS, str), pk="id")
        table.enable_fts(("title", "summary", "authors", "categories"), create_triggers=True, tokenize="porter")
    table.insert_all(rows(sys.argv[2]), pk="id", replace=True)


if __name__ == "__main__":
    main()
