"""Read files of a git revision without running what the repository names: it may be anybody's.

A repository's own configuration can name programs: to fetch what it lacks (promisor remotes), to watch files, as hooks, as
helpers of transports. Reading needs none of them, so all are switched off; git 2.39 and later are tested. What git answers is
bounded in size and time.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import TYPE_CHECKING

from scout.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PATIENCE_S = 60.0
MOST_NAMES = 16 * 2**20
"""Size limit of a list of file names, in bytes: a few hundred objects can list as a billion names."""
_NOT_FOUND = 127
_NO_GIT = "git is not installed; give a file or a folder instead of REPO@REV:PATH"
_REVISION = re.compile(r"^\w[\w./@{}^~+-]*$")
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
"""What a hook's environment sets: git would read that repository and not the one that was named."""
_ENVIRONMENT = (
    *(word for name in _ELSEWHERE for word in ("-u", name)),
    "GIT_NO_LAZY_FETCH=1",  # since 2.39.4; before, the next one is what stops a fetch
    "GIT_ALLOW_PROTOCOL=none",  # unlike protocol.allow, no configuration overrides it
    "GIT_TERMINAL_PROMPT=0",
    "GIT_OPTIONAL_LOCKS=0",
)
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.gitProxy=false",
    "core.askPass=false",
    "core.alternateRefsCommand=false",
    "core.bigFileThreshold=1m",  # what is larger is streamed, not held
    "credential.helper=",
    "diff.external=",
    "uploadpack.packObjectsHook=",
)


def markdown_files(repo: str, revision: str, path: str, *, largest: int) -> Iterator[tuple[str, bytes]]:
    """Yield each Markdown file of one revision, below `path` or `path` itself, as its name and at most `largest` + 1 bytes.

    Against option injection both parts are checked, and passed as one `REV:PATH`. UsageError where git has it not, or fails.
    """
    if not _REVISION.match(revision) or ".." in revision:
        raise UsageError(
            f"{revision!r} is not a revision: give a branch, a tag or a commit, e.g. {repo}@main:{path or 'reports'}"
        )
    if path.startswith("-") or re.search(r"[\x00-\x1f]", path):
        raise UsageError(f"{path!r} is not a path in a git repository")
    path = path.strip("/").removeprefix("./").rstrip(".") if path.strip("./") == "" else path.strip("/").removeprefix("./")
    _git(
        repo,
        ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"],
        f"no revision {revision!r} in {repo}",
    )
    place = f"{revision}:{path}"
    kind = _git(repo, ["cat-file", "-t", place], f"no {path!r} in revision {revision!r} of {repo}").decode().strip()
    if kind == "blob":
        names = [""]
    else:
        otherwise = f"cannot list {place} of {repo}"
        listed = _git(repo, ["ls-tree", "-r", "-z", "--name-only", place], otherwise, most=MOST_NAMES)
        if len(listed) > MOST_NAMES:
            raise UsageError(f"{otherwise}: it has too many files; name a folder of it")
        names = sorted(name for name in listed.decode("utf-8", errors="surrogateescape").split("\0") if _is_markdown(name))
    for name in names:
        whole = "/".join(part for part in (path, name) if part)
        otherwise = f"cannot read {whole} in revision {revision!r} of {repo}"
        yield whole, _git(repo, ["cat-file", "blob", f"{revision}:{whole}"], otherwise, most=largest)


def files_at(paths: Iterable[Path], revision: str, *, largest: int) -> Iterator[tuple[Path, bytes]]:
    """Yield each file as it was in a revision of its own repository, at most `largest` + 1 bytes; not those that were not there.

    The revision is looked up once for each folder, and its commit is read: a branch may move meanwhile.
    """
    if not _REVISION.match(revision) or ".." in revision:
        raise UsageError(f"{revision!r} is not a revision: give a branch, a tag or a commit, e.g. main")
    folders: dict[Path, list[Path]] = {}
    for path in paths:
        folders.setdefault(path.resolve().parent, []).append(path)
    for folder, files in folders.items():
        repo, otherwise = str(folder), f"no revision {revision!r}"
        prefix = _text(_git(repo, ["rev-parse", "--show-prefix"], f"{files[0]} is in no git repository")).removesuffix("\n")
        verified = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
        commit = _text(_git(repo, verified, otherwise)).strip()
        names = {prefix + path.resolve().name: path for path in files}
        there = ["ls-tree", "--full-tree", "-z", "--name-only", commit, "--", *(f":(literal){name}" for name in names)]
        for name in _text(_git(repo, there, f"cannot list {revision!r}", most=MOST_NAMES)).split("\0"):
            if name in names:
                otherwise = f"cannot read {name} in revision {revision!r}"
                yield names[name], _git(repo, ["cat-file", "blob", f"{commit}:{name}"], otherwise, most=largest)


def _text(said: bytes) -> str:
    return said.decode("utf-8", errors="surrogateescape")


def _is_markdown(name: str) -> bool:
    return name.lower().endswith(".md")


def _git(repo: str, words: list[str], otherwise: str, *, most: int = 2**20) -> bytes:
    """Return the first `most` + 1 bytes that a read-only git command answers; `otherwise` is the error message if it fails."""
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    command = ["env", *_ENVIRONMENT, "git", "--no-pager", "-C", repo, *settings, *words]
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 -- a list, no shell; every argument is constant or checked
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, start_new_session=True
            )
        except FileNotFoundError as exc:
            raise UsageError(_NO_GIT) from exc
        except (OSError, ValueError) as exc:
            raise UsageError(f"{otherwise}: {exc}") from exc
        with process, _ended(process) as late:
            body = process.stdout.read(most + 1) if process.stdout else b""
            if len(body) > most:
                return body
            code = process.wait()
        if late.is_set():
            raise UsageError(f"{otherwise}: git did not answer in {PATIENCE_S:g} s")
        if code == _NOT_FOUND:
            raise UsageError(_NO_GIT)
        if code:
            said.seek(0)
            why = said.read(10_000).decode("utf-8", errors="replace").strip().splitlines()[-1:]
            raise UsageError(otherwise + (f": {why[0].removeprefix('fatal: ')}" if why else ""))
    return body


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[Event]:
    """End a process and what it started, after PATIENCE_S seconds at the latest; yield an event that says it was late."""
    late = Event()

    def end() -> None:
        if process.returncode is None:  # not waited for, so the number is still its own
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def end_late() -> None:
        late.set()
        end()

    alarm = Timer(PATIENCE_S, end_late)
    alarm.start()
    try:
        yield late
    finally:
        alarm.cancel()
        end()
