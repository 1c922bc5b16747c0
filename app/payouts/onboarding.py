"""Whom to pay: a creator's bank details, and the platform's own account, as versions of which the newest counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from app.database import Lock, db
from app.payouts.accounts import checked_holder, checked_iban, masked
from app.payouts.models import BankDetail
from app.security import Identity, Role
from app.users import letters
from app.users.models import Creator, Membership, Person
from app.users.trail import record


def versions(creator: Creator | None) -> Sequence[BankDetail]:
    """All bank details of a creator, or of the platform, the newest first."""
    of = BankDetail.creator_id == creator.id if creator else BankDetail.creator_id.is_(None)
    return db.session.scalars(select(BankDetail).where(of).order_by(BankDetail.id.desc())).all()


def enter(creator: Creator | None, holder: str, iban: str, *, by: Identity, at: datetime) -> BankDetail | None:
    """Stores new bank details of a creator, or of the platform, and returns them; None when nothing is different.

    Raises BadInput for a name or IBAN that can't be. Whether a change holds payouts is decided when a batch is made.
    """
    holder, iban = checked_holder(holder), checked_iban(iban)
    db.session.execute(select(func.pg_advisory_xact_lock(_lock_key(creator))))
    before = versions(creator)
    if before and (before[0].holder, before[0].iban) == (holder, iban):
        return None
    detail = BankDetail(
        creator_id=creator.id if creator else None, holder=holder, iban=iban, recorded_at=at, recorded_by=by.person_id
    )
    db.session.add(detail)
    db.session.flush()
    kind, of = ("creator", creator.id) if creator else ("platform", None)
    was = masked(before[0].iban) if before else ""
    record("change_bank" if before else "enter_bank", kind, of, by=by, at=at, iban=masked(iban), was=was)
    return detail


def _lock_key(creator: Creator | None) -> int:
    """Two first entries at once must not both count as the first."""
    return Lock.BANK_DETAILS * 2**31 + (creator.id if creator else 0)


def held_until(creator: Creator, hold: timedelta) -> datetime | None:
    """Until when a changed IBAN keeps this creator from being paid (rules.md B21); None when it was never changed."""
    details = versions(creator)
    return details[0].recorded_at + hold if len(details) > 1 else None


def mail_change(creator: Creator, detail: BankDetail, hold: timedelta) -> None:
    """Mails a change to everybody who signs in as this creator, each in their own language.

    Called once the change is stored. Raises Unavailable when the mail server does not take it.
    """
    owners = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.creator_id == creator.id, Membership.role == Role.CREATOR, Membership.ended_at.is_(None))
        .where(Person.disabled_at.is_(None))
    )
    for person in db.session.scalars(owners.order_by(Person.id)).all():
        with force_locale(person.language):
            letters.post(person.email, gettext("Your bank details were changed"), _body(person, creator, detail, hold))


def _body(person: Person, creator: Creator, detail: BankDetail, hold: timedelta) -> str:
    body = gettext(
        "Hello %(person)s,\n\n"
        "the bank details of %(creator)s were changed on %(at)s UTC. Payouts now go to %(iban)s.\n"
        "Nothing is paid to the new account during the first %(hours)s hours.\n\n"
        "Was this not you? Change your password at once and tell us.\n",
        person=person.name,
        creator=creator.name,
        at=f"{detail.recorded_at:%Y-%m-%d %H:%M}",
        iban=masked(detail.iban),
        hours=round(hold.total_seconds() / 3600),
    )
    return str(body)
