"""What the worker does for orders."""

from __future__ import annotations

from collections.abc import Callable

from app import clock
from app.database import abandon, db
from app.errors import Unavailable
from app.orders import closing, sending
from app.stripe_gateway import Stripe, gateway
from config import settings


def tend_orders(stopping: Callable[[], bool] = lambda: False) -> int:
    """Ends reservations whose time is over and sends refunds, until nothing is due or it should stop; returns how many
    were seen to. One that Stripe does not answer about is left to a later look."""
    stripe, done = gateway(settings()), 0
    while not stopping() and (_close_next(stripe) or _send_next(stripe)):
        done += 1
    return done


def _close_next(stripe: Stripe) -> bool:
    row = closing.claim(at=clock.now())
    db.session.commit()
    if row is None:
        return False
    try:
        closing.close(row, stripe, at=clock.now())
        db.session.commit()
    except Unavailable:
        abandon()
    return True


def _send_next(stripe: Stripe) -> bool:
    row = sending.claim(at=clock.now())
    db.session.commit()
    if row is None:
        return False
    try:
        sending.send(row, stripe, at=clock.now())
        db.session.commit()
    except Unavailable:
        abandon()
    return True
