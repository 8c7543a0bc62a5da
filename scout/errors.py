"""Define the errors a user can act on; each message is one sentence.

    ScoutError                 base class; has the exit code
    ├── UsageError        2    invalid command line
    │   └── ConfigError   2    feeds.yaml: where, what, and the nearest valid name
    ├── StoreError        3    the SQLite file: unreadable, locked, from a newer scout
    │   ├── StoreBusyError 3   another program locks the file; waiting may help
    │   └── QueryError    3    `scout sql`: refused or failed
    ├── NothingSeenError  4    every source failed
    └── StoppedError    130    interrupted by the user

A failure while collecting is a value (`model.Failure`, `model.Outcome`), not an exception. Any other exception is a bug and
shows its traceback.
"""


class ScoutError(Exception):
    """An error a user can act on; `exit_code` is the process's, `kind` its name for programs."""

    exit_code = 1
    kind = "error"


class UsageError(ScoutError):
    """The command line or an option is invalid."""

    exit_code = 2
    kind = "usage"


class ConfigError(UsageError):
    """feeds.yaml is invalid; the message has the path and the nearest valid name."""

    kind = "config"


class StoreError(ScoutError):
    """The store cannot be opened, read or written."""

    exit_code = 3
    kind = "store"


class StoreBusyError(StoreError):
    """Another program locks the store; a retry may succeed."""

    kind = "store_busy"


class QueryError(StoreError):
    """A query of `scout sql` was refused or failed."""

    kind = "query"


class NothingSeenError(ScoutError):
    """Every source failed, so nothing is known about the window."""

    exit_code = 4
    kind = "nothing_seen"


class StoppedError(ScoutError):
    """The user interrupted the command."""

    exit_code = 130
    kind = "interrupted"
