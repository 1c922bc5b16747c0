"""What the worker does for letters."""

from __future__ import annotations

from collections.abc import Callable

from app import clock
from app.database import db
from app.notifications import sending


def send_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends the letters that are due, until there are none or it should stop; returns how many were tried."""
    tried = 0
    while not stopping() and send_next():
        tried += 1
    return tried


def send_next() -> bool:
    """Sends one letter; False when none is due. No transaction is open while it is handed over."""
    attempt = sending.begin(at=clock.now())
    db.session.commit()
    if attempt is None:
        return False
    error = sending.hand_over(attempt, at=clock.now())
    sending.end(attempt, error, at=clock.now())
    db.session.commit()
    return True
