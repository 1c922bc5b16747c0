"""Somebody who is signed in shows by their password once more that it is them."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from app.database import db
from app.errors import BadInput
from app.security import Identity
from app.users import attempts, passwords
from app.users.models import Person
from config import settings


def confirm_password(me: Identity, password: str, address: str, *, at: datetime) -> None:
    """Commits, so that the try counts whatever comes next. Wrong ones count as failed sign-ins from `address` do, and a
    limit that one uses up is noted in the trail. Raises BadInput for a wrong one, and TooMany."""
    limits = attempts.signing_in(me.email, address)
    counted = attempts.spend(limits, at=at)
    db.session.commit()
    person = db.session.get_one(Person, me.person_id)
    if not passwords.matches(person.password_hash, password, settings()):
        attempts.record_lockouts(limits, me.email, address, at=at)
        db.session.commit()
        raise BadInput(gettext("That is not your password: try again."))
    attempts.give_back(counted, limits[0].key)
