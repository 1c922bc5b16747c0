"""Holds of single commissions: a reason, an owner who decides, a deadline, an appeal (rules.md B25).

A hold moves no money: an assembly passes the line over while it lives. Without a decision it ends at its deadline.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import Conflict, NotAllowed, NotFound, WrongStatus
from app.sales.commissions import letters
from app.sales.commissions.events import note
from app.sales.commissions.lines import OPEN, Commission, commission_of, expect, locked
from app.sales.commissions.models import CommissionHold, EventKind, HoldOutcome, HoldOwner, HoldReason, Standing
from app.security import Identity, Role
from app.web.texts import required_text

LASTS = timedelta(days=30)  # rules.md B25: an unresolved hold expires then, and the money is free
ANSWERED_WITHIN = 10  # working days after an appeal
LONGEST = 2_000


def place(brand_id: int, sale_id: int, reason: HoldReason, why: str, *, by: Identity, at: datetime) -> CommissionHold:
    """Holds a commission that stands in no payout. The brand's people decide on theirs, the platform's on its own.

    Raises NotFound, BadInput without a reason, WrongStatus where nothing is left to hold, Conflict when it is held, or
    was by the brand's people before.
    """
    why = required_text(why, gettext("Say why: the creator reads it."), LONGEST)
    was = locked(brand_id, sale_id, at=at)
    if was.standing == Standing.ON_HOLD:
        raise Conflict(gettext("This commission is on hold already."))
    expect(was, *OPEN)
    if not may_hold(was, by):
        raise Conflict(gettext("You have held this commission before: only the platform can hold it again."))
    owner = HoldOwner.PLATFORM if by.has({Role.ADMIN}) else HoldOwner.BRAND
    return store(was, reason, why, owner=owner, by=by, at=at)


def may_hold(was: Commission, by: Identity) -> bool:
    """Whether somebody may hold it: a brand's people once, as a hold after a hold would never end."""
    if by.has({Role.ADMIN}):
        return True
    query = select(CommissionHold.id).where(
        CommissionHold.brand_id == was.brand_id,
        CommissionHold.sale_id == was.sale_id,
        CommissionHold.creator_id == was.creator_id,
        CommissionHold.owner == HoldOwner.BRAND,
        CommissionHold.placed_by.is_not(None),
    )
    return db.session.scalar(query.limit(1)) is None


def store(
    was: Commission, reason: HoldReason, why: str, *, owner: HoldOwner, by: Identity | None, at: datetime
) -> CommissionHold:
    """Writes the hold of a locked commission that is open, its event and the letter to the creator."""
    hold = CommissionHold(
        brand_id=was.brand_id,
        sale_id=was.sale_id,
        creator_id=was.creator_id,
        reason=reason,
        note=why,
        owner=owner,
        placed_by=by.person_id if by else None,
        placed_at=at,
        deadline=at + LASTS,
    )
    try:
        with db.session.begin_nested():
            db.session.add(hold)
    except IntegrityError as error:
        raise Conflict(gettext("This commission is on hold already.")) from error
    note(EventKind.HELD, was, why=why, reason=reason, by=by, at=at)
    letters.held(hold, was, at=at)
    return hold


def live(brand_id: int, sale_id: int) -> CommissionHold | None:
    """The hold of a line that has not ended."""
    query = select(CommissionHold).where(CommissionHold.brand_id == brand_id, CommissionHold.sale_id == sale_id)
    return db.session.scalar(query.where(CommissionHold.released_at.is_(None)))


def release(brand_id: int, sale_id: int, answer: str, *, by: Identity, at: datetime) -> CommissionHold:
    """Ends the hold: the money goes on as if there had been none. Raises NotFound, BadInput without an answer,
    WrongStatus when it has ended, NotAllowed for the brand where the platform holds it."""
    answer = required_text(answer, gettext("Say why: the creator reads it."), LONGEST)
    was, hold = _held(brand_id, sale_id, at=at)
    if not may_release(hold, by):
        raise NotAllowed(gettext("The platform holds this commission, and decides on it."))
    end(hold, HoldOutcome.RELEASED, answer, by=by, at=at)
    note(EventKind.RELEASED, was, why=answer, reason=hold.reason, by=by, at=at)
    letters.ended(hold, was, at=at)
    return hold


def appeal(brand_id: int, sale_id: int, text: str, *, by: Identity, at: datetime) -> CommissionHold:
    """The creator's side of it, once for each hold: whoever decides has ten working days from then on, or what is left
    until the deadline. Raises as `release` does, Conflict for a second appeal."""
    text = required_text(text, gettext("Say what speaks for this sale."), LONGEST)
    was, hold = _held(brand_id, sale_id, at=at)
    if hold.appealed_at is not None:
        raise Conflict(gettext("An appeal was made already: it is being looked at."))
    hold.appeal, hold.appealed_by, hold.appealed_at = text, by.person_id, at
    hold.deadline = min(hold.deadline, working_days_after(at, ANSWERED_WITHIN))
    note(EventKind.APPEALED, was, why=text, reason=hold.reason, by=by, at=at)
    letters.appealed(hold, was, at=at)
    return hold


def expire(*, at: datetime) -> int:
    """Ends holds whose deadline has passed without a decision: the money is free. Returns how many; running it twice
    ends none twice. The caller commits."""
    query = select(CommissionHold).where(CommissionHold.released_at.is_(None), CommissionHold.deadline <= at)
    ended = db.session.scalars(query.order_by(CommissionHold.id).with_for_update(skip_locked=True)).all()
    for hold in ended:
        was = commission_of(hold.brand_id, hold.sale_id, today=at.astimezone(UTC).date())
        end(hold, HoldOutcome.EXPIRED, "", by=None, at=at)
        if was is not None and was.creator_id == hold.creator_id and was.standing == Standing.ON_HOLD:
            note(EventKind.EXPIRED, was, reason=hold.reason, by=None, at=at)
            letters.ended(hold, was, at=at)
    return len(ended)


def end(hold: CommissionHold, outcome: HoldOutcome, answer: str, *, by: Identity | None, at: datetime) -> None:
    """Notes how a locked hold has ended."""
    hold.outcome, hold.answer, hold.released_at = outcome, answer, at
    hold.released_by = by.person_id if by else None
    db.session.flush()


def may_release(hold: CommissionHold, by: Identity) -> bool:
    """Whether somebody decides on it: on a hold of the platform's only the platform does."""
    return hold.owner == HoldOwner.BRAND or by.has({Role.ADMIN})


def find(public_id: UUID) -> CommissionHold:
    """One hold. Raises NotFound."""
    hold = db.session.scalar(select(CommissionHold).where(CommissionHold.public_id == public_id))
    if hold is None:
        raise NotFound(gettext("There is no such hold, or it is not yours."))
    return hold


def working_days_after(at: datetime, days: int) -> datetime:
    """The same time of day so many days later, Saturdays and Sundays not counted."""
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at


def _held(brand_id: int, sale_id: int, *, at: datetime) -> tuple[Commission, CommissionHold]:
    was = locked(brand_id, sale_id, at=at)
    hold = live(brand_id, sale_id)
    if hold is None or was.standing != Standing.ON_HOLD:
        raise WrongStatus(gettext("This commission is not on hold any more."))
    db.session.refresh(hold, with_for_update=True)
    return was, hold
