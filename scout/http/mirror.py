"""Ask a mirror in a host's place: `http.mirror` of feeds.yaml. Only what is sent changes; addresses stay the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from scout.http.address import address, host, redirected

if TYPE_CHECKING:
    from collections.abc import Mapping


class Mirrors:
    """Map real addresses to what is asked, and a mirror's redirects back. `bases` are base addresses by `name` or `name:port`."""

    def __init__(self, bases: Mapping[str, str]) -> None:
        self._bases = {name.lower(): address(base) for name, base in bases.items()}

    def asked(self, real: httpx.URL) -> httpx.URL:
        """Return the address to ask for `real`: under its host's mirror if it has one, else itself."""
        base = self._bases.get(host(real))
        return base.copy_with(raw_path=_folder(base) + real.raw_path) if base else real

    def redirected(self, location: str, here: httpx.URL, status: int) -> httpx.URL:
        """Return where a redirect of the real address `here` leads; one from a mirror to a mirror is mapped back."""
        asked = self.asked(here)
        if asked != here and (real := self._real(redirected(location, asked, status))):
            return real
        return redirected(location, here, status)

    def _real(self, there: httpx.URL) -> httpx.URL | None:
        """Return the real address of one under a mirror, the longest base first."""
        for name, base in sorted(self._bases.items(), key=lambda one: -len(one[1].raw_path)):
            if host(base) == host(there) and (there.raw_path + b"/").startswith(_folder(base) + b"/"):
                rest = there.raw_path.removeprefix(_folder(base)).decode("ascii")
                return httpx.URL(f"https://{name}{rest if rest.startswith('/') else f'/{rest}'}")
        return None


def _folder(base: httpx.URL) -> bytes:
    return base.raw_path.rstrip(b"/")
