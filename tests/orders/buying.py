"""A viewer who buys, click by click, and what comes of it in both books."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.integrations.jobs import handle_due
from app.integrations.sweeping import sweep
from app.ledger import funding
from app.orders import paying, reservations
from app.orders.jobs import tend_orders
from app.orders.models import OrderRefund, Purchase
from app.orders.paying import Buyer
from app.orders.selling import seller_of
from app.payouts.checks import check_books
from app.streams.models import Show, ShowItem
from app.stripe_gateway import gateway
from app.users.models import Brand
from config import settings
from tests.orders.selling import viewer
from tests.stripe_server import Provider

MINUTE = timedelta(minutes=1)
ANNA = {"email": "anna@buyer.example", "name": "Anna de Vries", "street": "Kade 1", "postcode": "1011 AB"}
ANNA |= {"town": "Amsterdam", "country": "NL"}


def now() -> datetime:
    return datetime.now(UTC)


def click(client: FlaskClient, show: Show, item: ShowItem, quantity: int = 1) -> str:
    """Reserves; returns the address of the page of the reservation."""
    answer = client.post(f"/live/{show.public_id}/items/{item.id}/reserve", data={"quantity": quantity})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def go(client: FlaskClient, page: str) -> str:
    """Fills in where it goes and follows the link to Stripe; returns the session's number."""
    assert client.post(page, data=ANNA).status_code == 303
    answer = client.get(f"{page}/pay")
    assert answer.status_code == 302, answer.text
    return str(answer.location).rpartition("/")[2]


def asked(show: Show, item: ShowItem, name: str, at: datetime, quantity: int = 1, *, session: bool = True) -> Purchase:
    """Somebody is on Stripe's page (or dies on the way there), without a browser; committed."""
    row = reservations.reserve(show, item.id, quantity, viewer(name), at)
    seller = seller_of(row.brand)
    assert seller is not None
    paying.fill_in(
        row, Buyer(f"{name}@buyer.example", name.title(), "Kade 1", "1011 AB", "Amsterdam", "NL"), seller, at=at
    )
    paying.begin(row, at=at)
    wanted = paying.request(row)
    db.session.commit()
    if session:
        paying.opened(row, gateway(settings()).create_checkout(**wanted))
        db.session.commit()
    return row


def pay(provider: Provider, session: str | None) -> None:
    """The buyer pays on Stripe's page."""
    provider.tell(do=[["pay", session]])


def hear() -> None:
    """What Stripe has to tell is brought in by the sweep, and handled; then the worker tends orders."""
    sweep(now())
    handle_due()
    tend_orders()
    sweep(now())
    handle_due()
    db.session.rollback()
    db.session.expire_all()


def the_order() -> Purchase:
    return db.session.scalars(select(Purchase).execution_options(populate_existing=True)).one()


def refunds() -> list[OrderRefund]:
    query = select(OrderRefund).order_by(OrderRefund.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def cash(brand: Brand) -> int:
    found = funding.funds(raw(), on=now().date(), brands=[brand.id])
    return found[0].cash if found else 0


def bank_account(brand: Brand) -> int:
    """What our books say stands at Stripe for the brand."""
    query = "select coalesce(-sum(amount), 0) from balance where account = 'bank' and brand_id = %s"
    found: Any = raw().execute(query, [brand.id]).fetchone()
    return int(found[0])


def wrong_books() -> list[str]:
    db.session.rollback()
    found = [f"{check.name}: {check.detail}" for check in check_books(raw()) if not check.ok]
    db.session.rollback()
    return found
