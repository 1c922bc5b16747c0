"""The oracle against worked examples: each is a sentence of spec/settlement.md; at the end a whole real market."""

import csv
import lzma
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import pytest

from tests.conftest import MARKET_DATA
from tests.sales.days import first_instant
from tests.sales.examples import ACME, ANA, FACTS, GIFT, REFUND, SALE, TOUCH, at, example, money, percent, shows
from tests.sales.facts import Fee, Market, Refund, load
from tests.sales.oracle import (
    ATTRIBUTION_COLUMNS,
    BALANCE_COLUMNS,
    attribution_rows,
    balance_rows,
    balances,
    currency_mismatches,
    settle,
)

# --- 1. The base -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sold", "base"),
    [
        pytest.param(money("EUR", 3, "0.125"), 38, id="one rounding at the end, not one a piece"),
        pytest.param(money("EUR", 1, "0.125"), 13, id="half away from zero, not half to even"),
        pytest.param(money("EUR", 1, "0.1249999999999999999999999999999999999"), 12, id="every decimal counts"),
        pytest.param(money("EUR", 3, "0.125", "0.37"), 1, id="the discount comes off before the rounding"),
        pytest.param(money("EUR", 2, "9.99", "19.98"), 0, id="a discount may be all of the gross"),
        pytest.param(money("EUR", 7, "0"), 0, id="a price may be nothing"),
        pytest.param(money("JPY", 3, "0.5"), 2, id="JPY has no decimals"),
        pytest.param(money("KWD", 1, "1.2345"), 1235, id="KWD has three"),
        pytest.param(money("HUF", 1, "1.25"), 125, id="HUF has two in ISO 4217, whatever is used in shops"),
        pytest.param(money("IQD", 1, "1.2345"), 1235, id="IQD has three in ISO 4217, none in CLDR"),
    ],
)
def test_the_base_is_rounded_once_in_minor_units(sold: dict[str, Any], base: int) -> None:
    shows(sold, {}, {"base_minor": base})


@pytest.mark.parametrize(
    ("sale", "facts", "gives"),
    [
        example(
            "a line whose product is not commissionable is never attributed",
            {"coupon": "Ana5", "checkout_stream": "S1"},
            {"products": (GIFT,), "touches": (TOUCH,), "refunds": (REFUND,)},
            {"rule": None, "reason": "not_commissionable", "creator": None, "base_minor": 10000, "refunded_minor": 3000}
            | dict.fromkeys(("commission_minor", "fee_minor", "net_commission_minor", "net_fee_minor"), 0),
        ),
        example(
            "a house line earns no commission and no fee",
            {"visitor": "nobody"},
            {"touches": (TOUCH,)},
            {"rule": None, "reason": "unclaimed", "label": None, "commission_minor": 0, "fee_minor": 0},
        ),
        example(
            "a sku that is not in products is commissionable",
            {"sku": "unheard of", "coupon": "Ana5"},
            {"products": (GIFT,)},
            {"rule": "coupon"},
        ),
        example(
            "another brand's product is another product",
            {"coupon": "Ana5"},
            {"products": (replace(GIFT, brand="best"),)},
            {"rule": "coupon"},
        ),
    ],
)
def test_what_earns_at_all(sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]) -> None:
    shows(sale, facts, gives)


# --- 2. Contracts in time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        pytest.param("Europe/Amsterdam", "2010-03-28", "2010-03-27T23:00", id="before a day of 23 hours"),
        pytest.param("Europe/Amsterdam", "2010-03-29", "2010-03-28T22:00", id="after a day of 23 hours"),
        pytest.param("Europe/Amsterdam", "2010-11-01", "2010-10-31T23:00", id="after a day of 25 hours"),
        pytest.param("Australia/Lord_Howe", "2023-10-02", "2023-10-01T13:00", id="after a day of 23 and a half hours"),
        pytest.param("America/Santiago", "2019-09-08", "2019-09-08T04:00", id="a midnight that never is"),
        pytest.param("Africa/Cairo", "2023-04-28", "2023-04-27T22:00", id="a midnight that never is, Egypt"),
        pytest.param("America/Santiago", "2020-04-05", "2020-04-05T04:00", id="the day after an hour that comes twice"),
        pytest.param("America/Havana", "2023-11-05", "2023-11-05T04:00", id="a midnight that happens twice"),
        pytest.param("America/St_Johns", "2010-11-07", "2010-11-07T02:30", id="a day that begins twice"),
        pytest.param("America/Toronto", "1919-03-31", "1919-03-31T04:30", id="a gap from before to after midnight"),
        pytest.param("Pacific/Apia", "2011-12-30", "2011-12-30T10:00", id="a day that never was"),
    ],
)
def test_a_local_day_has_a_first_instant(zone: str, day: str, instant: str) -> None:
    assert first_instant(date.fromisoformat(day), zone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("sold_at", "rule"),
    [
        pytest.param("2024-04-30T21:59:59.999999", None, id="not before the first instant of starts_on"),
        pytest.param("2024-04-30T22:00:00", "coupon", id="from the first instant of starts_on, in the contract's zone"),
        pytest.param("2024-05-31T21:59:59.999999", "coupon", id="to the end of ends_on"),
        pytest.param("2024-05-31T22:00:00", None, id="but not the first instant of the day after"),
    ],
)
def test_a_contract_covers_whole_days_of_its_own_zone(sold_at: str, rule: str | None) -> None:
    shows({"coupon": "Ana5", "occurred_at": datetime.fromisoformat(sold_at + "+00:00")}, {}, {"rule": rule})


# --- 5. The rate and the amounts -------------------------------------------------------------------------------------

EACH = percent("10", in_stream="20", replay="0", after_stream="33.33")


@pytest.mark.parametrize(
    ("sale", "facts", "gives"),
    [
        example(
            "the percentage for the label where one is given",
            {"checkout_stream": "S1"},
            {"contracts": (replace(ANA, terms=(EACH,)),)},
            {"label": "in_stream", "rate_bps": 2000, "commission_minor": 2000},
        ),
        example(
            "nought is given",
            {"checkout_stream": "S1", "occurred_at": at("10 11:00")},
            {"contracts": (replace(ANA, terms=(EACH,)),)},
            {"label": "replay", "rate_bps": 0, "commission_minor": 0, "fee_minor": 500},
        ),
        example(
            "else commission_percent",
            {"coupon": "Ana5", "occurred_at": at("10 12:00")},
            {"contracts": (replace(ANA, terms=(EACH,)),)},
            {"label": "off_stream", "rate_bps": 1000, "commission_minor": 1000},
        ),
        example(
            "commission and fee round half away from zero",
            {"coupon": "Ana5", "unit_price": Decimal("0.10")},
            {"contracts": (replace(ANA, terms=(percent("5"),)),)},
            {"base_minor": 10, "commission_minor": 1, "fee_minor": 1},
        ),
        example(
            "a fee holds from its very instant",
            {"coupon": "Ana5"},
            {"brands": (replace(ACME, fees=(*ACME.fees, Fee(Decimal(7), SALE.occurred_at))),)},
            {"fee_minor": 700},
        ),
        example(
            "the fee is the one valid at the sale",
            {"coupon": "Ana5"},
            {"brands": (replace(ACME, fees=(Fee(Decimal(7), at("10 10:20:00.000001")), *ACME.fees)),)},
            {"fee_minor": 500},
        ),
        example(
            "available_on counts from the UTC day of the sale",
            {"coupon": "Ana5", "occurred_at": datetime.fromisoformat("2024-05-10T23:30:00-01:00")},
            {},
            {"available_on": date(2024, 5, 25)},
        ),
    ],
)
def test_rate_and_amounts(sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]) -> None:
    shows(sale, facts, gives)


# --- 6. Refunds ------------------------------------------------------------------------------------------------------


def returned(*amounts: str, **changes: Any) -> tuple[Refund, ...]:
    return tuple(replace(REFUND, refund=f"r{n}", amount=Decimal(amount), **changes) for n, amount in enumerate(amounts))


@pytest.mark.parametrize(
    ("refunds", "refunded", "excess", "net"),
    [
        pytest.param(returned("30"), 3000, 0, 700, id="what is left earns"),
        pytest.param(returned("100"), 10000, 0, 0, id="all of it leaves nothing"),
        pytest.param(returned("60", "60"), 10000, 2000, 0, id="the rest beyond the base is excess"),
        pytest.param(returned("30", occurred_at=at("01 00:00")), 3000, 0, 700, id="before its sale"),
        pytest.param(returned("30", currency="USD"), 0, 0, 1000, id="in another currency it counts for nothing"),
        pytest.param(returned("30", line="2"), 0, 0, 1000, id="of another line"),
        pytest.param(returned("30", source="web"), 0, 0, 1000, id="of another source"),
        pytest.param(returned("30", brand="best"), 0, 0, 1000, id="of another brand"),
        pytest.param(returned("0.04", "0.04", "0.04"), 12, 0, 999, id="rounded on what is left, not piece by piece"),
    ],
)
def test_refunds_are_taken_off_the_base(refunds: tuple[Refund, ...], refunded: int, excess: int, net: int) -> None:
    gives = {"refunded_minor": refunded, "excess_minor": excess, "net_commission_minor": net, "commission_minor": 1000}
    shows({"coupon": "Ana5"}, {"refunds": refunds}, gives)


def test_a_refund_in_pieces_leaves_no_residue() -> None:
    terms = {"contracts": (replace(ANA, terms=(percent("9.1"),)),)}
    sale = {"coupon": "Ana5", "unit_price": Decimal("0.11")}
    shows(sale, terms | {"refunds": returned("0.10", "0.01")}, {"commission_minor": 1, "net_commission_minor": 0})


def test_a_house_line_has_refunds_and_excess_too() -> None:
    gives = {"rule": None, "refunded_minor": 10000, "excess_minor": 2000, "net_commission_minor": 0}
    shows({}, {"refunds": returned("120")}, gives)


def test_a_refund_in_another_currency_is_flagged_and_one_of_an_unknown_sale_waits() -> None:
    foreign, unknown = returned("30", currency="USD"), returned("30", currency="USD", order="nobody's")
    found = currency_mismatches(Market(sales=(SALE,), refunds=(*foreign, *unknown)))
    assert found == {("acme", "shop", "r0", "1", "1")}


# --- 8. The books, and the exports -----------------------------------------------------------------------------------

BY_CODE = replace(SALE, coupon="Ana5")
SMALL = Market(
    **FACTS,
    sales=(replace(BY_CODE, order="9"), replace(BY_CODE, order="10"), replace(BY_CODE, line="2", currency="JPY"), SALE),
    refunds=(replace(REFUND, order="9"),),
)


def test_balances_are_what_was_earned_and_kept_by_account_creator_and_currency() -> None:
    assert balances(SMALL, settle(SMALL), date(2024, 5, 24)) == {
        ("acme", "brand_funds", "", "EUR"): -(700 + 1000 + 350 + 500),
        ("acme", "creator_payable", "ana", "EUR"): 1700,
        ("acme", "platform_revenue", "", "EUR"): 850,
        ("acme", "brand_funds", "", "JPY"): -15,
        ("acme", "creator_payable", "ana", "JPY"): 10,
        ("acme", "platform_revenue", "", "JPY"): 5,
    }


def test_a_commission_is_pending_until_the_day_it_is_available() -> None:
    accounts = [{key[1] for key in balances(SMALL, settle(SMALL), date(2024, 5, day))} for day in (23, 24)]
    assert [found & {"creator_pending", "creator_payable"} for found in accounts] == [
        {"creator_pending"},
        {"creator_payable"},
    ]


def test_balances_of_nothing_are_left_out() -> None:
    free = Market(**FACTS, sales=(replace(BY_CODE, unit_price=Decimal(0)),))
    assert balances(free, settle(free), date(2024, 5, 24)) == {}


def test_attributions_are_printed_in_byte_order_and_without_the_houses() -> None:
    assert attribution_rows(SMALL) == [
        tuple(row.split(","))
        for row in (
            "acme,shop,1,2,coupon,in_stream,ana,K1,S1,,JPY,100,1000,10,5,0,10,5,2024-05-24",
            "acme,shop,10,1,coupon,in_stream,ana,K1,S1,,EUR,10000,1000,1000,500,0,1000,500,2024-05-24",
            "acme,shop,9,1,coupon,in_stream,ana,K1,S1,,EUR,10000,1000,1000,500,3000,700,350,2024-05-24",
        )
    ]


@pytest.mark.slow
def test_a_real_market_comes_to_what_it_must_cell_for_cell() -> None:
    folder = MARKET_DATA / "market-2009"
    if not folder.is_dir():
        pytest.skip(f"No market to settle at {folder}: set MARKET_DATA to the folder that holds market-2009.")
    market = load(folder)
    lines = settle(market)
    attributions = [tuple(ATTRIBUTION_COLUMNS), *attribution_rows(market, lines)]
    kept = [tuple(BALANCE_COLUMNS), *balance_rows(market, lines, date(2010, 6, 30))]
    for ours, name in ((attributions, "expected-attributions"), (kept, "expected-balances-2010-06-30")):
        with lzma.open(folder / f"{name}.csv.xz", "rt", encoding="utf-8", newline="") as file:
            rows = zip_longest(ours, map(tuple, csv.reader(file)))
            assert next((pair for pair in rows if pair[0] != pair[1]), None) is None, (
                f"the first that differs in {name}"
            )
