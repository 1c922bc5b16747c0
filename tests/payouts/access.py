"""The routes of money going out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.database import db, raw
from app.payouts import holds, transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import BankDetail, Payout, PayoutBatch
from app.payouts.views.account import KEEPERS, SELF
from app.security import CHECKER, CREATOR, FINANCE, MAKER, PLATFORM
from config import settings
from tests.access import Form, Kind, Row, Side
from tests.cast import PASSWORD
from tests.payouts.books import CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import hand_over, identity

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


def _batch(side: Side, status: str = "draft") -> PayoutBatch:
    """A batch that Adam made and submitted, so that every maker and checker may go on with it."""
    fund(side.brand, 100_000, currency="EUR")
    earn(side.brand, side.creator, 5000, currency="EUR")
    if not db.session.scalar(select(BankDetail.id).where(BankDetail.creator_id == side.creator.id)):
        bank(side.creator, IBANS[0], f"Holder {side.word}", LONG_AGO, identity("adam").person_id)
    if not db.session.scalar(select(BankDetail.id).where(BankDetail.creator_id.is_(None))):
        bank(None, IBANS[3], at=LONG_AGO)
    adam = identity("adam")
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=adam.person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    if status != "draft":
        approval.submit(batch.public_id, by=adam, at=AT, bank_hold=BANK_HOLD)
    if status in ("approved", "downloaded"):
        seen = (batch.fingerprint or b"").hex()
        approval.approve(batch.public_id, seen=seen, by=identity("audrey"), at=AT, config=settings())
    if status == "downloaded":
        hand_over(batch, by="adam", at=AT)
    return batch


def _payout(side: Side, status: str) -> object:
    """A payout of a batch that has gone as far as needed."""
    batch = _batch(side, "downloaded" if status in ("sent", "paid", "failed") else "draft")
    payout = db.session.scalars(select(Payout).where(Payout.batch_id == batch.id)).one()
    if status in ("paid", "failed"):
        transfers.mark(payout.public_id, status, reason="AC04", by=identity("adam"), at=AT + timedelta(days=1))
    return payout.public_id


def _refused(side: Side) -> object:
    """A creator whose account refused the last payment."""
    _payout(side, "failed")
    return side.creator.public_id


def _seen(side: Side) -> Form:
    batch = db.session.scalars(select(PayoutBatch).where(PayoutBatch.public_id == side.value("submitted_batch"))).one()
    return {"seen": (batch.fingerprint or b"").hex()}


def _held(side: Side) -> object:
    holds.place(side.creator, f"because of {side.word}", by=identity("adam"), at=AT)
    return side.creator.public_id


KINDS = {
    "batch": Kind(lambda side: _batch(side).public_id),
    "submitted_batch": Kind(lambda side: _batch(side, "submitted").public_id),
    "approved_batch": Kind(lambda side: _batch(side, "approved").public_id),
    "downloaded_batch": Kind(lambda side: _batch(side, "downloaded").public_id),
    "refused_creator": Kind(_refused),
    "payout": Kind(lambda side: _payout(side, "reserved")),
    "sent_payout": Kind(lambda side: _payout(side, "sent")),
    "paid_payout": Kind(lambda side: _payout(side, "paid")),
    "held_creator": Kind(_held),
}
SUBMITTED, APPROVED, DOWNLOADED = ({"batch": f"{status}_batch"} for status in ("submitted", "approved", "downloaded"))
VALUE_DATE = {"value_on": "2026-11-16"}
WHY = {"reason": "it has to be"}
ACCOUNT = {"holder": "Somebody", "iban": IBANS[2], "password": PASSWORD}
NEXT = {"currency": "EUR", "cutoff_on": CUTOFF.isoformat()}


ROWS = [
    Row("payouts.home", "GET", PLATFORM),
    Row("payouts.batches", "GET", PLATFORM),
    Row("payouts.batch_new", "GET", PLATFORM),
    Row("payouts.batch_create", "POST", MAKER, form=NEXT, also=(409,)),  # nobody is to be paid here
    Row("payouts.batch", "GET", PLATFORM),
    Row("payouts.batch_submit", "POST", MAKER),
    Row("payouts.batch_cancel", "POST", MAKER),
    Row("payouts.batch_approve", "POST", CHECKER, args=SUBMITTED, form=_seen),
    Row("payouts.batch_recall", "POST", FINANCE, args=APPROVED, form=WHY),
    Row("payouts.batch_reject", "POST", CHECKER, args=SUBMITTED, form=WHY),
    Row("payouts.batch_mark_paid", "POST", FINANCE, args=DOWNLOADED, form=VALUE_DATE),
    Row("payouts.batch_download", "POST", FINANCE, args=APPROVED, form={"rail": "sepa"}),
    Row("payouts.payout_bring_back", "POST", FINANCE, args={"payout": "paid_payout"}, form=WHY, also=(409,)),  # by bank
    Row("payouts.batch_send", "POST", FINANCE, args=APPROVED, also=(409,)),  # Stripe is not set up here
    Row("payouts.payout", "GET", PLATFORM),
    Row("payouts.payout_drop", "POST", MAKER, form=WHY),
    Row("payouts.payout_mark_paid", "POST", FINANCE, args={"payout": "sent_payout"}, form=VALUE_DATE),
    Row("payouts.payout_mark_failed", "POST", FINANCE, args={"payout": "sent_payout"}, form=WHY),
    Row("payouts.payout_mark_returned", "POST", FINANCE, args={"payout": "paid_payout"}, form=WHY),
    Row("payouts.holds", "GET", PLATFORM),
    Row("payouts.hold_create", "POST", FINANCE, form=lambda side: {"creator": side.creator.handle, **WHY}),
    Row("payouts.hold_release", "POST", FINANCE, args={"creator": "held_creator"}),
    Row("payouts.platform_account", "GET", PLATFORM),
    Row("payouts.platform_account_update", "POST", KEEPERS, form=ACCOUNT),
    Row("payouts.bank_details", "GET", SELF | PLATFORM),
    Row("payouts.bank_details_update", "POST", SELF, form=ACCOUNT),
    Row("payouts.bank_details_confirm", "POST", FINANCE, args={"creator": "refused_creator"}, form=WHY),
    Row("payouts.stripe_account", "GET", SELF | PLATFORM),
    Row("payouts.stripe_account_ask", "POST", SELF, form={"password": PASSWORD}, also=(503,)),  # Stripe is not set up
    Row("payouts.stripe_account_go", "GET", SELF),
    Row("payouts.stripe_account_back", "GET", SELF),
    Row("payouts.stripe_account_unlink", "POST", SELF, form={"password": PASSWORD}, also=(409,)),
    Row("payouts.creator_payouts", "GET", CREATOR | PLATFORM),
    Row("payouts.creator_payout", "GET", CREATOR | PLATFORM),
]
