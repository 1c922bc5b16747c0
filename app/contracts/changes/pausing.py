"""Days on which a contract rests: one side asks, the other agrees (rules.md B7: paused days are not active)."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext
from psycopg import errors
from sqlalchemy.exc import IntegrityError

from app.clock import today
from app.contracts import letters
from app.contracts.models import Contract, Pause, PauseStatus
from app.contracts.periods import end_of, start_of
from app.contracts.sides import must_bind
from app.database import db, lock
from app.errors import BadInput, Conflict, WrongStatus
from app.outbox import Event
from app.security import Identity
from app.transitions import move
from app.users.sides import Side, other_side
from app.users.trail import record
from app.web.texts import required_text
from app.words import word

LONGEST_REASON = 2_000


def ask_pause(
    contract: Contract, first_on: date, last_on: date, reason: str, side: str, by: Identity, at: datetime
) -> Pause:
    """Asks that the contract rests from `first_on` to `last_on`, days of its zone from today on, and tells the other
    side.

    Raises NotAllowed, BadInput for days outside the contract, and Conflict when it has ended.
    """
    must_bind(by, side, contract.brand_id, contract.creator_id)
    contract = lock(contract)
    if at >= end_of(contract.period):
        raise Conflict(gettext("This contract has ended: its last day was %(day)s.", day=contract.ends_on.isoformat()))
    if not max(today(contract.timezone, at=at), contract.starts_on) <= first_on <= last_on <= contract.ends_on:
        raise BadInput(gettext("A pause begins today at the earliest and lies within the contract: choose other days."))
    reason = required_text(reason, gettext("Say why: the other side will read it."), LONGEST_REASON)
    pause = Pause(contract_id=contract.id, first_on=first_on, last_on=last_on, reason=reason, side=side)
    pause.status, pause.asked_by, pause.asked_at = PauseStatus.ASKED, by.person_id, at
    db.session.add(pause)
    db.session.flush()
    days = {"first_on": first_on.isoformat(), "last_on": last_on.isoformat()}
    record("ask pause", "contract", contract.id, by=by, at=at, pause=pause.id, **days)
    _write(contract, pause, other_side(side), "pause.asked", at)
    return pause


def answer_pause(pause: Pause, agree: bool, side: str, by: Identity, at: datetime) -> Pause:
    """Agrees to a pause or refuses it, for the side that did not ask; the side that did is told.

    Raises NotAllowed, WrongStatus when it is answered already, and Conflict when its days can't be agreed to any more:
    a month that is over is being paid, the contract ends before them, or another pause has them.
    """
    contract = lock(pause.contract)
    pause = lock(pause)
    must_bind(by, side, contract.brand_id, contract.creator_id)
    if pause.status != PauseStatus.ASKED:
        raise WrongStatus(gettext("This pause is already “%(status)s”.", status=word(pause.status)))
    if pause.side == side:
        raise BadInput(gettext("Your side requested this pause: the other side has to answer."))
    if agree:
        _must_still_be_possible(contract, pause, at)
    try:
        with db.session.begin_nested():
            move(pause, PauseStatus.AGREED if agree else PauseStatus.REFUSED)
            pause.answered_by, pause.answered_at = by.person_id, at
            db.session.flush()
    except IntegrityError as error:
        if not isinstance(error.orig, errors.ExclusionViolation):
            raise
        raise Conflict(gettext("The contract is already paused on some of these days: refuse this request.")) from error
    record("answer pause", "contract", contract.id, by=by, at=at, pause=pause.id, status=pause.status)
    _write(contract, pause, pause.side, "pause.answered", at)
    return pause


def _must_still_be_possible(contract: Contract, pause: Pause, at: datetime) -> None:
    if at >= start_of(contract.period) and pause.first_on < today(contract.timezone, at=at).replace(day=1):
        raise Conflict(
            gettext("This pause begins in a month that is over and being paid: refuse it and request another.")
        )
    if pause.last_on > contract.ends_on:
        raise Conflict(gettext("The contract ends before the pause does: refuse it and request another."))


def _write(contract: Contract, pause: Pause, side: str, event: str, at: datetime) -> None:
    who = contract.brand.name if pause.side == Side.BRAND else contract.creator.name
    facts = {"who": who, "first": pause.first_on, "last": pause.last_on, "reason": pause.reason, "status": pause.status}
    letters.write_to_binders(Event(event, "pause", pause.id), contract, side, facts, at=at)
