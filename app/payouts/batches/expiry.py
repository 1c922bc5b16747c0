"""Approved batches that nobody takes to the bank: said after a day, drafts again after a week (rules.md B22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext
from sqlalchemy import Select, func, select

from app.database import db
from app.errors import StreamcutError
from app.payouts import letters
from app.payouts.batches import approval
from app.payouts.models import BatchStatus, PayoutBatch

LATE = timedelta(hours=24)  # from then on finance's first page says so
EXPIRES = timedelta(days=7)


def unsent(*, at: datetime) -> Sequence[tuple[PayoutBatch, int]]:
    """Approved batches of which nothing has left for a day or longer, the oldest first, and for how many hours."""
    found = db.session.scalars(_unsent_since(at - LATE)).all()
    return [(batch, int((at - batch.approved_at) / timedelta(hours=1))) for batch in found if batch.approved_at]


def expire_approved(at: datetime) -> str:
    """Makes what was approved a week ago and has not left a draft again, and writes to its maker; says how many. Each
    batch in a transaction of its own; running it twice changes nothing more."""
    done, failed = 0, []
    about = PayoutBatch.public_id, PayoutBatch.number, PayoutBatch.submitted_by
    for public_id, number, who in db.session.execute(_unsent_since(at - EXPIRES).with_only_columns(*about)).all():
        try:
            note = gettext("It was approved and nothing of it left for %(days)s days.", days=EXPIRES.days)
            batch = approval.expire(public_id, note, at=at)
            if batch:
                letters.write_expired(batch, who, EXPIRES.days, at=at)
            db.session.commit()
            done += batch is not None
        except StreamcutError as error:
            db.session.rollback()
            failed.append(gettext("Batch %(number)s: %(reason)s", number=number, reason=error.sentence))
    expired = ngettext("%(num)d batch is a draft again.", "%(num)d batches are drafts again.", done)
    return " ".join([str(expired), *map(str, failed)])


def _unsent_since(instant: datetime) -> Select[PayoutBatch]:
    query = select(PayoutBatch).where(PayoutBatch.status == BatchStatus.APPROVED, PayoutBatch.approved_at <= instant)
    return query.where(func.has_left(PayoutBatch.id).is_(False)).order_by(PayoutBatch.approved_at)
