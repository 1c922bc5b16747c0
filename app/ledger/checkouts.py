"""Topping up at Stripe: asked for here, paid on Stripe's page, and booked when Stripe says so (app/ledger/told.py)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app import transitions
from app.database import db
from app.errors import BadInput, NotFound, WrongStatus
from app.formatting import money
from app.ledger.models import Checkout, CheckoutStatus
from app.security import Identity
from app.stripe_gateway import Stripe
from app.users.models import Brand
from app.users.trail import record as note

# Currencies whose minor units are Stripe's too, and of which LEAST is above what it takes at least.
CURRENCIES = frozenset("AUD CAD CHF DKK EUR GBP HKD JPY NOK NZD PLN RON SEK SGD USD".split())
LEAST, MOST = 1_000, 5_000_000  # minor units of one payment: 10.00 and 50,000.00
KEY_LASTS = timedelta(hours=23)  # Stripe knows a key for 24 hours: the same request is the same page until then
FORGOTTEN = timedelta(days=2)  # after this nobody goes on to pay what was only asked for
AT_ONCE = 500
SHOWN, MOST_SHOWN = timedelta(days=30), 20  # of payments that have not come, beside a brand's funds


def ask(brand: Brand, amount: int, currency: str, *, by: Identity, at: datetime) -> Checkout:
    """Notes that somebody of the brand wants to pay `amount` (minor units) at Stripe. The caller commits, then calls
    `open_at_stripe`. Raises BadInput where Stripe can't be asked for that."""
    if currency not in CURRENCIES:
        raise BadInput(
            gettext("%(currency)s can’t be paid at Stripe: send it by bank transfer.", currency=currency[:10])
        )
    if not LEAST <= amount <= MOST:
        least, most = money(LEAST, currency), money(MOST, currency)
        raise BadInput(
            gettext("One payment is from %(least)s to %(most)s: send more by bank transfer.", least=least, most=most)
        )
    row = Checkout(
        brand_id=brand.id,
        amount=amount,
        currency=currency,
        reference=f"SC-{secrets.token_hex(5).upper()}",
        asked_by=by.person_id,
        asked_at=at,
    )
    db.session.add(row)
    db.session.flush()
    note("ask", "checkout", row.id, by=by, at=at, amount=amount, currency=currency, reference=row.reference)
    return row


def find(brand: Brand, public_id: UUID) -> Checkout:
    """One payment of the brand as it is now. Raises NotFound."""
    query = select(Checkout).where(Checkout.public_id == public_id, Checkout.brand_id == brand.id)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(gettext("There is no such payment, or it is not yours."))
    return row


def unfinished(brand: Brand, *, at: datetime) -> Sequence[Checkout]:
    """The brand's latest payments of which no money has come to its funds, and those that are on their way."""
    query = select(Checkout).where(
        Checkout.brand_id == brand.id,
        Checkout.status.not_in((CheckoutStatus.PAID, CheckoutStatus.EXPIRED)),
        Checkout.asked_at > at - SHOWN,
    )
    return db.session.scalars(query.order_by(Checkout.id.desc()).limit(MOST_SHOWN)).all()


def may_go_on(row: Checkout, at: datetime) -> bool:
    """Whether the payment can be begun or gone on with at Stripe."""
    return row.status == CheckoutStatus.OPEN or (row.status == CheckoutStatus.ASKED and at - row.asked_at < KEY_LASTS)


def open_at_stripe(row: Checkout, stripe: Stripe, *, title: str, page: str, at: datetime) -> None:
    """Asks Stripe for the page on which it is paid; the same row asks with the same key and words, so there is one page
    however often it is asked for. `page` is the address people come back to. The caller commits.

    Raises WrongStatus when it can't be gone on with.
    """
    if not may_go_on(row, at):
        raise WrongStatus(gettext("This payment can’t be gone on with: begin a new one."))
    if row.status != CheckoutStatus.ASKED:
        return
    made = stripe.create_checkout(
        key=row.key,
        amount=row.amount,
        currency=row.currency,
        reference=row.reference,
        title=title,
        success_url=f"{page}?paid=1",
        cancel_url=page,
        metadata={"checkout": str(row.public_id)},
    )
    db.session.refresh(row, with_for_update=True)  # Stripe may have told of it meanwhile
    row.session, row.url = made.id, made.url
    if row.status == CheckoutStatus.ASKED:
        transitions.move(row, CheckoutStatus.OPEN)
    db.session.flush()


def end_forgotten(*, at: datetime) -> int:
    """Ends payments that were asked for two days ago and never begun; returns how many. The caller commits."""
    query = select(Checkout).where(Checkout.status == CheckoutStatus.ASKED, Checkout.asked_at < at - FORGOTTEN)
    query = query.order_by(Checkout.asked_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    rows = db.session.scalars(query).all()
    for row in rows:
        transitions.move(row, CheckoutStatus.EXPIRED)
        row.settled_at = at
    db.session.flush()
    return len(rows)
