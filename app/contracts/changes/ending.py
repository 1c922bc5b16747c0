"""The end of a contract before its time: by notice, or at once for cause (rules.md B16).

What was earned stays, and sales whose touch lies inside still earn (settlement.md section 3). The cool-off of an
exclusivity begins at the new end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import delete, func, select

from app.clock import today
from app.contracts import letters
from app.contracts.announcing import announce_ended
from app.contracts.exclusivity import claims
from app.contracts.models import Contract, Coupon, Ending, EndingCause, EndingKind, Terms
from app.contracts.periods import DAY, cut, end_of, period_of, start_of
from app.contracts.sides import must_bind
from app.contracts.terms import monthly_lines
from app.database import db, lock, raw
from app.errors import BadInput, Conflict
from app.ledger import funding
from app.outbox import Event
from app.security import Identity
from app.users.sides import Side, other_side
from app.users.trail import record
from app.web.texts import required_text

LONGEST_REASON = 2_000


@dataclass(frozen=True)
class Termination:
    """How a side ends a contract: by `notice` with its last day, the earliest when none is given, or for a `cause`."""

    kind: str  # of EndingKind
    reason: str
    cause: str | None = None  # of EndingCause
    last_day: date | None = None


def earliest_end(contract: Contract, side: str, at: datetime) -> date:
    """The first last day a side can give notice for, a day of the contract's zone."""
    days = contract.notice_brand_days if side == Side.BRAND else contract.notice_creator_days
    return today(contract.timezone, at=at) + DAY * days


def end(contract: Contract, termination: Termination, *, side: str, by: Identity, at: datetime) -> Ending:
    """Ends a running contract: by notice on the day that is given, for cause today. The other side gets a letter.

    Raises NotAllowed, BadInput, and Conflict when the contract does not run or is being ended already.
    """
    must_bind(by, side, contract.brand_id, contract.creator_id)
    contract = lock(contract)
    _must_run(contract, at)
    reason = _reason(termination)
    kind, cause = termination.kind, termination.cause
    at_once = kind == EndingKind.CAUSE
    last_day = today(contract.timezone, at=at) if at_once else _after_notice(contract, side, termination.last_day, at)
    ending = Ending(contract_id=contract.id, kind=kind, side=side, cause=cause, reason=reason)
    ending.last_day, ending.given_by, ending.given_at = last_day, by.person_id, at
    db.session.add(ending)
    _cut(contract, last_day)
    claims.rewrite(contract)
    _release_later_months(contract, last_day, at)
    record("end", "contract", contract.id, by=by, at=at, kind=kind, side=side, last_day=last_day.isoformat())
    facts = {"how": cause or kind, "last_day": last_day, "reason": ending.reason}
    facts["who"] = contract.brand.name if side == Side.BRAND else contract.creator.name
    announce_ended(contract, kind=kind, cause=cause, side=side, at=at)
    letters.write_to_binders(Event("contract.ended", "contract", contract.id), contract, other_side(side), facts, at=at)
    return ending


def _must_run(contract: Contract, at: datetime) -> None:
    earlier = db.session.scalar(select(Ending).where(Ending.contract_id == contract.id))
    if earlier is not None:
        raise Conflict(
            gettext("This contract is being ended already: its last day is %(day)s.", day=earlier.last_day.isoformat())
        )
    if at < start_of(contract.period):
        raise Conflict(
            gettext("This contract has not begun: it can be ended from %(day)s on.", day=contract.starts_on.isoformat())
        )
    if at >= end_of(contract.period):
        raise Conflict(gettext("This contract has ended: its last day was %(day)s.", day=contract.ends_on.isoformat()))


def _reason(termination: Termination) -> str:
    """Why the contract ends, once kind and cause fit each other; BadInput otherwise."""
    kind, cause = termination.kind, termination.cause
    if kind not in set(EndingKind):
        raise BadInput(gettext("A contract ends by notice or for cause: choose one."))
    if (kind == EndingKind.CAUSE) != (cause in set(EndingCause)) or (kind == EndingKind.NOTICE and cause is not None):
        raise BadInput(gettext("Choose the cause: fraud, a breach that was not cured, or a legal duty."))
    return required_text(termination.reason, gettext("Say why: the other side will read it."), LONGEST_REASON)


def _after_notice(contract: Contract, side: str, last_day: date | None, at: datetime) -> date:
    earliest = earliest_end(contract, side, at)
    last_day = last_day or earliest
    if last_day < earliest:
        raise BadInput(gettext("The notice is too short: take %(day)s or later.", day=earliest.isoformat()))
    if last_day >= contract.ends_on:
        raise BadInput(
            gettext("The contract ends by itself on %(day)s: no notice is needed.", day=contract.ends_on.isoformat())
        )
    return last_day


def _cut(contract: Contract, last_day: date) -> None:
    """Terms, codes and monthly money go no further; what would have begun later never does."""
    contract.ends_on = last_day
    contract.period = period_of(contract.starts_on, last_day, contract.timezone)
    at = end_of(contract.period)
    db.session.flush()
    db.session.execute(delete(Terms).where(Terms.contract_id == contract.id, func.lower(Terms.valid) >= at))
    db.session.execute(delete(Coupon).where(Coupon.contract_id == contract.id, func.lower(Coupon.period) >= at))
    for terms in db.session.scalars(select(Terms).where(Terms.contract_id == contract.id)).all():
        terms.valid = cut(terms.valid, min(at, end_of(terms.valid)))
    for coupon in db.session.scalars(select(Coupon).where(Coupon.contract_id == contract.id)).all():
        coupon.period = cut(coupon.period, min(at, end_of(coupon.period)))
    db.session.flush()
    monthly_lines.end(contract, last_day)


def _release_later_months(contract: Contract, last_day: date, at: datetime) -> None:
    """What is reserved for months after the last day's is the brand's again."""
    later = raw().execute(
        "select month from reservation where kind = 'contract' and cause = %s and month > %s and released_at is null",
        [contract.id, last_day],
    )
    for (month,) in later.fetchall():
        funding.release("contract", contract.id, month=month, at=at)
