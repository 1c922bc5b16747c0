"""How the simulated bank misbehaves: faults at given rates, and the limit of requests."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field

# before: nothing happened; after: it did, whatever is answered
KINDS = (
    "reset_before",
    "reset_after",
    "slow_before",
    "slow_after",
    "limit",
    "error_before",
    "error_after",  # a 500 that is kept for the key
    "garbled",  # it happened; the answer can't be read
    "stale",  # a list that lags behind
)


@dataclass
class Faults:
    """Draws a fault for each request: `rates` by kind, from a seed; `slow` in seconds."""

    rates: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    slow: float = 0.5

    def __post_init__(self) -> None:
        self._random, self._lock = random.Random(self.seed), threading.Lock()  # noqa: S311 - no secret hangs on it # nosec B311

    def draw(self) -> str:
        """What goes wrong with the next request; empty when nothing does."""
        with self._lock:
            number = self._random.random()
        for kind, rate in self.rates.items():
            if number < rate:
                return kind
            number -= rate
        return ""

    def chance(self, rate: float) -> bool:
        """Whether something happens that does at this rate."""
        with self._lock:
            return self._random.random() < rate


class Limit:
    """At most so many requests a second at each endpoint; 0: no limit."""

    def __init__(self, per_second: int) -> None:
        self.per_second, self._lock = per_second, threading.Lock()
        self._seen: dict[str, deque[float]] = {}
        self._began: float | None = None
        self.exceeded_later = 0  # requests that were too many after the first second, when everybody knows the pace

    def exceeded(self, endpoint: str) -> bool:
        """Counts a request, and tells whether it is one too many."""
        if not self.per_second:
            return False
        now = time.monotonic()
        with self._lock:
            self._began = self._began or now
            seen = self._seen.setdefault(endpoint, deque())
            while seen and seen[0] <= now - 1:
                seen.popleft()
            if len(seen) >= self.per_second:
                self.exceeded_later += now > self._began + 1
                return True
            seen.append(now)
            return False
