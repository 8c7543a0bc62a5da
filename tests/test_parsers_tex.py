"""TeX in abstracts becomes text that people and figure finders can read."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.parsers import tex


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"up to $9.13\times$ faster", "up to 9.13× faster"),
        (r"$32.8 \times$ and 45\% of \$5", "32.8× and 45% of $5"),
        (r"We present \emph{Kept}, a \textbf{very \textit{new}} thing", "We present Kept, a very new thing"),
        (r"in $O(n \log n)$ with $\alpha \le 0.5$", "in O(n log n) with α ≤ 0.5"),
        (r"$10^{-3}$ and $W_{\text{bal}}$", "10^-3 and W_bal"),
        (r"see \href{https://a.test}{the code} at \url{https://b.test} \cite{x}", "see the code at https://b.test "),
        (r"Erd\H{o}s and G\"{o}del, na\"ive caf\'e", "Erdős and Gödel, naïve café"),
        (r"a set \{1, 2\} and $\frac{1}{2}$", "a set {1, 2} and 1/2"),
        ("costs $5 and no more", "costs $5 and no more"),
        ("between $5 and $10", "between $5 and $10"),
        ("plain text", "plain text"),
    ],
)
def test_tex_is_read_as_text(written: str, read: str) -> None:
    """Signs, emphasis, links and accents read as an author meant them; what is unknown stays."""
    assert unicodedata.normalize("NFC", tex.plain(written)) == read


@given(st.text(alphabet="\\${}%_^abc 12{}", max_size=80))
def test_broken_tex_loses_no_words(written: str) -> None:
    """Unbalanced braces and dollars raise nothing, and without a command every letter and digit stays, in order."""
    if "\\" not in written:
        assert re.findall(r"[a-z0-9]", tex.plain(written)) == re.findall(r"[a-z0-9]", written)
    assert not re.search("[\ue000-\ue006]", tex.plain(written))
