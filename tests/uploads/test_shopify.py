"""The order export of Shopify: one order over several rows, discounts and refunds shared, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db
from app.tracking.visitors import visitor_hash
from config import settings
from tests import market
from tests.cast import Cast
from tests.tracking.linking import link
from tests.uploads.exports import confirm, drop, flags, further, latest, refunds, sales, shopify

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def address(cast: Cast) -> str:
    market.contract(cast.brands["lumen"], cast.creators["mira"], coupons=("MIRA",))
    db.session.commit()
    return f"/brands/{cast.brands['lumen'].public_id}/uploads"


def brought(browse: Browse, address: str, content: bytes) -> None:
    browser = browse("olga")
    confirm(browser, drop(browser, address, content))


def test_an_export_becomes_explained_sales_in_two_clicks(browse: Browse, address: str) -> None:
    browser = browse("olga")
    page = drop(browser, address, shopify({"Discount Code": "MIRA"}))
    upload = latest()
    assert (upload.status, upload.files[0].kind, upload.files[0].problem) == ("previewed", "shopify_orders", None)
    assert upload.files[0].new_rows == 1
    assert sales() == []
    confirm(browser, page)
    (sale,) = sales()
    assert (sale.source, sale.order_ref, sale.line_ref, sale.sku) == ("shopify", "#1001", "1", "LAMP")
    assert (sale.description, sale.base_minor, sale.currency, sale.country) == ("Table lamp, oak", 10_000, "EUR", "NL")
    assert sale.occurred_at.isoformat() == "2026-03-10T12:00:00+00:00"
    assert [(row["what"], row["commission"]) for row in (latest().earned or {})["rows"]] == [("coupon", 1_000)]


def test_the_buyer_is_a_keyed_hash_and_nowhere_else(browse: Browse, address: str) -> None:
    brought(browse, address, shopify({}))
    wanted = visitor_hash("lumen", "kim@example.com", settings().visitor_key.encode())
    assert sales()[0].visitor == bytes.fromhex(wanted)
    stored = db.session.connection().exec_driver_sql("select reading::text || flags::text from upload_file").scalar()
    assert "example.com" not in str(stored)


def test_rows_of_one_order_are_one_order_and_its_discount_is_shared(browse: Browse, address: str) -> None:
    content = shopify(
        {"Subtotal": "139.99", "Total": "144.99", "Discount Amount": "10.01", "Discount Code": "MIRA"},
        further(**{"Lineitem quantity": "2", "Lineitem price": "25.00"}),
    )
    brought(browse, address, content)
    one, two = sales()
    assert (one.base_minor, two.base_minor, two.quantity) == (9_333, 4_666, 2)
    assert one.discount_minor + two.discount_minor == 1_001
    assert flags(latest()) == {}
    assert {one.coupon, two.coupon} == {"MIRA"}


def test_totals_that_stand_in_every_row_are_never_added_up(browse: Browse, address: str) -> None:
    second = {"Lineitem name": "Mug", "Lineitem sku": "MUG", "Lineitem price": "50.00"}
    total = {"Subtotal": "150.00", "Total": "155.00"}
    brought(browse, address, shopify(total, total | second))
    assert [sale.base_minor for sale in sales()] == [10_000, 5_000]
    assert flags(latest()) == {}


def test_a_voided_order_is_no_sale_and_said(browse: Browse, address: str) -> None:
    browser = browse("olga")
    page = drop(browser, address, shopify({"Financial Status": "voided"}, {"Name": "#1002"}))
    assert flags(latest()) == {"cancelled": 1}
    assert "1 cancelled order is no sale. (#1001)" in browser.get(page).text
    confirm(browser, page)
    assert [sale.order_ref for sale in sales()] == ["#1002"]


def test_what_is_not_paid_waits_for_a_later_export(browse: Browse, address: str) -> None:
    brought(browse, address, shopify({"Financial Status": "pending"}))
    assert (sales(), flags(latest())) == ([], {"unpaid": 1})
    brought(browse, address, shopify({}))
    assert len(sales()) == 1


def test_a_sale_that_a_later_export_calls_voided_is_given_back(browse: Browse, address: str) -> None:
    brought(browse, address, shopify({}))
    brought(browse, address, shopify({"Financial Status": "voided"}))
    assert refunds() == {("#1001", "1"): 10_000}
    brought(browse, address, shopify({"Financial Status": "voided"}))
    assert refunds() == {("#1001", "1"): 10_000}


def test_the_refunded_amount_goes_over_the_lines_and_grows_with_later_exports(browse: Browse, address: str) -> None:
    order = {"Subtotal": "150.00", "Total": "155.00", "Financial Status": "partially_refunded"}
    second = further(**{"Lineitem price": "50.00"})
    brought(browse, address, shopify(order | {"Refunded Amount": "30.00"}, second))
    assert refunds() == {("#1001", "1"): 2_000, ("#1001", "2"): 1_000}
    assert flags(latest()) == {"refunded": 1}
    brought(browse, address, shopify(order | {"Refunded Amount": "30.00"}, second))
    assert refunds() == {("#1001", "1"): 2_000, ("#1001", "2"): 1_000}
    brought(browse, address, shopify(order | {"Refunded Amount": "155.00", "Financial Status": "refunded"}, second))
    assert refunds() == {("#1001", "1"): 10_000, ("#1001", "2"): 5_000}


def test_tax_is_taken_out_of_prices_that_include_it(browse: Browse, address: str) -> None:
    inside = {
        "Lineitem price": "121.00",
        "Subtotal": "121.00",
        "Shipping": "12.10",
        "Taxes": "23.10",
        "Total": "133.10",
    }
    beside = {"Name": "#1002", "Shipping": "10.00", "Taxes": "23.10", "Total": "133.10"}
    brought(browse, address, shopify(inside, beside))
    assert [sale.base_minor for sale in sales()] == [10_000, 10_000]
    assert flags(latest()) == {"taxed": 1}


def test_an_order_that_does_not_add_up_is_read_and_the_difference_said(browse: Browse, address: str) -> None:
    browser = browse("olga")
    page = drop(browser, address, shopify({"Total": "107.50"}, {"Name": "#1002", "Total": "105.01"}))
    assert flags(latest()) == {"off": 1}
    assert "#1001: 2.50 EUR" in browser.get(page).text
    confirm(browser, page)
    assert len(sales()) == 2


@pytest.mark.parametrize(
    "spelling",
    [
        {"Lineitem compare at price": "Lineitem compare-at price", "Cancelled at": "Canceled at"},
        {"Lineitem sku": "Lineitem SKU", "Payment Reference": "Payment Reference (deprecated)"},
        {"Vendor": "Something New", "Name": "\ufeffname"},
    ],
)
def test_headings_may_be_spelt_otherwise_miss_and_be_more(
    browse: Browse, address: str, spelling: dict[str, str]
) -> None:
    content = shopify({}).decode()
    for known, other in spelling.items():
        content = content.replace(known, other, 1)
    brought(browse, address, content.encode())
    assert [(sale.sku, sale.base_minor) for sale in sales()] == [("LAMP", 10_000)]


def test_a_currency_without_decimals_is_read_in_whole_units(browse: Browse, address: str) -> None:
    row = {"Currency": "CLP", "Lineitem price": "163056", "Subtotal": "163056", "Shipping": "0", "Total": "163056"}
    brought(browse, address, shopify(row))
    assert [(sale.base_minor, sale.currency) for sale in sales()] == [(163_056, "CLP")]


def test_bad_rows_are_told_in_the_words_of_the_file_and_can_be_mended(browse: Browse, address: str) -> None:
    browser = browse("olga")
    broken = further("#1002", **{"Lineitem price": "abc"})
    page = drop(browser, address, shopify({}, {"Name": "#1002"}, broken, {"Name": "#1003"}))
    upload = latest()
    assert (upload.files[0].new_rows, upload.files[0].rejected_rows) == (2, 2)
    (bad,) = upload.files[0].bad
    assert (bad["line"], bad["column"], bad["value"]) == (4, "Lineitem price", "abc")
    rejected = browser.get(f"{page}/bad-rows.csv?file=1", buffered=True).text
    assert "Kim@Example.com" not in rejected
    assert len(rejected.splitlines()) == 3
    confirm(browser, page, skip_bad="1")
    drop(browser, address, rejected.replace("abc", "5.00").replace("100.00,5.00", "105.00,5.00").encode())
    mended = latest()
    assert (mended.files[0].new_rows, mended.files[0].rejected_rows) == (2, 0)
    confirm(browser, f"/uploads/{mended.public_id}")
    assert [(sale.order_ref, sale.line_ref) for sale in sales()] == [
        ("#1001", "1"),
        ("#1002", "1"),
        ("#1002", "2"),
        ("#1003", "1"),
    ]
    assert len({sale.visitor for sale in sales()}) == 1


def test_rows_of_an_order_that_stand_apart_are_refused(browse: Browse, address: str) -> None:
    drop(browse("olga"), address, shopify({}, {"Name": "#1002"}, further(**{"Lineitem price": "5.00"})))
    (bad,) = latest().files[0].bad
    assert (bad["line"], "stand together" in bad["reason"]) == (4, True)


def test_withdrawing_the_import_takes_sales_and_refunds_back(browse: Browse, address: str) -> None:
    brought(browse, address, shopify({"Refunded Amount": "30.00"}))
    browser = browse("olga")
    page = f"/imports/{_import()}"
    assert "#1001" in browser.get(page).text
    preview = browser.post(page + "/withdraw", data={"reason": "Wrong shop"}).text
    seen = re.search('name="seen" value="([^"]*)"', preview)
    browser.post(page + "/withdraw", data={"reason": "Wrong shop", "confirmed": "1", "seen": seen[1] if seen else ""})
    brought(browse, address, shopify({"Refunded Amount": "30.00"}))
    assert refunds() == {("#1001", "1"): 6_000}, "of two versions"


def _import() -> str:
    query = "select public_id from import where kind = 'shopify_orders' order by id desc limit 1"
    return str(db.session.connection().exec_driver_sql(query).scalar())


CLICK = "0123456789abcdef01234567"


@pytest.mark.parametrize(
    "told",
    [
        {"Note Attributes": f"gift: yes\nref: lamps\nutm_content: {CLICK}"},
        {"Note Attributes": f"landing: /products/lamp?ref=lamps&utm_source=streamcut&utm_content={CLICK}"},
        {"Vendor": f"https://lumen.example/?utm_content={CLICK}&ref=lamps"},
    ],
)
def test_an_order_that_names_a_link_is_its_creators(browse: Browse, address: str, told: dict[str, str]) -> None:
    link(db.session.scalars(select(Contract)).one(), "lamps")
    db.session.commit()
    content = shopify(told, {"Name": "#1002"})
    if "Vendor" in told:
        content = content.replace(b",Vendor,", b",Landing Site,", 1)
    browser = browse("olga")
    for _again in range(2):
        page = drop(browser, address, content)
        assert flags(latest()) == {"visits": 1}
        confirm(browser, page)
    decided = db.session.connection().exec_driver_sql("select order_ref, rule from sale join decision on sale_id = id")
    assert set(decided.fetchall()) == {("#1001", "touch"), ("#1002", None)}
    touches = db.session.connection().exec_driver_sql("select ref, evidence from touch").fetchall()
    assert [ref for ref, _evidence in touches] == [CLICK]
    assert "gift" not in touches[0][1]
