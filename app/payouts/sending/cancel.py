"""Cancel: money that has arrived on a creator's account at Stripe is brought back, as far as it is still there.

As with sending: the row with its key and amount is committed first, then Stripe is asked, then the answer is committed;
what is not known is asked about, and nothing is asked for again once its key is too old.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.database import db, query_rows, raw
from app.errors import NotFound, WrongStatus
from app.payouts.batches.approval import checked_reason
from app.payouts.models import Payout, Rail
from app.payouts.sending import codes, results, told
from app.payouts.sending.effects import KEY_HOLDS, SETTLED
from app.payouts.sending.models import Transfer, TransferReversal, TransferStatus
from app.security import Identity
from app.stripe_gateway import NotLetIn, Refused, SlowDown, Stripe, Unknown
from app.users.trail import record

LEASE = timedelta(seconds=60)


class Due(NamedTuple):
    """A reversal that was asked for and has not ended; `number` and `reference` are of its transfer."""

    id: int
    key: str
    amount: int
    first_try_at: datetime
    tries: int
    number: str
    reference: UUID
    method: str | None


@dataclass(frozen=True)
class Answer:
    """What came of it: `back` is all that has come back of the transfer so far, or nothing is known."""

    status: TransferStatus
    back: int = 0
    provider_id: str | None = None
    code: str | None = None
    sentence: str | None = None


def ask(payout_id: UUID, reason: str, *, by: Identity, at: datetime) -> TransferReversal:
    """Asks for all the money of a payout that has arrived at Stripe, or is on its way from there to a bank; the worker
    does it after the commit. Raises WrongStatus when nothing can come back, or somebody has asked already."""
    reason = checked_reason(reason)
    payout = db.session.scalar(select(Payout).where(Payout.public_id == payout_id))
    if payout is None:
        raise NotFound(gettext("There is no such payout."))
    at_stripe = TransferStatus.TAKEN if payout.rail == Rail.OUTBOUND else TransferStatus.ARRIVED
    query = select(Transfer).where(Transfer.payout_id == payout.id, Transfer.status == at_stripe)
    transfer = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if transfer is None or transfer.reversed == transfer.amount:
        raise WrongStatus(gettext("No money of this payout is at Stripe: nothing can be brought back."))
    open_one = TransferReversal.next_try_at.is_not(None)
    if db.session.scalar(select(TransferReversal.id).where(TransferReversal.transfer_id == transfer.id, open_one)):
        raise WrongStatus(gettext("Somebody has asked for this money already: wait for Stripe’s answer."))
    amount = transfer.amount - transfer.reversed
    row = TransferReversal(transfer_id=transfer.id, amount=amount, reason=reason, asked_by=by.person_id)
    row.asked_at = row.next_try_at = at
    db.session.add(row)
    db.session.flush()
    record("bring_back", "payout", payout.id, by=by, at=at, reason=reason, amount=amount, currency=payout.currency)
    raw().execute("notify due")
    return row


def work(stripe: Stripe, now: Callable[[], datetime], *, lease: timedelta = LEASE) -> int:
    """Brings back what is due, one after another, and commits; returns how many were tried."""
    done = 0
    while due := _taken(now(), lease):
        answer = _brought_back(stripe, due, now())
        _write(due, answer, now())
        db.session.commit()
        done += 1
    return done


def _taken(at: datetime, lease: timedelta) -> Due | None:
    """The next one, for nobody else until its lease ends; committed."""
    query = """with due as (
            select id from transfer_reversal where next_try_at <= %(at)s order by next_try_at limit 1
            for update skip locked)
        update transfer_reversal r set tries = r.tries + 1, next_try_at = %(until)s,
            first_try_at = coalesce(r.first_try_at, %(at)s)
        from due, transfer t where due.id = r.id and t.id = r.transfer_id
        returning r.id, r.key, r.amount, r.first_try_at, r.tries, t.provider_id as number, t.reference, t.method"""
    found = query_rows(raw(), query, {"at": at, "until": at + lease}, Due)
    db.session.commit()
    return found[0] if found else None


def _brought_back(stripe: Stripe, due: Due, at: datetime) -> Answer:
    """Asks first whether it was done, unless this is the first try; then does it, as long as the key lasts."""
    mark = {"reversal": due.key}
    if due.method:
        return _stopped(stripe, due)
    try:
        known = [] if due.tries == 1 else stripe.reversals(due.number)
        done = next((number for number, _amount, marks in known if mark.items() <= marks.items()), "")
        if not done and (old := at - due.first_try_at - KEY_HOLDS) >= timedelta():
            if old < SETTLED:
                return Answer(TransferStatus.UNKNOWN, code="key_expired")
            return Answer(TransferStatus.REFUSED, code=codes.NOT_SENT)
        number = done or stripe.reverse_transfer(due.number, key=due.key, amount=due.amount, metadata=mark)
        return Answer(TransferStatus.ARRIVED, stripe.transfer(due.number).reversed, number)
    except Refused as refusal:
        return Answer(TransferStatus.REFUSED, code=refusal.code, sentence=refusal.sentence)
    except (Unknown, SlowDown, NotLetIn) as error:
        return Answer(TransferStatus.UNKNOWN, code="unknown", sentence=error.sentence)


def _stopped(stripe: Stripe, due: Due) -> Answer:
    """Stops a payment to a bank, unless it has left. That can be asked as often as one likes: what is stopped is."""
    try:
        if stripe.outbound(due.number).status != "canceled":
            stripe.cancel_outbound(due.number, key=due.key)
        return Answer(TransferStatus.ARRIVED, provider_id=due.number)
    except Refused as refusal:
        return Answer(TransferStatus.REFUSED, code=refusal.code, sentence=refusal.sentence)
    except (Unknown, SlowDown, NotLetIn) as error:
        return Answer(TransferStatus.UNKNOWN, code="unknown", sentence=error.sentence)


def _write(due: Due, answer: Answer, at: datetime) -> None:
    """The result, and what it means for the payout."""
    ended = answer.status in (TransferStatus.ARRIVED, TransferStatus.REFUSED)
    if answer.status == TransferStatus.ARRIVED and due.method:
        told.to_bank(due.number, at=at)
    elif answer.status == TransferStatus.ARRIVED:
        told.transfer(due.reference, due.number, answer.back, at=at)
    gap = min(results.FIRST_GAP * 2 ** min(due.tries - 1, 16), results.LONGEST_GAP)
    values = (answer.status, answer.provider_id, answer.code, answer.sentence)
    raw().execute(
        "update transfer_reversal set status = %s, provider_id = %s, code = %s, sentence = %s, ended_at = %s,"
        " next_try_at = %s where id = %s and ended_at is null",
        [*values, at if ended else None, None if ended else at + timedelta(seconds=gap), due.id],
    )
