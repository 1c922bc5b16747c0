"""One small market to change a little: what the worked examples of the oracle begin with."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.sales.facts import Brand, Contract, Fee, Market, Product, Refund, Sale, Stream, Terms, Touch
from tests.sales.oracle import Line, settle


def at(text: str) -> datetime:
    """`10 12:30` is half past twelve on 10 May 2024, UTC."""
    return datetime.fromisoformat(f"2024-05-{text}").replace(tzinfo=UTC)


def percent(text: str, days: int = 2, hold: int = 14, **labels: str) -> Terms:
    return Terms(Decimal(text), days, hold, **{f"{label}_percent": Decimal(given) for label, given in labels.items()})


ACME = Brand("acme", "EUR", "Europe/Amsterdam", (Fee(Decimal(5)),))
ANA = Contract(
    "K1", "acme", "ana", date(2024, 5, 1), date(2024, 5, 31), "Europe/Amsterdam", (percent("10"),), ("Ana5",)
)
BOB = replace(ANA, contract="K2", creator="bob", coupons=("Straße",))
BEST = Brand("best", "EUR", "UTC", (Fee(Decimal(5)),))
BEST_BOB = replace(BOB, contract="K3", brand="best", coupons=("Ana5",))
SHOW = Stream("S1", "ana", "acme", "tiktok", at("10 10:00"), at("10 11:00"))
OPEN = replace(SHOW, ends_at=None)
OTHERS_SHOW = replace(SHOW, brand="best", creator="bob")
TOUCH = Touch("acme", "T5", "v1", "ana", None, at("10 09:00"))
BOBS = replace(TOUCH, touch="T6", creator="bob")
SALE = Sale("acme", "shop", "1", "1", at("10 10:20"), "v1", "mug", 1, Decimal(100), None, "EUR")
REFUND = Refund("acme", "shop", "r1", "1", "1", at("11 00:00"), Decimal(30), "EUR")
GIFT = Product("acme", "mug", Decimal(1), "EUR", commissionable=False)
FACTS = {"brands": (ACME, BEST), "contracts": (ANA, BOB, BEST_BOB), "streams": (SHOW,)}


def settled(sale: Sale, **facts: Any) -> Line:
    return settle(Market(**FACTS | facts, sales=(sale,)))[sale.key]


def example(sentence: str, sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]) -> Any:
    return pytest.param(sale, facts, gives, id=sentence)


def shows(sale: dict[str, Any], facts: dict[str, Any], gives: dict[str, Any]) -> None:
    line = settled(replace(SALE, **sale), **facts)
    assert {column: getattr(line, column) for column in gives} == gives


def money(currency: str, quantity: int, price: str, discount: str = "0") -> dict[str, Any]:
    return {"currency": currency, "quantity": quantity, "unit_price": Decimal(price), "discount": Decimal(discount)}
