"""A batch that goes by Stripe, and a rail whose clock the test holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.database import db, raw
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch
from app.payouts.sending import accounts, progress
from app.payouts.sending.models import StripeAccount, Transfer
from app.payouts.sending.rail import Rail
from app.stripe_gateway import Stripe
from app.users.models import Creator
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_as, identity
from tests.stripe_server import Provider

KEY = "sk_test_of_the_tests"
LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
BEFORE = AT - timedelta(days=10)


class Clock:
    """The time, as the rail asks for it; put forward by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def use_stripe(provider: Provider, **more: Any) -> None:
    """The settings of the running application get the provider's address."""
    wanted = {"stripe_secret_key": KEY, "stripe_api_base": provider.base, "stripe_timeout": 2} | more
    current_app.extensions["streamcut"] = replace(settings(), **wanted)


def rail(provider: Provider, now: Clock | None = None, *, rate: int = 1000, **more: Any) -> Rail:
    """A worker at the rail, in a hurry."""
    return Rail(Stripe(KEY, provider.base, 2.0), rate, now or Clock(), **more)


def link(creator: Creator, provider: Provider, *, at: datetime = BEFORE) -> StripeAccount:
    """The creator has an account at the provider that can take money."""
    stripe = Stripe(KEY, provider.base, 2.0)
    row = accounts.ask(creator, by=identity(creator.handle), at=at)
    accounts.open_at_stripe(row, stripe, f"{creator.handle}@cast.example", at=at)
    assert row.account is not None
    provider.tell(capability={row.account: "active"})
    accounts.look(row, stripe, at=at, hold=BANK_HOLD)
    db.session.commit()
    return row


def batch_by_stripe(cast: Cast, provider: Provider, *, amounts: Sequence[int] = (5000, 3000)) -> PayoutBatch:
    """An approved batch whose sending che has started: mira gets the first amount, joon the second."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    for name, amount in zip(("mira", "joon"), amounts, strict=True):
        link(cast.creators[name], provider)
        earn(cast.brands["lumen"], cast.creators[name], amount)
    return started(approved())


def approved() -> PayoutBatch:
    """What is due, submitted by mo and approved by che."""
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    seen = (batch.fingerprint or b"").hex()
    assert approve_as("che", batch.public_id, seen=seen, at=AT) == []
    db.session.commit()
    return batch


def started(batch: PayoutBatch) -> PayoutBatch:
    """Somebody has pressed the button."""
    progress.start(batch.public_id, aware="", by=identity("che"), at=AT, config=settings())
    db.session.commit()
    return batch


def go(rail: Rail) -> int:
    """One round."""
    return rail.round(lambda: False)


def payout_of(handle: str) -> Payout:
    """The newest payout to somebody, as it is in the database now."""
    query = select(Payout).where(Payout.creator.has(handle=handle)).order_by(Payout.id.desc()).limit(1)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def transfers_of(handle: str) -> Sequence[Transfer]:
    """The attempts to send it."""
    query = select(Transfer).where(Transfer.payout_id == payout_of(handle).id).order_by(Transfer.attempt)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()
