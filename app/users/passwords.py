"""Passwords: hashed by argon2, checked in the same time whether or not the address is known."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext
from sqlalchemy import select

from app.database import db
from app.errors import BadInput
from app.users.models import Person
from config import Config

SHORTEST, LONGEST = 12, 200  # characters
OBVIOUS = frozenset(
    ("password", "passw0rd", "wachtwoord", "welkom", "welcome", "qwerty", "azerty", "letmein", "streamcut", "admin")
)
# Each hash takes 19 MiB: a burst of sign-ins waits here and does not fill the memory.
_slots = threading.BoundedSemaphore(4)


def hashed(password: str, config: Config) -> str:
    """The argon2 hash to store."""
    with _slots:
        return _hasher(config).hash(password)


def person_with(email: str, password: str, config: Config) -> Person | None:
    """The person who signs in with these, or None. Somebody unknown takes as long as a wrong password.

    A hash made with other settings than today's is replaced; the caller commits.
    """
    person = db.session.scalar(select(Person).where(Person.email == email))
    if not matches(person.password_hash if person else _nobodys(_hasher(config)), password, config):
        return None
    if person is None or person.disabled_at is not None:
        return None
    if _hasher(config).check_needs_rehash(person.password_hash):
        person.password_hash = hashed(password, config)
    return person


def matches(stored: str, password: str, config: Config) -> bool:
    """Whether `password` is the one behind the hash `stored`."""
    try:
        with _slots:
            return _hasher(config).verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def check_new(password: str, email: str) -> None:
    """BadInput with the reason when `password` may not be chosen by the person with `email`."""
    if len(password) < SHORTEST:
        raise BadInput(
            gettext("Choose a password of at least %(count)s characters: a few words do well.", count=SHORTEST)
        )
    if len(password) > LONGEST:
        raise BadInput(gettext("Choose a password of at most %(count)s characters.", count=LONGEST))
    if "\x00" in password:
        raise BadInput(gettext("The password has a character that can't be typed: choose another."))
    plain = password.casefold()
    if plain in (email, email.split("@")[0]) or _is_obvious(plain):
        raise BadInput(gettext("That password is too easy to guess: choose another."))


def _is_obvious(plain: str) -> bool:
    """Whether it is few characters, a run of letters or figures, or a well-known word with figures or signs around."""
    if len(set(plain)) < 4 or plain[:12] in "abcdefghijklmnopqrstuvwxyz" or plain[:12] in "1234567890123456789012345":
        return True
    letters = "".join(character for character in plain if character.isalpha())
    return any(letters in (word, word * 2, word * 3) for word in OBVIOUS)


def _hasher(config: Config) -> PasswordHasher:
    return _hasher_with(config.argon2_time_cost, config.argon2_memory_kib)


@cache
def _hasher_with(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash to compare with where there is no person, so that the answer takes as long."""
    return hasher.hash("nobody has this password")
