"""What Stripe tells of payments: booked once each, in whatever order it comes, with nobody's approval.

Stripe vouches for what was paid; what we compare is that it is what was asked for. Nothing here commits or asks Stripe.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select

from app import clock, outbox, transitions
from app.database import db, raw, statement
from app.formatting import money
from app.ledger import posting, receipts
from app.ledger.models import CAME, NOT_BEGUN, Checkout, CheckoutStatus, ReturnKind, TopUp, TopUpReturn, TopUpStatus
from app.notifications.readers import brand_readers, platform_readers
from app.outbox import Event
from app.security import FINANCE, Role
from app.users.trail import record as note
from config import settings

LETTERS = {ReturnKind.REFUND: "refunded", ReturnKind.DISPUTE: "disputed", ReturnKind.DISPUTE_WON: "restored"}


class Told(NamedTuple):
    """What Stripe says of its page: which, for what, and how much (minor units) was paid there."""

    session: str
    reference: str
    payment: str
    amount: int
    currency: str


class Back(NamedTuple):
    """What Stripe says of money that goes back (or comes again): of which payment, by which reference of Stripe's."""

    payment: str
    reference: str
    amount: int  # minor units
    currency: str
    happened_at: datetime


def paid(checkout: UUID, told: Told, *, happened_at: datetime, at: datetime) -> bool:
    """The money has come: it becomes the brand's, or is refused with a reason where it is not what was asked for, and
    finance is told. False when we know of no such payment."""
    row = _locked(checkout)
    if row is None or row.status in CAME:
        return row is not None
    why = _difference(row, told)
    transitions.move(row, CheckoutStatus.REFUSED if why else CheckoutStatus.PAID)
    row.payment, row.note, row.settled_at = told.payment, why or None, at
    if why:
        note("refuse", "checkout", row.id, by=None, at=at, reason=why)
        facts = _facts(row) | {"reason": why, "path": _path(row)}
        outbox.write(Event("checkout.refused", "checkout", row.id), platform_readers(FINANCE), facts, at=at)
    else:
        row.session = told.session
        _book(row, happened_at, at)
    db.session.flush()
    return True


def begun(checkout: UUID, told: Told) -> bool:
    """The payer has done their part, and the money comes in some days. False when we know of no such payment."""
    row = _locked(checkout)
    if row is not None and row.status in NOT_BEGUN:
        transitions.move(row, CheckoutStatus.ON_ITS_WAY)
        row.session, row.payment = told.session, told.payment
        db.session.flush()
    return row is not None


def ended(checkout: UUID, *, failed: bool, at: datetime) -> bool:
    """No money comes: the payer's bank refused (`failed`, which is told by letter), or nobody paid in time. False when
    we know of no such payment."""
    row = _locked(checkout)
    if row is None:
        return False
    if row.status in NOT_BEGUN or (failed and row.status == CheckoutStatus.ON_ITS_WAY):
        transitions.move(row, CheckoutStatus.FAILED if failed else CheckoutStatus.EXPIRED)
        row.settled_at = at
        if failed:
            facts = _facts(row) | {"path": _path(row)}
            outbox.write(Event("checkout.failed", "checkout", row.id), _brands_people(row.brand_id), facts, at=at)
        db.session.flush()
    return True


def refunded(told: Back, *, at: datetime) -> bool:
    """Of a payment this much was refunded until now: what is not booked yet is taken back. False when we know of no
    such payment, or it is not booked."""
    top_up = _top_up(told.payment)
    if top_up is None:
        return _was_refused(told.payment)
    before = db.session.scalar(
        select(func.coalesce(func.sum(TopUpReturn.amount), 0)).where(
            TopUpReturn.top_up_id == top_up.id, TopUpReturn.kind == ReturnKind.REFUND
        )
    )
    more = told.amount - int(before or 0)
    if more > 0:
        reference = f"{told.reference}:{told.amount}"
        _take_back(top_up, ReturnKind.REFUND, told._replace(amount=more, reference=reference), at)
    return True


def disputed(told: Back, *, won: bool, at: datetime) -> bool:
    """The payer's bank has taken a payment back; when we have `won`, it has given it again. False as `refunded`."""
    top_up = _top_up(told.payment)
    if top_up is None:
        return _was_refused(told.payment)
    for kind in (ReturnKind.DISPUTE, ReturnKind.DISPUTE_WON) if won else (ReturnKind.DISPUTE,):
        known = select(TopUpReturn.id).where(TopUpReturn.kind == kind, TopUpReturn.provider_ref == told.reference)
        if db.session.scalar(known) is None:
            _take_back(top_up, kind, told, at)
    return True


def _locked(checkout: UUID) -> Checkout | None:
    query = select(Checkout).where(Checkout.public_id == checkout).with_for_update(of=Checkout)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _difference(row: Checkout, told: Told) -> str:
    """Why what came is not what was asked for; empty when it is."""
    if (told.amount, told.currency) != (row.amount, row.currency):
        asked, came = money(row.amount, row.currency), money(told.amount, told.currency)
        return str(gettext("%(came)s was paid, and %(asked)s was asked for.", came=came, asked=asked))
    if told.reference != row.reference or row.session not in (None, told.session):
        return str(gettext("It was paid on another page of Stripe than the one that was asked for."))
    return ""


def _book(row: Checkout, happened_at: datetime, at: datetime) -> None:
    """Makes the payment a top-up, and posts it."""
    top_up = TopUp(
        brand_id=row.brand_id,
        amount=row.amount,
        currency=row.currency,
        received_on=clock.today(settings().platform_timezone, at=happened_at),
        reference=row.reference,
        status=TopUpStatus.APPROVED,
        made_by=row.asked_by,
        made_at=row.asked_at,
        decided_at=at,
        checkout_id=row.id,
    )
    db.session.add(top_up)
    db.session.flush()
    _post("top_up", top_up.id, at)
    receipts.issue(top_up, at=at)
    note("book", "top_up", top_up.id, by=None, at=at, amount=row.amount, currency=row.currency)


def _top_up(payment: str) -> TopUp | None:
    """The top-up that a payment became, locked."""
    query = select(TopUp).join(Checkout, Checkout.id == TopUp.checkout_id).where(Checkout.payment == payment)
    return db.session.scalar(query.with_for_update(of=TopUp))


def _was_refused(payment: str) -> bool:
    """Whether the payment was never booked, so that nothing is to be taken back."""
    query = select(Checkout.id).where(Checkout.payment == payment, Checkout.status == CheckoutStatus.REFUSED)
    return db.session.scalar(query) is not None


def _take_back(top_up: TopUp, kind: ReturnKind, told: Back, at: datetime) -> None:
    """Books it, and tells the brand and finance, each with their own page."""
    row = TopUpReturn(
        top_up_id=top_up.id,
        brand_id=top_up.brand_id,
        kind=kind,
        provider_ref=told.reference,
        amount=told.amount,
        currency=told.currency,
        happened_at=told.happened_at,
        recorded_at=at,
    )
    db.session.add(row)
    db.session.flush()
    _post("take_back", row.id, at)
    note(f"book_{kind}", "top_up", top_up.id, by=None, at=at, amount=told.amount, currency=told.currency)
    facts = _facts(top_up) | {"amount": told.amount, "currency": told.currency}
    event = Event(f"top_up.{LETTERS[kind]}", "top_up", top_up.id, row.id)
    theirs, ours = f"/brands/{top_up.brand.public_id}/funds", f"/finance/top-ups/{top_up.public_id}"
    letters = [(event, _brands_people(top_up.brand_id), facts | {"path": theirs})]
    outbox.write_all([*letters, (event, platform_readers(FINANCE), facts | {"path": ours})], at=at)


def _post(name: str, number: int, at: datetime) -> None:
    posting.open_posting(raw())
    parameter = "top_up" if name == "top_up" else "top_up_return"
    raw().execute(statement("app.ledger", name), {parameter: number})
    posting.post(raw(), at=at)


def _brands_people(brand_id: int) -> list[outbox.Reader]:
    return brand_readers(brand_id, {Role.BRAND_OWNER, Role.BRAND_FINANCE})


def _facts(row: Checkout | TopUp) -> dict[str, object]:
    return {"brand": row.brand.name, "amount": row.amount, "currency": row.currency, "reference": row.reference}


def _path(row: Checkout) -> str:
    return f"/brands/{row.brand.public_id}/funds/payments/{row.public_id}"
