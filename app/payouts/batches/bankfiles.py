"""The files of an approved batch: made from what was frozen at submission and is sent, and kept as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid5

from sqlalchemy import select

from app.database import db, raw
from app.payouts.bank.sepa import Order, Payment, payment_list, transfer_file
from app.payouts.models import BankDetail, BatchStatus, PayoutBatch, PayoutFile, Rail

SENT = (
    "select reference, holder, iban, amount, currency from payout"
    " where batch_id = %s and rail = %s and status = 'sent' order by id"
)
MAKERS = {Rail.SEPA: (transfer_file, "xml"), Rail.LIST: (payment_list, "csv")}


def make_files(batch: PayoutBatch, account: BankDetail, platform: str, *, at: datetime, execute_on: date) -> None:
    """Makes one file for each way the batch's money goes, paid from `account` in the name of `platform`; files made
    before count no more. What is not `sent` is in none."""
    batch.file_version += 1
    number = uuid5(batch.public_id, str(batch.file_version)).hex  # a bank takes each number once
    order = Order(
        number=f"SC{number}".upper(),
        payer=account.holder,
        payer_iban=account.iban,
        made_at=at,
        execute_on=execute_on,
        description=f"{platform} payout up to {batch.cutoff_on}",
    )
    for rail, (make, ending) in MAKERS.items():
        payments = [Payment(*row) for row in raw().execute(SENT, [batch.id, rail])]
        if payments:
            name = f"payouts-{batch.currency}-{batch.cutoff_on}-{number[:8]}.{ending}"
            file = PayoutFile(batch_id=batch.id, rail=rail, version=batch.file_version, name=name)
            file.number = order.number if rail == Rail.SEPA else None
            file.content = make(order, payments)
            db.session.add(file)
    db.session.flush()


def current_files(batch: PayoutBatch) -> Sequence[PayoutFile]:
    """The files that count now, by rail; none before approval and after a recall, and none of a batch that was
    completed before anybody took one: nothing in it is to be paid by the bank."""
    if batch.status not in (BatchStatus.APPROVED, BatchStatus.COMPLETED):
        return []
    if batch.status == BatchStatus.COMPLETED and batch.downloaded_at is None:
        return []
    files = select(PayoutFile).where(PayoutFile.batch_id == batch.id, PayoutFile.version == batch.file_version)
    return db.session.scalars(files.order_by(PayoutFile.rail)).all()
