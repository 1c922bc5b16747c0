"""What tests of the desks have in common: settling, reading a line's story, marking money as paid."""

from __future__ import annotations

from datetime import date

from app import clock
from app.database import db, raw
from app.desks.why import Story, Viewer, explain
from app.payouts.models import Payout, PayoutBatch, PayoutLine
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.users.models import Creator

WHOLE = Viewer(whole=True)
TODAY = date(2026, 3, 20)


def settled() -> None:
    """Commits what the test has built, and settles it."""
    db.session.commit()
    settle_due(wait=True)


def story_of(sale: Sale, viewer: Viewer = WHOLE, today: date = TODAY) -> Story:
    """The story of a line that is there."""
    story = explain(raw(), sale.brand_id, sale.id, viewer, today=today)
    assert story is not None
    return story


def as_creator(*creators: Creator) -> Viewer:
    """How these creators read."""
    return Viewer(whole=False, creator_ids=frozenset(creator.id for creator in creators))


def pay(creator: Creator, sale: Sale, status: str = "paid") -> Payout:
    """A payout, just now, of everything booked for the creator on the line so far."""
    at = clock.now()
    entries = db.session.execute(
        db.text(
            "select id, case credit when 'creator' then amount else -amount end from entry"
            " where brand_id = :brand and cause = :sale and creator_id = :creator and kind = 'commission'"
        ),
        {"brand": sale.brand_id, "sale": sale.id, "creator": creator.id},
    ).all()
    batch = PayoutBatch(currency=sale.currency, cutoff_on=at.date(), minimum=1, made_at=at)
    payout = Payout(
        batch=batch,
        creator=creator,
        currency=sale.currency,
        amount=sum(amount for _, amount in entries),
        status=status,
        status_at=at,
        holder=creator.name,
        iban="NL91ABNA0417164300",
        reference=f"R{sale.id}",
        rail="sepa",
    )
    db.session.add_all([batch, payout])
    db.session.flush()
    db.session.add_all(PayoutLine(brand_id=sale.brand_id, entry_id=entry, payout_id=payout.id) for entry, _ in entries)
    db.session.commit()
    return payout
