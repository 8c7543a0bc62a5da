"""Migrate a store of any earlier version: named steps, each in a transaction, never edited once released."""

from __future__ import annotations

from sqlite3 import complete_statement

from sqlite_utils import Database, Migrations

from scout.store import schema

migrations = Migrations("scout")


def _run(db: Database, script: str) -> None:
    """Run the statements of a script one by one: `executescript` would commit, and a step must be atomic."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            db.conn.execute(statement)
            statement = ""


@migrations()
def m001_items_runs_ledger(db: Database) -> None:
    """Create the tables, indexes and views of the first version."""
    for script in (schema.ITEMS, schema.RUNS, schema.MEMORY, schema.LEDGER, schema.FULL_TEXT, schema.VIEWS):
        _run(db, script)


@migrations()
def m002_reports_seen_until(db: Database) -> None:
    """Add `seen_until`: up to when a report could know items; for existing reports, the end of their day."""
    _run(db, schema.SEEN_UNTIL)


@migrations()
def m003_report_entries_chosen(db: Database) -> None:
    """Add `chosen`: whether a person chose an entry or only a draft listed it; existing ones count as chosen."""
    _run(db, schema.LEDGER_CHOSEN)


@migrations()
def m004_readings(db: Database) -> None:
    """Add the texts of items, their history, and a full-text index over them."""
    _run(db, schema.READINGS)


@migrations()
def m005_marks(db: Database) -> None:
    """Add the table of the curator's marks."""
    _run(db, schema.MARKS)


@migrations()
def m006_votes(db: Database) -> None:
    """Add the table of votes."""
    _run(db, schema.VOTES)


@migrations()
def m007_years(db: Database) -> None:
    """Add indexes for what grows over years, and read each source's health by them."""
    _run(db, schema.YEARS)


@migrations()
def m008_times(db: Database) -> None:
    """Add when a report was read, so that of two stores the later reading counts; find what a source showed last by an index."""
    _run(db, schema.TIMES)
