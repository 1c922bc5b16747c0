"""Whom to pay: a creator's bank details, and the platform's own account, as versions of which the newest counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app import outbox
from app.database import Lock, db, raw, take_turn
from app.notifications import readers
from app.outbox import Event
from app.payouts.bank.accounts import checked_holder, checked_iban, masked
from app.payouts.models import BankDetail
from app.security import Identity, Role
from app.users.models import Creator, Person
from app.users.trail import record


def versions(creator: Creator | None) -> Sequence[BankDetail]:
    """All bank details of a creator, or of the platform, the newest first."""
    owned = BankDetail.creator_id == creator.id if creator else BankDetail.creator_id.is_(None)
    return db.session.scalars(select(BankDetail).where(owned).order_by(BankDetail.id.desc())).all()


def enter(creator: Creator | None, holder: str, iban: str, *, by: Identity, at: datetime) -> BankDetail | None:
    """Stores new bank details of a creator, or of the platform, and returns them; None when nothing is different.

    Raises BadInput for a name or IBAN that can't be. Whether a change holds payouts is decided when a batch is made.
    """
    holder, iban = checked_holder(holder), checked_iban(iban)
    take_turn(raw(), Lock.BANK_DETAILS, creator.id if creator else 0)  # of two first entries one is a change
    before = versions(creator)
    if before and (before[0].holder, before[0].iban) == (holder, iban):
        return None
    detail = BankDetail(
        creator_id=creator.id if creator else None, holder=holder, iban=iban, recorded_at=at, recorded_by=by.person_id
    )
    db.session.add(detail)
    db.session.flush()
    kind, owner_id = ("creator", creator.id) if creator else ("platform", None)
    was = masked(before[0].iban) if before else ""
    record("change_bank" if before else "enter_bank", kind, owner_id, by=by, at=at, iban=masked(iban), was=was)
    return detail


def held_until(creator: Creator, hold: timedelta) -> datetime | None:
    """Until when a changed IBAN keeps this creator from being paid (rules.md B21); None when it was never changed. The
    bank's spelling of the name is no change."""
    details = [detail for detail in versions(creator) if detail.spelling_of is None]
    return details[0].recorded_at + hold if len(details) > 1 else None


def write_letters(creator: Creator, detail: BankDetail, hold: timedelta) -> None:
    """Writes to everybody who signs in as this creator that the details were changed, in the same transaction."""
    for reader in readers.creator_readers(creator.id, {Role.CREATOR}):
        facts = {
            "person": db.session.get_one(Person, reader.person_id).name,
            "creator": creator.name,
            "at": detail.recorded_at,
            "iban": masked(detail.iban),
            "hours": round(hold.total_seconds() / 3600),
        }
        outbox.write(Event("bank.changed", "bank_detail", detail.id), [reader], facts, at=detail.recorded_at)
