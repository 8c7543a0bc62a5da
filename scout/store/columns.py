"""Read what each column of the store is from the comments of its schema, where it is said once."""

from __future__ import annotations

from scout.store import schema


def comments() -> dict[str, dict[str, str]]:
    """Return by table what each column is, in the words of its comment."""
    found: dict[str, dict[str, str]] = {}
    table = ""
    scripts = [script for name, script in vars(schema).items() if name.isupper() and isinstance(script, str)]
    for line in "".join(scripts).splitlines():
        words = line.split()
        if words[:2] in (["create", "table"], ["alter", "table"]):
            table = words[2]
            continue
        before, _, comment = line.replace("/*", "--").replace("*/;", "").replace("*/", "").partition("-- ")
        if table and comment and (named := before.split()):
            found.setdefault(table, {})[named[0]] = comment.strip()
        if line.endswith(";"):
            table = ""
    return found
