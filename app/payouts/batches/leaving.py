"""Whether money of a batch may have left the platform."""

from __future__ import annotations

from sqlalchemy import func, select

from app.database import db
from app.payouts.models import PayoutBatch


def has_left(batch: PayoutBatch) -> bool:
    """Whether a file of the batch was downloaded, so that the bank may have it. Nothing is recalled or taken out then.

    The question is asked of the database's function of the same name, which triggers and jobs use too.
    """
    db.session.flush()
    return bool(db.session.scalar(select(func.has_left(batch.id))))
