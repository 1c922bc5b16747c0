"""A show that sells, as far as a test wants it, and viewers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from sqlalchemy import select

from app.catalog.models import Product
from app.database import db
from app.orders import stock
from app.orders.models import Purchase, WaitingBuyer
from app.outbox import Letter
from app.streams.models import Show, ShowItem
from app.users.models import Brand, Creator
from tests import market
from tests.payouts.people import identity
from tests.streams.showing import on_air

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


def show_of(
    brand: Brand, creator: Creator, *, pieces: int | None = 5, at: datetime = AT, skus: tuple[str, ...] = ("LAMP",)
) -> tuple[Show, ShowItem]:
    """A show on air with one lamp of 24.20 euros, VAT included, and so many pieces of it; committed."""
    lamp = market.product(brand, "LAMP", price=Decimal("24.20"))
    show = on_air(creator, skus={brand: skus}, at=at)
    if pieces is not None:
        stock.set_on_hand(lamp, pieces, by=identity("olga"), at=at)
    db.session.commit()
    return show, the_item(show)


def the_item(show: Show) -> ShowItem:
    return db.session.scalars(select(ShowItem).where(ShowItem.show_id == show.id).order_by(ShowItem.position)).all()[0]


def the_lamp() -> Product:
    return db.session.scalars(select(Product).where(Product.sku == "LAMP")).one()


def viewer(name: str) -> bytes:
    """Somebody who watches."""
    return sha256(name.encode()).digest()[:16]


def purchases() -> list[Purchase]:
    """All of them as they are now."""
    query = select(Purchase).order_by(Purchase.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def line() -> list[tuple[str, int]]:
    """Who waits, in which state, for how many."""
    query = select(WaitingBuyer).order_by(WaitingBuyer.id).execution_options(populate_existing=True)
    return [(row.status, row.quantity) for row in db.session.scalars(query)]


def letters(event: str = "") -> list[tuple[str, str]]:
    """What was written, to whom."""
    query = select(Letter).where(Letter.event.startswith(event)).order_by(Letter.id)
    return [(row.event, row.address) for row in db.session.scalars(query)]
