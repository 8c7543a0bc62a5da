"""Find where a report points to its own entries by number: `entry 4`, `entries 1, 4 and 6`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY = re.compile(
    r"\bentr(?:y|ies)\s+#?(\d{1,3})((?:\s*(?:,|and|&|/|–|-)\s*(?:and\s+)?#?\d{1,3}(?!\d|\.\d|\s*[%×x]))*)", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"\b(?:prior|previous|last|earlier)\b[^).;]{0,25}\b(?:report|week|issue)"
    r"|\bof (?:the )?(?:report )?(?:of |from )?(?:20\d\d|[A-Z][a-z]{2,8} \d)|20\d\d-\d\d-\d\d",
    re.IGNORECASE,
)
_END = re.compile(r"\bentr(?:y|ies)\b|[.;](?:\s|$)", re.IGNORECASE)
"""Where what follows an entry's number ends to be about it."""


def pointers(text: str) -> Iterator[re.Match[str]]:
    """Yield what points to entries of this report: group 1 is the first number, group 2 what follows of the list, or empty.

    What says that it means another report (`entry 4 of 2026-05-10`, `the last report's entry 2`) is none.
    """
    for found in _ENTRY.finditer(text):
        after = _END.split(text[found.end() : found.end() + 40], maxsplit=1)[0]
        before = text[max(0, found.start() - 30) : found.start()]
        if not _ELSEWHERE.search(after) and not _ELSEWHERE.search(before):
            yield found
