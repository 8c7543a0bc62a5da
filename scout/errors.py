"""The errors a user can act on, each one clear sentence.

    ScoutError                 anything scout refuses to do; carries the exit code
    ├── UsageError        2    words on the command line that make no sense together
    │   └── ConfigError   2    feeds.yaml: where, what, and the near miss
    ├── StoreError        3    the SQLite file: unreadable, locked, from a newer scout
    │   ├── StoreBusyError 3   another program holds the file; waiting may help
    │   └── QueryError    3    `scout sql`: refused or failed
    └── NothingSeenError  4    every source failed

What can fail while *collecting* is a value (`model.Failure`, `model.Outcome`), never an exception that crosses floors.
Anything else that is raised is a bug, and shows its traceback.
"""


class ScoutError(Exception):
    """One sentence a user can act on; `exit_code` is what the process ends with."""

    exit_code = 1


class UsageError(ScoutError):
    """Words on the command line that make no sense together."""

    exit_code = 2


class ConfigError(UsageError):
    """feeds.yaml says something scout cannot follow; the sentence names the path and the near miss."""


class StoreError(ScoutError):
    """The store cannot be opened, read or written."""

    exit_code = 3


class StoreBusyError(StoreError):
    """Another program holds the store; the same may succeed when it lets go."""


class QueryError(StoreError):
    """A query of `scout sql` was refused or failed."""


class NothingSeenError(ScoutError):
    """Every source failed, so nothing can be said about the window."""

    exit_code = 4
