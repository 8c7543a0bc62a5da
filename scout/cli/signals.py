"""What ends a command from outside: Ctrl-C (SIGINT), SIGTERM, and SIGHUP where the terminal is closed. All three are one."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_as_interrupted() -> None:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt, as Ctrl-C does; what is ignored (`nohup`) stays so."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    if sys.unraisablehook is sys.__unraisablehook__:  # pytest has its own
        sys.unraisablehook = _end_if_lost


def end_at_once() -> None:
    """Let the next of these signals end the process as the system does: the command is ending already."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.default_int_handler:
            signal.signal(number, signal.SIG_DFL)


def _end_if_lost(told: sys.UnraisableHookArgs) -> None:
    """End at once where an interrupt came in a destructor or a weak reference's callback: Python would print and drop it."""
    if isinstance(told.exc_value, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
    sys.__unraisablehook__(told)


@contextmanager
def stopping() -> Iterator[Event]:
    """Yield an event that the first of these signals sets, so that nothing is torn; the second raises KeyboardInterrupt."""
    stop = Event()

    def once(number: int, frame: object) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)  # type: ignore[arg-type]
        stop.set()

    before = {number: signal.getsignal(number) for number in _ENDING}
    able = current_thread() is main_thread()  # Python gives no other the right to be told
    heard = [number for number, how in before.items() if able and how not in (signal.SIG_IGN, None)]
    for number in heard:
        signal.signal(number, once)
    try:
        yield stop
    finally:
        for number in heard:
            signal.signal(number, before[number])
