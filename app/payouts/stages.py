"""Where a payout is on its way, and the day that its creator was promised (five stages, each with its day).

One day is promised for a whole batch and stored with it: when the money is to be in the account. The days of the stages
before it are counted back from there over the days on which banks work, so that moving the promise moves them too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app import clock
from app.database import db
from app.errors import BadInput, WrongStatus
from app.payouts import letters
from app.payouts.bank import target
from app.payouts.batches import approval
from app.payouts.models import BY_STRIPE, BatchStatus, Payout, PayoutBatch, PayoutStatus
from app.payouts.payee_models import PayoutPromise, Stage
from app.security import Identity
from app.users.trail import record
from config import Config

ON_THE_WAY = (PayoutStatus.RESERVED, PayoutStatus.SENT, PayoutStatus.PAID)


class Step(NamedTuple):
    """One stage: on which day it is expected, on which it was reached (None: not yet), and whether it is late."""

    stage: Stage
    expected_on: date
    reached_on: date | None
    overdue: bool


def promises(batches: Collection[PayoutBatch], config: Config) -> dict[int, date]:
    """The day that counts for each of these batches, by id. A batch made before promises were stored has the one that
    it would have been given."""
    newest = select(PayoutPromise).ext(distinct_on(PayoutPromise.batch_id))
    newest = newest.where(PayoutPromise.batch_id.in_([batch.id for batch in batches]))
    stored = db.session.scalars(newest.order_by(PayoutPromise.batch_id, PayoutPromise.nr.desc()))
    days = {row.batch_id: row.due_on for row in stored}
    return {batch.id: days.get(batch.id) or target.promised_on(_made_on(batch, config)) for batch in batches}


def history(batch: PayoutBatch) -> Sequence[PayoutPromise]:
    """The batch's promises, the first one first."""
    made = select(PayoutPromise).where(PayoutPromise.batch_id == batch.id)
    return db.session.scalars(made.order_by(PayoutPromise.nr)).all()


def steps(payout: Payout, due_on: date, config: Config, *, at: datetime) -> list[Step]:
    """The five stages of a payout whose creator was promised `due_on`, as of the instant `at`; none for one that failed
    or came back or was taken out."""
    if payout.status not in ON_THE_WAY:
        return []
    zone, batch = config.platform_timezone, payout.batch
    today, sent_by = clock.today(zone, at=at), target.last_open_day(due_on)
    with_bank_by = target.last_open_day(sent_by)
    made_on, credited_on = _made_on(batch, config), target.next_open_day(payout.paid_on) if payout.paid_on else None
    handed_over = batch.sending_at if payout.rail in BY_STRIPE else batch.downloaded_at
    executed = payout.rail not in BY_STRIPE and handed_over and batch.execute_on and batch.execute_on <= today
    days: list[tuple[Stage, date, date | None]] = [
        (Stage.TO_BE_APPROVED, made_on, made_on),
        (Stage.APPROVED, with_bank_by, clock.today(zone, at=batch.approved_at) if batch.approved_at else None),
        (Stage.SCHEDULED, with_bank_by, clock.today(zone, at=handed_over) if handed_over else None),
        (Stage.SENT, sent_by, payout.paid_on or (batch.execute_on if executed else None)),
        (Stage.IN_ACCOUNT, due_on, credited_on if credited_on and credited_on <= today else None),
    ]
    return [Step(stage, due, reached, reached is None and due < today) for stage, due, reached in days]


def is_late(batch: PayoutBatch, due_on: date, config: Config, *, at: datetime) -> bool:
    """Whether a batch that is not done has passed the day it was promised for."""
    open_ = batch.status in (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED)
    return open_ and due_on < clock.today(config.platform_timezone, at=at)


def move(batch_id: UUID, due_on: date, reason: str, config: Config, *, by: Identity, at: datetime) -> PayoutPromise:
    """Promises another day and tells every creator whose payout is still on its way. Raises BadInput for a day that has
    passed, on which banks do not work, or that is promised already, and WrongStatus for a batch that is done."""
    batch, reason = approval.locked(batch_id), approval.checked_reason(reason)
    if batch.status in (BatchStatus.COMPLETED, BatchStatus.CANCELLED):
        raise WrongStatus(gettext("This batch is done: there is no day to move any more."))
    before = promises([batch], config)[batch.id]
    if due_on < clock.today(config.platform_timezone, at=at):
        raise BadInput(gettext("%(day)s has passed: promise a day that is to come.", day=due_on))
    if not target.is_open(due_on):
        raise BadInput(gettext("Banks settle nothing on %(day)s: promise a working day.", day=due_on))
    if due_on == before:
        raise BadInput(gettext("%(day)s is promised already.", day=due_on))
    known = history(batch)
    if not known:  # made before promises were stored
        db.session.add(PayoutPromise(batch_id=batch.id, nr=1, due_on=before, made_at=batch.made_at))
        db.session.flush()
    nr = (known[-1].nr if known else 1) + 1
    promise = PayoutPromise(batch_id=batch.id, nr=nr, due_on=due_on, reason=reason, made_by=by.person_id, made_at=at)
    db.session.add(promise)
    db.session.flush()
    record("promise", "payout_batch", batch.id, by=by, at=at, reason=reason, value_date=due_on.isoformat())
    letters.write_moved(promise, before, at=at)
    return promise


def _made_on(batch: PayoutBatch, config: Config) -> date:
    return clock.today(config.platform_timezone, at=batch.made_at)
