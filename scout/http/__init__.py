"""The HTTP client: the only code that talks to the network.

    client.py     HttpClient: one address in, an Answer or a Failure out; pauses, retries, redirects, validators
    transport.py  one request and its response
    address.py    which addresses may be asked at all
    mirror.py     which address is asked in a host's place
    errors.py     what a status and its headers mean; never what a body means
    network.py    where a connection may go, and how long it may take
    ratelimit.py  one request at a time for each host, with a pause between two
    cache.py      validators and pauses remembered from earlier runs
    body.py       the body, decoded under a cap
    robots.py     what robots.txt allows
    archive.py    answers kept in a web archive, and given from one

httpx and httpcore are imported nowhere else.
"""

from scout.http.cache import HttpCache
from scout.http.client import HttpClient

__all__ = ["HttpCache", "HttpClient"]
