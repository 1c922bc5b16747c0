"""What becomes of a payout once its batch is approved, or when it is dropped before: the money moves in the books.

Failed, returned and dropped payouts let their lines go, so that the next batch pays them again (rules.md B23).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select, update

from app import clock
from app.database import db, raw, statement
from app.errors import BadInput, NotFound, WrongStatus
from app.ledger import posting
from app.ledger.models import Account, EntryKind
from app.payouts import letters
from app.payouts.announcing import announce_moved
from app.payouts.bank import refusals
from app.payouts.batches import leaving
from app.payouts.models import BY_STRIPE, BatchStatus, Payout, PayoutBatch, PayoutLine, PayoutStatus, Refusal
from app.security import Identity
from app.transitions import move
from app.users.trail import record, record_all
from config import settings

# status of the payout -> (kind of entry, debit, credit), settlement.md section 8
MOVES: dict[str, tuple[EntryKind, Account, Account]] = {
    PayoutStatus.PAID: (EntryKind.SETTLE, Account.PAYOUTS_IN_TRANSIT, Account.BANK),
    PayoutStatus.FAILED: (EntryKind.RELEASE, Account.PAYOUTS_IN_TRANSIT, Account.CREATOR),
    PayoutStatus.DROPPED: (EntryKind.RELEASE, Account.PAYOUTS_IN_TRANSIT, Account.CREATOR),
    PayoutStatus.RETURNED: (EntryKind.RETURN, Account.BANK, Account.CREATOR),
}


def mark(
    payout_id: UUID, status: str, *, reason: str = "", value_on: date | None = None, by: Identity, at: datetime
) -> Payout:
    """One payout becomes paid (by the bank on `value_on`, else today), failed, returned or dropped (out of a draft).

    Raises NotFound, WrongStatus before a file was downloaded or the bank was to pay, and BadInput for a value date that
    can't be. The last open payout of an approved batch completes it.
    """
    batch, payout = locked(payout_id)
    if status not in MOVES:  # a whole batch is sent and taken back, never one payout
        raise WrongStatus(gettext("A single payout can’t be marked like that."))
    given_up = False  # by us: it never went, so its account is not to blame
    if payout.rail in BY_STRIPE and payout.status != PayoutStatus.RESERVED:
        _expect_not_sent(payout, status)
        given_up = True
    elif status == PayoutStatus.DROPPED:
        if batch.status != BatchStatus.DRAFT:
            raise WrongStatus(gettext("Only a draft can lose a payout: recall the batch first."))
    elif status == PayoutStatus.FAILED and stands_in_no_file(batch):
        given_up = True
    else:
        _expect_at_the_bank(batch)
    if status == PayoutStatus.PAID:
        payout.paid_on = _value_date(batch, value_on, at)
    move(payout, status)
    payout.status_at, payout.reason = at, reason or None
    if status in (PayoutStatus.FAILED, PayoutStatus.RETURNED) and not given_up:
        payout.code, payout.refused = refusals.read(reason)
    db.session.flush()
    _post([payout.id], status, at)
    about = {"amount": payout.amount, "currency": payout.currency}
    record(status, "payout", payout.id, by=by, at=at, reason=reason, **about)
    announce_moved([payout.id], status, at=at)
    letters.write_ended([payout.id], status, at=at)
    _complete(batch)
    return payout


def take_out(batch: PayoutBatch, payout: Payout, reason: str, *, by: Identity, at: datetime) -> None:
    """Drops one payout, locked, of a locked batch that is submitted or approved; its money is payable again. Whether it
    may go is the caller's to know."""
    move(payout, PayoutStatus.DROPPED)
    payout.status_at, payout.reason = at, reason
    db.session.flush()
    _post([payout.id], PayoutStatus.DROPPED, at)
    about = {"amount": payout.amount, "currency": payout.currency}
    record(PayoutStatus.DROPPED, "payout", payout.id, by=by, at=at, reason=reason, **about)


def mark_rest_paid(batch: PayoutBatch, *, value_on: date | None = None, by: Identity, at: datetime) -> int:
    """All payouts of a locked batch that are still open at the bank were paid on `value_on` (else today); returns how
    many. What Stripe says is waited for. Raises as `mark` does."""
    _expect_at_the_bank(batch)
    paid_on = _value_date(batch, value_on, at)
    paid = _move_all(batch, PayoutStatus.SENT, PayoutStatus.PAID, at, paid_on=paid_on)
    record("rest_paid", "payout_batch", batch.id, by=by, at=at, payouts=len(paid), value_date=paid_on.isoformat())
    announce_moved(paid, PayoutStatus.PAID, at=at)
    letters.write_ended(paid, PayoutStatus.PAID, at=at)
    _complete(batch)
    return len(paid)


def paid_by_provider(payouts: Sequence[int], *, at: datetime) -> Sequence[int]:
    """Stripe has taken the money of these payouts, whose batches the caller has locked. Returns those that were open;
    what was settled before stays as it is."""
    paid_on = clock.today(settings().platform_timezone, at=at)
    db.session.flush()
    moved = raw().execute(
        "update payout set status = 'paid', status_at = %s, paid_on = %s where id = any(%s) and status = 'sent'"
        " returning id, amount, currency",
        [at, paid_on, list(payouts)],
    )
    details = {payout: {"amount": amount, "currency": currency} for payout, amount, currency in moved}
    paid = sorted(details)
    _post(paid, PayoutStatus.PAID, at)
    record_all("paid", "payout", details, by=None, at=at)
    announce_moved(paid, PayoutStatus.PAID, at=at)
    letters.write_ended(paid, PayoutStatus.PAID, at=at)
    _complete_all(paid)
    return paid


def ended_by_provider(
    payout_id: int, status: str, *, code: str, reason: str, at: datetime, refused: Refusal | None = None
) -> bool:
    """Stripe has refused a payout for good (failed), or brought its money back (returned). The caller has locked the
    batch. `refused`: what of the bank details has to change before more is paid there. False when the payout is not
    where that could happen any more: nothing is done then."""
    payout = db.session.get_one(Payout, payout_id, with_for_update=True, populate_existing=True)
    if status not in Payout.TRANSITIONS.get(payout.status, frozenset()) or status not in MOVES:
        return False
    move(payout, status)
    payout.status_at, payout.reason, payout.code, payout.refused = at, reason, code, refused
    db.session.flush()
    _post([payout.id], status, at)
    about = {"amount": payout.amount, "currency": payout.currency}
    record(status, "payout", payout.id, by=None, at=at, reason=reason, **about)
    announce_moved([payout.id], status, at=at)
    letters.write_ended([payout.id], status, at=at)
    _complete_all([payout.id])
    return True


def _complete_all(payouts: Sequence[int]) -> None:
    """Completes the batches of these payouts that have no open one left."""
    batches = select(PayoutBatch).where(PayoutBatch.id.in_(select(Payout.batch_id).where(Payout.id.in_(payouts))))
    for batch in db.session.scalars(batches.order_by(PayoutBatch.id)):
        _complete(batch)


def settle(
    batch: PayoutBatch,
    payouts: Sequence[int],
    status: str,
    *,
    reason: str = "",
    value_on: date | None = None,
    by: Identity,
    at: datetime,
) -> None:
    """These payouts of a locked batch became paid, failed or returned, as a report of the bank says. All of them or
    none: WrongStatus when one has moved meanwhile, or goes by Stripe; else raises as `mark` does."""
    _expect_at_the_bank(batch)
    columns: dict[str, object] = {"reason": reason or None}
    if status == PayoutStatus.PAID:
        columns = {"paid_on": _value_date(batch, value_on, at)}
    else:
        columns["code"], columns["refused"] = refusals.read(reason)
    before = PayoutStatus.PAID if status == PayoutStatus.RETURNED else PayoutStatus.SENT
    those = update(Payout).where(Payout.batch_id == batch.id, Payout.id.in_(payouts), Payout.status == before)
    those = those.where(Payout.rail.not_in(BY_STRIPE))
    moved = db.session.scalars(those.values(status=status, status_at=at, **columns).returning(Payout.id)).all()
    if len(moved) != len(payouts):
        raise WrongStatus(gettext("A payout of batch %(number)s has moved meanwhile.", number=batch.number))
    _post(moved, status, at)
    for payout in moved if status != PayoutStatus.PAID else ():
        record(status, "payout", payout, by=by, at=at, reason=reason)
    if status == PayoutStatus.PAID:
        record(
            "bank_paid", "payout_batch", batch.id, by=by, at=at, payouts=len(moved), value_date=str(columns["paid_on"])
        )
    announce_moved(moved, status, at=at)
    letters.write_ended(moved, status, at=at)
    _complete(batch)


def send(batch: PayoutBatch, *, at: datetime) -> None:
    """The payouts of a locked batch stand in the file for the bank. Nothing moves in the books yet."""
    announce_moved(_move_all(batch, PayoutStatus.RESERVED, PayoutStatus.SENT, at), PayoutStatus.SENT, at=at)


def take_back(batch: PayoutBatch, *, at: datetime) -> None:
    """The payouts of a locked batch that no bank has seen are only reserved again."""
    _move_all(batch, PayoutStatus.SENT, PayoutStatus.RESERVED, at)


def drop_all(batch: PayoutBatch, *, at: datetime) -> None:
    """The payouts of a locked draft are given up."""
    _move_all(batch, PayoutStatus.RESERVED, PayoutStatus.DROPPED, at)


def locked(payout_id: UUID) -> tuple[PayoutBatch, Payout]:
    """The payout and its batch, both locked: the batch first, as everywhere."""
    payout = db.session.scalar(select(Payout).where(Payout.public_id == payout_id))
    if payout is None:
        raise NotFound(gettext("There is no such payout."))
    batch = db.session.get_one(PayoutBatch, payout.batch_id, with_for_update=True, populate_existing=True)
    return batch, db.session.get_one(Payout, payout.id, with_for_update=True, populate_existing=True)


def stands_in_no_file(batch: PayoutBatch) -> bool:
    """Whether payouts of an approved batch went by Stripe, so that it is not recalled any more, before anybody took a
    file of it: what is to go to the bank can still be given up, and the file is made without it."""
    return batch.status == BatchStatus.APPROVED and batch.downloaded_at is None and leaving.has_left(batch)


def _expect_at_the_bank(batch: PayoutBatch) -> None:
    """WrongStatus as long as nobody has taken a file of the batch to the bank: nothing can have become of it there, and
    what is let go would still stand in the file."""
    if batch.downloaded_at is None:
        sentence = gettext(
            "Nobody has downloaded the file of this batch yet, so the bank can't have paid or refused anything: "
            "download it first, or recall the batch."
        )
        raise WrongStatus(sentence)


def _value_date(batch: PayoutBatch, value_on: date | None, at: datetime) -> date:
    """The day on which the bank paid; WrongStatus and BadInput when it can't have."""
    today = clock.today(settings().platform_timezone, at=at)
    if batch.execute_on and today < batch.execute_on:
        sentence = gettext("The bank is asked to pay on %(day)s: mark it as paid then.", day=batch.execute_on)
        raise WrongStatus(sentence)
    value_on = value_on or today
    if value_on > today:
        raise BadInput(gettext("The value date %(day)s has not come yet.", day=value_on))
    if batch.execute_on and value_on < batch.execute_on:
        day = batch.execute_on
        raise BadInput(gettext("The bank was asked to pay on %(day)s: fill in that day or a later one.", day=day))
    return value_on


def _expect_not_sent(payout: Payout, status: str) -> None:
    """WrongStatus for a payout by Stripe, unless it is given up before anything of it was sent: Stripe says what
    becomes of the others."""
    if status != PayoutStatus.FAILED:
        raise WrongStatus(gettext("Stripe tells what becomes of this payout: it can’t be marked by hand."))
    if leaving.has_left(payout):
        raise WrongStatus(gettext("This payout was sent by Stripe, or may have been: wait for Stripe’s answer."))


def _move_all(batch: PayoutBatch, before: str, after: str, at: datetime, **columns: object) -> Sequence[int]:
    """Moves the payouts of a batch that are in one status, as Payout.TRANSITIONS allows; returns their ids. Those by
    Stripe are never paid so."""
    assert after in Payout.TRANSITIONS[before]  # noqa: S101 - of the callers above, not of input
    those = update(Payout).where(Payout.batch_id == batch.id, Payout.status == before)
    if after == PayoutStatus.PAID:
        those = those.where(Payout.rail.not_in(BY_STRIPE))
    moved = db.session.scalars(those.values(status=after, status_at=at, **columns).returning(Payout.id)).all()
    _post(moved, after, at)
    return moved


def _post(payouts: Sequence[int], status: str, at: datetime) -> None:
    """Posts what the new status means for the money, and lets the lines go unless they are paid."""
    if status not in MOVES or not payouts:
        return
    kind, debit, credit = MOVES[status]
    values = {"payouts": list(payouts), "kind": kind, "debit": debit, "credit": credit, "at": at}
    posting.open_posting(raw())
    raw().execute(statement("app.payouts", "move"), values)
    posting.post(raw(), at=at)
    if status != PayoutStatus.PAID:
        live = update(PayoutLine).where(PayoutLine.payout_id.in_(payouts), PayoutLine.released_at.is_(None))
        db.session.execute(live.values(released_at=at), execution_options={"synchronize_session": False})


def _complete(batch: PayoutBatch) -> None:
    """An approved batch without an open payout is completed."""
    unfinished = Payout.status.in_((PayoutStatus.RESERVED, PayoutStatus.SENT))
    still_open = select(Payout.id).where(Payout.batch_id == batch.id, unfinished)
    if batch.status == BatchStatus.APPROVED and db.session.scalar(still_open.limit(1)) is None:
        move(batch, BatchStatus.COMPLETED)
        db.session.flush()
