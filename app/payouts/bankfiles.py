"""The files of an approved batch: made once, from what was frozen at submission, and kept as they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.database import db, raw
from app.payouts.models import BankDetail, PayoutBatch, PayoutFile, Rail
from app.payouts.sepa import Order, Payment, payment_list, transfer_file

FROZEN = (
    "select reference, holder, iban, amount, currency from payout"
    " where batch_id = %s and rail = %s and status = 'reserved' order by id"
)
MAKERS = {Rail.SEPA: (transfer_file, "xml"), Rail.LIST: (payment_list, "csv")}


def make_files(batch: PayoutBatch, account: BankDetail, platform: str, *, at: datetime, execute_on: date) -> None:
    """Makes one file for each way the batch's money goes, paid from `account` in the name of `platform`."""
    order = Order(
        number=f"SC{batch.public_id.hex}".upper(),
        payer=account.holder,
        payer_iban=account.iban,
        made_at=at,
        execute_on=execute_on,
        description=f"{platform} payout up to {batch.cutoff_on}",
    )
    for rail, (make, ending) in MAKERS.items():
        payments = [Payment(*row) for row in raw().execute(FROZEN, [batch.id, rail])]
        if payments:
            name = f"payouts-{batch.currency}-{batch.cutoff_on}-{batch.public_id.hex[:8]}.{ending}"
            db.session.add(PayoutFile(batch_id=batch.id, rail=rail, name=name, content=make(order, payments)))
    db.session.flush()


def next_weekday(day: date) -> date:
    """When the bank is asked to pay: the next day that is no Saturday or Sunday."""
    following = day + timedelta(days=1)
    while following.weekday() > 4:
        following += timedelta(days=1)
    return following
