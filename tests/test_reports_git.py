"""A git repository may be anybody's: reading reports from it runs nothing, is bounded, and asks that repository alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scout.errors import UsageError
from scout.reports import git, history

CLEAN = (Path(__file__).parent / "reports" / "clean.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def run(repo: Path, *words: str, stdin: str | bytes = "") -> str:
    """Run git as the repository's owner would."""
    own = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "core.fsmonitor=false")
    body = stdin.encode() if isinstance(stdin, str) else stdin
    return (
        subprocess.run(["git", "-C", str(repo), *own, *words], check=True, capture_output=True, input=body)
        .stdout.decode()
        .strip()
    )


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Make a repository with one report and one other file."""
    found = tmp_path / "repo"
    found.mkdir()
    run(found, "init", "-q", "-b", "main")
    (found / "2026-05-10.md").write_text(CLEAN, encoding="utf-8")
    (found / "other.md").write_text("other", encoding="utf-8")
    run(found, "add", ".")
    run(found, "commit", "-qm", "x")
    return found


HOSTILE = {
    "ssh": {"remote.origin.url": "ssh://x/y", "core.sshCommand": "{program}"},
    "ssh, allowed": {"remote.origin.url": "ssh://x/y", "core.sshCommand": "{program}", "protocol.ssh.allow": "always"},
    "ext": {"remote.origin.url": "ext::{program}", "protocol.ext.allow": "always"},
    "file": {"remote.origin.url": ".", "remote.origin.uploadpack": "{program}", "protocol.file.allow": "always"},
    "git proxy": {"remote.origin.url": "git://x/y", "core.gitProxy": "{program}", "protocol.git.allow": "always"},
    "askpass": {"remote.origin.url": "https://127.0.0.1:1/y", "core.askPass": "{program}", "protocol.https.allow": "always"},
    "watcher": {"core.fsmonitor": "{program}"},
    "pager": {"core.pager": "{program}", "pager.cat-file": "{program}", "pager.ls-tree": "{program}"},
    "refs": {"core.alternateRefsCommand": "{program}"},
    "alias": {"alias.cat-file": "!{program}", "alias.ls-tree": "!{program}", "alias.rev-parse": "!{program}"},
}


@pytest.mark.parametrize("how", HOSTILE)
@pytest.mark.parametrize("path", ["2026-05-10.md", ""])
def test_a_repository_runs_no_program(repo: Path, tmp_path: Path, how: str, path: str) -> None:
    """Whatever its configuration names, to fetch what it lacks or to help, is not run; what is missing is said."""
    ran = tmp_path / "ran"
    program = tmp_path / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    missing = run(repo, "rev-parse", "main:2026-05-10.md")
    (repo / ".git" / "objects" / missing[:2] / missing[2:]).unlink()
    promised = {"core.repositoryformatversion": "1", "extensions.partialClone": "origin", "remote.origin.promisor": "true"}
    for name, value in (promised | HOSTILE[how]).items():
        run(repo, "config", name, value.format(program=program))
    for hook in ("post-checkout", "reference-transaction", "fsmonitor-watchman", "post-index-change"):
        shutil.copy(program, repo / ".git" / "hooks" / hook)
    with pytest.raises(UsageError, match=r"cannot read 2026-05-10|no '2026-05-10"):
        list(history.find_reports(f"{repo}@main:{path}"))
    assert not ran.exists()


def test_the_repository_that_was_named_is_read(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hook's environment says of another repository does not count."""
    run(tmp_path, "init", "-q", "-b", "main", "another")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "another"))
    assert [one.skipped for one in history.find_reports(f"{repo}@main:2026-05-10.md")] == [""]


def test_a_file_too_large_is_skipped_and_not_held(repo: Path) -> None:
    """Of a file of a gigabyte, no more is read than decides; the others are."""
    large = repo / "large.md"
    with large.open("wb") as file:
        file.truncate(2**30)
    run(repo, "-c", "core.bigFileThreshold=1m", "-c", "core.compression=1", "add", "large.md")
    run(repo, "commit", "-qm", "large")
    assert [(Path(one.path).name, one.skipped) for one in history.find_reports(f"{repo}@main:")] == [
        ("repo@main:2026-05-10.md", ""),
        ("repo@main:large.md", "larger than 5 MiB"),
        ("repo@main:other.md", "has none of a report's headings"),
    ]


def test_a_tree_that_unfolds_without_end_is_refused(repo: Path) -> None:
    """Ten objects that list ten thousand million files are told as too many, in seconds."""
    tree = run(repo, "hash-object", "-w", "--stdin", stdin="x")
    kind = "100644 blob"
    for _ in range(10):
        listed = "".join(f"{kind} {tree}\t{number}{'.md' if kind.endswith('blob') else ''}\n" for number in range(10))
        tree, kind = run(repo, "mktree", stdin=listed), "040000 tree"
    run(repo, "tag", "bomb", run(repo, "commit-tree", "-m", "x", tree))
    with pytest.raises(UsageError, match="too many files; name a folder"):
        list(history.find_reports(f"{repo}@bomb:"))


def test_a_git_that_does_not_answer_is_ended(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that is read without end costs a bounded time."""
    monkeypatch.setattr(git, "PATIENCE_S", 0.3)
    os.mkfifo(repo / ".git" / "endless")
    with (repo / ".git" / "config").open("a") as file:
        file.write("[include]\n\tpath = endless\n")
    with pytest.raises(UsageError, match=r"git did not answer in 0\.3 s"):
        list(history.find_reports(f"{repo}@main:"))


def test_a_name_that_is_no_utf8_is_read_and_shown(repo: Path) -> None:
    """The report is read; its name is shown with a mark where it cannot be."""
    Path(os.fsdecode(bytes(repo) + b"/b\xff.md")).write_text(CLEAN, encoding="utf-8")
    run(repo, "add", ".")
    run(repo, "commit", "-qm", "y")
    for spec in (f"{repo}@main:", str(repo)):
        found = [one for one in history.find_reports(spec) if not one.skipped]
        assert len(found) == 2
        assert found[1].path.endswith("b\ufffd.md")


def test_a_folder_whose_name_begins_with_a_space_is_found(tmp_path: Path) -> None:
    """A file as it was is found by its whole name, spaces at its ends included."""
    place = tmp_path / " repo" / " reports "
    place.mkdir(parents=True)
    run(place.parent, "init", "-q", "-b", "main")
    (place / "2026-05-10.md").write_text(CLEAN, encoding="utf-8")
    run(place.parent, "add", ".")
    run(place.parent, "commit", "-qm", "x")
    file = place / "2026-05-10.md"
    assert list(git.files_at([file], "main", largest=2**20)) == [(file, CLEAN.encode())]


def test_a_revision_is_looked_up_once_for_a_folder(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty files those that were there come with their bytes of then; git verifies and lists once, and reads each."""
    asked, real = tmp_path / "asked", shutil.which("git")
    (tmp_path / "bin").mkdir()
    counting = tmp_path / "bin" / "git"
    counting.write_text(f'#!/bin/sh\necho "$@" >> {asked}\nexec {real} "$@"\n')
    counting.chmod(0o755)
    files = [repo / f"2026-06-{day:02}.md" for day in range(1, 21)]
    for day, file in enumerate(files[:19]):
        file.write_text(f"then {day}", encoding="utf-8")
    run(repo, "add", ".")
    run(repo, "commit", "-qm", "y")
    for file in files:
        file.write_text("now", encoding="utf-8")
    monkeypatch.setenv("PATH", f"{counting.parent}{os.pathsep}{os.environ['PATH']}")
    assert {file.name: body for file, body in git.files_at(files, "HEAD", largest=100)} == {
        file.name: f"then {day}".encode() for day, file in enumerate(files[:19])
    }
    said = asked.read_text().splitlines()
    assert [sum(word in line for line in said) for word in ("--verify", "ls-tree", "cat-file")] == [1, 1, 19]
    assert len(said) == 22
