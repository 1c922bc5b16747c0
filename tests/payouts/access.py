"""The routes of money going out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.payouts import holds, transfers
from app.payouts.bank import verification
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import BankDetail, Payout, PayoutBatch
from app.payouts.payee_models import CheckSource, PayeeResult
from app.payouts.reports import confirming, keeping, proposals
from app.payouts.reports.models import BankReport
from app.payouts.views.account import KEEPERS, SELF
from app.payouts.views.archive import ARCHIVE
from app.payouts.views.bands import ADMIN
from app.payouts.views.late import ADMINS, BRAND_MONEY
from app.security import CHECKER, CREATOR, FINANCE, MAKER, PLATFORM
from app.users import factors
from tests.access import NOWHERE, Form, Kind, Row, Side
from tests.cast import PASSWORD, factor_code, give_app
from tests.payouts.books import CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_as, hand_over, identity
from tests.payouts.reports.messages import Booked, statement

SECRET = "PAYMEPAYMEPAYMEPAYMEPAYMEPAYMEPA"
LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
PAY_DAY = AT + timedelta(days=2)


def _batch(side: Side, status: str = "draft") -> PayoutBatch:
    """A batch that Adam made and submitted, so that every maker and checker may go on with it."""
    fund(side.brand, 100_000, currency="EUR")
    earn(side.brand, side.creator, 5000, currency="EUR")
    if not db.session.scalar(select(BankDetail.id).where(BankDetail.creator_id == side.creator.id)):
        iban = IBANS[0] if side.name == "ours" else IBANS[1]  # a shared one is a HIGH risk
        bank(side.creator, iban, f"Holder {side.word}", LONG_AGO, identity("adam").person_id)
    if not db.session.scalar(select(BankDetail.id).where(BankDetail.creator_id.is_(None))):
        bank(None, IBANS[3], at=LONG_AGO)
    adam = identity("adam")
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=adam.person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    if status != "draft":
        approval.submit(batch.public_id, by=adam, at=AT, bank_hold=BANK_HOLD)
    if status == "submitted" and not factors.has_one(identity("che").person_id):
        give_app(identity("che").person_id, SECRET)
    if status in ("approved", "downloaded"):
        seen = (batch.fingerprint or b"").hex()
        approve_as("che", batch.public_id, seen=seen, at=AT)
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


def _report(side: Side) -> BankReport:
    """A statement with money that nobody knows."""
    if not db.session.scalar(select(BankDetail.id).where(BankDetail.creator_id.is_(None))):
        bank(None, IBANS[3], at=LONG_AGO)
    said = statement([Booked("12.50", credit=True, text=side.word, name=side.word)])
    return keeping.receive(f"{side.word}.xml", said, by=identity("adam"), at=AT)[0]


def _unmatched(side: Side) -> object:
    """A line of a file that was taken over and fits nothing."""
    report = _report(side)
    lines = confirming.lines_of(report)
    seen = proposals.digest(proposals.propose(report, lines, at=PAY_DAY))
    confirming.take_over(report.public_id, seen=seen, by=identity("adam"), at=PAY_DAY)
    return lines[0].public_id


def _looked_at(side: Side) -> Form:
    report = db.session.scalars(select(BankReport).where(BankReport.public_id == side.value("bank_report"))).one()
    return {"seen": proposals.digest(proposals.propose(report, confirming.lines_of(report), at=PAY_DAY))}


def _closable(side: Side) -> object:
    """A batch of which the bank has refused everything."""
    batch = _batch(side, "downloaded")
    for payout in db.session.scalars(select(Payout).where(Payout.batch_id == batch.id)):
        transfers.mark(payout.public_id, "failed", reason="AC04", by=identity("adam"), at=PAY_DAY)
    return batch.public_id


def _refused(side: Side) -> object:
    """A creator whose account refused the last payment."""
    _payout(side, "failed")
    return side.creator.public_id


def _code(side: Side) -> str:
    """What Che's app shows: for the other side's batch the next code, since one counts once."""
    return factor_code(SECRET, clock.now() + timedelta(seconds=0 if side.name == "ours" else 30))


def _seen(side: Side) -> Form:
    batch = db.session.scalars(select(PayoutBatch).where(PayoutBatch.public_id == side.value("submitted_batch"))).one()
    return {"seen": (batch.fingerprint or b"").hex(), "answer": _code(side)}


def _held(side: Side) -> object:
    holds.place(side.creator, f"because of {side.word}", by=identity("adam"), at=AT)
    return side.creator.public_id


def _account(side: Side) -> Form:
    return ACCOUNT if side.name == "ours" else OTHER_ACCOUNT


def _misspelt(side: Side) -> object:
    """A creator whose bank spells the name otherwise."""
    holder, by = f"Holdr {side.word}", identity("sam").person_id
    bank(side.creator, IBANS[0], holder, AT, by)
    verification.record(IBANS[0], holder, PayeeResult.CLOSE, f"Holder {side.word}", CheckSource.BANK, at=AT)
    return side.creator.public_id


def _spelling(side: Side) -> Form:
    side.value("misspelt_creator")
    check = verification.of_creator(side.creator)
    return {"check": str(check.id if check else 0)}


KINDS = {
    "batch": Kind(lambda side: _batch(side).public_id),
    "submitted_batch": Kind(lambda side: _batch(side, "submitted").public_id),
    "approved_batch": Kind(lambda side: _batch(side, "approved").public_id),
    "downloaded_batch": Kind(lambda side: _batch(side, "downloaded").public_id),
    "refused_creator": Kind(_refused),
    "misspelt_creator": Kind(_misspelt),
    "payout": Kind(lambda side: _payout(side, "reserved")),
    "sent_payout": Kind(lambda side: _payout(side, "sent")),
    "paid_payout": Kind(lambda side: _payout(side, "paid")),
    "held_creator": Kind(_held),
    "bank_report": Kind(lambda side: _report(side).public_id),
    "report_line": Kind(_unmatched),
    "closable_batch": Kind(_closable),
}
SUBMITTED, APPROVED, DOWNLOADED = ({"batch": f"{status}_batch"} for status in ("submitted", "approved", "downloaded"))
VALUE_DATE = {"value_on": "2026-11-16"}
WHY = {"reason": "it has to be"}
HOLD = {"kind": "on_hold", **WHY}
ACCOUNT = {"holder": "Somebody", "iban": IBANS[2], "password": PASSWORD}
OTHER_ACCOUNT = ACCOUNT | {"iban": "BE68539007547034"}  # two creators with one account are a HIGH risk
NEXT = {"currency": "EUR", "cutoff_on": CUTOFF.isoformat()}

BANDS = {
    **{"brand": "", "currency": "EUR", "first_limit": "500.00", "second_limit": "5000.00"},
    **{"first_approvers": "1", "second_approvers": "2", "third_approvers": "2"},
}


def _file(side: Side) -> Form:
    content = statement([Booked("1.00", credit=True, text=side.word, name=side.word)])
    return {"file": (BytesIO(content), "bank.xml")}


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
    Row("payouts.batch_promise", "POST", FINANCE, form={"due_on": "2099-01-05", **WHY}),
    Row("payouts.batch_mark_paid", "POST", FINANCE, args=DOWNLOADED, form=VALUE_DATE),
    Row("payouts.batch_download", "POST", FINANCE, args=APPROVED, form={"rail": "sepa"}),
    Row("payouts.batch_archive", "GET", ARCHIVE),
    Row("payouts.approval_rules", "GET", PLATFORM),
    Row("payouts.approval_rules_update", "POST", ADMIN, form=BANDS),
    Row("payouts.payout_bring_back", "POST", FINANCE, args={"payout": "paid_payout"}, form=WHY, also=(409,)),  # by bank
    Row("payouts.batch_send", "POST", FINANCE, args=APPROVED, also=(409,)),  # Stripe is not set up here
    Row("payouts.payout", "GET", PLATFORM),
    Row("payouts.payout_drop", "POST", MAKER, form=WHY),
    Row("payouts.payout_mark_paid", "POST", FINANCE, args={"payout": "sent_payout"}, form=VALUE_DATE),
    Row("payouts.payout_mark_failed", "POST", FINANCE, args={"payout": "sent_payout"}, form=WHY),
    Row("payouts.payout_mark_returned", "POST", FINANCE, args={"payout": "paid_payout"}, form=WHY),
    Row("payouts.holds", "GET", PLATFORM),
    Row("payouts.hold_create", "POST", FINANCE, form=lambda side: {"creator": side.creator.handle, **HOLD}),
    Row("payouts.hold_release", "POST", FINANCE, args={"creator": "held_creator"}),
    Row("payouts.platform_account", "GET", PLATFORM),
    Row("payouts.platform_account_update", "POST", KEEPERS, form=ACCOUNT),
    Row("payouts.bank_details", "GET", SELF | PLATFORM),
    Row("payouts.bank_details_update", "POST", SELF, form=_account),
    Row("payouts.bank_details_confirm", "POST", FINANCE, args={"creator": "refused_creator"}, form=WHY),
    Row("payouts.spelling_accept", "POST", SELF, args={"creator": "misspelt_creator"}, form=_spelling),
    Row("payouts.check_enter", "POST", FINANCE, args={"creator": "refused_creator"}, form={"result": "match"}),
    Row("payouts.names_acknowledge", "POST", CHECKER, args=SUBMITTED, form={"payout": str(NOWHERE)}),
    Row("payouts.stripe_account", "GET", SELF | PLATFORM),
    Row("payouts.stripe_account_ask", "POST", SELF, form={"password": PASSWORD}, also=(503,)),  # Stripe is not set up
    Row("payouts.stripe_account_go", "GET", SELF),
    Row("payouts.stripe_account_back", "GET", SELF),
    Row("payouts.stripe_account_unlink", "POST", SELF, form={"password": PASSWORD}, also=(409,)),
    Row("payouts.recipient_ask", "POST", SELF, also=(503,)),  # not set up here
    Row("payouts.recipient_go", "GET", SELF),
    Row("payouts.recipient_back", "GET", SELF),
    Row("payouts.recipient_end", "POST", SELF, also=(409,)),
    Row("payouts.late_payment", "GET", PLATFORM),
    Row("payouts.late_rate", "POST", ADMINS, form={"since": "2027-01-01", "bps": "215"}),
    Row("payouts.late_size", "POST", FINANCE, form=lambda side: {"brand": side.brand.handle, "size": "large"}),
    Row("payouts.late_term", "POST", FINANCE, form={"contract": "none", "days": "30"}, also=(422,)),  # no contract here
    Row("payouts.brand_late_payment", "GET", BRAND_MONEY | PLATFORM),
    Row("payouts.creator_payouts", "GET", CREATOR | PLATFORM),
    Row("payouts.creator_payout", "GET", CREATOR | PLATFORM),
    Row("payouts.bank_reports", "GET", PLATFORM),
    Row("payouts.bank_report_create", "POST", FINANCE, form=_file, also=(422,)),
    Row("payouts.bank_report", "GET", PLATFORM),
    Row("payouts.bank_report_take_over", "POST", FINANCE, form=_looked_at),
    Row("payouts.bank_report_put_aside", "POST", FINANCE, form=WHY),
    Row("payouts.bank_report_file", "GET", FINANCE),
    Row("payouts.report_line", "GET", PLATFORM),
    Row("payouts.report_line_assign", "POST", FINANCE, form=lambda side: {"brand": side.brand.public_id, **WHY}),
    Row("payouts.report_line_note", "POST", FINANCE, form=WHY),
    Row("payouts.reconciliation", "GET", PLATFORM),
    Row("payouts.batch_reconciliation", "GET", PLATFORM),
    Row("payouts.provider", "GET", PLATFORM),
    Row("payouts.provider_fetch", "POST", FINANCE),
    Row("payouts.provider_difference", "GET", PLATFORM, query="?kind=payment&about=pi_1", also=(404,)),
    Row("payouts.provider_note", "POST", FINANCE, form={"kind": "payment", "about": "pi_1", **WHY}, also=(404,)),
    Row("payouts.batch_close", "POST", FINANCE, args={"batch": "closable_batch"}, form={"rail": "sepa"}),
]
