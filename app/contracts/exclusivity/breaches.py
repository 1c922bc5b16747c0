"""Cases of what was found to go against an exclusivity (rules.md B14): the creator answers, then the holder decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app.contracts import letters
from app.contracts.models import Agreement, AgreementStatus, Breach, BreachKind, BreachStatus, Contract
from app.contracts.terms.kinds import Consequence
from app.database import db, lock, raw, statement
from app.errors import Conflict
from app.outbox import Event
from app.security import Identity
from app.transitions import move
from app.users.sides import Side
from app.users.trail import record
from app.web.texts import required_text

LONGEST = 2000  # of an answer or a note
DECIDED_WITHIN = 14  # days after the creator's seven


def open_case(contract_id: int, kind: str, cause: int, *, at: datetime) -> int | None:
    """Opens a case of the contract's exclusivity about a `stream`, or another `contract`, by its number.

    Returns the case's number; None where there was one about this already, however it ended.
    """
    values = {"contract": contract_id, "kind": kind, "cause": cause, "at": at}
    row = raw().execute(statement("app.contracts", "breach_open"), values).fetchone()
    return int(row[0]) if row else None


def answer(breach: Breach, text: str, *, by: Identity, at: datetime) -> Breach:
    """The creator's side of it, once. After the 7 days it is taken too while nobody has decided, and shown as late."""
    lock(breach)
    if breach.status != BreachStatus.OPEN:
        raise Conflict(gettext("This case is decided: it can't be answered any more."))
    if breach.answer is not None:
        raise Conflict(gettext("This case was answered already: one answer is all it takes."))
    breach.answer = required_text(text, gettext("Write what happened: the holder decides by it."), LONGEST)
    breach.answered_by, breach.answered_at = by.person_id, at
    db.session.flush()
    record("answer", "breach", breach.id, by=by, at=at)
    return breach


def decide(breach: Breach, *, upheld: bool, note: str, by: Identity, at: datetime) -> Breach:
    """The holder upholds the case or dismisses it, with a note that the creator reads.

    To uphold it takes the creator's answer, or that the 7 days have passed: Conflict before.
    """
    lock(breach)
    if breach.status == BreachStatus.OPEN and upheld and breach.answer is None and at < breach.answer_by:
        raise Conflict(gettext("The creator may answer until the seven days have passed: decide then."))
    note = required_text(note, gettext("Say why: the creator reads it."), LONGEST)
    move(breach, BreachStatus.UPHELD if upheld else BreachStatus.DISMISSED)
    breach.note, breach.decided_by, breach.decided_at = note, by.person_id, at
    db.session.flush()
    record("uphold" if upheld else "dismiss", "breach", breach.id, by=by, at=at, note=note)
    return breach


def close_overdue(*, at: datetime) -> int:
    """Dismisses the cases that the holder has not decided within 14 days after the creator could answer: nobody's money
    waits for ever. Returns how many."""
    return raw().execute(statement("app.contracts", "breach_overdue"), {"at": at, "days": DECIDED_WITHIN}).rowcount


def consequence_of(contract: Contract) -> str:
    """What the contract says follows an upheld case: warn, suspend_bonus, repay_fee or terminate."""
    query = select(Agreement).where(Agreement.contract_id == contract.id, Agreement.status == AgreementStatus.SIGNED)
    signed = db.session.scalar(query.order_by(Agreement.signed_at.desc(), Agreement.id.desc()).limit(1))
    closed = signed.sheet.exclusivity if signed else None
    return closed.breach if closed else Consequence.WARN


def recheck(*, at: datetime) -> Sequence[Any]:
    """Looks through all claims whether any work lies in another contract's block, and opens a case for each that does.

    There can be none: what is returned, pairs of holder and other contract, is a fault of the database or of ours.
    """
    pairs = raw().execute(statement("app.contracts", "recheck")).fetchall()
    for holder_id, other_id in pairs:
        open_case(holder_id, BreachKind.CONTRACT, other_id, at=at)
    return pairs


def write_letters(breaches: Sequence[Breach], *, at: datetime) -> None:
    """Writes to the people of each creator that a case was opened."""
    for breach in breaches:
        contract = breach.contract
        facts = {"brand": contract.brand.name, "creator": contract.creator.name, "until": breach.answer_by}
        letters.write(Event("breach.opened", "breach", breach.id), contract, Side.CREATOR, facts, at=at)
