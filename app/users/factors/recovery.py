"""Recovery codes: ten numbers of twelve digits, each good once, for the day on which everything else is lost."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select, update

from app.database import db
from app.users.factors import sealing
from app.users.factors.models import RecoveryCode

COUNT, DIGITS = 10, 12
OPEN = RecoveryCode.used_at.is_(None) & RecoveryCode.ended_at.is_(None)


def make_codes(person_id: int, *, at: datetime) -> list[str]:
    """Ten new codes as people read them, `1234 5678 9012`; all earlier ones count no more. They are kept nowhere."""
    end_codes(person_id, at=at)
    codes: set[str] = set()
    while len(codes) < COUNT:
        codes.add(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")
    hashes = [sealing.hashed(code) for code in codes]
    db.session.add_all(RecoveryCode(person_id=person_id, code_hash=each, made_at=at) for each in hashes)
    db.session.flush()
    return [f"{code[:4]} {code[4:8]} {code[8:]}" for code in sorted(codes)]


def left(person_id: int) -> int:
    """How many codes are still good."""
    return db.session.execute(
        select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id, OPEN)
    ).scalar_one()


def find(person_id: int, digits: str) -> RecoveryCode | None:
    """The code of a person with these twelve digits, used or not; None when there is none or it was replaced."""
    mine = RecoveryCode.person_id == person_id, RecoveryCode.ended_at.is_(None)
    return db.session.scalar(select(RecoveryCode).where(*mine, RecoveryCode.code_hash == sealing.hashed(digits)))


def end_codes(person_id: int, *, at: datetime) -> None:
    """No code made so far counts any more."""
    db.session.execute(update(RecoveryCode).where(RecoveryCode.person_id == person_id, OPEN).values(ended_at=at))
