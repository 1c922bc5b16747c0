"""Creators whose bank account Stripe pays to directly: asked for, set up, looked at and ended.

The money goes to the bank details that the creator has entered here; this is only the way. As long as it is not ready,
or once the bank details are others, a bank file pays as before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select, update

from app.database import Lock, db, raw, take_turn
from app.errors import Conflict
from app.payouts.bank import onboarding
from app.payouts.bank.accounts import masked
from app.payouts.sending.models import AccountStatus, StripeRecipient
from app.security import Identity
from app.stripe_gateway import Stripe
from app.stripe_outbound import Recipient
from app.users.models import Creator
from app.users.trail import record

MOST_AT_ONCE = 20  # recipients that are looked at before the worker looks for other work
CURRENCY = "EUR"  # what SEPA carries


def current(creator: Creator) -> StripeRecipient | None:
    """The creator's way to the bank by Stripe, also one that is not ready; None when there is none."""
    query = select(StripeRecipient).where(StripeRecipient.creator_id == creator.id, StripeRecipient.ended_at.is_(None))
    return db.session.scalar(query.execution_options(populate_existing=True))


def fits(row: StripeRecipient) -> bool:
    """Whether it still leads to the bank account that the creator has entered."""
    account = next(iter(onboarding.versions(row.creator)), None)
    return account is not None and (account.holder, account.iban) == (row.holder, row.iban)


def ask(creator: Creator, *, by: Identity, at: datetime) -> StripeRecipient:
    """The row with which Stripe is asked to pay to the creator's present bank account; one for another account ends.
    The caller commits, then calls `open_at_stripe`. Conflict without bank details."""
    take_turn(raw(), Lock.STRIPE_ACCOUNTS, creator.id)
    row = current(creator)
    if row is not None and fits(row):
        return row
    account = next(iter(onboarding.versions(creator)), None)
    if account is None:
        raise Conflict(gettext("Enter your bank details first: Stripe is to pay there."))
    if row is not None:
        end(creator, by=by, at=at)
    row = StripeRecipient(creator_id=creator.id, holder=account.holder, iban=account.iban, asked_by=by.person_id)
    row.asked_at = at
    db.session.add(row)
    db.session.flush()
    record("ask_stripe_bank", "creator", creator.id, by=by, at=at, iban=masked(row.iban))
    return row


def open_at_stripe(row: StripeRecipient, stripe: Stripe, email: str, *, at: datetime) -> None:
    """Asks Stripe for the recipient, once: the same row asks with the same key. The caller commits."""
    if row.account is None:
        made = stripe.create_recipient(
            key=row.key,
            email=email,
            name=row.holder,
            country=row.creator.country,
            metadata={"creator": str(row.creator.public_id)},
        )
        _take_in(row, made, at)


def look(row: StripeRecipient, stripe: Stripe, *, at: datetime) -> None:
    """Asks Stripe how it stands, and tells it the bank account once it knows who they are. Commits before that, so that
    each telling has a key of its own; the caller commits what came of it."""
    if row.account is None:
        return
    _take_in(row, stripe.recipient(row.account), at)
    if row.status == AccountStatus.ACTIVE and row.method is None:
        row.set_ups += 1
        db.session.commit()
        key = f"{row.key}-{row.set_ups}"
        row.method = stripe.set_up_bank(row.account, key=key, iban=row.iban, currency=CURRENCY) or None
    db.session.flush()


def look_soon(account: str, *, at: datetime) -> None:
    """Stripe has told something of this recipient: the worker asks how it stands. Nothing where it is none of ours."""
    known = (StripeRecipient.account == account) & StripeRecipient.ended_at.is_(None)
    db.session.execute(update(StripeRecipient).where(known).values(look_at=at))
    raw().execute("notify due")


def look_again(*, before: datetime, at: datetime) -> int:
    """The worker asks how those stand of whom nobody has asked since `before`; returns how many there are."""
    old = (StripeRecipient.checked_at < before) & StripeRecipient.ended_at.is_(None)
    old &= StripeRecipient.status != AccountStatus.CLOSED
    asked = update(StripeRecipient).where(old).values(look_at=at).returning(StripeRecipient.id)
    found = len(db.session.scalars(asked).all())
    raw().execute("notify due")
    return found


def look_at_told(stripe: Stripe, now: Callable[[], datetime]) -> int:
    """Asks Stripe how the recipients stand of which it has told something, and commits after each; returns how many."""
    query = select(StripeRecipient.id, StripeRecipient.look_at).where(StripeRecipient.look_at.is_not(None))
    told = db.session.execute(query.order_by(StripeRecipient.look_at).limit(MOST_AT_ONCE)).all()
    for number, since in told:
        look(db.session.get_one(StripeRecipient, number), stripe, at=now())
        done = (StripeRecipient.id == number) & (StripeRecipient.look_at == since)
        db.session.execute(update(StripeRecipient).where(done).values(look_at=None))
        db.session.commit()
    return len(told)


def end(creator: Creator, *, by: Identity, at: datetime) -> None:
    """From now on a bank file pays again. Conflict when there is no such way, or a payment is under way on it: what
    came of it must be known first."""
    take_turn(raw(), Lock.STRIPE_ACCOUNTS, creator.id)
    row = current(creator)
    if row is None:
        raise Conflict(gettext("Stripe does not pay to your bank: there is nothing to end."))
    open_one = "select exists (select from transfer where account = %s and status in ('sending', 'unknown', 'taken'))"
    found = raw().execute(open_one, [row.account]).fetchone()
    if found and found[0]:
        raise Conflict(gettext("A payment on this way is under way: wait until it has arrived, then end it."))
    row.ended_at, row.ended_by = at, by.person_id
    db.session.flush()
    record("end_stripe_bank", "creator", creator.id, by=by, at=at, status=row.status)


def _take_in(row: StripeRecipient, told: Recipient, at: datetime) -> None:
    """Keeps what Stripe says of a recipient. An older answer changes nothing."""
    if row.checked_at is None or row.checked_at <= at:
        known = AccountStatus(told.status) if told.status in set(AccountStatus) else AccountStatus.UNSUPPORTED
        row.account, row.status, row.codes, row.checked_at = told.id, known, told.codes, at
    db.session.flush()
