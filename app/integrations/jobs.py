"""The worker handles what came in; every day Stripe is asked for what did not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from app import clock
from app.database import db
from app.integrations import inbox, stripe_events, stripe_handling
from app.payouts.sending import accounts
from app.payouts.sending.models import AccountStatus, StripeAccount
from app.stripe_gateway import gateway, is_live
from config import settings

LOOK_BACK = timedelta(days=3)  # for as long Stripe tries to bring an event by itself
NOT_LOOKED_AT = timedelta(hours=20)
MOST_ACCOUNTS = 5000  # in one night


def work_inbox(_stopping: Callable[[], bool]) -> int:
    """Handles what waits in the inbox; returns how many events."""
    if not settings().has_stripe:
        return 0
    handle = partial(stripe_handling.handle, now=clock.now)
    return inbox.work(handle, lambda body: stripe_events.read(body.encode()), now=clock.now)


def sweep(at: datetime) -> str:
    """Asks Stripe for the events of the last days and stores those that never came; looks at the accounts that nobody
    has asked about for a day, because their events can't be listed."""
    config = settings()
    if not config.has_stripe:
        return "Stripe is not set up."
    stripe, live, found = gateway(config), is_live(config), 0
    for body in stripe.events(at - LOOK_BACK):
        event = stripe_events.read(body)
        if event.livemode == live:
            found += inbox.keep(event, json.dumps(body), at=at, swept=True)
    db.session.commit()
    old = StripeAccount.checked_at < at - NOT_LOOKED_AT
    query = select(StripeAccount).where(old, StripeAccount.unlinked_at.is_(None))
    query = query.where(StripeAccount.status != AccountStatus.CLOSED).order_by(StripeAccount.checked_at)
    rows = db.session.scalars(query.limit(MOST_ACCOUNTS)).all()
    for row in rows:
        accounts.look(row, stripe, at=at, hold=config.bank_hold)
        db.session.commit()
    return f"{found} events of Stripe that had not come, {len(rows)} accounts looked at."
