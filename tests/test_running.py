"""What runs by itself: the GitHub workflows against a git remote on this disk, the systemd units, and the day they run on."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from terminal import Terminal

from scout import demo
from scout.config import starters
from scout.errors import UsageError
from scout.sources._arxiv_calendar import HOLIDAYS, last_cut_off

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
MADE = starters.starter("caching")
WORKFLOWS = {Path(path).stem: text for path, text in MADE.items() if path.startswith(".github/")}
GIT = (
    "git",
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@example.org",
    "-c",
    "init.defaultBranch=main",
    "-c",
    "protocol.file.allow=always",
)
DAY = "2026-05-24"


def steps(workflow: str) -> list[dict[str, Any]]:
    """Return the steps of a workflow's one job."""
    (job,) = yaml.safe_load(WORKFLOWS[workflow])["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def git(*words: str, at: Path, code: int = 0) -> str:
    """Run git, and return what it says."""
    done = subprocess.run([*GIT, *words], cwd=at, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forge:
    """What stands in for GitHub: a bare repository, and runs of a workflow's shell steps in fresh clones, with a `gh` that notes."""

    folder: Path

    @property
    def remote(self) -> Path:
        """The repository that clones push to."""
        return self.folder / "remote.git"

    @property
    def said(self) -> list[str]:
        """What `gh` was asked, one line a call."""
        log = self.folder / "gh.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def clone(self) -> Path:
        """Return a fresh clone."""
        work = self.folder / f"clone-{len(list(self.folder.iterdir()))}"
        git("clone", "-q", str(self.remote), str(work), at=self.folder)
        return work

    def run(self, workflow: str, work: Path, *, failing: str = "", **environment: str) -> tuple[str, str]:
        """Run the shell steps as GitHub would; return the first that failed, and the whole log. `failing` fails after it ran."""
        failed, log = "", ""
        outcome: dict[str, str] = {}
        env = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(self.folder), "FORGE": str(self.folder)}
        env |= {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(self.folder / "cache"), **environment}
        for step in steps(workflow):
            if "run" not in step or step["name"] == "Install":
                continue
            always = "always()" in step.get("if", "")
            if (failed and not always) or (
                always and (outcome.get("bring") != "success" or not (work / "data/scout.db").exists())
            ):
                continue
            shell = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]  # as GitHub starts it
            done = subprocess.run(shell, cwd=work, env=env, capture_output=True, text=True, check=False)
            good = done.returncode == 0 and step["name"] != failing
            outcome[step.get("id", "")] = "success" if good else "failure"
            log += f"== {step['name']}: {done.returncode}\n{done.stdout}{done.stderr}"
            failed = failed or ("" if good else step["name"])
        print(log)  # noqa: T201 -- shown where a test fails
        return failed, log

    def week(self, now: str = f"{demo.NOW:%Y-%m-%dT%H:%M:%SZ}", **more: str) -> tuple[str, str]:
        """Run the weekly workflow in a fresh clone."""
        return self.run("scout", self.clone(), SCOUT_NOW=now, **more)

    def kept(self, name: str = "scout.db.gz") -> bytes:
        """Return a file of the branch that keeps the store, unpacked."""
        words = [*GIT, "cat-file", "blob", f"scout-store:{name}"]
        return gzip.decompress(subprocess.run(words, cwd=self.remote, check=True, capture_output=True).stdout)


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """Return a repository made by `scout init`, whose feeds.yaml asks the embedded week."""
    here = Forge(folder=tmp_path / "forge")
    (here.folder / "bin").mkdir(parents=True)
    tools = {
        "scout": f'exec "{sys.executable}" -m scout "$@"',
        "python": f'exec "{sys.executable}" "$@"',
        "gh": 'printf "%s\\n" "$*" >> "$FORGE/gh.log"\nif [ -x "$FORGE/answers" ]; then exec "$FORGE/answers" "$@"; fi',
    }
    for name, script in tools.items():
        (here.folder / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (here.folder / "bin" / name).chmod(0o755)
    git("init", "-q", "--bare", str(here.remote), at=here.folder)
    work = here.clone()
    assert Terminal(work)("init", "--topic", "caching").code == 0
    with demo.served() as base:
        feeds = yaml.safe_load(demo.config(base))
        feeds["report"] |= {"week_ends": "sunday", "history": ["reports"]}
        (work / "feeds.yaml").write_text(json.dumps(feeds, default=str), encoding="utf-8")
        git("add", ".", at=work)
        git("commit", "-qm", "Begin", at=work)
        git("push", "-q", "origin", "HEAD:main", at=work)
        yield here


# -- the week ---------------------------------------------------------------------------------------------------------------
def test_a_week_becomes_one_pull_request_with_its_body(forge: Forge) -> None:
    """Collected, drafted, checked, opened with the text of both; the same week again opens nothing, and the store comes back."""
    assert forge.week()[0] == ""
    assert [line.split(" --")[1] for line in forge.said] == [f"title Report of {DAY}"]
    draft = git("show", f"scout/{DAY}:reports/{DAY}.md", at=forge.remote)
    assert draft.startswith("# ")
    body = next(path for path in forge.folder.glob("clone-*/data/body.md")).read_text(encoding="utf-8")
    assert body.index("## Summary") < body.index("## scout check")
    assert "empty-slot" not in body, "the slots are what is to be written"
    first = forge.kept()
    failed, log = forge.week()
    assert (failed, len(forge.said), f"scout/{DAY} is there already" in log) == ("", 1, True)
    assert forge.kept("before.db.gz") == first
    assert git("rev-list", "--count", "scout-store", at=forge.remote) == "1"
    (forge.folder / "store.db").write_bytes(forge.kept())
    with closing(sqlite3.connect(forge.folder / "store.db")) as store:
        assert store.execute("select count(*) from runs").fetchone() == (2,)


def test_the_kept_store_is_never_lost(forge: Forge) -> None:
    """Where the remote does not answer, the kept file is damaged, or the run's own store is, the branch stays as it was."""
    assert forge.week()[0] == ""
    before = git("rev-parse", "scout-store", at=forge.remote)
    away = forge.clone()
    git("remote", "set-url", "origin", str(forge.folder / "gone"), at=away)
    assert forge.run("scout", away)[0] == "Bring the store"
    work = forge.clone()
    spoilt = (
        (forge.folder / "bin" / "scout").read_text().replace("exec", '[ "$1" != run ] || { echo x > data/scout.db; exit; }\nexec')
    )
    whole = (forge.folder / "bin" / "scout").read_text()
    (forge.folder / "bin" / "scout").write_text(spoilt)
    failed, log = forge.run("scout", work)
    assert (failed, "Keep the store: 3" in log) == ("Keep the store", True)
    (forge.folder / "bin" / "scout").write_text(whole)
    assert git("rev-parse", "scout-store", at=forge.remote) == before
    blob = subprocess.run(
        [*GIT, "hash-object", "-w", "--stdin"], cwd=forge.remote, input=b"\x1f\x8b cut off", capture_output=True, check=True
    )
    tree = subprocess.run(
        [*GIT, "mktree"], cwd=forge.remote, input=f"100644 blob {blob.stdout.decode().strip()}\tscout.db.gz\n".encode(), capture_output=True, check=True
    )  # fmt: skip
    commit = git("commit-tree", "-m", "x", tree.stdout.decode().strip(), at=forge.remote)
    git("update-ref", "refs/heads/scout-store", commit, at=forge.remote)
    assert forge.week()[0] == "Bring the store"
    assert git("rev-parse", "scout-store", at=forge.remote) == commit


def test_a_store_that_changed_meanwhile_is_not_replaced(forge: Forge) -> None:
    """A run pushes over nothing but the store that it began with; what it collected is handed over otherwise."""
    assert forge.week()[0] == ""
    other = git("commit-tree", "-m", "another's", "scout-store^{tree}", at=forge.remote)
    tool = forge.folder / "bin" / "scout"
    tool.write_text(
        tool.read_text().replace("exec", f"git --git-dir '{forge.remote}' update-ref refs/heads/scout-store {other}\nexec")
    )
    assert forge.week()[0] == "Keep the store"
    assert git("rev-parse", "scout-store", at=forge.remote) == other
    hands_over = next(step for step in steps("scout") if step.get("name", "").startswith("Hand over"))
    assert hands_over["if"] == "always() && steps.keep.outcome == 'failure'"


def test_a_run_that_saw_nothing_keeps_its_store_and_opens_nothing(forge: Forge) -> None:
    """Its failure is the workflow's; that nothing was seen is evidence, too."""
    work = forge.clone()
    (work / "feeds.yaml").write_text(
        "sources: [{name: gone, kind: feed, url: 'http://127.0.0.1:9/'}]\nhttp: {allow_hosts: ['127.0.0.1:9']}\n"
    )
    failed, _ = forge.run("scout", work, SCOUT_NOW="2026-05-26T06:15:00Z")
    assert (failed, forge.said) == ("Collect, read and draft", [])
    assert forge.kept().startswith(b"SQLite format 3")


# -- the check of a pull request --------------------------------------------------------------------------------------------
def proposed(forge: Forge) -> Path:
    """Return a clone in which a report was proposed: the draft, with a paper's day made wrong, and files that try to confuse."""
    assert forge.week()[0] == ""
    work = forge.clone()
    git("switch", "-q", f"scout/{DAY}", at=work)
    report = work / "reports" / f"{DAY}.md"
    text = report.read_text(encoding="utf-8")
    wrong = re.sub(r"(?m)^(### 2\..*)\(May \d\d,", r"\1(May 19,", text)
    assert wrong != text
    report.write_text(wrong, encoding="utf-8")
    (work / "reports" / "$(touch hacked); `x` \n.md").write_text("no report")
    git("add", ".", at=work)
    git("commit", "-qm", "Write", at=work)
    return work


def test_a_pull_request_is_held_against_the_store(forge: Forge) -> None:
    """Each changed report is told; what is no report is, too, and runs nothing by its name; an error ends it red."""
    work = proposed(forge)
    failed, log = forge.run("scout-check", work, BASE=git("rev-parse", "origin/main", at=work))
    answer = (work / "result" / "comment.md").read_text(encoding="utf-8")
    assert failed == "Check what the change brings", log
    assert f"reports/{DAY}.md" in answer.replace("\\", "")
    assert re.search(r"\| 2 \| error `", answer)
    assert "is not a report" in answer
    assert not (work / "hacked").exists()
    assert [file.name for file in (work / "result").iterdir()] == ["comment.md"]


def test_the_checking_workflow_has_no_secret_and_may_write_nothing() -> None:
    """What strangers wrote is read by a job that may only read; the one that may write takes nothing of it but text."""
    check, comment = (yaml.safe_load(WORKFLOWS[name]) for name in ("scout-check", "scout-comment"))
    assert check["permissions"] == {"contents": "read"}
    assert "secrets." not in WORKFLOWS["scout-check"]
    assert "github.token" not in WORKFLOWS["scout-check"]
    assert comment["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert comment[True] == {
        "workflow_run": {"workflows": [check["name"]], "types": ["completed"]}
    }  # YAML 1.1 reads `on` as true
    assert all("uses" not in step for step in steps("scout-comment"))
    assert steps("scout-check")[3] == next(step for step in steps("scout") if step.get("id") == "bring")
    for name in WORKFLOWS:
        assert all("${{" not in step.get("run", "") for step in steps(name)), (
            "words from outside reach a shell by its environment"
        )


ANSWERS = """#!/bin/sh
case "$*" in
  "run download"*) mkdir -p result; cp "$FORGE/answer.md" result/comment.md ;;
  "pr list"*) cat "$FORGE/open" ;;
  *--paginate*) cat "$FORGE/comments" ;;
  *body=@body.md*) cp body.md "$FORGE/posted.md" ;;
esac
"""


@pytest.mark.parametrize(
    ("comments", "method", "place"), [("", "POST", "issues/7/comments"), ("41\n42\n", "PATCH", "issues/comments/41")]
)
def test_one_comment_is_kept_up_to_date(forge: Forge, comments: str, method: str, place: str) -> None:
    """It goes to the pull request whose newest commit was checked; the first answer is posted, the next replaces it; both bounded."""
    for name, content in (
        ("answers", ANSWERS),
        ("open", "7\n"),
        ("comments", comments),
        ("answer.md", "## scout check\n" + "é" * 60_000),
    ):
        (forge.folder / name).write_text(content, encoding="utf-8")
    (forge.folder / "answers").chmod(0o755)
    work, about = forge.clone(), {"RUN": "5", "COMMIT": "abc", "GH_REPO": "o/r"}
    assert forge.run("scout-comment", work, **about)[0] == ""
    assert forge.said[-1] == f"api --silent --method {method} repos/o/r/{place} --field body=@body.md"
    posted = (forge.folder / "posted.md").read_bytes()
    assert posted.startswith(b"<!-- scout check -->\nOf abc,")
    assert len(posted.decode()) < 65_536
    assert "This is not all" in posted.decode()
    (forge.folder / "open").write_text("")
    calls = len(forge.said)
    assert "no open pull request" in forge.run("scout-comment", work, **about)[1]
    assert not [line for line in forge.said[calls:] if "body=" in line]


# -- lint -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_what_github_reads(name: str, tmp_path: Path) -> None:
    """By GitHub's schema, by bash's grammar, and by actionlint where that is installed."""
    file = tmp_path / f"{name}.yml"
    file.write_text(WORKFLOWS[name], encoding="utf-8")
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for step in steps(name):
        subprocess.run(["bash", "-n"], input=step.get("run", ""), text=True, check=True)
    if shutil.which("actionlint"):
        subprocess.run(["actionlint", str(file)], check=True)


# -- systemd and the day ----------------------------------------------------------------------------------------------------
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """Made for a folder with a space and a percent sign, and for this Python; what is there is kept."""
    desk = Terminal(tmp_path)
    ran = desk("init", "my 100% report", "--topic", "caching", "--systemd")
    units = tmp_path / "my 100% report" / "systemd"
    assert ran.code == 0
    assert f"systemctl --user link '{units}/scout.service' && systemctl --user enable --now '{units}/scout.timer'" in ran.err
    assert f"\nWorkingDirectory={tmp_path}/my 100%% report\n" in (units / "scout.service").read_text(encoding="utf-8")
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze on this machine, which would verify the units")
    words = ["systemd-analyze", "verify", *(str(units / name) for name in ("scout.service", "scout.timer"))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_unit_cannot_be_broken_out_of() -> None:
    """A folder's name stays one line of the unit; a Python's is one word."""
    with pytest.raises(UsageError, match="printable"):
        starters.units("/srv/a\nExecStart=/bin/false", "/usr/bin/python")
    service = starters.units("/srv", '/opt/my "py%" \\ x/python')["systemd/scout.service"]
    assert 'ExecStart="/opt/my \\"py%%\\" \\\\ x/python" -m scout run --quiet\n' in service


@given(st.dates(min_value=datetime(2024, 1, 1, tzinfo=UTC).date(), max_value=datetime(2040, 1, 1, tzinfo=UTC).date()))
def test_on_tuesday_morning_arxiv_has_announced_the_week_that_ended_on_sunday(day: Any) -> None:
    """At a quarter past six, UTC, in summer and winter, all of Sunday was announced; on Monday it was not. Holidays aside."""
    tuesday = day - timedelta(days=day.weekday()) + timedelta(days=1)
    monday = tuesday - timedelta(days=1)
    if {monday, monday - timedelta(days=3)} & HOLIDAYS:
        return
    quarter_past_six = time(6, 15, tzinfo=UTC)
    ended = datetime.combine(monday, time(tzinfo=UTC))
    assert last_cut_off(datetime.combine(tuesday, quarter_past_six)) >= ended
    assert last_cut_off(datetime.combine(monday, quarter_past_six)) < ended


def test_every_schedule_is_that_quarter_past_six() -> None:
    """The workflow's cron, the timer and the README's crontab name the same hour of the same day."""
    cron = "15 6 * * 2"
    assert yaml.safe_load(WORKFLOWS["scout"])[True]["schedule"] == [{"cron": cron}]
    assert "OnCalendar=Tue *-*-* 06:15:00 UTC\n" in starters.units("/srv", "/python")["systemd/scout.timer"]
    for page in ("README.md", "docs/running.md"):
        assert f"\n{cron}  cd /srv/scout && scout run --quiet\n" in (ROOT / page).read_text(encoding="utf-8")
