"""Read and write subscription lists in OPML 2.0 (opml.org/spec2.opml). No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from scout.identity import http_url
from scout.text import clean

LARGEST = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed in a list: its title, URL, and parent outline."""

    title: str
    url: str
    group: str = ""


def parse_opml(body: bytes) -> tuple[Subscription, ...]:
    """Parse the feeds of an OPML document, in order; raises ValueError if it is none. External entities and DTDs are off."""
    from lxml import etree  # noqa: PLC0415 -- only for this command

    if len(body) > LARGEST:
        raise ValueError(f"it has more than {LARGEST} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise ValueError(f"it is not XML: {exc}") from exc
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise ValueError("its root is not <opml>")
    found = []
    for outline in root.iter("{*}outline"):
        attributes = {name.lower(): value for name, value in outline.attrib.items()}
        if not (url := http_url(attributes.get("xmlurl", ""))):
            continue
        above = outline.getparent()
        group = "" if above is None else above.get("title") or above.get("text") or ""
        title = attributes.get("title") or attributes.get("text") or url
        found.append(Subscription(title=clean(title), url=url, group=clean(group)))
    return tuple(found)


def write_opml(title: str, feeds: tuple[Subscription, ...]) -> str:
    """Write an OPML document, feeds grouped, in the order given."""
    from lxml import etree  # noqa: PLC0415

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean(title)
    body = etree.SubElement(root, "body")
    groups = {"": body}
    for feed in feeds:
        if feed.group not in groups:
            groups[feed.group] = etree.SubElement(body, "outline", text=clean(feed.group), title=clean(feed.group))
        title = clean(feed.title)
        etree.SubElement(groups[feed.group], "outline", type="rss", text=title, title=title, xmlUrl=feed.url)
    whole: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return whole.decode()
