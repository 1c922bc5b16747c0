"""Rules that hold commissions by themselves (rules.md B25): nightly, over sets, never silent.

Each rule is a query for lines (brand_id, sale_id), sold after `since`. A line is held once by a rule, by its creator's
brand to decide on; without a decision the money is free at the deadline. Rules of rooms to the right add their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from app import outbox
from app.database import db, query_rows, raw, statement
from app.notifications import readers
from app.outbox import Event
from app.sales.commissions.holding import LASTS
from app.sales.commissions.models import DECIDERS, HoldReason
from app.users.models import Brand, Creator

RULES: dict[HoldReason, tuple[str, str]] = {  # reason: package and statement
    HoldReason.COUPON_LEAKED: ("app.sales", "suspects_coupon_leaked"),
    HoldReason.ORDER_BURST: ("app.sales", "suspects_order_burst"),
    HoldReason.REFUND_RATE: ("app.sales", "suspects_refund_rate"),
    HoldReason.CLICK_FLOOD: ("app.sales", "suspects_click_flood"),
}
LOOKED_BACK = timedelta(days=45)  # at what was sold since: what is older is paid, as a rule


class Placed(NamedTuple):
    """What a rule holds of one creator with one brand, in minor units; `last` is the newest hold among them."""

    brand_id: int
    creator_id: int
    currency: str
    lines: int
    amount: int
    last: int


def suspect(*, at: datetime) -> int:
    """Runs all rules; returns how many lines they hold now. Running it twice holds none twice. The caller commits."""
    return sum(placed.lines for reason in RULES for placed in hold_by(reason, at=at))


def hold_by(reason: HoldReason, *, at: datetime) -> Sequence[Placed]:
    """Runs one rule, and tells each creator and brand by one letter what it holds."""
    query = statement("app.sales", "place_suspected").replace("{rule}", statement(*RULES[reason]))
    values: dict[str, Any] = {"reason": reason, "at": at, "since": at - LOOKED_BACK, "lasts": LASTS}
    found = query_rows(raw(), query, values | {"today": at.astimezone(UTC).date()})
    placed = [Placed(*row) for row in found]
    for each in placed:
        _write(reason, each, at)
    return placed


def _write(reason: HoldReason, placed: Placed, at: datetime) -> None:
    brand, creator = db.session.get_one(Brand, placed.brand_id), db.session.get_one(Creator, placed.creator_id)
    about = {
        "brand": brand.name,
        "creator": creator.name,
        "lines": placed.lines,
        "amount": placed.amount,
        "currency": placed.currency,
        "reason": reason,
        "until": at + LASTS,
    }
    theirs = {"path": f"/creators/{creator.public_id}/earnings?status=on_hold"}
    ours = {"path": f"/brands/{brand.public_id}/holds?reason={reason}"}
    outbox.write_all(
        [
            (
                Event("commissions.held", "commission_hold", placed.last),
                readers.creator_readers(creator.id),
                about | theirs,
            ),
            (
                Event("commissions.suspected", "commission_hold", placed.last),
                readers.brand_readers(brand.id, DECIDERS),
                about | ours,
            ),
        ],
        at=at,
    )
