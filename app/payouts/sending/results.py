"""What came of an attempt, written in one transaction with what it means for the payout and the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from app.database import raw
from app.payouts import transfers
from app.payouts.models import PayoutStatus, Refusal
from app.payouts.sending import codes, pace
from app.payouts.sending.intents import Intent

FIRST_GAP, LONGEST_GAP = 2.0, 900.0  # seconds between two tries of what is not known: 2, 4, 8 ... 15 minutes
ON_ITS_WAY = timedelta(hours=6)  # after so long a payment to a bank is asked about, unless Stripe tells of it before
SHORT_OF_MONEY = timedelta(minutes=10)  # so long a batch rests when our balance at Stripe is too low


class End(Enum):
    """How an attempt has ended, or not."""

    ARRIVED = "arrived"
    TAKEN = "taken"  # straight to a bank: on its way there
    RETURNED = "returned"  # it had arrived, and the bank has sent it back
    REFUSED = "refused"
    ABSENT = "absent"  # asked long after: Stripe has nothing of it
    UNKNOWN = "unknown"
    SLOWED = "slowed"  # nothing has happened: we were too fast, or not let in


@dataclass(frozen=True)
class Outcome:
    """What became of an intent. `wait`: seconds for which Stripe asks us to be quiet."""

    intent: Intent
    end: End
    provider_id: str = ""
    code: str = ""
    sentence: str = ""
    wait: float = 0.0


def write(outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Writes outcomes; the caller commits. One that another worker has written before counts no more."""
    payouts = [outcome.intent.payout_id for outcome in outcomes]
    query = "select id from payout_batch where id in (select batch_id from payout where id = any(%s)) order by id"
    raw().execute(f"{query} for update", [payouts])
    arrived = _arrived([outcome for outcome in outcomes if outcome.end in (End.ARRIVED, End.RETURNED)], at)
    if arrived:
        transfers.paid_by_provider(arrived, at=at)
    for outcome in outcomes:
        if outcome.end in (End.REFUSED, End.ABSENT):
            _refused(outcome, at)
        elif outcome.end == End.TAKEN:
            _taken(outcome, at)
        elif outcome.end == End.RETURNED:
            _returned(outcome, at)
        elif outcome.end != End.ARRIVED:
            _again(outcome, at)
    if wait := max((outcome.wait for outcome in outcomes), default=0.0):
        pace.hold_back(wait, at=at)


def _arrived(outcomes: Sequence[Outcome], at: datetime) -> Sequence[int]:
    """Keeps that they have arrived; returns the payouts of which that was not known."""
    ended = raw().execute(
        "update transfer t set status = 'arrived', provider_id = given.number, code = null, sentence = null,"
        " ended_at = %s, next_try_at = null from unnest(%s::bigint[], %s::text[]) given (id, number)"
        " where t.id = given.id and t.status in ('sending', 'unknown', 'taken') returning t.payout_id",
        [at, [outcome.intent.id for outcome in outcomes], [outcome.provider_id for outcome in outcomes]],
    )
    payouts = [payout for (payout,) in ended]
    seen = [outcome.intent.id for outcome in outcomes if outcome.intent.provider_id]  # it was known already
    if seen:
        raw().execute("update transfer set next_try_at = null where id = any(%s) and status = 'arrived'", [seen])
    return payouts


def _taken(outcome: Outcome, at: datetime) -> None:
    """It is on its way; whether it has arrived is told, or asked for after a while."""
    raw().execute(
        "update transfer set status = 'taken', provider_id = %s, code = null, sentence = null, next_try_at = %s"
        " where id = %s and status in ('sending', 'unknown', 'taken')",
        [outcome.provider_id, at + ON_ITS_WAY, outcome.intent.id],
    )


def _returned(outcome: Outcome, at: datetime) -> None:
    """The bank has sent all of it back."""
    back = raw().execute(
        "update transfer set reversed = amount, next_try_at = null"
        " where id = %s and status = 'arrived' and reversed = 0",
        [outcome.intent.id],
    )
    if back.rowcount == 1:
        _ended(outcome, PayoutStatus.RETURNED, outcome.code, at)


def _ended(outcome: Outcome, status: PayoutStatus, code: str, at: datetime) -> None:
    """The payout has failed or come back; what of the bank details is to blame keeps the next one from being paid."""
    refused = None
    if code in codes.ACCOUNT_NUMBER | codes.HOLDER:
        refused = Refusal.IBAN if code in codes.ACCOUNT_NUMBER else Refusal.DETAILS
    reason, payout = codes.reason(code, outcome.sentence), outcome.intent.payout_id
    transfers.ended_by_provider(payout, status, code=code, reason=reason, refused=refused, at=at)


def _refused(outcome: Outcome, at: datetime) -> None:
    """The attempt is over. The payout has failed, unless it was our own balance, or nothing was ever sent."""
    code = outcome.code or codes.NOT_SENT
    ended = raw().execute(
        "update transfer set status = 'refused', code = %s, sentence = %s, ended_at = %s, next_try_at = null,"
        " provider_id = coalesce(provider_id, %s) where id = %s and status in ('sending', 'unknown', 'taken')",
        [code, outcome.sentence or None, at, outcome.provider_id or None, outcome.intent.id],
    )
    if ended.rowcount != 1 or outcome.end == End.ABSENT or code in codes.ONCE_MORE:
        return
    payout = outcome.intent.payout_id
    if code in codes.OUR_OWN:
        raw().execute(
            "update payout_batch set sending_after = %s where id = (select batch_id from payout where id = %s)",
            [at + SHORT_OF_MONEY, payout],
        )
        return
    _ended(outcome, PayoutStatus.FAILED, code, at)


def _again(outcome: Outcome, at: datetime) -> None:
    """It is asked about after a gap that grows; not before another's lease ends who has taken it up meanwhile."""
    ours = (outcome.intent.id, outcome.intent.tries)
    gap = max(min(FIRST_GAP * 2 ** min(outcome.intent.tries - 1, 16), LONGEST_GAP), outcome.wait)
    status = "unknown" if outcome.end == End.UNKNOWN else "sending"
    raw().execute(
        "update transfer set status = case status when 'sending' then %s else status end, next_try_at = %s,"
        " code = case status when 'arrived' then code else %s end, sentence = %s"
        " where id = %s and tries = %s and next_try_at is not null",
        [status, at + timedelta(seconds=gap), outcome.code or None, outcome.sentence or None, *ours],
    )
