"""Payments at the provider that are told to us, and the night's look at its books."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.database import db, raw
from app.ledger import checkouts, told
from app.ledger.checks import LEDGER_CHECKS, run
from app.ledger.models import Checkout, TopUp
from app.ledger.told import Back, Told
from app.payouts.checks import check_books
from app.payouts.jobs import reconcile_stripe
from app.payouts.provider import positions
from app.payouts.provider.positions import Position
from app.stripe_gateway import Stripe
from app.users.models import Brand
from tests.payouts.people import identity
from tests.payouts.stripe_people import KEY
from tests.stripe_server import Provider


def pay(provider: Provider, brand: Brand, amount: int = 25_000) -> Checkout:
    """Somebody of the brand has paid at the provider; nobody has told us."""
    at = datetime.now(UTC)
    row = checkouts.ask(brand, amount, "EUR", by=identity("olga"), at=at)
    db.session.commit()
    stripe = Stripe(KEY, provider.base, 2.0)
    checkouts.open_at_stripe(row, stripe, title="Top-up", page="http://x.example", at=at)
    db.session.commit()
    provider.tell(do=[["pay", row.session]])
    return row


def tell(provider: Provider, row: Checkout) -> TopUp:
    """We are told of the payment."""
    session = next(
        each for each in provider.tell(show=["checkout.session"])["checkout.session"] if each["id"] == row.session
    )
    amount, at = session["amount_total"], datetime.now(UTC)
    said = Told(row.session or "", row.reference, session["payment_intent"], amount, session["currency"].upper())
    assert told.paid(UUID(session["metadata"]["checkout"]), said, happened_at=at, at=at)
    db.session.commit()
    return db.session.scalars(select(TopUp).where(TopUp.checkout_id == row.id)).one()


def paid(provider: Provider, brand: Brand, amount: int = 25_000) -> TopUp:
    """Paid, told and booked."""
    return tell(provider, pay(provider, brand, amount))


def charge_of(provider: Provider, top_up: TopUp) -> dict[str, Any]:
    """The provider's charge of a top-up."""
    payment = db.session.get_one(Checkout, top_up.checkout_id).payment
    return next(dict(each) for each in provider.tell(show=["charge"])["charge"] if each["payment_intent"] == payment)


def refund(provider: Provider, top_up: TopUp, amount: int, *, told_of: bool = True) -> None:
    """A part goes back at the provider."""
    charge = charge_of(provider, top_up)
    provider.tell(do=[["refund", charge["id"], amount]])
    if told_of:
        at, so_far = datetime.now(UTC), charge["amount_refunded"] + amount
        assert told.refunded(Back(charge["payment_intent"], charge["id"], so_far, "EUR", at), at=at)
        db.session.commit()


def night(*, ahead: timedelta = timedelta(seconds=2)) -> str:
    """The night's look; what happened in this second counts, too."""
    said = reconcile_stripe(datetime.now(UTC) + ahead)
    money = {name: name for name in ("provider_fees_stand_once", "currencies_stay", "payouts_equal_entries")}
    found = run(raw(), "app.ledger", LEDGER_CHECKS) + run(raw(), "app.payouts", money)
    assert [f"{check.name} {check.detail}" for check in found if not check.ok] == []
    return said


def open_ones() -> list[Position]:
    """What is open, as (kind, theirs, ours)."""
    return list(positions.positions("open"))


def sums(state: str = "open") -> list[tuple[str, int | None, int | None]]:
    """Kind and sums of what differs; None where one side has nothing."""
    found = positions.positions(state)
    return sorted((one.kind, one.theirs if one.there else None, one.ours if one.here else None) for one in found)  # type: ignore[type-var]


def faults() -> list[str]:
    """What is wrong with the books."""
    db.session.commit()
    found = [f"{check.name} {check.detail}" for check in check_books(raw()) if not check.ok]
    db.session.rollback()
    return found
