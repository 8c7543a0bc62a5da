"""Merge stores: what two machines or two people saw becomes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout.store import merge, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def merge_stores(
    path: Path, others: Sequence[Path], *, dry_run: bool = False, wait_s: float = 0
) -> Iterator[tuple[Path, dict[str, int]]]:
    """Merge stores into that at `path`, which is made where it is missing; yield what each brought, in rows by table.

    Each is merged whole or not at all. `wait_s` is how long to wait for another writer.
    """
    with open_store(path, write="scout merge", create=not dry_run, wait_s=wait_s) as store:
        for other in others:
            yield other, merge.merge(store, other, dry_run=dry_run)
