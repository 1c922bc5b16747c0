"""A batch's payouts by Stripe: starting to send them, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.database import db, query_rows, raw
from app.errors import Conflict, WrongStatus
from app.payouts.batches import approval, handover
from app.payouts.batches.leaving import has_left
from app.payouts.models import BatchStatus, Payout, PayoutBatch, PayoutStatus, Rail
from app.payouts.sending.models import Transfer, TransferReversal
from app.security import Identity
from app.users.trail import record
from config import Config


class Step(NamedTuple):
    """So many payouts of a batch are so far, and what they come to."""

    name: str  # waiting, sending, unknown, arrived, refused, held, returned
    number: int
    amount: int


class Matter(NamedTuple):
    """A payout that needs to be looked at, and why."""

    payout: UUID
    creator: str
    amount: int
    currency: str
    status: str
    code: str
    sentence: str


# What is not sent yet waits, or is held; what was, is as its newest attempt says; the rest has failed before any.
STEPS = """
select name, count(*) as number, sum(amount)::bigint as amount from (
    select p.amount, case
        when t.reversed > 0 then 'returned'
        when t.status in ('sending', 'unknown', 'taken', 'arrived') then t.status
        when p.status = 'failed' then 'refused'
        when exists (select from payout_hold h where h.creator_id = p.creator_id and h.released_at is null)
            or exists (select from no_tax_data owes where owes.creator_id = p.creator_id) then 'held_back'
        else 'waiting' end as name
    from payout p
    left join lateral (
        select status, reversed from transfer where payout_id = p.id order by attempt desc limit 1) t on true
    where p.batch_id = %(batch)s and p.rail in ('stripe', 'outbound') and p.status <> 'dropped'
) each group by name order by name
"""
MATTERS = """
select p.public_id as payout, c.name as creator, p.amount, p.currency, coalesce(t.status, p.status) as status,
    coalesce(t.code, p.code, '') as code, coalesce(p.reason, t.sentence, '') as sentence
from payout p
join creator c on c.id = p.creator_id
left join lateral (
    select status, code, sentence, tries from transfer where payout_id = p.id order by attempt desc limit 1) t on true
where p.batch_id = %(batch)s and p.rail in ('stripe', 'outbound')
    and (p.status in ('failed', 'returned') or t.status = 'unknown' or t.status = 'sending' and t.tries > 1)
order by c.name, p.id limit 50
"""


def steps(batch: PayoutBatch) -> Sequence[Step]:
    """How far the payouts by Stripe are; empty when the batch has none."""
    return query_rows(raw(), STEPS, {"batch": batch.id}, Step)


def matters(batch: PayoutBatch) -> Sequence[Matter]:
    """The payouts by Stripe that have failed, or of which nobody knows yet."""
    return query_rows(raw(), MATTERS, {"batch": batch.id}, Matter)


def attempts(payout: Payout) -> Sequence[Transfer]:
    """Every attempt to send a payout by Stripe, the first one first."""
    return db.session.scalars(select(Transfer).where(Transfer.payout_id == payout.id).order_by(Transfer.attempt)).all()


def reversals(payout: Payout) -> Sequence[TransferReversal]:
    """What we asked Stripe to bring back of a payout, the first one first."""
    query = select(TransferReversal).join(TransferReversal.transfer).where(Transfer.payout_id == payout.id)
    return db.session.scalars(query.order_by(TransferReversal.id)).all()


def start(batch_id: UUID, *, aware: str, by: Identity, at: datetime, config: Config) -> PayoutBatch:
    """Lets the worker send the payouts by Stripe of an approved batch. A person starts this, never a timetable.

    `aware` is the digest of the concerns that the person has seen. Raises Unavailable without keys, WrongStatus when it
    is not approved or was started before, and Conflict when something has changed that they have not seen.
    """
    batch = approval.locked(batch_id)
    if batch.status != BatchStatus.APPROVED:
        raise WrongStatus(gettext("Only an approved batch is sent: look at it again."))
    if batch.sending_at is not None:
        raise WrongStatus(gettext("Somebody has started to send this batch already: look at it again."))
    if not config.has_stripe:
        raise Conflict(gettext("Stripe is not set up on this platform: an operator has to enter its keys."))
    if not has_left(batch):
        handover.expect_unchanged(batch)
    handover.expect_aware(
        batch, aware, advice=gettext("Open the batch, look at each payout, then send it or recall it.")
    )
    found = steps(batch)
    if not found:
        raise Conflict(gettext("No payout of this batch goes by Stripe."))
    batch.sending_at, batch.sending_by = at, by.person_id
    to_banks = select(Payout.id).where(Payout.batch_id == batch.id, Payout.rail == Rail.OUTBOUND)
    if not config.pays_to_banks and db.session.scalar(to_banks.where(Payout.status == PayoutStatus.SENT).limit(1)):
        sentence = gettext(
            "This batch pays banks by Stripe, and that is not set up any more: an operator has to enter "
            "STRIPE_FINANCIAL_ACCOUNT, or recall the batch."
        )
        raise Conflict(sentence)
    number, amount = sum(step.number for step in found), sum(step.amount for step in found)
    about = {"payouts": number, "amount": amount, "currency": batch.currency, "rail": str(Rail.STRIPE)}
    record("send", "payout_batch", batch.id, by=by, at=at, **about)
    raw().execute("notify due")
    return batch
