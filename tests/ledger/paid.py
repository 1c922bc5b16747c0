"""Payouts that have gone all the way, through the product's own verbs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import select

from app.database import db, raw
from app.payouts import transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch
from app.users.models import Creator
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_as, hand_over, identity


def paid_out(cast: Cast, amounts: Mapping[Creator, int], *, returned: Collection[Creator] = ()) -> PayoutBatch:
    """Lumen's creators have earned these amounts and were paid; the banks of those `returned` sent the money back."""
    lumen = cast.brands["lumen"]
    fund(lumen, sum(amounts.values()))
    bank(None, IBANS[3])
    for creator, iban in zip(amounts, IBANS, strict=False):
        bank(creator, iban, by=cast.people["sam"].id)
        earn(lumen, creator, amounts[creator])
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    seen = (batch.fingerprint or b"").hex()
    assert approve_as("che", batch.public_id, seen=seen, at=AT) == []
    hand_over(batch, at=AT)
    for payout in db.session.scalars(select(Payout).where(Payout.batch_id == batch.id).order_by(Payout.id)).all():
        ends = ("paid", "returned") if payout.creator_id in {each.id for each in returned} else ("paid",)
        for days, status in enumerate(ends, 2):
            transfers.mark(
                payout.public_id,
                status,
                reason="TM01: the file came too late",
                by=identity("mo"),
                at=AT + timedelta(days=days),
            )
    db.session.commit()
    return batch
