"""From which day a commission can be paid: approved early by the brand, or postponed once (rules.md B1).

The day is part of the decision, so a moved day is a new numbered decision by a person, and what was booked on the old
day is booked on the new one by two entries (settlement.md sections 7 and 8). Nothing else changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask_babel import format_date, gettext
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, Conflict, WrongStatus
from app.ledger import schedules
from app.ledger.models import Rhythm
from app.sales.commissions import letters
from app.sales.commissions.events import note
from app.sales.commissions.lines import Commission, expect, locked
from app.sales.commissions.models import CommissionEvent, EventKind, Standing
from app.sales.corrections import post_decided, stated_reason
from app.security import Identity
from app.users.models import Brand

CYCLE = {Rhythm.WEEK: 7, Rhythm.MONTH: 31}  # days between two payouts of a brand, at most


def approve_early(brand: Brand, sale_id: int, why: str, *, by: Identity, at: datetime) -> Commission:
    """Makes a pending commission payable from today (UTC) on; returns it as it was. Raises NotFound, BadInput without
    a reason, WrongStatus when it is not pending."""
    was = _pending(brand, sale_id, at=at)
    _move(was, at.astimezone(UTC).date(), EventKind.APPROVED_EARLY, stated_reason(why), by=by, at=at)
    return was


def extend(brand: Brand, sale_id: int, until: date, why: str, *, by: Identity, at: datetime) -> Commission:
    """Postpones a pending commission to a later day, once, by a payout cycle at most; the creator reads why. Raises as
    `approve_early` does, BadInput for a day out of these bounds, Conflict for a second time."""
    was = _pending(brand, sale_id, at=at)
    if was_postponed(was):
        raise Conflict(gettext("This commission was postponed already: that can be done once."))
    latest = latest_day(brand, was)
    if not was.available_on < until <= latest:
        first, last = (format_date(day, "d MMM y") for day in (was.available_on + timedelta(days=1), latest))
        raise BadInput(gettext("Choose a day from %(first)s to %(last)s.", first=first, last=last))
    _move(was, until, EventKind.EXTENDED, stated_reason(why), by=by, at=at)
    return was


def latest_day(brand: Brand, commission: Commission) -> date:
    """To which day a commission can be postponed at most: by one cycle of the brand's payouts."""
    own = schedules.of(brand)
    return commission.available_on + timedelta(days=CYCLE[Rhythm(own.every) if own else Rhythm.MONTH])


def was_postponed(commission: Commission) -> bool:
    """Whether it was postponed for its creator: that can be done once."""
    done = events(commission.brand_id, commission.sale_id)
    return any(each.kind == EventKind.EXTENDED and each.creator_id == commission.creator_id for each in done)


def events(brand_id: int, sale_id: int) -> list[CommissionEvent]:
    """What was done to the commissions of a line, in its order."""
    query = select(CommissionEvent).where(CommissionEvent.brand_id == brand_id, CommissionEvent.sale_id == sale_id)
    return list(db.session.scalars(query.order_by(CommissionEvent.id)))


def _pending(brand: Brand, sale_id: int, *, at: datetime) -> Commission:
    was = locked(brand.id, sale_id, at=at)
    expect(was, Standing.PENDING)
    if was.taken:
        raise WrongStatus(gettext("A part of this commission is paid: its day can’t be moved any more."))
    return was


def _move(was: Commission, to: date, kind: EventKind, why: str, *, by: Identity, at: datetime) -> None:
    raw().execute(
        """insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id,
            stream_id, touch_id, rate_bps, rate_from, fee_bps, available_on, decided_at, decided_by, note)
        select brand_id, sale_id, nr + 1, rule, label, reason, creator_id, contract_id, terms_id, stream_id, touch_id,
            rate_bps, rate_from, fee_bps, %(to)s, %(at)s, %(by)s, %(why)s
        from decision where brand_id = %(brand)s and sale_id = %(sale)s order by nr desc limit 1""",
        {"brand": was.brand_id, "sale": was.sale_id, "to": to, "at": at, "by": by.name, "why": why},
    )
    post_decided(raw(), was.brand_id, was.sale_id, at=at)
    letters.moved(kind, note(kind, was, why=why, by=by, at=at), was, to, why, by=by, at=at)
