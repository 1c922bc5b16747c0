"""What is dear to count is counted once for all who look at it: for four times as long as it took, it is not counted
again. So many desks of one show cost a fifth of one processor at most, and what is quick is always fresh."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import current_app

QUICK = 0.05  # seconds; what takes no longer is asked anew each time
TIMES = 4  # as long as it took
MOST = 500  # things that are kept
KEY = "shared_counts"
Found = TypeVar("Found")


@dataclass
class Kept:
    """One thing that was counted, and until when it stands."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    value: Any = None
    good_until: float = 0.0


class Shelf:
    """What was counted in this process. `timer` tells seconds."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._kept: dict[Hashable, Kept] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, count: Callable[[], Found]) -> Found:
        """What `count` finds, or has found just now. While one counts what is dear, others who ask wait for it."""
        kept = self._place(key)
        if kept.good_until > self._timer():
            return cast("Found", kept.value)
        with kept.turn:
            begun = self._timer()
            if kept.good_until > begun:
                return cast("Found", kept.value)
            value = count()
            ended = self._timer()
            took = ended - begun
            kept.value, kept.good_until = (value, ended + TIMES * took) if took > QUICK else (None, 0.0)
        return value

    def _place(self, key: Hashable) -> Kept:
        with self._lock:
            if len(self._kept) >= MOST and key not in self._kept:
                now = self._timer()
                self._kept = {each: kept for each, kept in self._kept.items() if kept.good_until > now}
            return self._kept.setdefault(key, Kept())


def shared(key: Hashable, count: Callable[[], Found]) -> Found:
    """What `count` finds, shared with who asks for the same in this process. In a test nothing is, unless it says so:
    there the same question soon has another answer."""
    shelf = cast("Shelf | None", current_app.extensions.get(KEY))
    if shelf is None and not current_app.testing:
        shelf = current_app.extensions.setdefault(KEY, Shelf())
    return shelf.get(key, count) if shelf else count()
