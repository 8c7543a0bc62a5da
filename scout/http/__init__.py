"""The HTTP door: the one place where scout talks to the network.

    cache.py      what is remembered between runs
    door.py       Web: one address in, an Answer or a Failure out; turns, pauses, retries, redirects, validators
    wire.py       one request and its response
    address.py    which addresses may be asked at all
    verdict.py    what a status and its headers mean for scout; never what a body means
    guard.py      where a connection may go, and how long it may take
    pace.py       whose turn it is: one request at a time for each host, a pause between two
    body.py       the body, decoded under a cap
    robots.py     what robots.txt allows

How to behave is `config.HttpSettings`, the `http` part of feeds.yaml. httpx and httpcore are imported nowhere else.
"""

from scout.http.cache import HttpCache
from scout.http.client import HttpClient

__all__ = ["HttpCache", "HttpClient"]
