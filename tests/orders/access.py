"""The routes of orders. A buyer's pages are everybody's who has their address; who bought is the brand's alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app import clock
from app.database import db
from app.orders import booking, links, refunding, reservations, waiting
from app.orders.models import Purchase, PurchaseStatus, RefundReason, RefundStatus
from app.security import ANYBODY, BRAND, OWNERS, Role
from app.streams.models import Show, ShowItem
from tests.access import Kind, Row, Side

KEEPERS = OWNERS | {Role.BRAND_MEMBER}


def _show(side: Side) -> Show:
    number: Any = side.value("show_on_air")
    return db.session.scalars(select(Show).where(Show.public_id == number)).one()


def _item(side: Side) -> ShowItem:
    return db.session.scalars(select(ShowItem).where(ShowItem.show_id == _show(side).id).limit(1)).one()


def _held(side: Side, name: str) -> Purchase:
    visitor = f"{name} {side.word}".encode().ljust(16)[:16]
    row = reservations.reserve(_show(side), _item(side).id, 1, visitor, clock.now())
    row.email, row.buyer, row.street = f"{side.word}@buyer.example", side.word, side.word
    row.postcode, row.town, row.country = side.word, side.word, side.brand.country
    db.session.flush()
    return row


def _paid(side: Side, name: str) -> Purchase:
    row = _held(side, name)
    row.sale_id = booking.sell(row, at=clock.now())
    row.status, row.paid_at, row.look_at = PurchaseStatus.PAID, clock.now(), None
    row.payment = f"pi_{row.public_id}"
    db.session.flush()
    booking.money_came(row, at=clock.now())
    return row


def _order(side: Side) -> Purchase:
    number: Any = side.value("order")
    return reservations.find(number)


def _refund(side: Side) -> object:
    row = reservations.find_locked(_order(side).public_id)
    refund = refunding.refund_pieces(row, 1, RefundReason.BY_BRAND, at=clock.now(), words=side.word)
    refund.status, refund.why, refund.ended_at, refund.look_at = RefundStatus.REFUSED, "gone", clock.now(), None
    db.session.flush()
    return refund.public_id


def _token(kind: str, name: str) -> Any:
    def made(side: Side) -> object:
        row = _held(side, name) if kind == links.RESERVATION else _paid(side, name)
        return links.token(kind, row.public_id)

    return made


def _place(side: Side) -> object:
    visitor = f"waits {side.word}".encode().ljust(16)[:16]
    row = waiting.join(_show(side), _item(side).id, 1, visitor, f"{side.word}@buyer.example", at=clock.now())
    return links.token(links.PLACE, row.public_id)


KINDS = {
    "item_on_air": Kind(lambda side: _item(side).id, missing=999_999_999),
    "product_on_air": Kind(lambda side: _item(side).product_id, missing=999_999_999),
    "order": Kind(lambda side: _paid(side, "order").public_id),
    "refund": Kind(_refund),
    "reservation_token": Kind(_token(links.RESERVATION, "held"), missing="nonsense"),
    "order_token": Kind(_token(links.ORDER, "paid"), missing="nonsense"),
    "place_token": Kind(_place, missing="nonsense"),
}
AIR, AIR_ITEM = {"show": "show_on_air"}, {"show": "show_on_air", "item": "item_on_air"}
RESERVATION, ORDER, PLACE = {"token": "reservation_token"}, {"token": "order_token"}, {"token": "place_token"}
DETAILS = {"email": "a@buyer.example", "name": "A", "street": "Kade 1", "postcode": "1", "town": "T"}
TERMS = {"vat": "21", "days": "5", "ships_to": "NL"}

ROWS = [
    Row("orders.reserve", "POST", ANYBODY, args=AIR_ITEM, also=(503,)),  # where no Stripe is set up nobody can pay
    Row("orders.wait_form", "GET", ANYBODY, args=AIR_ITEM),
    Row("orders.wait", "POST", ANYBODY, args=AIR_ITEM, form={"email": "a@buyer.example", "quantity": "1"}),
    Row("orders.place", "GET", ANYBODY, args=PLACE),
    Row("orders.leave", "POST", ANYBODY, args=PLACE),
    Row("orders.reservation", "GET", ANYBODY, args=RESERVATION),
    Row(
        "orders.reservation_fill_in",
        "POST",
        ANYBODY,
        args=RESERVATION,
        form=lambda side: DETAILS | {"country": side.brand.country},
    ),
    Row("orders.reservation_pay", "GET", ANYBODY, args=RESERVATION),
    Row("orders.reservation_let_go", "POST", ANYBODY, args=RESERVATION),
    Row("orders.order", "GET", ANYBODY, args=ORDER),
    Row("orders.withdraw_form", "GET", ANYBODY, args=ORDER),
    Row("orders.withdraw", "POST", ANYBODY, args=ORDER, form={"pieces": "1", "confirmed": "1"}),
    Row("orders.brand_orders", "GET", BRAND),
    Row("orders.brand_orders_csv", "GET", BRAND),
    Row("orders.brand_order", "GET", BRAND),
    Row("orders.brand_order_ship", "POST", KEEPERS),
    Row("orders.brand_order_refund", "POST", OWNERS, form={"pieces": "1"}),
    Row("orders.brand_order_refund_again", "POST", OWNERS),
    Row("orders.brand_stock", "GET", BRAND),
    Row("orders.brand_stock_count", "POST", KEEPERS, args={"product": "product_on_air"}, form={"pieces": "5"}),
    Row("orders.brand_selling_terms", "POST", OWNERS, form=TERMS),
    Row("orders.brand_show_prices", "GET", BRAND, args=AIR),
    Row("orders.brand_flash", "POST", KEEPERS, args=AIR_ITEM, form={"percent": "10", "seconds": "60"}, also=(422,)),
]
