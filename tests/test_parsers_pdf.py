"""The text of PDFs made for the purpose, the headings that are beyond doubt, and the reasons why a PDF has no text."""

from __future__ import annotations

import csv
import io
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from scout.model.reading import NoText, ParsedText
from scout.parsers import pdf

URL = "https://arxiv.org/pdf/2605.00002"
DATA = Path(__file__).parents[2] / "shared" / "world" / "data"
FILLER = [
    f"Line {word} of the text says that the cache serves requests from the memory of the host and from"
    for word in ("one", "two", "three")
]


def made(*pages: list[str], content: bytes | None = None) -> bytes:
    """Return a PDF with these lines on its pages; `content` stands for the drawing of each page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = b" ".join(b"(%s) Tj T*" % line.encode("latin-1").replace(b"(", rb"\(").replace(b")", rb"\)") for line in lines)
        stream = zlib.compress(content if content is not None else b"BT /F1 10 Tf 12 TL 50 780 Td " + shown + b" ET")
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>"
            % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return body + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def read(body: bytes) -> ParsedText:
    """Read a PDF that has a text."""
    found = pdf.parse(body, url=URL, content_type="application/pdf")
    assert isinstance(found, ParsedText), found
    return found


def why(body: bytes) -> str:
    """Read one that has none, and return the reason."""
    found = pdf.parse(body, url=URL, content_type="application/pdf")
    assert isinstance(found, NoText), found
    return found.why


def test_headings_in_their_order_open_sections_and_the_bibliography_is_left_out() -> None:
    """A numbered line is a heading where it is the next one; a row of a table and an item of a list are none."""
    lines = [
        "Abstract",
        "We cut cost.",
        "1 Introduction",
        *FILLER,
        "7 Nodes of eight GPUs",
        "2 Evaluation",
        *FILLER,
        "2.1 Setup",
        *FILLER,
        *FILLER,
    ]
    found = read(made(lines, ["3 Conclusion", *FILLER, "References", "[1] Someone else."], ["A Appendix Tables", *FILLER]))
    assert [(one.heading, one.level, one.kind) for one in found.sections] == [
        ("Abstract", 1, "abstract"), ("1 Introduction", 1, "prose"), ("2 Evaluation", 1, "prose"), ("2.1 Setup", 2, "prose"),
        ("3 Conclusion", 1, "prose"), ("A Appendix Tables", 1, "prose"),
    ]  # fmt: skip
    assert "7 Nodes of eight GPUs" in found.sections[1].text
    assert not any("Someone else" in one.text for one in found.sections)


def test_lines_are_joined_to_sentences() -> None:
    """A word divided at a line's end is whole again, a compound keeps its hyphen, page numbers and running heads are gone."""
    pages = [
        [
            "A Running Head",
            *FILLER,
            "It takes a per-request mea-",
            "surement, and each per-",
            "request one counts.",
            *FILLER,
            str(number),
        ]
        for number in range(1, 5)
    ]
    text = " ".join(one.text for one in read(made(*pages)).sections)
    assert "It takes a per-request measurement, and each per-request one counts." in text
    assert "Running Head" not in text


def test_captions_stand_by_themselves() -> None:
    """A caption does not break the sentence around it."""
    found = read(made(["1 Introduction", *FILLER, "Figure 3: Latency against", "load on one node.", *FILLER, *FILLER]))
    assert [one.text for one in found.sections if one.kind == "caption"] == ["Figure 3: Latency against load on one node."]


def encrypted() -> bytes:
    """Return a PDF that needs a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made(FILLER * 20))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("case", ["encrypted", "scanned", "bomb", "cut", "HTML", "empty", "pages", "withdrawn"])
def test_what_cannot_be_read_is_no_text_and_told(case: str) -> None:
    """An encrypted, scanned, exploding or broken PDF, and what is none, gives no text, with the reason."""
    match case:
        case "encrypted":
            assert why(encrypted()) == "an encrypted PDF"
        case "scanned":
            assert "scanned" in why(made([], []))
        case "bomb":
            assert "MiB of drawing" in why(made([""], content=b"0 0 m " * 5_000_000))
        case "cut":
            assert "breaks off" in why(made(FILLER * 20)[:400])
        case "HTML":
            assert why(b"<!DOCTYPE html><html><body>not here</body></html>") == "an HTML page, no PDF"
        case "empty":
            assert why(b" ") == "the answer is empty"
        case "pages":
            assert "more than" in why(made(*[FILLER] * (pdf.MOST_PAGES + 1)))
        case _:
            assert read(made(["This paper has been withdrawn by the authors."])).withdrawn


@pytest.mark.skipif(not DATA.exists(), reason="the stand-in world is not on this machine")
def test_each_pdf_of_the_stand_in_world_has_its_result() -> None:
    """The real PDFs are read in at least four sections or say what they are; those that are broken give the reason."""
    with (DATA / "site.tsv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if "/pdf/" in row["url"]]
    for row in rows:
        found = pdf.parse((DATA / row["file"]).read_bytes(), url=row["url"], content_type=row["type_or_target"])
        if "broken__" in row["file"] or "stub__" in row["file"]:
            assert isinstance(found, NoText), row["url"]
        else:
            assert isinstance(found, ParsedText), row["url"]
            assert sum(len(one.text) for one in found.sections) > 3_000


@settings(deadline=None)
@given(body=st.binary(max_size=300), at=st.integers(0, 900), cut=st.integers(0, 900))
def test_no_bytes_make_it_raise(body: bytes, at: int, cut: int) -> None:
    """Whatever was answered, also a good PDF with bytes replaced in it, there is a text or a reason."""
    whole = made(FILLER * 10)
    for tried in (body, b"%PDF-1.4\n" + body, whole[:at] + body + whole[at + cut :]):
        found = pdf.parse(tried, url=URL, content_type="application/pdf")
        assert found.why if isinstance(found, NoText) else found.sections is not None
