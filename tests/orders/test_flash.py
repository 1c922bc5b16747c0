"""Prices for minutes, the history they are compared with, and what a brand counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.database import db, raw
from app.errors import BadInput, Conflict
from app.orders import flash, selling, stock
from app.orders.flash import Flash
from app.orders.models import FlashPrice, ProductPrice
from app.orders.offers import Offer, offers_of
from app.orders.prices import lowest_of_30_days
from app.orders.reservations import SoldOut, TooManyPieces, reserve
from app.streams import shows
from app.streams.models import Show
from app.users.models import Brand, Creator
from tests.orders.buying import now
from tests.orders.selling import AT, show_of, the_lamp, viewer
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
MINUTE = timedelta(minutes=1)


def begin(show: Show, item: int, at: datetime, seconds: int = 300, **more: int) -> FlashPrice:
    return flash.begin(show, item, Flash(seconds, **more), by=identity("olga"), at=at)


def offer(show: Show, at: datetime) -> Offer:
    return offers_of(show, at)[0]


def test_a_percentage_is_taken_off_the_lowest_of_thirty_days_and_ends_by_itself(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    row = begin(show, item.id, AT, percent_bps=2500)
    assert (row.price, row.reference) == (1815, 2420)
    shown = offer(show, AT + MINUTE)
    assert (shown.price, shown.reference, shown.usual_price) == (1815, 2420, 2420)
    assert shown.flash_ends_at == AT + timedelta(seconds=300)
    assert offer(show, AT + timedelta(seconds=300)).price == 2420


def test_who_is_in_checkout_keeps_the_price(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    begin(show, item.id, AT, price=2000, seconds=30)
    row = reserve(show, item.id, 1, viewer("anna"), AT + timedelta(seconds=29))
    assert (row.unit_price, row.reference_price) == (2000, 2420)
    assert reserve(show, item.id, 1, viewer("anna"), AT + 2 * MINUTE).unit_price == 2000
    assert reserve(show, item.id, 1, viewer("ben"), AT + 2 * MINUTE).unit_price == 2420


def test_when_its_pieces_are_gone_the_usual_price_holds(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=10)
    begin(show, item.id, AT, price=2000, pieces=3)
    assert offer(show, AT).flash_left == 3
    reserve(show, item.id, 2, viewer("anna"), AT)
    with pytest.raises(TooManyPieces, match="left at this price: 1"):
        reserve(show, item.id, 2, viewer("ben"), AT)
    reserve(show, item.id, 1, viewer("ben"), AT)
    assert (offer(show, AT).price, offer(show, AT).flash_id) == (2420, None)
    assert reserve(show, item.id, 1, viewer("cleo"), AT).unit_price == 2420


def test_one_buyer_has_no_more_than_the_most_at_the_price(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    begin(show, item.id, AT, price=2000, max_per_buyer=1)
    with pytest.raises(TooManyPieces, match="At this price one buyer can have at most 1"):
        reserve(show, item.id, 2, viewer("anna"), AT)


def test_left_is_the_stock_also_at_a_price_for_minutes(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, pieces=1)
    begin(show, item.id, AT, price=2000, pieces=5)
    assert (offer(show, AT).left, offer(show, AT).flash_left) == (1, 5)
    with pytest.raises(SoldOut, match="Pieces left: 1"):
        reserve(show, item.id, 2, viewer("anna"), AT)


def test_a_countdown_is_not_started_again(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    begin(show, item.id, AT, price=2000, seconds=60)
    with pytest.raises(Conflict, match="runs for this already"):
        begin(show, item.id, AT + timedelta(seconds=30), price=1900)
    for price in (2000, 2100):
        with pytest.raises((Conflict, BadInput)):
            begin(show, item.id, AT + 2 * MINUTE, price=price)
    assert begin(show, item.id, AT + 2 * MINUTE, price=1900).reference == 2000  # what was asked a minute ago


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Flash(29, 2000), "30 seconds to 20 minutes"),
        (Flash(1201, 2000), "30 seconds to 20 minutes"),
        (Flash(60, 2420), r"lower than €24\.20"),
        (Flash(60, 0), "lower than"),
        (Flash(60), "either a price or a percentage"),
        (Flash(60, 2000, 1000), "either a price or a percentage"),
        (Flash(60, None, 50), "1 to 90 percent"),
        (Flash(60, 2000, pieces=0), "at least one piece"),
    ],
)
def test_what_can_be_no_price_for_minutes_is_refused(lumen: Brand, mira: Creator, wanted: Flash, sentence: str) -> None:
    show, item = show_of(lumen, mira)
    with pytest.raises(BadInput, match=sentence):
        flash.begin(show, item.id, wanted, by=identity("olga"), at=AT)


def test_without_thirty_days_of_history_nothing_is_compared(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira)
    db.session.execute(text("insert into product (brand_id, sku, name, category, price, currency, commissionable,"
        " recorded_at) select brand_id, 'NEW', 'New', category, 10, currency, true, :at from product"),
        {"at": AT - timedelta(days=29)})  # fmt: skip
    new = db.session.execute(text("select id from product where sku = 'NEW'")).scalar_one()
    assert lowest_of_30_days(lumen.id, new, "EUR", at=AT) is None
    assert lowest_of_30_days(lumen.id, new, "EUR", at=AT + timedelta(days=1)) == 1000
    shows.end(show, at=AT + MINUTE, by=identity("mira"))
    with pytest.raises(Conflict):
        begin(show, item.id, AT + 2 * MINUTE, price=2000)


def test_the_lowest_is_of_thirty_days_and_of_everything_that_was_asked(lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, at=now() - timedelta(days=40))
    lamp = the_lamp()
    lamp.price = Decimal("20.00")  # now, by the database's clock
    db.session.commit()
    lamp.price = Decimal("30.00")
    db.session.commit()
    later = now()
    assert lowest_of_30_days(lumen.id, lamp.id, "EUR", at=later) == 2000
    assert lowest_of_30_days(lumen.id, lamp.id, "EUR", at=later + timedelta(days=31)) == 3000
    item.announced_price = Decimal("15.00")
    db.session.flush()
    assert lowest_of_30_days(lumen.id, lamp.id, "EUR", at=later) == 1500
    assert [row.price for row in db.session.scalars(select(ProductPrice).order_by(ProductPrice.id))] == [
        Decimal("24.20"), Decimal("20.00"), Decimal("30.00")]  # fmt: skip
    assert show.status == "on_air"


@pytest.mark.parametrize("table", ["product_price", "flash_price"])
def test_nobody_rewrites_the_history(lumen: Brand, mira: Creator, table: str) -> None:
    show, item = show_of(lumen, mira)
    begin(show, item.id, AT, price=2000)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw().execute(f"update {table} set price = 1")


def test_a_brand_counts_its_pieces_and_says_how_it_sells(browse: Browse, lumen: Brand, mira: Creator) -> None:
    show_of(lumen, mira, pieces=None, at=now())
    lamp, page, olga = the_lamp().id, f"/brands/{lumen.public_id}/stock", browse("olga")
    assert "not counted" in olga.get(page).text
    assert olga.post(f"{page}/{lamp}", data={"pieces": "7"}).status_code == 303
    assert stock.pieces(lumen.id, lamp, now()).left == 7
    assert olga.post(f"{page}/{lamp}", data={"pieces": "many"}).status_code == 422
    assert olga.post(f"{page}/{lamp}", data={"pieces": ""}).status_code == 303
    assert stock.pieces(lumen.id, lamp, now()).left is None
    terms = {"vat": "9", "days": "3", "ships_to": ["NL", "BE"]}
    assert olga.post(f"/brands/{lumen.public_id}/selling-terms", data=terms).status_code == 303
    seller = selling.seller_of(lumen)
    assert seller is not None
    assert (seller.vat_bps, seller.delivery_days, seller.ships_to) == (900, 3, ("BE", "NL"))
    assert olga.post(f"/brands/{lumen.public_id}/selling-terms", data=terms | {"days": "99"}).status_code == 422


def test_a_brand_begins_a_price_for_minutes_on_a_page(browse: Browse, lumen: Brand, mira: Creator) -> None:
    show, item = show_of(lumen, mira, at=now())
    page, max_ = f"/brands/{lumen.public_id}/shows/{show.public_id}/prices", browse("max")
    assert "€24.20" in max_.get(page).text
    form = {"percent": "10", "seconds": "60"}
    action = page.replace("/prices", f"/items/{item.id}/flash")
    assert max_.post(action, data=form | {"percent": "95"}).status_code == 422
    assert max_.post(action, data=form).status_code == 303
    assert "€21.78" in max_.get(page).text
    assert "runs for this already" in max_.post(action, data=form).text
