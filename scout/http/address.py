"""Validate addresses, and name their host and origin."""

from __future__ import annotations

import re

import httpx

from scout.http.errors import RequestFailedError
from scout.identity import http_url
from scout.model import Result
from scout.text import clean, shorten


def address(url: str, base: str = "") -> httpx.URL:
    """Read an address, relative to `base` if given: http or https, a host, no user name; the fragment is dropped."""
    absolute = http_url(url, base)
    try:
        read = httpx.URL(absolute).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        absolute = ""
    if not absolute or not read.host:
        shown = shorten(clean(re.sub(r"//[^/@]*@", "//…@", url)), 120)
        raise RequestFailedError(Result.REFUSED, f"{shown!r} is no http or https address")
    if read.userinfo or "@" in read.netloc.decode("ascii", "replace"):
        raise RequestFailedError(Result.REFUSED, f"the address carries a user name ({read.host})")
    return read


def redirected(location: str, base: httpx.URL, status: int) -> httpx.URL:
    """Return the target of a redirect, validated like any address."""
    if not location.strip():
        raise RequestFailedError(Result.BROKEN, f"{status}: a redirect without an address", status=status)
    try:
        return address(location.strip(), str(base))
    except RequestFailedError as exc:
        raise RequestFailedError(Result.REFUSED, f"it redirects where scout does not go: {exc.why}", status=status) from exc


def host(read: httpx.URL) -> str:
    """Return `name`, or `name:port` where the port is not the scheme's own."""
    return read.netloc.decode("ascii", "replace").lower()


def host_and_port(read: httpx.URL) -> str:
    """Return `name:port`, always."""
    return f"{read.host}:{read.port or (443 if read.scheme == 'https' else 80)}"


def origin(read: httpx.URL) -> str:
    """Return scheme, host and port: where credentials may be sent."""
    return f"{read.scheme}://{host(read)}"
