"""Parse versions from release tags and from titles. Pure.

A tag is a prefix (`operator/`, `@scope/name@`, `release/`, `b`) and a version, parsed by `packaging` (PEP 440). Other versions
are rewritten: the leading numbers, then the rest as a local version (`1.2.0-cuda12` is `1.2.0+cuda12`, after 1.2.0), with `.dev0`
if the rest has a word for a pre-release (`1.0.0-canary.3` is `1.0.0.dev0+canary.3`, before 1.0.0).
A tag without a number is version 0. A release is final if neither its service nor its tag marks it as a pre-release.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scout.model import Item, TrackedItem

LONGEST = 200
"""Characters of a tag that are parsed."""
_TRIAL_WORDS = (
    "rc|release-candidate|alpha|beta|dev|devel|development|pre|prerelease|preview|nightly|snapshot|canary|experimental|unstable"
)
_TRIAL = re.compile(rf"(?<![a-z])(?:{_TRIAL_WORDS})(?![a-z])|^[0-9.]+[-._]?[ab][0-9]+(?![0-9a-z])")
_TAG = re.compile(
    r"(?P<prefix>(?:.*[/@_]|.*-(?=[vV]?[0-9]+\.[0-9])|[A-Za-z][A-Za-z-]*?)??)[vV]?(?P<version>[0-9].*)", re.DOTALL | re.ASCII
)
_NUMBERS = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})*")
_IN_WORDS = re.compile(
    rf"(?<![\w.])v?([0-9]{{1,18}}(?:\.[0-9]{{1,18}})+(?:[.-]?(?:(?:{_TRIAL_WORDS}|post|patch)[.-]?[0-9]{{0,18}}|[ab][0-9]{{1,18}}))?)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A parsed tag: the prefix, the version, and whether it is a pre-release (`trial`)."""

    prefix: str
    version: Version
    trial: bool


@lru_cache(maxsize=20_000)
def read(tag: str) -> Tag:
    """Parse a tag; any text is accepted."""
    found = _TAG.fullmatch(tag[:LONGEST])
    prefix, text = (found["prefix"], found["version"].lower()) if found else (tag, "")
    name = re.split(r"[/@_]", prefix.lower().rstrip("/@_-"))[-1]
    version, trial = _version(text)
    return Tag(prefix=prefix, version=version, trial=trial or bool(re.fullmatch(_TRIAL_WORDS, name)))


def _version(text: str) -> tuple[Version, bool]:
    """Parse a version, rewriting it if needed; return it and whether it is a pre-release."""
    trial = bool(_TRIAL.search(text))
    try:
        version = Version(text)
    except ValueError:  # InvalidVersion, or a number of thousands of digits
        version = None
    if version is not None and (version.is_prerelease or not trial):
        return version, version.is_prerelease
    numbers = _NUMBERS.match(text)
    stem = numbers[0] if numbers else "0"
    local = ".".join(part[:18] for part in re.findall(r"[a-z]+|[0-9]+", text[len(stem) :] if numbers else ""))
    return Version(stem + (".dev0" if trial else "") + (f"+{local}" if local else "")), trial


def tag(release: Item) -> str:
    """Return the tag in a release's id."""
    return release.id.partition("@")[2]


def train(release: Item) -> str:
    """Return repository, prefix and minor version as a key, shared by release candidates, patches and post-releases."""
    repository, _, name = release.id.removeprefix("github:").partition("@")
    known = read(name)
    minor = ".".join(str(number) for number in known.version.release[:2]) if len(known.version.release) > 1 else ""
    return f"{repository} {known.prefix}{minor}"


def is_trial(name: str) -> bool:
    """Return whether a tag names a pre-release."""
    return read(name).trial


def is_final(release: Item) -> bool:
    """Return whether a release is no pre-release, by the flag of its service and by its tag."""
    return not release.extra.get("prerelease") and not is_trial(tag(release))


def newest_first(releases: Iterable[TrackedItem]) -> list[TrackedItem]:
    """Sort the releases of one train, newest version first; equal versions by their tags."""
    return sorted(releases, key=lambda one: (read(tag(one.item)).version, tag(one.item)), reverse=True)


def in_words(text: str) -> tuple[Version, ...]:
    """Return the versions in a text, each of two numbers at least: `vLLM v0.22.0rc1` has one."""
    return tuple(dict.fromkeys(_version(found.lower())[0] for found in _IN_WORDS.findall(text)))


def base(version: Version) -> Version:
    """Return a version's base release: `0.22.0` for its release candidates, post-releases and builds."""
    return Version(version.base_version)
