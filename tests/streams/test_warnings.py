"""What a host is told of the products of a show."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from flask import Flask

from app.database import db
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.streams import moderators, shows, stock
from app.streams.models import Show
from app.streams.warnings import warnings_of
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity
from tests.streams.showing import PLANNED, planned


@pytest.fixture
def known_stock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, int | None]:
    """Somebody keeps the stock: what the test says, by SKU."""
    left: dict[str, int | None] = {}

    def source(show: Show, _at: datetime) -> dict[int, int | None]:
        return {each.id: left[each.product.sku] for each in show.items if each.product.sku in left}

    monkeypatch.setitem(app.extensions, stock.KEY, source)
    return left


def warned(show: Show) -> list[tuple[str, str]]:
    return [(each.item.product.sku, each.kind) for each in warnings_of(show, at=PLANNED)]


def test_a_price_unlike_the_announcement_is_told(lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("LAMP", "BULB")})
    lamp, bulb = shows.items_of(show)
    lamp.announced_price, bulb.announced_price = Decimal("9.50"), Decimal("10")
    (warning,) = warnings_of(show, at=PLANNED)
    assert warning.sentence == "“Lamp” costs €10.00, and €9.50 was announced."
    assert not warning.grave


def test_a_product_that_nothing_covers_or_that_earns_nothing_is_told(
    lumen: Brand, kettle: Brand, mira: Creator
) -> None:
    market.product(kettle, "FREE", commissionable=False)
    contract = market.contract(lumen, mira)
    show = planned(mira, skus={lumen: ("LAMP",), kettle: ("FREE",)})
    assert warned(show) == [("FREE", "no_commission")]
    show.planned_start = contract.period.upper
    assert warned(show) == [("LAMP", "no_contract"), ("FREE", "no_commission")]


def test_stock_that_is_low_or_gone_is_told(known_stock: dict[str, int | None], lumen: Brand, mira: Creator) -> None:
    show = planned(mira, skus={lumen: ("GONE", "LOW", "PART", "MANY", "FREE", "UNKNOWN")})
    items = {item.product.sku: item for item in shows.items_of(show)}
    items["PART"].announced_stock, items["MANY"].announced_stock = 100, 100
    db.session.flush()
    known_stock |= {"GONE": 0, "LOW": 5, "PART": 19, "MANY": 20, "FREE": None}
    assert warned(show) == [("GONE", "gone"), ("LOW", "low"), ("PART", "low")]


def test_without_anybody_who_keeps_the_stock_the_announced_one_counts(
    app: Flask, monkeypatch: pytest.MonkeyPatch, lumen: Brand, mira: Creator
) -> None:
    monkeypatch.delitem(app.extensions, stock.KEY, raising=False)
    show = planned(mira, skus={lumen: ("LAMP", "BULB")})
    lamp, bulb = shows.items_of(show)
    lamp.announced_stock, bulb.announced_stock = 0, 3
    assert warned(show) == [("LAMP", "gone")]


# -- moderators --


def test_people_with_an_account_are_added_and_taken_away(cast: Cast, lumen: Brand, mira: Creator) -> None:
    show, by = planned(mira, skus={lumen: ("LAMP",)}), identity("mira")
    with pytest.raises(BadInput, match="Nobody with this address"):
        moderators.add(show, "nobody@cast.example", by=by, at=PLANNED)
    moderators.add(show, "sam@cast.example", by=by, at=PLANNED)
    with pytest.raises(Conflict, match="Sam is a moderator already"):
        moderators.add(show, "sam@cast.example", by=by, at=PLANNED)
    assert shows.who_may_moderate(show, identity("sam"))
    moderators.remove(show, cast.people["sam"].id, by=by, at=PLANNED)
    assert not shows.who_may_moderate(show, identity("sam"))
    with pytest.raises(NotFound):
        moderators.remove(show, cast.people["sam"].id, by=by, at=PLANNED)
    show.status = "cancelled"
    db.session.flush()
    with pytest.raises(WrongStatus, match="over"):
        moderators.add(show, "sam@cast.example", by=by, at=PLANNED)
