"""A batch that goes straight to banks by Stripe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.database import db
from app.payouts.models import PayoutBatch
from app.payouts.sending import recipients
from app.payouts.sending.models import StripeRecipient
from app.payouts.sending.rail import Rail
from app.stripe_gateway import Stripe
from app.users.models import Creator
from tests.cast import Cast
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.people import identity
from tests.payouts.stripe_people import KEY, Clock, approved, started
from tests.stripe_server import Provider

SOURCE = "fa_of_the_tests"
BEFORE = AT - timedelta(days=10)
MIRA, JOON = IBANS[0], IBANS[1]


def rail(provider: Provider, now: Clock | None = None) -> Rail:
    """A worker at the rails, in a hurry."""
    return Rail(Stripe(KEY, provider.base, 2.0), 1000, now or Clock(), SOURCE)


def route(creator: Creator, provider: Provider) -> StripeRecipient:
    """Stripe pays to the creator's bank account."""
    stripe = Stripe(KEY, provider.base, 2.0)
    row = recipients.ask(creator, by=identity(creator.handle), at=BEFORE)
    db.session.commit()
    recipients.open_at_stripe(row, stripe, f"{creator.handle}@cast.example", at=BEFORE)
    assert row.account is not None
    provider.tell(capability={row.account: "active"})
    recipients.look(row, stripe, at=BEFORE)
    db.session.commit()
    assert row.method is not None
    return row


def earned(cast: Cast, provider: Provider, amounts: Sequence[int] = (5000, 3000)) -> None:
    """Mira and Joon have earned something and are paid at their banks by Stripe."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    for name, iban, amount in zip(("mira", "joon"), (MIRA, JOON), amounts, strict=True):
        bank(cast.creators[name], iban, by=cast.people[name].id)
        route(cast.creators[name], provider)
        earn(cast.brands["lumen"], cast.creators[name], amount)


def batch_to_banks(cast: Cast, provider: Provider) -> PayoutBatch:
    """An approved batch whose sending che has started."""
    earned(cast, provider)
    return started(approved())
