"""An account at Stripe that takes no money any more is unlinked; the money that still lies on it is brought back first.

Somebody asks for it; the worker does the rest, in commits of its own: what lies there is asked of Stripe once, whole
transfers that it covers are brought back (the newest first: older ones have reached the creator's bank), and when each
of them has ended, the account is unlinked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app import outbox
from app.database import Lock, db, query_rows, raw, take_turn
from app.formatting import money
from app.notifications import readers
from app.outbox import Event
from app.payouts.sending import accounts
from app.payouts.sending.models import AccountStatus, StripeAccount, TransferReversal
from app.security import FINANCE, Identity
from app.stripe_gateway import NotLetIn, Refused, SlowDown, Stripe, Unknown
from app.users.models import Creator
from app.users.trail import record

STUCK = frozenset({AccountStatus.CLOSED, AccountStatus.REJECTED, AccountStatus.UNSUPPORTED})
REASON = "The account at Stripe is unlinked."  # of the platform: it stands beside the reversal
MOST_AT_ONCE = 20


class Sent(NamedTuple):
    """A transfer to the account of which not all has come back."""

    id: int
    payout_id: int
    left: int
    currency: str


def ask(creator: Creator, *, by: Identity, at: datetime) -> StripeAccount:
    """Unlinks the creator's account: at once where Stripe pays out what lies there, or nothing was ever sent; else the
    worker brings the money back first. Asked for twice, it is once. Raises Conflict as `accounts.unlink` does."""
    take_turn(raw(), Lock.STRIPE_ACCOUNTS, creator.id)
    row = accounts.current(creator)
    if row is None or row.status not in STUCK or not _sent(row):
        return accounts.unlink(creator, by=by, at=at)
    if row.unlink_asked_at is None:
        accounts.expect_nothing_under_way(row)
        row.unlink_asked_at, row.unlink_asked_by = at, by.person_id
        db.session.flush()
        record("ask_unlink_stripe", "creator", creator.id, by=by, at=at, status=row.status)
        raw().execute("notify due")
    return row


def work(stripe: Stripe, now: Callable[[], datetime]) -> int:
    """Asks for the money on accounts that are to be unlinked, and unlinks those from which all has come that could;
    commits after each, and returns how many moved on. Several workers may do it at once."""
    return sum(1 for number in _waiting() if _moved_on(number, stripe, now()))


def _waiting() -> Iterator[int]:
    asked = (StripeAccount.unlink_asked_at.is_not(None), StripeAccount.unlinked_at.is_(None))
    query = select(StripeAccount.id).where(*asked).order_by(StripeAccount.unlink_asked_at).limit(MOST_AT_ONCE)
    found = db.session.scalars(query).all()
    db.session.commit()
    yield from found


def _moved_on(number: int, stripe: Stripe, at: datetime) -> bool:
    known = db.session.get_one(StripeAccount, number, populate_existing=True)
    account, to_ask = known.account or "", known.emptied_at is None
    db.session.commit()
    try:  # outside of any transaction
        there = stripe.balance(account) if to_ask else {}
    except Refused:
        there = None  # a closed account may not be looked into any more
    except (Unknown, SlowDown, NotLetIn):
        return False
    query = select(StripeAccount).where(StripeAccount.id == number, StripeAccount.unlinked_at.is_(None))
    row = db.session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    moved = row is not None and (_asked_back(row, there, at) if to_ask else _unlinked(row, at))
    db.session.commit()
    return moved


def _asked_back(row: StripeAccount, there: dict[str, int] | None, at: datetime) -> bool:
    """Asks for whole transfers that what lies there covers; a person looks after what is left."""
    if row.emptied_at is not None:
        return False
    left = dict(there or {})
    for sent in _sent(row):
        if sent.left <= left.get(sent.currency, 0) and not _is_asked_back(sent.id):
            left[sent.currency] -= sent.left
            _ask_back(row, sent, at)
    row.emptied_at = at
    sums = ", ".join(money(amount, currency) for currency, amount in sorted(left.items()) if amount > 0)
    if sums or there is None:
        _write_left(row, sums, "balance", at)
    db.session.flush()
    raw().execute("notify due")
    return True


def _unlinked(row: StripeAccount, at: datetime) -> bool:
    """Unlinks it when each reversal has ended; one that Stripe refused is for a person to look after."""
    query = """select t.currency, count(*) filter (where r.next_try_at is not null),
            coalesce(sum(r.amount) filter (where r.status = 'refused' and r.asked_at >= %(since)s), 0)::bigint
        from transfer_reversal r join transfer t on t.id = r.transfer_id where t.account = %(account)s
        group by t.currency order by t.currency"""
    found = raw().execute(query, {"account": row.account, "since": row.emptied_at}).fetchall()
    if any(open_ for _, open_, _ in found):
        return False
    refused = ", ".join(money(amount, currency) for currency, _, amount in found if amount)
    row.unlinked_at, row.unlinked_by = at, row.unlink_asked_by
    if refused:
        _write_left(row, refused, "refused", at)
    db.session.flush()
    record("unlink_stripe", "creator", row.creator_id, by=None, at=at, status=row.status)
    return True


def _ask_back(row: StripeAccount, sent: Sent, at: datetime) -> None:
    back = TransferReversal(transfer_id=sent.id, amount=sent.left, reason=REASON, asked_by=row.unlink_asked_by)
    back.asked_at = back.next_try_at = at
    db.session.add(back)
    db.session.flush()
    about = {"amount": sent.left, "currency": sent.currency, "reason": REASON}
    record("bring_back", "payout", sent.payout_id, by=None, at=at, **about)


def _sent(row: StripeAccount) -> list[Sent]:
    """The transfers to the account of which not all has come back, the newest first."""
    query = """select id, payout_id, amount - reversed as left, currency from transfer
        where account = %(account)s and status = 'arrived' and reversed < amount order by ended_at desc, id desc
        for update"""
    return query_rows(raw(), query, {"account": row.account}, Sent)


def _is_asked_back(transfer: int) -> bool:
    open_one = TransferReversal.next_try_at.is_not(None)
    query = select(TransferReversal.id).where(TransferReversal.transfer_id == transfer, open_one)
    return db.session.scalar(query) is not None


def _write_left(row: StripeAccount, sums: str, fact: str, at: datetime) -> None:
    """Money may be left there: finance looks at Stripe. Without `sums` nobody knows how much."""
    facts = {
        "creator": row.creator.name,
        "account": row.account,
        "sums": sums,
        "path": f"/creators/{row.creator.public_id}/stripe",
    }
    whom = readers.platform_readers(FINANCE)
    outbox.write(Event("stripe.left", "stripe_account", row.id, fact), whom, facts, at=at)
