"""What brands' systems are told of payouts (app/notifications/announcing.py): each of its own part of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from app.database import db, raw, statement
from app.money import EXPONENTS
from app.notifications.announcing import ring
from app.payouts.models import PayoutStatus

TOLD = frozenset({PayoutStatus.SENT, PayoutStatus.PAID, PayoutStatus.FAILED, PayoutStatus.RETURNED})


def announce_moved(payouts: Sequence[int], status: str, *, at: datetime) -> None:
    """Tells the brands whose money is in these payouts that they have just become sent, paid, failed or returned."""
    if status not in TOLD or not payouts:
        return
    db.session.flush()
    given = {"payouts": list(payouts), "at": at, "exponents": json.dumps(EXPONENTS)}
    if raw().execute(statement("app.payouts", "announce"), given).rowcount:
        ring()
