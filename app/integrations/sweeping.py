"""Every day sources are asked for the events that never came."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from app.database import db, raw
from app.integrations import inbox
from app.integrations.stripe import STRIPE
from app.ledger import checkouts
from app.payouts.sending import accounts, recipients, told
from app.payouts.sending.models import AccountStatus, StripeAccount
from app.stripe_gateway import gateway
from config import settings

LOOK_BACK = timedelta(days=3)  # for as long Stripe tries to bring an event by itself
RETURNS = timedelta(days=40)  # so long after it was sent a bank may send a payment back
NOT_LOOKED_AT = timedelta(hours=20)
MOST_ACCOUNTS = 5000  # in one night


def sweep(at: datetime) -> str:
    """Keeps the events of Stripe's last days that never came, and looks at the accounts that nobody has asked about for
    a day, because their events can't be listed; says how many. Ends payments that nobody has begun. Running it twice
    changes nothing more."""
    config = settings()
    if not config.has_stripe:
        return str(gettext("Stripe is not set up."))
    stripe, live, found = gateway(config), STRIPE.live(config), 0
    for event in stripe.events(at - LOOK_BACK):
        body = json.dumps(event).encode()
        reading = STRIPE.read(body)
        if reading.livemode == live:
            found += inbox.keep(raw(), STRIPE, reading, body, {}, at=at)
    inbox.wake(raw())
    if config.pays_to_banks:
        for payment in stripe.returned_outbound(at - RETURNS):
            told.to_bank(payment.id, at=at)
        recipients.look_again(before=at - NOT_LOOKED_AT, at=at)
    checkouts.end_forgotten(at=at)
    db.session.commit()
    old = StripeAccount.checked_at < at - NOT_LOOKED_AT
    query = select(StripeAccount).where(old, StripeAccount.unlinked_at.is_(None))
    query = query.where(StripeAccount.status != AccountStatus.CLOSED).order_by(StripeAccount.checked_at)
    rows = db.session.scalars(query.limit(MOST_ACCOUNTS)).all()
    for row in rows:
        accounts.look(row, stripe, at=at, hold=config.bank_hold)
        db.session.commit()
    sentence = gettext(
        "%(events)s events of Stripe that had not come, %(accounts)s accounts looked at.",
        events=found,
        accounts=len(rows),
    )
    return str(sentence)
