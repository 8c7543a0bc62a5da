"""Render findings: text for a terminal, JSON, GitHub annotations, SARIF, Markdown for a pull request's comment. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scout.check.finding import Finding, Severity, Verified
from scout.text import clean, json_text, markdown, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scout.reports.document import Document

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.UNVERIFIED: "notice"}

_ORDER = {severity: place for place, severity in enumerate(Severity)}


def summary(findings: Iterable[Finding]) -> str:
    """Return the counts in words: `2 errors, 1 warning, 5 unverified`."""
    held = Counter(finding.severity for finding in findings)
    words = [
        f"{held[kind]} {kind.value}{'' if held[kind] == 1 else 's'}" for kind in (Severity.ERROR, Severity.WARNING) if held[kind]
    ]
    words += [f"{held[Severity.UNVERIFIED]} unverified"] if held[Severity.UNVERIFIED] else []
    return ", ".join(words) or "nothing found"


def text(
    path: str,
    document: Document,
    findings: Sequence[Finding],
    *,
    unverified: bool = False,
    verified: Sequence[Verified] = (),
) -> str:
    """Return findings by entry, as text for a terminal, what is alike explained once.

    Unverified ones are counted, or listed with `unverified`.
    What was `verified` in full texts follows, each with its sentence.
    """
    shown = [finding for finding in findings if unverified or finding.severity is not Severity.UNVERIFIED]
    titles = {entry.number: entry.title for entry in document.entries}
    lines = [f"{clean(path)}: {summary(findings)}"]
    shown.sort(key=lambda finding: _ORDER[finding.severity])  # the gravest first within an entry; the sort is stable
    for entry in dict.fromkeys(finding.entry for finding in sorted(shown, key=lambda finding: finding.line)):
        lines.append("")
        lines.append(
            f"entry {entry}: {shorten(clean(titles.get(entry, '')), 90)}" if entry is not None else "outside of the entries"
        )
        for because, together in groupby((one for one in shown if one.entry == entry), key=_because):
            lines += [f"  {one.line}: {one.severity.value} [{one.code}] {shorten(clean(one.claim), 160)}" for one in together]
            lines += because
    hidden = len(findings) - len(shown)
    if hidden:
        lines += ["", f"{hidden} claims without evidence either way are not listed"]
    if verified:
        lines += ["", f"{len(verified)} figures that stand in what was read"]
    for figure in verified:
        lines.append(f"  {figure.line}: {shorten(clean(figure.claim), 160)}")
        lines.append(f"      “{clean(figure.sentence)}” ({clean(figure.where)})")
    return "\n".join(lines) + "\n"


def _because(finding: Finding) -> list[str]:
    """Return the lines that explain a finding; those that follow each other with the same ones are explained once."""
    where = f" ({clean(finding.where)})" if finding.where and finding.where not in finding.evidence else ""
    advice = [f"      advice: {clean(finding.advice)}"] if finding.advice else []
    return [f"      evidence: {clean(finding.evidence)}{where}", *advice]


def as_json(reports: Mapping[str, Sequence[Finding]], verified: Mapping[str, Sequence[Verified]] | None = None) -> str:
    """Return the JSON of `scout check --format json`, in a stable order."""
    shown = verified or {}
    value = {
        "reports": [
            {
                "path": path,
                "findings": [row(finding) for finding in findings],
                "verified": [asdict(figure) for figure in shown.get(path, ())],
            }
            for path, findings in reports.items()
        ]
    }
    return json_text(value)


def row(finding: Finding) -> dict[str, Any]:
    """Return one finding as JSON values."""
    return {
        "line": finding.line,
        "code": finding.code,
        "severity": finding.severity.value,
        "claim": finding.claim,
        "evidence": finding.evidence,
        "where": finding.where,
        "advice": finding.advice,
        "entry": finding.entry,
        "fingerprint": finding.fingerprint,
    }


def baseline(body: str) -> frozenset[str]:
    """Return the fingerprints in a JSON that `as_json` wrote. Raises ValueError on other input."""
    try:
        value = json.loads(body)
        return frozenset(str(one["fingerprint"]) for report in value["reports"] for one in report["findings"])
    except (KeyError, TypeError, RecursionError) as exc:
        raise ValueError("not the JSON of scout check") from exc


def github(path: str, findings: Iterable[Finding], *, unverified: bool = False) -> str:
    """Return GitHub's workflow commands, one per line: unverified claims in one notice, or each with `unverified`.

    Source: GitHub Actions toolkit, `command.ts`: data escapes % CR LF, properties `:` and `,` as well.
    """
    known = list(findings)
    shown = [one for one in known if unverified or one.severity is not Severity.UNVERIFIED]
    lines = [
        f"::{_LEVEL[one.severity]} file={_property(path)},line={one.line},title={_property(f'scout {one.code}')}"
        f"::{_data(_sentence(one))}\n"
        for one in sorted(shown, key=lambda one: _ORDER[one.severity])
    ]
    if hidden := len(known) - len(shown):
        lines.append(f"::notice file={_property(path)},title=scout::{hidden} claims without evidence either way are not listed\n")
    return "".join(lines)


def _sentence(one: Finding) -> str:
    """Return a finding in one sentence: claim, evidence, where it stands, advice."""
    where = f" ({one.where})" if one.where and one.where not in one.evidence else ""
    return f"{one.claim} — {one.evidence}{where}" + (f". {one.advice}" if one.advice else "")


def sarif(reports: Mapping[str, Sequence[Finding]], rules: Mapping[str, str], version: str, *, unverified: bool = False) -> str:
    """Return a SARIF 2.1.0 log (OASIS, sarif-v2.1.0): one run, each rule with its explanation, unverified claims on request."""
    results = [
        {
            "ruleId": one.code,
            "level": "note" if one.severity is Severity.UNVERIFIED else one.severity.value,
            "message": {"text": _sentence(one)},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": quote(path)}, "region": {"startLine": max(one.line, 1)}}}
            ],
            "partialFingerprints": {"scout/v1": one.fingerprint},
        }
        for path, findings in reports.items()
        for one in findings
        if unverified or one.severity is not Severity.UNVERIFIED
    ]
    described = [
        {"id": code, "shortDescription": {"text": text.split("\n\n")[0]}, "fullDescription": {"text": text}}
        for code, text in rules.items()
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "scout", "version": version, "rules": described}}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _data(words: str) -> str:
    return re.sub(r"[%\r\n]", lambda found: f"%{ord(found[0]):02X}", visible(words))


def _property(words: str) -> str:
    return re.sub(r"[%\r\n:,]", lambda found: f"%{ord(found[0]):02X}", visible(words))


def comment(reports: Mapping[str, Sequence[Finding]]) -> str:
    """Return a Markdown summary for a pull request: a table of errors and warnings for each report, unverified ones counted."""
    lines = ["## scout check", ""]
    for path, findings in reports.items():
        lines += [f"**{markdown(path)}**: {summary(findings)}", ""]
        graver = sorted(
            (one for one in findings if one.severity is not Severity.UNVERIFIED), key=lambda one: _ORDER[one.severity]
        )
        if graver:
            lines += ["| line | entry | | claim | evidence | advice |", "|---|---|---|---|---|---|"]
            lines += [_cells(one) for one in graver]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _cells(one: Finding) -> str:
    where = f" ({one.where})" if one.where and one.where not in one.evidence else ""
    words = (one.claim, f"{one.evidence}{where}", one.advice)
    entry = "" if one.entry is None else str(one.entry)
    return (
        f"| {one.line} | {entry} | {one.severity.value} `{one.code}` | "
        + " | ".join(markdown(shorten(word, 200)) for word in words)
        + " |"
    )
