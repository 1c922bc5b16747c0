"""Settling what is due: the door through which worker and command line start settlement."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, fields

import psycopg

from app import clock, settings
from app.database import db, raw
from app.sales import settlement

log = logging.getLogger(__name__)


@dataclass
class Settled:
    """Totals of a run: due rows, lines looked at, decided, entries written, rows set aside, seconds."""

    due: int = 0
    lines: int = 0
    decided: int = 0
    entries: int = 0
    aside: int = 0
    seconds: float = 0.0

    def add(self, other: Settled) -> None:
        """Adds another run's totals."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


def settle_due(
    *, batch: int | None = None, wait: bool = False, stopping: Callable[[], bool] = lambda: False
) -> Settled:
    """Settles everything that is due, lane by lane, one transaction a batch. Lanes that another worker holds are left
    to it; with `wait` the call returns only when nothing at all is due any more, or after the batch during which
    `stopping` has become true. Safe to run in several processes."""
    started = time.monotonic()
    total = Settled()
    while not stopping():
        lanes = settlement.due_lanes(raw())
        db.session.rollback()
        before = total.due + total.aside
        for lane in lanes:
            total.add(settle_lane(lane, batch or settings().settle_batch, stopping))
        if not lanes or (not wait and total.due + total.aside == before):
            break
        if total.due + total.aside == before:
            time.sleep(0.05)  # another worker has the lanes that are left
    total.seconds = time.monotonic() - started
    return total


def settle_lane(lane: int, batch: int, stopping: Callable[[], bool] = lambda: False) -> Settled:
    """Walks forward through one lane until its end, a batch a transaction; empty when another worker has it."""
    total = Settled()
    after, size = 0, batch
    while not stopping():
        try:
            if not settlement.lock_lane(raw(), lane):
                db.session.rollback()
                return total
            done = settlement.settle_batch(raw(), lane, after=after, limit=size, at=clock.now())
            db.session.commit()
        except psycopg.errors.DeadlockDetected:
            db.session.rollback()
            continue
        if not done.taken:
            return total
        if done.aside:
            log.error("A due line of lane %s was set aside: %s", lane, done.aside)
        after = done.last
        size = min(batch, done.taken * 10)  # close to a row that can't be settled small steps are cheaper
        aside = int(bool(done.aside))
        total.add(Settled(done.taken - aside, done.lines, done.decided, done.entries, aside))
    return total
