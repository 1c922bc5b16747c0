"""What has left for good and can't be called back, taken out or put into a file: the view `has_left` says so, and only
this asks it."""

from __future__ import annotations

from app.database import db, raw
from app.payouts.models import Payout, PayoutBatch


def has_left(thing: PayoutBatch | Payout) -> bool:
    """Whether this payout, or any payout of this batch, has left: a file that pays it was downloaded, or a transfer may
    have been made."""
    db.session.flush()
    column = "batch_id" if isinstance(thing, PayoutBatch) else "payout_id"
    query = f"select exists (select from has_left where {column} = %s)"  # noqa: S608
    row = raw().execute(query.encode(), [thing.id]).fetchone()
    return bool(row and row[0])
