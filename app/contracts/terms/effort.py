"""Effort that no stream's record shows: the creator claims minutes or posts, the brand counts or refuses them (B8)."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext

from app import clock
from app.contracts.models import Contract, Effort, EffortKind, EffortStatus
from app.database import db, lock
from app.errors import BadInput, NotAllowed
from app.security import Identity
from app.transitions import move
from app.users.trail import record
from app.web.texts import required_text

MOST = 1440  # minutes of a day, or posts
LONGEST = 1000  # letters of a proof or a note


def claim(
    contract: Contract, what: str, done_on: date, quantity: int, proof: str, *, by: Identity, at: datetime
) -> Effort:
    """Notes that the creator has done so many minutes (`valid_minutes`) or `posts` on a local day of the contract.
    They are shown as claimed, and count once the brand has reviewed them.

    Raises BadInput for another kind, a day that has not come or is not the contract's, or a claim without a proof.
    """
    if what not in set(EffortKind):
        raise BadInput(gettext("Choose what was done: streaming minutes or posts."))
    if not contract.starts_on <= done_on <= contract.ends_on:
        raise BadInput(gettext("The contract does not cover that day: choose one of its days."))
    if done_on > clock.today(contract.timezone, at=at):
        raise BadInput(gettext("That day has not come yet: claim what has been done."))
    if not 1 <= quantity <= MOST:
        raise BadInput(gettext("Fill in how much was done on that day: 1 to %(most)s.", most=MOST))
    proof = _one_line(proof, gettext("Say where it can be seen: a link, or a few words."))
    effort = Effort(contract_id=contract.id, what=what, done_on=done_on, quantity=quantity, proof=proof)
    effort.claimed_by, effort.claimed_at = by.person_id, at
    db.session.add(effort)
    db.session.flush()
    record("claim", "effort", effort.id, by=by, at=at, what=what, quantity=quantity, done_on=done_on.isoformat())
    return effort


def review(effort: Effort, count: bool, note: str, *, by: Identity, at: datetime) -> Effort:
    """The brand counts what was claimed, or refuses it and says why. A month that is final stays as it is.

    Raises WrongStatus when it is reviewed already, NotAllowed for who claimed it, BadInput for a refusal without a
    word.
    """
    effort = lock(effort)
    if effort.claimed_by == by.person_id:
        raise NotAllowed(gettext("You claimed this yourself: somebody else has to review it."))
    sentence = gettext("Say why you refuse it: the creator will read it.")
    words = note.strip()[:LONGEST] or None if count else _one_line(note, sentence)
    move(effort, EffortStatus.COUNTED if count else EffortStatus.REFUSED)
    effort.note, effort.reviewed_by, effort.reviewed_at = words, by.person_id, at
    db.session.flush()
    record("count" if count else "refuse", "effort", effort.id, by=by, at=at, note=effort.note or "")
    return effort


def _one_line(text: str, sentence: str) -> str:
    """The text as one line; BadInput with `sentence` where there is none, or where it can't be printed."""
    text = " ".join(text.split())
    return required_text(text if text.isprintable() else "", sentence, LONGEST)
