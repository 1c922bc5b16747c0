"""Using a second factor: the one door for a code of an app, a passkey's answer and a recovery code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.database import db
from app.errors import BadInput, Conflict
from app.users import attempts
from app.users.attempts import Limit
from app.users.factors import apps, passkeys, recovery
from app.users.factors.models import FactorKind, FactorUse
from app.users.models import Attempt

MOST_TRIES, WINDOW = 5, timedelta(minutes=15)


@dataclass(frozen=True)
class Factors:
    """What somebody has set up."""

    app: bool
    passkeys: int
    codes: int  # recovery codes that are still good

    @property
    def any(self) -> bool:
        """Whether there is one to ask for. Recovery codes are no factor of their own."""
        return self.app or self.passkeys > 0


def factors_of(person_id: int) -> Factors:
    """What this person has set up."""
    has_app = apps.live_app(person_id) is not None
    return Factors(has_app, len(passkeys.live_passkeys(person_id)), recovery.left(person_id))


def has_one(person_id: int) -> bool:
    """Whether the person has an app or a passkey set up."""
    return apps.live_app(person_id) is not None or bool(passkeys.live_passkeys(person_id))


def use(person_id: int, answer: str, purpose: str, *, at: datetime) -> int:
    """Takes a second factor of a person for one purpose, e.g. "batch 12": the six digits of their app, a recovery code,
    or a passkey's answer as JSON. It counts once, and not again for any purpose. Returns the id of the use, to which
    whatever it allows can point. The caller commits, and by rolling back undoes the use as well.

    Raises BadInput when the person has no factor, and for an answer that is wrong, expired, used, or a passkey's for
    another purpose; TooMany after 5 wrong ones in 15 minutes (they are counted whatever the caller's transaction comes
    to), and Conflict while another answer of the same person is being looked at.
    """
    limit = Limit(f"factor:{person_id}", MOST_TRIES, WINDOW)
    _one_at_a_time(limit)
    attempts.refuse_when_used_up(limit, at)
    if not has_one(person_id):
        raise BadInput(gettext("You have no second factor yet: set one up on your account’s page."))
    answer = answer.strip()
    if not answer:
        raise BadInput(gettext("Type the code of your app, or use a passkey."))
    try:
        kind, mark = _checked(person_id, answer, purpose, at=at)
        kept = _keep(person_id, purpose, kind, mark, at=at)
    except BadInput:
        attempts.count_apart(limit, person_id, at=at)
        raise
    db.session.execute(delete(Attempt).where(Attempt.key == limit.key))  # the person has just shown who they are
    return kept


def _one_at_a_time(limit: Limit) -> None:
    """Until the transaction ends nobody else answers for this person. It is not waited for: whoever waited would hold a
    connection, and a wrong answer needs a second one to be counted."""
    got = db.session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(limit.key, 0))))
    if not got:
        raise Conflict(gettext("Another answer of yours is being looked at this moment: try again."))


def _checked(person_id: int, answer: str, purpose: str, *, at: datetime) -> tuple[FactorKind, str]:
    """Which kind of factor this is, and the mark under which it counts once."""
    if answer.startswith("{"):
        return FactorKind.PASSKEY, passkeys.check(person_id, answer, purpose, at=at)
    digits = "".join(character for character in answer if character not in " -\u00a0\u2013")
    if digits.isascii() and digits.isdigit():
        if len(digits) == apps.DIGITS:
            return FactorKind.TOTP, _step_of(person_id, digits, at=at)
        if len(digits) == recovery.DIGITS:
            return FactorKind.RECOVERY, _code_of(person_id, digits, at=at)
    raise BadInput(gettext("Type the six digits that your app shows, or one of your recovery codes of twelve."))


def _step_of(person_id: int, digits: str, *, at: datetime) -> str:
    app = apps.live_app(person_id)
    step = apps.matching_step(app, digits, at=at) if app else None
    if app is None or step is None:
        raise BadInput(gettext("That is not the code that your app shows now: type the next one."))
    if app.last_step is not None and step <= app.last_step:
        raise _used_code()
    app.last_step = step
    db.session.flush()
    return f"{app.id} {step}"


def _code_of(person_id: int, digits: str, *, at: datetime) -> str:
    row = recovery.find(person_id, digits)
    if row is None:
        raise BadInput(gettext("That is not one of your recovery codes, or it was replaced by newer ones."))
    if row.used_at is not None:
        raise BadInput(gettext("This recovery code was used before: take another."))
    row.used_at = at
    db.session.flush()
    return str(row.id)


def _used_code() -> BadInput:
    return BadInput(gettext("This code was used before: wait until your app shows the next one."))


def _keep(person_id: int, purpose: str, kind: FactorKind, mark: str, *, at: datetime) -> int:
    """Writes the use down; the database takes each mark once, whatever came before."""
    use = {"person_id": person_id, "purpose": purpose, "kind": kind, "mark": mark, "used_at": at}
    kept = insert(FactorUse).values(use).on_conflict_do_nothing(constraint="uq_factor_use_once")
    use_id = db.session.scalar(kept.returning(FactorUse.id))
    if use_id is None:
        raise _used_code()
    return int(use_id)
