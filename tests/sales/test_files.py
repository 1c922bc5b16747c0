"""Files of sales and refunds: the base, what is due, whose key a coupon has, and what came by a withdrawn import."""

from __future__ import annotations

import hmac
import itertools
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.contracts.terms.coupons import coupon_key
from app.database import raw
from app.money import exponent
from config import settings as configured
from tests.cast import Cast
from tests.csvfiles.rows import AT, bring, count, exported, fault_of, good, refused

orders = itertools.count(1)
amounts = st.decimals(0, 10_000, places=3, allow_nan=False, allow_infinity=False)


@given(
    price=amounts, quantity=st.integers(1, 1_000), share=st.integers(0, 100),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "CLF"]),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_the_base_is_rounded_once_half_away_from_zero(
    app: Flask, tmp_path: Path, price: Decimal, quantity: int, share: int, currency: str
) -> None:
    unit = Decimal(1).scaleb(-exponent(currency))
    discount = (price * quantity * share / 100).quantize(unit, "ROUND_DOWN")
    order = str(next(orders))
    cells = {"quantity": str(quantity), "unit_price": f"{price:f}", "discount": f"{discount:f}", "currency": currency}
    bring("sales", [good("sales", order=order, **cells)], tmp_path)
    base = int(((price * quantity - discount) / unit).quantize(Decimal(1), ROUND_HALF_UP))
    stored = raw().execute(
        "select base_minor, discount_minor, unit_price, quantity from sale where order_ref = %s", [order]
    )
    assert stored.fetchall() == [(base, int(discount / unit), price, quantity)]


def test_halves_are_rounded_away_from_zero(app: Flask, tmp_path: Path) -> None:
    prices = {"1": "0.005", "2": "0.015", "3": "0.0049999", "4": "2.675", "5": "0"}
    rows = [good("sales", order=order, unit_price=price, quantity="1", discount="") for order, price in prices.items()]
    bring("sales", rows, tmp_path)
    assert [base for (base,) in raw().execute("select base_minor from sale order by order_ref")] == [1, 2, 0, 268, 0]


def test_a_discount_of_nothing_is_no_discount(app: Flask, tmp_path: Path) -> None:
    bring("sales", [good("sales", discount="")], tmp_path)
    for nothing in ("0", "0.00", ""):
        assert bring("sales", [good("sales", discount=nothing)], tmp_path).unchanged == 1


def test_each_new_row_is_due_once_in_the_lane_of_its_brand(app: Flask, cast: Cast, tmp_path: Path) -> None:
    rows = [good("sales"), good("sales"), good("sales", order="2", brand="kettle")]
    bring("sales", rows, tmp_path)
    bring("refunds", [good("refunds", order="unknown"), good("refunds", refund="R2")], tmp_path)
    bring("refunds", [good("refunds", order="unknown")], tmp_path)
    lumen, kettle = cast.brands["lumen"].id, cast.brands["kettle"].id
    due = raw().execute("select brand_id, lane, source, order_ref, line_ref from due order by id").fetchall()
    assert due == [
        (lumen, lumen % 64, "shop", "1001", "1"),
        (kettle, kettle % 64, "shop", "2", "1"),
        (lumen, lumen % 64, "shop", "unknown", "1"),
        (lumen, lumen % 64, "shop", "1001", "1"),
    ]


def test_a_visitor_is_stored_only_as_a_keyed_hash_of_brand_and_visitor(app: Flask, tmp_path: Path) -> None:
    rows = [good("sales", order=str(number), visitor=visitor) for number, visitor in enumerate(["v-1", "é", "v-1", ""])]
    bring("sales", [*rows, good("sales", brand="kettle", currency="GBP")], tmp_path)
    bring("touches", [good("touches")], tmp_path)
    key = configured().visitor_key.encode()

    def hashed(brand: str, visitor: str) -> bytes:
        return hmac.new(key, f"{brand}\0{visitor}".encode(), "sha256").digest()[:16]

    stored = [
        visitor
        for (visitor,) in raw().execute(
            "select visitor from sale join brand b on b.id = brand_id order by handle desc, order_ref"
        )
    ]
    mine = hashed("lumen", "v-1")
    assert stored == [mine, hashed("lumen", "é"), mine, None, hashed("kettle", "v-1")]
    assert raw().execute("select visitor from touch").fetchone() == (mine,)
    assert {row["visitor"] for row in exported("sales")} == {f"hmac:{v.hex()}" if v else "" for v in stored}
    again = [good("sales", order="0", visitor=f"hmac:{mine.hex()}")]
    assert bring("sales", again, tmp_path).unchanged == 1
    dump = " ".join(
        str(row) for table in ("sale", "touch", "import") for row in raw().execute(f"select * from {table}")
    )
    assert "v-1" not in dump


def test_a_coupons_key_is_what_python_makes_of_it_beside_the_original(app: Flask, tmp_path: Path) -> None:
    codes = [
        "MIRA10",
        " Straße\u00a0",
        "İstanbul",
        "\tfrom a spreadsheet ",
        "",
        "   ",
        "a\\b",
        "\uff3cN\uff5c",
        "\u200b",
    ]
    bring("sales", [good("sales", order=str(number), coupon=code) for number, code in enumerate(codes)], tmp_path)
    stored = raw().execute("select coupon, coupon_key from sale order by order_ref").fetchall()
    assert stored == [(code or None, coupon_key(code) or None) for code in codes]


def test_unknown_streams_products_and_coupons_are_kept(app: Flask, tmp_path: Path) -> None:
    row = good("sales", checkout_stream="nobody's", coupon="NOBODY", sku="never seen")
    assert bring("sales", [row], tmp_path).new == 1
    assert raw().execute("select checkout_stream, coupon, sku from sale").fetchone() == (
        "nobody's",
        "NOBODY",
        "never seen",
    )


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"amount": "0"}, "amount", "a refund is more than zero"),
        ({"amount": "0.00"}, "amount", "a refund is more than zero"),
        ({"amount": "1.005"}, "amount", "more decimals than the currency has"),
        ({"amount": "100000000000.01"}, "amount", "more than 10^13 minor units"),
        ({"amount": "-1"}, "amount", "write an amount like 12.50"),
        ({"quantity": "0"}, "quantity", "write a whole number from 1 to 10000000"),
    ],
)
def test_a_refund_that_can_not_be_is_refused(
    changes: dict[str, str], column: str, reason: str, app: Flask, tmp_path: Path
) -> None:
    said = fault_of("refunds", tmp_path, **changes)
    assert (said[0], said[1][: len(reason)]) == (column, reason)


def test_refunds_are_kept_in_minor_units_with_or_without_a_quantity(app: Flask, tmp_path: Path) -> None:
    rows = [good("refunds", quantity=""), good("refunds", refund="R2", amount="5", currency="JPY"),
            good("refunds", refund="R3", amount="100000000000")]  # fmt: skip
    bring("refunds", rows, tmp_path)
    assert raw().execute("select quantity, amount, currency from refund order by id").fetchall() == [
        (None, 1212, "EUR"), (1, 5, "JPY"), (1, 10**13, "EUR")]  # fmt: skip
    assert [row["amount"] for row in exported("refunds")] == ["12.12", "5", "100000000000.00"]


def test_what_came_by_a_withdrawn_import_counts_as_absent_and_may_come_again_mended(app: Flask, tmp_path: Path) -> None:
    for kind, table, column, mended in (("sales", "sale", "quantity", "4"), ("refunds", "refund", "amount", "9.99")):
        first = bring(kind, [good(kind)], tmp_path)
        for version in (2, 3):
            withdraw = (
                "update import set withdrawn_at = %s, withdrawn_by = 'Adam', withdrawn_reason = 'x' where id = %s"
            )
            raw().execute(withdraw, [AT, first.import_id])
            assert exported(kind) == []
            first = bring(kind, [good(kind, **{column: mended})], tmp_path)
            assert first.new == 1
            assert bring(kind, [good(kind, **{column: mended})], tmp_path).unchanged == 1
            assert refused(kind, [good(kind)], tmp_path)
            assert [row[column] for row in exported(kind)] == [mended]
            versions = raw().execute(f"select array_agg(version order by version) from {table}").fetchone()
            assert versions == ([*range(1, version + 1)],)
    assert count("due") == 6


def test_the_app_may_not_change_what_it_stored(app: Flask, tmp_path: Path) -> None:
    bring("sales", [good("sales")], tmp_path)
    may = raw().execute(
        "select bool_or(has_table_privilege(t, p)) from unnest(array['sale', 'refund', 'touch', 'revision']) t,"
        " unnest(array['update', 'delete', 'truncate']) p"
    )
    assert may.fetchone() == (False,)
