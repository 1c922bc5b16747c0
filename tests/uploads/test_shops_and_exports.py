"""The same orders by a shop's webhooks and by its export: never counted twice, and in no conflict without need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db, raw
from app.integrations.jobs import handle_due
from app.integrations.shops.models import Shop
from tests import market
from tests.cast import Cast
from tests.integrations.shops.shop import connect, deliver, line, order, refund
from tests.tracking.linking import link
from tests.uploads.exports import confirm, drop, flags, further, latest, refunds, sales, shopify, table

Browse = Callable[[str], FlaskClient]
CLICK = "0123456789abcdef01234567"
LINES = [line(1, "100.00"), line(2, "100.00")]
ROW = {"Subtotal": "200.00", "Total": "205.00", "Created at": "2026-05-01 14:00:03 +0200"}
MORE = further(**{"Lineitem price": "100.00"})


@pytest.fixture
def address(cast: Cast) -> str:
    market.contract(cast.brands["lumen"], cast.creators["mira"], coupons=("MIRA",))
    db.session.commit()
    return f"/brands/{cast.brands['lumen'].public_id}/uploads"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return connect(cast.brands["lumen"])


def brought(browse: Browse, address: str, content: bytes) -> tuple[int, int]:
    """Brings an export; how many of its rows were new, and how many rejected."""
    browser = browse("olga")
    page = drop(browser, address, content)
    found = latest().files[0].new_rows, latest().files[0].rejected_rows
    if latest().status == "previewed":
        confirm(browser, page)
    return found


def told(client: FlaskClient, shop: Shop, topic: str, *lines: dict[str, Any], **more: Any) -> None:
    """An event of order #1001, handled."""
    about = order(1, *(lines or LINES), **more) if topic.startswith("orders") else more
    deliver(client, shop, topic, about)
    handle_due()


def bases() -> list[tuple[str, int]]:
    return [(sale.line_ref, sale.base_minor) for sale in sales()]


def test_an_order_that_the_shop_has_told_stands_whatever_the_export_makes_of_it(
    browse: Browse, client: FlaskClient, shop: Shop, address: str
) -> None:
    link(db.session.scalars(select(Contract)).one(), "lamps")
    db.session.commit()
    told(client, shop, "orders/paid", landing_site=f"/?ref=lamps&utm_source=streamcut&utm_content={CLICK}")
    before = [sale.visitor for sale in sales()]
    assert brought(browse, address, shopify(ROW, MORE, {"Name": "#1002"})) == (1, 0)
    assert bases() == [("1", 10_000), ("2", 10_000), ("1", 10_000)]
    assert [sale.visitor for sale in sales()][:2] == before


def test_an_order_that_a_file_has_brought_gets_no_line_twice_from_the_shop(
    browse: Browse, client: FlaskClient, shop: Shop, address: str
) -> None:
    brought(browse, address, shopify(ROW, MORE))
    told(client, shop, "orders/paid", line(1, "50.00", gift_card=True), *LINES)
    assert bases() == [("1", 10_000), ("2", 10_000)]


def test_an_export_that_numbers_lines_otherwise_counts_nothing_twice(
    browse: Browse, client: FlaskClient, cast: Cast, address: str
) -> None:
    shop = connect(cast.brands["lumen"], "woocommerce")
    item = {"id": 315, "name": "Lamp", "quantity": 1, "subtotal": "20.00", "total": "20.00", "total_tax": "0"}
    woo = {"id": 727, "number": "727", "status": "processing", "currency": "EUR", "line_items": [item]}
    woo |= {"date_created_gmt": "2026-05-01T12:00:00", "date_modified_gmt": "2026-05-01T12:01:00"}
    header = ["Order Number", "Order Status", "Order Date", "Item ID", "Item Name", "Quantity", "Item Cost"]
    row = dict(zip(header, ["727", "processing", "2026-05-01 12:00:00", "315", "Lamp", "1", "20.00"], strict=True))
    deliver(client, shop, "order.created", woo)
    handle_due()
    assert brought(browse, address, table(header, [row])) == (0, 0)
    assert bases() == [("1", 2_000)]
    brought(browse, address, table(header, [row | {"Order Number": "728"}]))
    deliver(client, shop, "order.created", woo | {"id": 728, "number": "728"})
    handle_due()
    assert [(sale.order_ref, sale.line_ref) for sale in sales()] == [("727", "1"), ("728", "315")]


def test_a_refund_that_the_shop_has_told_by_line_is_not_told_again_by_the_export(
    browse: Browse, client: FlaskClient, shop: Shop, address: str
) -> None:
    back = refund(1, (1, 1, 100), money="100.00")
    told(client, shop, "orders/paid", minutes=4, refunds=[back])
    assert refunds() == {("#1001", "1"): 10_000}
    partly = ROW | {"Financial Status": "partially_refunded"}
    for amount in ("100.00", "105.00"):  # with the shipping
        brought(browse, address, shopify(partly | {"Refunded Amount": amount}, MORE))
        assert refunds() == {("#1001", "1"): 10_000}
    brought(browse, address, shopify(partly | {"Refunded Amount": "205.00", "Financial Status": "refunded"}, MORE))
    assert refunds() == {("#1001", "1"): 10_000, ("#1001", "2"): 10_000}


def test_a_refund_that_an_export_has_told_is_not_told_again_by_the_shop(
    browse: Browse, client: FlaskClient, shop: Shop, address: str
) -> None:
    partly = ROW | {"Financial Status": "partially_refunded", "Refunded Amount": "100.00"}
    brought(browse, address, shopify(partly, MORE))
    assert refunds() == {("#1001", "1"): 5_000, ("#1001", "2"): 5_000}
    one, two = refund(1, (1, 1, 100), money="100.00"), refund(2, (2, 1, 30), money="30.00")
    told(client, shop, "orders/updated", minutes=4, refunds=[one])
    told(client, shop, "refunds/create", **(one | {"order_id": order(1)["id"]}))
    assert sum(refunds().values()) == 10_000
    told(client, shop, "refunds/create", **(two | {"order_id": order(1)["id"]}))
    for minutes in (5, 6):
        told(client, shop, "orders/updated", minutes=minutes, refunds=[one, two])
        assert sum(refunds().values()) == 13_000


PAID = "Transaction Date,Type,Order,Payout Status,Amount,Fee,Net,Currency\n"


def test_a_refund_of_the_transactions_is_the_shops_own(
    browse: Browse, client: FlaskClient, shop: Shop, address: str
) -> None:
    told(client, shop, "orders/paid", minutes=4, refunds=[refund(1, (1, 1, 50), money="50.00")])
    row = "2026-05-02 10:00:00 +0200,refund,#1001,paid,-50.00,0,-50.00,EUR\n"
    brought(browse, address, f"{PAID}{row}".encode())
    assert refunds() == {("#1001", "1"): 5_000}


def test_a_refund_of_an_order_that_nobody_knows_is_said(browse: Browse, address: str) -> None:
    browser = browse("olga")
    page = drop(browser, address, f"{PAID}2026-05-02 10:00:00 +0200,refund,#7777,paid,-5.00,0,-5.00,EUR\n".encode())
    assert flags(latest()) == {"unknown": 1}
    assert "no sale of that order is known" in browser.get(page).text
    assert "#7777" in browser.get(page).text


def test_a_sale_whose_import_was_withdrawn_comes_again_by_the_shop(
    browse: Browse, client: FlaskClient, shop: Shop, address: str
) -> None:
    brought(browse, address, shopify(ROW, MORE))
    query = "update import set withdrawn_at = now(), withdrawn_by = 'Olga', withdrawn_reason = 'x' where kind = %s"
    raw().execute(query, ["shopify_orders"])
    db.session.commit()
    told(client, shop, "orders/paid")
    assert [(sale.line_ref, sale.version) for sale in sales()] == [("1", 1), ("1", 2), ("2", 1), ("2", 2)]


def test_a_buyer_is_hashed_alike_by_both_roads(browse: Browse, client: FlaskClient, shop: Shop, address: str) -> None:
    told(client, shop, "orders/paid", email=" Kim@Example.COM ")
    brought(browse, address, shopify({"Name": "#1002"}))
    assert len({sale.visitor for sale in sales()}) == 1


@pytest.mark.parametrize("told_as", ["hmac:" + "0" * 32, "kim", "", None, ["kim@example.com"]])
def test_nothing_but_an_address_is_a_buyer(client: FlaskClient, shop: Shop, told_as: Any) -> None:
    told(client, shop, "orders/paid", email=told_as)
    assert {sale.visitor for sale in sales()} == {None}
