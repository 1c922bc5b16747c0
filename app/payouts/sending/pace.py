"""How fast we may ask Stripe: for each kind a row in the database gives moments to all workers together, and a gate in
each of them keeps what was late from being made up for too fast."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.database import raw

SENDING, ASKING = "transfers", "accounts"  # money that goes out; questions about who gets it
LONGEST = timedelta(minutes=2)  # of waiting: a clock that was wrong once, or an odd answer, holds nobody up for longer
MARGINS = {SENDING: 1.02, ASKING: 1.0}  # money goes a little slower than the limit, so that its questions stay ahead


def take(number: int, rate: int, *, at: datetime, kind: str = SENDING) -> Sequence[datetime]:
    """The next moments at which a request may be made, one for each, at most `rate` a second over all workers. The
    caller commits."""
    gap = timedelta(seconds=MARGINS[kind] / rate)
    row = raw().execute(
        "update pace set next_at = least(greatest(next_at, %s), %s) + %s where name = %s returning next_at",
        [at, at + LONGEST, gap * number, kind],
    )
    found = row.fetchone()
    assert found is not None  # noqa: S101 - the migration has made the row
    return [found[0] - gap * (number - place) for place in range(number)]


def hold_back(wait: float, *, at: datetime) -> None:
    """Stripe has asked to slow down: nobody asks before so many seconds have passed. The caller commits."""
    raw().execute(
        "update pace set next_at = greatest(next_at, %s) where name = %s", [at + timedelta(seconds=wait), SENDING]
    )


HUNG = 2.0  # seconds: after so long a request that has no answer yet has reached Stripe
LOOK = 0.02  # seconds between two looks whether it has been answered


@dataclass
class _Passed:
    """A request, in seconds of a clock of our own; `took` is known once it is answered."""

    started: float
    took: float | None = None


class Gate:
    """Lets the requests of one process pass: at most `rate` of them reach Stripe within a second, as far as can be told
    from when they are answered; none while Stripe wants quiet. What its moment has let go too late is not made up for
    any faster."""

    def __init__(self, rate: int) -> None:
        self._passed: deque[_Passed] = deque(maxlen=rate)
        self._took: deque[float] = deque(maxlen=10 * rate)
        self._quiet_until = 0.0
        self._turn = threading.Lock()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Waits for its turn, then lets the request of the block go."""
        with self._turn:
            while (left := self._opens() - time.monotonic()) > 0:
                time.sleep(left)
            mine = _Passed(time.monotonic())
            self._passed.append(mine)
        try:
            yield
        finally:
            mine.took = time.monotonic() - mine.started
            self._took.append(mine.took)

    def close(self, wait: float) -> None:
        """Nothing passes for so many seconds."""
        self._quiet_until = max(self._quiet_until, time.monotonic() + wait)

    def _opens(self) -> float:
        """When the next one may pass: a second after the oldest of the last `rate` was counted."""
        if len(self._passed) < (self._passed.maxlen or 0):
            return self._quiet_until
        oldest = self._passed[0]
        if oldest.took is None:  # it may still arrive there
            return max(self._quiet_until, min(oldest.started + HUNG, time.monotonic() + LOOK))
        late = max(oldest.took - min(self._took), 0.0)
        return max(self._quiet_until, oldest.started + min(late, 1.0) + 1)
