"""Orders of Shopify, read as its documentation says; its own samples too."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.integrations.shops.fields import reckoned
from app.integrations.shops.orders import NoOrder, shares
from app.integrations.shops.shopify import read_order, read_return
from tests.conftest import MARKET_DATA
from tests.integrations.shops.shop import line, order, refund

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=4),
    max_leaves=12,
)


def bases(told: dict[str, Any]) -> list[Decimal]:
    return [each.base.quantize(Decimal("0.01")) for each in read_order(told).lines]


def test_a_line_is_what_was_paid_for_it_without_discount_shipping_and_tax() -> None:
    read = read_order(order(1, line(1, "10.00", 2, discount="1.50", tax="3.89"), shipping_lines=[{"price": "5.00"}]))
    (only,) = read.lines
    assert (only.quantity, only.unit_price, only.discount, only.base) == (
        2,
        Decimal(10),
        Decimal("1.50"),
        Decimal("18.50"),
    )
    assert (read.order, read.email, read.country, read.paid) == ("#1001", "buyer1@example.org", "NL", True)


def test_tax_that_is_in_the_price_is_taken_out() -> None:
    told = order(1, line(1, "12.10", 3, discount="6.30", tax="5.21"), taxes_included=True)
    (only,) = read_order(told).lines
    assert only.base.quantize(Decimal("0.01")) == Decimal("24.79")
    assert abs(only.base - Decimal("24.79")) < Decimal("0.0000001")


def test_gift_cards_and_tips_are_no_sales() -> None:
    told = order(1, line(1, "10.00"), line(2, "50.00", gift_card=True), line(3, "3.00", tip={"subtotal": "3.00"}))
    assert [each.sku for each in read_order(told).lines] == ["sku-1"]


def test_money_is_read_in_the_shops_own_currency() -> None:
    told = order(
        1, line(1, "10.00", price_set={"shop_money": {"amount": "9.00"}, "presentment_money": {"amount": "10.00"}})
    )
    assert bases(told) == [Decimal("9.00")]


def test_a_line_without_sku_is_called_by_its_name_as_in_the_export() -> None:
    assert read_order(order(1, line(1, "1.00", sku="", variant_id=77))).lines[0].sku == "Thing 1"


def test_places_count_all_that_was_bought_as_in_the_export() -> None:
    told = order(1, line(1, "50.00", gift_card=True), line(2, "9.00", 0), line(3, "10.00"))
    assert [(each.key, each.place) for each in read_order(told).lines] == [("9003", 2)]


def test_pieces_that_an_edit_took_out_before_they_were_paid_are_not_sold() -> None:
    edited = line(1, "10.00", 2, discount="2.00", current_quantity=1)
    (left,) = read_order(order(1, edited, refunds=[refund(1, (1, 1, 9), transactions=[])])).lines
    assert (left.quantity, left.base) == (1, Decimal("9.00"))
    (left,) = read_order(order(1, edited)).lines
    assert (left.quantity, left.base) == (1, Decimal("9.00"))
    given_back = [refund(1, (1, 1, 9), money="9.00")]
    assert read_order(order(1, edited, refunds=given_back)).lines[0].quantity == 2
    later = [refund(1, (1, 1, 9), transactions=[]), refund(2, money="9.00")]
    assert read_order(order(1, edited, refunds=later)).lines[0].quantity == 2, "it was paid, and money came back for it"
    assert read_order(order(1, line(1, "10.00", 2, current_quantity=0))).lines == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "00"},
        {"quantity": -3},
        {"quantity": "9" * 4400},
        {"price": float("nan")},
        {"price": "Infinity"},
        {"price": "1e400"},
        {"price": "999999999999999.99999999", "quantity": 10**40},
        {"price": {"amount": "1"}},
        {"discount_allocations": [{"amount": "1e14"}], "price": "1e14"},
        {"current_quantity": "x"},
    ],
)
def test_hostile_lines_are_read_or_refused_in_words(wrong: dict[str, Any]) -> None:
    with suppress(NoOrder):
        reckoned(read_order, order(1, line(1, "10.00") | wrong))


def test_the_evidence_of_a_visit_holds_our_own_parameters_and_nothing_else() -> None:
    click = "0123456789abcdef01234567"
    told = f"/x?email=kim@example.com&ref=mira&utm_source=streamcut&utm_content={click}#kim@example.com"
    visit = read_order(order(1, landing_site=told)).visit
    assert visit is not None
    assert visit.evidence == f"landing_site: ref=mira&utm_source=streamcut&utm_content={click}"
    named = [{"name": "ref", "value": "mira"}, {"name": "note", "value": "kim@example.com"}]
    for more in ({"note_attributes": named}, {"landing_site": "/?ref=mira&utm_source=streamcut&utm_content=a@b.c"}):
        visit = read_order(order(1, **more)).visit
        assert visit is not None
        assert "@" not in visit.evidence


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("landing_site", "/x?ref=mira&utm_source=streamcut&utm_content=abc", ("abc", "mira")),
        ("landing_site", "/x?utm_source=other&utm_content=abc", None),
        (
            "note_attributes",
            [{"name": "utm_source", "value": "streamcut"}, {"name": "utm_content", "value": "abc"}],
            ("abc", None),
        ),
        ("note_attributes", [{"name": "ref", "value": "mira"}], (None, "mira")),
        ("landing_site", "http://[half", None),
    ],
)
def test_our_click_is_found_where_the_shop_keeps_it(field: str, value: Any, found: tuple[str, str] | None) -> None:
    visit = read_order(order(1, **{field: value})).visit
    assert (visit and (visit.click_id, visit.code)) == found


def test_a_refund_is_the_sum_of_its_transactions() -> None:
    """Numbers stand in the lines of a refund, texts everywhere else."""
    whole = read_return(refund(1, (1, 1, 195.67), money="195.67"), False, Decimal(1), "EUR")
    assert [(each.line_key, each.quantity, each.amount) for each in whole.parts] == [("9001", 1, Decimal("195.67"))]
    half = read_return(refund(1, (1, 1, 10), (2, 1, 5.01), money="7.50"), False, Decimal(1), "EUR")
    assert [each.amount for each in half.parts] == [Decimal("5.00"), Decimal("2.50")]
    nothing = read_return(refund(1, (1, 1, 10), transactions=[]), False, Decimal(1), "EUR")
    assert nothing.is_nothing
    assert nothing.goods


def test_shipping_that_is_given_back_is_no_part_of_a_line() -> None:
    told = refund(1, (1, 1, 10), money="15.00", order_adjustments=[{"kind": "shipping_refund", "amount": "-5.00"}])
    read = read_return(told, False, Decimal(1), "EUR")
    assert (read.parts[0].amount, read.spread) == (Decimal("10.00"), 0)


def test_money_beyond_the_lines_is_for_all_of_them() -> None:
    assert read_return(refund(1, money="3.00"), True, Decimal("0.8"), "EUR").spread == Decimal("2.4")


def test_what_does_not_add_up_is_told_with_the_difference() -> None:
    assert read_order(order(1, line(1, "10.00", 2), total_price="21.50")).off == Decimal("-1.50")
    assert read_order(order(1, line(1, "10.00", 2), total_price="24.20", total_tax="4.20")).off == 0


def test_who_cancelled_is_told_apart() -> None:
    reasons = {
        why: read_order(order(1, cancelled_at="2026-05-02T10:00:00+02:00", cancel_reason=why)).cancelled
        for why in ("customer", "inventory", "declined", "fraud", "staff", "other", None)
    }
    assert reasons["customer"] == "by_buyer"
    assert reasons["inventory"] == "out_of_stock"
    assert reasons[None] == "other_cancellation"
    assert len(set(reasons.values())) == 6


@pytest.mark.parametrize("name", ["order.json", "orders.json"])
def test_the_samples_of_the_documentation_are_read(name: str) -> None:
    told = json.loads((MARKET_DATA / "shopify" / name).read_text())
    for each in [told["order"]] if "order" in told else told["orders"]:
        read = read_order(each)
        assert read.order
        assert all(line.quantity > 0 for line in read.lines)


@given(ANY_JSON)
def test_whatever_stands_there_is_read_or_refused_with_what_is_missing(told: Any) -> None:
    for name in order():
        with suppress(NoOrder):
            read_order(order() | {name: told})


@given(
    amount=st.integers(0, 10**9),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_shares_add_up_to_the_minor_unit(amount: int, weights: list[int], currency: str) -> None:
    unit = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    parts = shares(amount * unit, [Decimal(each) for each in weights], currency)
    assert sum(parts) == amount * unit
    exact = [amount * unit * each / sum(weights) for each in weights]
    assert all(abs(part - each) < unit for part, each in zip(parts, exact, strict=True))
