"""Exports of other programs than Shopify, and tables of no known program: from the drop to sales and refunds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.database import db
from app.uploads import jobs
from tests import market
from tests.cast import Cast
from tests.uploads.exports import confirm, drop, flags, latest, refunds, sales, shopify, table
from tests.uploads.workbooks import workbook

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def address(cast: Cast) -> str:
    market.contract(cast.brands["lumen"], cast.creators["mira"], coupons=("MIRA",))
    db.session.commit()
    return f"/brands/{cast.brands['lumen'].public_id}/uploads"


def brought(browse: Browse, address: str, content: bytes, name: str = "export.csv") -> None:
    browser = browse("olga")
    page = drop(browser, address, content, name)
    assert [file.problem for file in latest().files] == [None]
    confirm(browser, page)


def facts() -> list[tuple[Any, ...]]:
    return [(each.order_ref, each.line_ref, each.sku, each.quantity, each.base_minor) for each in sales()]


# -- WooCommerce ------------------------------------------------------------------------------------------------------
BY_LINE = (
    "Order Number,Order Status,Order Date,Email (Billing),Country Code (Shipping),Cart Discount Amount,"
    "Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,"
    "Quantity (- Refund),Item Cost,Coupon Code,Discount Amount,Discount Amount Tax\n"
)


def test_woocommerce_with_a_row_a_line(browse: Browse, address: str) -> None:
    content = BY_LINE + (
        "71,wc-completed,2026-03-10 13:00,kim@example.com,NL,10.00,5.00,0.00,101.05,18.55,LAMP,1,Table lamp,1,60.00,"
        "MIRA,10.00,2.10\n"
        "71,wc-completed,2026-03-10 13:00,kim@example.com,NL,10.00,5.00,0.00,101.05,18.55,MUG,2,Mug,2,13.75,"
        "MIRA,10.00,2.10\n"
        "72,wc-cancelled,2026-03-10 13:00,,NL,0,0,0,10.00,0,MUG,1,Mug,1,10.00,,,\n"
    )
    brought(browse, address, content.encode())
    assert facts() == [("71", "1", "LAMP", 1, 5_314), ("71", "2", "MUG", 2, 2_436)]
    assert {(sale.source, sale.coupon, sale.currency) for sale in sales()} == {("woocommerce", "MIRA", "EUR")}
    assert sales()[0].occurred_at.isoformat() == "2026-03-10T12:00:00+00:00", "in the brand's time zone"
    assert flags(latest()) == {"cancelled": 1}


MUG, LAMP = "name:Mug, blue|sku:MUG|quantity:2|total:18.00|sub_total:20.00", "name:Lamp|quantity:1|total:7.00"
JSON = json.dumps(
    [
        {"id": 9, "name": "Mug, blue", "sku": "MUG", "quantity": 2, "total": "18.00", "subtotal": "20.00"},
        {"name": "Lamp", "quantity": 1, "total": "7.00"},
    ]
)


@pytest.mark.parametrize(
    ("header", "items"),
    [("line_items", [f"id:9|{MUG};{LAMP}"]), ("line_item_1,line_item_2", [MUG, LAMP]), ("line_items", [JSON])],
)
def test_woocommerce_with_its_items_packed_in_cells(
    browse: Browse, address: str, header: str, items: list[str]
) -> None:
    head = "order_id,order_number,order_date,status,order_total,shipping_total,tax_total,order_currency,billing_email,"
    packed = ",".join('"' + each.replace('"', '""') + '"' for each in items)
    row = f"5,1005,2026-03-10 13:00:00,processing,30.25,0,5.25,EUR,kim@example.com,{packed}"
    brought(browse, address, f"{head}{header}\n{row}\n".encode())
    assert sorted((each[0], *each[2:]) for each in facts()) == [("1005", "Lamp", 1, 700), ("1005", "MUG", 2, 1_800)]
    assert flags(latest()) == {"sku": 1}


def test_the_report_of_woocommerce_has_one_line_an_order(browse: Browse, address: str) -> None:
    content = (
        "Date,Order #,N. Revenue (formatted),N. Revenue,Status,Customer,Customer type,Product(s),Items sold,Coupon(s)\n"
        '2026-03-10 13:00:00,81,"€1,234.50",1234.5,completed,Kim,new,"1× Lamp, 2× Mug",3,MIRA\n'
    )
    brought(browse, address, content.encode())
    assert facts() == [("81", "1", "1× Lamp, 2× Mug", 1, 123_450)]
    assert sales()[0].coupon == "MIRA"


# -- TikTok Shop ------------------------------------------------------------------------------------------------------
ROW = {
    "order": "576461413038785752\t",
    "product": "Lamp",
    "sku": "LAMP",
    "price": "60.00",
    "paid": "110.00",
    "currency": "EUR",
    "quantity": "2",
    "status": "Completed",
    "creator": "\u200bmira.live",
    "content": "LIVE",
    "stream": "7312345678901234567\t",
    "returned": "No",
    "created": "10/03/2026 13:00:00",
}
ENGLISH = dict(
    zip(
        ROW,
        "Order ID,Product name,Seller SKU,Price,Payment Amount,Currency,Quantity,Order status,Creator username,"
        "Content Type,Content ID,Fully returned or refunded,Time Created".split(","),
        strict=True,
    )
)
VIETNAMESE = ENGLISH | {
    "order": "ID đơn hàng",
    "product": "Tên sản phẩm",
    "sku": "Sku người bán",
    "price": "Giá",
    "currency": "Đơn vị tiền tệ",
    "quantity": "Số lượng",
    "status": "Trạng thái đơn hàng",
    "creator": "Tên người dùng nhà sáng tạo",
    "content": "Loại nội dung",
    "stream": "Id nội dung",
    "created": "Thời gian tạo",
}


@pytest.mark.parametrize("headings", [ENGLISH, VIETNAMESE], ids=["English", "Vietnamese"])
def test_tiktok_affiliate_orders_in_any_language_with_what_nobody_sees(
    browse: Browse, address: str, headings: dict[str, str]
) -> None:
    rows = [
        ROW,
        ROW
        | {"order": "576461413038785753\t", "created": "30/03/2026 13:00:00", "content": "Video", "returned": "Yes"},
    ]
    named = [{headings[name]: value for name, value in row.items()} for row in rows]
    content = "\ufeff" + table([f"\u200b{name}\t" for name in headings.values()], []).decode()
    body = table(headings.values(), named).decode().split("\n", 1)[1]
    brought(browse, address, (content + body).encode())
    assert [(each.order_ref, each.base_minor, each.checkout_stream) for each in sales()] == [
        ("576461413038785752", 11_000, "7312345678901234567"),
        ("576461413038785753", 11_000, None),
    ]
    assert refunds() == {("576461413038785753", "1"): 11_000}


# -- Bol and the payments of Shopify ----------------------------------------------------------------------------------
def bol(*rows: tuple[Any, ...]) -> bytes:
    head = ("Type", "Datum", "EAN", "Titel", "Bestelnummer", "Land van verzending", "Aantal", "Bedrag (incl. BTW)")
    preamble = [("Specificatie bij factuur",), (), ("Factuurnummer", 123), (), ("Periode", "maart"), (), ()]
    return workbook(*preamble, head, *rows)


def test_the_specification_of_bol_below_its_preamble(browse: Browse, address: str) -> None:
    sale = "Verkoopprijs artikel(en), ontvangen van kopers en door bol.com door te storten"
    content = bol(
        (sale, date(2026, 3, 10), "8712345678906", "Lamp", "C0001ABC", "NL", 2, -59.9),
        ("Commissie", date(2026, 3, 10), "8712345678906", "Lamp", "C0001ABC", "NL", 2, 7.25),
        ("Correctie verkoopprijs artikel(en)", date(2026, 3, 12), "8712345678906", "Lamp", "C0001ABC", "NL", 1, 29.95),
    )
    brought(browse, address, content, "specificatie.xlsx")
    assert facts() == [("C0001ABC", "8712345678906", "8712345678906", 2, 5_990)]
    assert refunds() == {("C0001ABC", "8712345678906"): 2_995}
    assert flags(latest()) == {"with_tax": 1, "other": 1}
    drop(browse("olga"), address, content, "specificatie.xlsx")
    assert (latest().files[0].new_rows, latest().files[0].unchanged_rows) == (0, 2)


TRANSACTIONS = (
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,"
    "Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency,VAT\n"
    "2026-03-10 13:00:00 +0100,charge,#1001,visa,online,paid,,,,150.00,2.00,148.00,,card,150.00,EUR,EUR,0.0\n"
    "2026-03-12 09:30:00 +0100,refund,#1001,visa,online,pending,,,,-30.01,0.00,-30.01,,card,-30.01,EUR,EUR,0.0\n"
    "2026-03-12 09:30:00 +0100,refund,#9999,visa,online,pending,,,,-5.00,0.00,-5.00,,card,-5.00,EUR,EUR,0.0\n"
)


def test_refunds_of_shopify_payments_have_a_date_and_go_over_the_lines_of_their_order(
    browse: Browse, address: str
) -> None:
    second = {"Lineitem name": "Mug", "Lineitem sku": "MUG", "Lineitem price": "50.00"}
    total = {"Subtotal": "150.00", "Shipping": "0.00", "Total": "150.00"}
    brought(browse, address, shopify(total, total | second))
    for _again in range(2):
        brought(browse, address, TRANSACTIONS.encode())
        assert refunds() == {("#1001", "1"): 2_001, ("#1001", "2"): 1_000}
    brought(browse, address, shopify(total | {"Refunded Amount": "30.01"}, total | second))
    assert refunds() == {("#1001", "1"): 2_001, ("#1001", "2"): 1_000}, "the order export says the same refund"


# -- any table --------------------------------------------------------------------------------------------------------
NAIVE = datetime(2026, 3, 10, 13, 0)  # noqa: DTZ001 - a spreadsheet knows no zone
DUTCH = "Bestelnummer;Besteldatum;Artikelnummer;Omschrijving;Aantal;Stukprijs;Kortingscode;E-mail\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_table_is_mapped_by_its_headings_whatever_its_encoding(browse: Browse, address: str, encoding: str) -> None:
    content = DUTCH + "1;10-03-2026 13:00;LAMP;Lamp né;2;1.250,50;mira;kim@example.com\n"
    content += "2;31-03-2026 13:00;MUG;Mok;1;12,50;;\n"
    brought(browse, address, content.encode(encoding))
    assert facts() == [("1", "1", "LAMP", 2, 250_100), ("2", "1", "MUG", 1, 1_250)]
    assert (sales()[0].description, sales()[0].coupon, sales()[0].source) == ("Lamp né", "mira", "shop")
    assert flags(latest()) == ({"western": 1} if encoding == "cp1252" else {})


def test_a_workbook_with_dates_of_a_spreadsheet_is_read_as_well(browse: Browse, address: str) -> None:
    head = ("Order", "Date", "SKU", "Quantity", "Price")
    content = workbook(head, (123456789012, NAIVE, "LAMP", 2, 12.1), hidden=True)
    brought(browse, address, content, "orders.xlsx")
    assert facts() == [("123456789012", "1", "LAMP", 2, 2_420)]
    assert sales()[0].occurred_at.isoformat() == "2026-03-10T12:00:00+00:00"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("1,03/04/2026,LAMP,1,12.50", "Date", "day or month"),
        ("1,2026-03-10,LAMP,1,1.250", "Price", "two ways"),
        ("4.50E+15,2026-03-10,LAMP,1,12.50", "Order", "spreadsheet has damaged"),
        ("1,2026-03-29 02:30,LAMP,1,12.50", "Date", "does not exist"),
        ("1,2026-03-10,LAMP,1.5,12.50", "Quantity", "whole number"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_a_sentence(
    browse: Browse, address: str, row: str, column: str, said: str
) -> None:
    drop(browse("olga"), address, f"Order,Date,SKU,Quantity,Price\n{row}\n".encode())
    (bad,) = latest().files[0].bad
    assert (bad["line"], bad["column"], said in bad["reason"]) == (2, column, True), bad


def test_a_number_of_which_a_spreadsheet_has_kept_every_digit_is_read(browse: Browse, address: str) -> None:
    brought(browse, address, b"Order,Date,SKU,Quantity,Price\n1.234567890123E+12,2026-03-10 12:00,LAMP,1,12.50\n")
    assert facts() == [("1234567890123", "1", "LAMP", 1, 1_250)]


FORM = {
    "source": "Web shop",
    "currency": "USD",
    "zone": "America/New_York",
    "tax": "",
    "decimal_sign": "",
    "day_first": "",
}


def test_a_mapping_is_shown_changed_and_remembered_for_the_brand(browse: Browse, address: str) -> None:
    browser = browse("olga")
    content = b"Ref,When,What,Pcs,Each\nA1,03/04/2026 10:00,LAMP,2,12.50\n"
    page = drop(browser, address, content)
    assert latest().files[0].problem == "Choose the column of “Order number”."
    said = browser.get(page).text
    assert "12.50" in said
    assert "First say below how the file is read." in said
    columns = dict(
        zip(map("column_{}".format, range(5)), ("order", "occurred_at", "sku", "quantity", "unit_price"), strict=True)
    )
    answer = browser.post(f"{page}/files/1/reading", data=FORM | columns | {"day_first": "month"})
    assert answer.status_code == 303, answer.text
    jobs.work_uploads()
    assert (latest().status, latest().files[0].problem, latest().files[0].new_rows) == ("previewed", None, 1)
    confirm(browser, page)
    assert [(each.source, each.currency, each.occurred_at.isoformat()) for each in sales()] == [
        ("Web shop", "USD", "2026-03-04T15:00:00+00:00")
    ]
    brought(browse, address, content.replace(b"A1", b"A2"))
    assert {(each.order_ref, each.source, each.currency) for each in sales()} == {
        ("A1", "Web shop", "USD"),
        ("A2", "Web shop", "USD"),
    }


def test_a_reading_that_can_not_be_is_refused_with_a_sentence(browse: Browse, address: str) -> None:
    browser = browse("olga")
    page = drop(browser, address, b"Ref,When\nA1,2026-04-03\n")
    twice = {"column_0": "order", "column_1": "order"}
    for fields, said in (
        (twice, "Two columns are mapped"),
        ({"source": ""}, "Fill in a name."),
        ({"zone": "x"}, "valid choice"),
    ):
        answer = browser.post(f"{page}/files/1/reading", data=FORM | fields)
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert browser.post(f"{page}/files/2/reading", data=FORM).status_code == 404


def test_exports_of_shops_go_to_the_brands_own_page(browse: Browse) -> None:
    drop(browse("adam"), "/admin/uploads", shopify({}))
    assert "belong to one brand" in (latest().files[0].problem or "")
