"""A creator's account at Stripe: asked for, linked, looked at, unlinked and replaced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from app import outbox
from app.database import Lock, db, query_rows, raw, take_turn
from app.errors import Conflict
from app.notifications import readers
from app.outbox import Event
from app.payouts.sending.models import AccountStatus, StripeAccount
from app.security import Identity, Role
from app.stripe_answers import Account
from app.stripe_gateway import Stripe
from app.users.models import Creator, Person
from app.users.trail import record

MOST_AT_ONCE = 20  # accounts that are looked at before the worker looks for other work


class Destination(NamedTuple):
    """That a creator's money goes to an account at Stripe, since when, and how many places it went to before."""

    account: str
    recorded_at: datetime
    versions: int


def current(creator: Creator) -> StripeAccount | None:
    """The creator's account at Stripe, also one that is not ready; None when there is none."""
    query = select(StripeAccount).where(StripeAccount.creator_id == creator.id, StripeAccount.unlinked_at.is_(None))
    return db.session.scalar(query.execution_options(populate_existing=True))


def pays(creator: Creator) -> Destination | None:
    """The account at Stripe to which the creator's money goes; None when it goes to a bank, or nowhere."""
    query = (
        "select account, recorded_at, versions from payment_destination"
        " where creator_id = %(creator)s and account is not null"
    )
    return next(iter(query_rows(raw(), query, {"creator": creator.id}, Destination)), None)


def ask(creator: Creator, *, by: Identity, at: datetime) -> StripeAccount:
    """The creator's account, or the row with which Stripe is asked for one. The caller commits, then calls `open`."""
    take_turn(raw(), Lock.STRIPE_ACCOUNTS, creator.id)
    account = current(creator)
    if account is None:
        account = StripeAccount(creator_id=creator.id, asked_by=by.person_id, asked_at=at)
        db.session.add(account)
        db.session.flush()
        record("ask_stripe", "creator", creator.id, by=by, at=at)
    return account


def open_at_stripe(row: StripeAccount, stripe: Stripe, email: str, *, at: datetime) -> None:
    """Asks Stripe for the account, once: the same row asks with the same key. The caller commits."""
    if row.account is not None:
        return
    creator = row.creator
    made = stripe.create_account(
        key=row.key,
        email=email,
        name=creator.name,
        country=creator.country,
        metadata={"creator": str(creator.public_id)},
    )
    take_in(row, made, at=at, hold=timedelta())


def take_in(row: StripeAccount, told: Account, *, at: datetime, hold: timedelta) -> None:
    """Keeps what Stripe says of an account. When it can take money for the first time, payouts go there from now on,
    and whoever signs in as the creator is told by mail. An older answer changes nothing."""
    if row.checked_at is not None and row.checked_at > at:
        return
    known = AccountStatus(told.status) if told.status in set(AccountStatus) else AccountStatus.UNSUPPORTED
    row.account, row.status, row.codes, row.checked_at = told.id, known, told.codes, at
    if told.status == AccountStatus.ACTIVE and row.ready_at is None:
        row.ready_at = at
        db.session.flush()
        _write_letters(row, hold)
    db.session.flush()


def look(row: StripeAccount, stripe: Stripe, *, at: datetime, hold: timedelta) -> None:
    """Asks Stripe how the account stands; the caller commits."""
    if row.account is not None:
        take_in(row, stripe.account(row.account), at=at, hold=hold)


def look_soon(account: str, *, at: datetime) -> None:
    """Stripe has told something of this account: the worker asks how it stands. Nothing where it is none of ours."""
    known = (StripeAccount.account == account) & StripeAccount.unlinked_at.is_(None)
    db.session.execute(update(StripeAccount).where(known).values(look_at=at))
    raw().execute("notify due")


def look_at_told(stripe: Stripe, now: Callable[[], datetime], *, hold: timedelta) -> int:
    """Asks Stripe how the accounts stand of which it has told something, and commits after each; returns how many. What
    is told in the meantime is looked at again. Several workers may do it at once: who comes later finds it done."""
    query = select(StripeAccount.id, StripeAccount.look_at).where(StripeAccount.look_at.is_not(None))
    told = db.session.execute(query.order_by(StripeAccount.look_at).limit(MOST_AT_ONCE)).all()
    for number, since in told:
        row = db.session.get_one(StripeAccount, number)
        look(row, stripe, at=now(), hold=hold)
        done = (StripeAccount.id == number) & (StripeAccount.look_at == since)
        db.session.execute(update(StripeAccount).where(done).values(look_at=None))
        db.session.commit()
    return len(told)


def _write_letters(row: StripeAccount, hold: timedelta) -> None:
    """Payouts go elsewhere from now on, and somebody else may have done that; a first place does not wait."""
    place = pays(row.creator)
    waits = round(hold.total_seconds() / 3600) if place and place.versions > 1 else 0
    for reader in readers.creator_readers(row.creator_id, {Role.CREATOR}):
        facts = {
            "person": db.session.get_one(Person, reader.person_id).name,
            "creator": row.creator.name,
            "at": row.ready_at,
            "iban": _("your account at Stripe"),
            "hours": waits,
        }
        outbox.write(Event("bank.changed", "stripe_account", row.id), [reader], facts, at=row.ready_at or row.asked_at)


def unlink(creator: Creator, *, by: Identity, at: datetime) -> StripeAccount:
    """The creator's money does not go to this account any more. Raises Conflict when there is none, or as long as
    transfers to it are under way: what came of them must be known first."""
    take_turn(raw(), Lock.STRIPE_ACCOUNTS, creator.id)
    row = current(creator)
    if row is None:
        raise Conflict(gettext("No Stripe account is linked: there is nothing to unlink."))
    expect_nothing_under_way(row)
    row.unlinked_at, row.unlinked_by = at, by.person_id
    db.session.flush()
    record("unlink_stripe", "creator", creator.id, by=by, at=at, status=row.status)
    return row


def expect_nothing_under_way(row: StripeAccount) -> None:
    """Conflict as long as nobody knows of a transfer to this account whether it has arrived."""
    open_one = "select exists (select from transfer where account = %s and status in ('sending', 'unknown'))"
    found = raw().execute(open_one, [row.account]).fetchone()
    if found and found[0]:
        raise Conflict(gettext("A payment to this account is under way: wait until it has arrived, then unlink it."))
