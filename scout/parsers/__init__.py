"""Parse feeds, HTML, OPML and TeX: bytes or text in, values out. No network, store or clock."""
