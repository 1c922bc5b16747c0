"""What we said we sent against what the bank or Stripe says, by batch and rail: down to zero, or to a note that
somebody signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.database import db, raw, rows
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.formatting import money
from app.payouts.batches import approval
from app.payouts.batches.approval import checked_reason
from app.payouts.models import PayoutBatch, PayoutStatus, Rail
from app.payouts.provider.models import ProviderMovement
from app.payouts.reports.models import BankReport, BankReportLine, BatchClosing, Outcome, ReportStatus
from app.security import Identity
from app.users.trail import record


class Account(NamedTuple):
    """A batch and rail: sums in minor units. `difference` is what our books hold for paid less what the bank booked."""

    batch_id: int
    batch: UUID
    number: int
    currency: str
    execute_on: date | None
    rail: str
    payouts: int
    sent: int
    booked: int  # and not sent back
    back: int
    refused: int
    unanswered: int
    waiting: int  # payouts of which the bank has said nothing
    difference: int
    mismatches: int

    @property
    def is_even(self) -> bool:
        """Whether it closes by itself: the bank has answered for everything and says what our books say."""
        return self.difference == 0 and self.mismatches == 0 and self.waiting == 0


class Mismatch(NamedTuple):
    """A payout of which the two sides say something else."""

    payout: UUID
    creator: str
    amount: int
    currency: str
    status: str
    rail: str
    paid_on: date | None
    booked: bool
    back: bool
    net: int  # what the other side booked and did not send back

    @property
    def advice(self) -> str:
        """What to do about it."""
        if self.rail == Rail.STRIPE:
            return str(_about_stripe(self))
        if self.status == PayoutStatus.SENT:
            sentence = gettext("The bank has said nothing: upload its status report or statement, or ask it.")
        elif self.status == PayoutStatus.PAID:
            sentence = gettext("No statement shows it: upload the one of the value date, or ask the bank.")
        else:
            sentence = gettext("The bank took the money and it has not come back: upload later statements, or ask.")
        return str(sentence)


def _about_stripe(payout: Mismatch) -> object:
    if payout.status == PayoutStatus.SENT:
        return gettext("Stripe’s answer is not known yet: the worker keeps asking for it.")
    if payout.status == PayoutStatus.PAID and payout.booked:
        return gettext("A part was brought back at Stripe: bring back the rest, or pay what is missing another way.")
    if payout.status == PayoutStatus.PAID:
        return gettext("No movement at Stripe shows it: fetch Stripe’s movements, then look there for the transfer.")
    return gettext("Stripe has it as sent: look there for the transfer, and bring it back.")


def accounts(*, batch: PayoutBatch | None = None, closed: bool | None = None) -> list[Account]:
    """The newest batches by rail: all of one batch, or those that are closed, or open, or both (None)."""
    values = {"batch": batch.id if batch else None, "closed": closed}
    return rows(raw(), "app.payouts", "reconciliation", values, Account)


def mismatches(account: Account) -> list[Mismatch]:
    """The first 200 payouts of a batch and rail that have to be looked at."""
    return rows(raw(), "app.payouts", "mismatches", {"batch": account.batch_id, "rail": account.rail}, Mismatch)


def unmatched() -> Select[BankReportLine]:
    """Lines of files that were taken over which fit nothing of ours, and of which nobody has said anything."""
    query = select(BankReportLine).join(BankReportLine.report).options(joinedload(BankReportLine.report))
    open_ = (BankReportLine.outcome == Outcome.UNMATCHED, BankReportLine.settled_at.is_(None), ~is_of_provider())
    return query.where(BankReport.status == ReportStatus.TAKEN_OVER, *open_).order_by(BankReportLine.id.desc())


def is_of_provider() -> ColumnElement[bool]:
    """Whether a line of the bank shows money that went between Stripe and us."""
    return exists().where(ProviderMovement.bank_line_id == BankReportLine.id)


def files(batch: PayoutBatch) -> Sequence[BankReport]:
    """The files of the bank that were taken over and speak of this batch, the oldest first."""
    of = select(BankReportLine.report_id).where(BankReportLine.batch_id == batch.id)
    query = select(BankReport).where(BankReport.id.in_(of), BankReport.status == ReportStatus.TAKEN_OVER)
    return db.session.scalars(query.order_by(BankReport.id)).all()


def closings(batch: PayoutBatch) -> Sequence[BatchClosing]:
    """The rails of a batch that are closed."""
    return db.session.scalars(select(BatchClosing).where(BatchClosing.batch_id == batch.id)).all()


def close(batch_id: UUID, rail: str, *, note: str, by: Identity, at: datetime) -> BatchClosing:
    """Closes a batch and rail: nothing but returns changes it afterwards. Where both sides differ, `note` says why, and
    the person stands for it.

    Raises NotFound, WrongStatus while the bank has not answered for every payout, BadInput without a note where one is
    needed, and Conflict when it is closed already.
    """
    batch = approval.locked(batch_id)
    account = next((each for each in accounts(batch=batch) if each.rail == rail), None)
    if account is None:
        raise NotFound(gettext("Nothing of this batch has left that way."))
    if account.waiting:
        sentence = gettext(
            "%(amount)s are still on their way: upload what the bank says, or mark each payout, before you close it.",
            amount=money(account.unanswered, account.currency),
        )
        if rail == Rail.STRIPE:
            sentence = gettext("Stripe’s answer is not known for every payout: wait for the worker, then close it.")
        raise WrongStatus(sentence)
    if account.is_even:
        signed = " ".join(note.split()) or None
    else:
        try:
            signed = checked_reason(note)
        except BadInput as error:
            sentence = gettext("Both sides differ: write why, and you stand for it with your name.")
            raise BadInput(sentence) from error
    row = BatchClosing(
        batch_id=batch.id,
        rail=rail,
        sent=account.sent,
        booked=account.booked,
        difference=account.difference,
        mismatches=account.mismatches,
        note=signed and checked_reason(signed),
        closed_by=by.person_id,
        closed_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict(gettext("This batch is closed already.")) from error
    about = {"rail": rail, "difference": account.difference, "reason": signed or ""}
    record("close", "payout_batch", batch.id, by=by, at=at, **about)
    return row
