"""Money is integer minor units of one currency; nothing is lost and nothing is mixed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.money import CURRENCIES, EXPONENTS, Money, exponent


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.50", "EUR", 1250), ("12.5", "EUR", 1250), ("12", "EUR", 1200), ("500", "JPY", 500), ("1.234", "KWD", 1234)],
)
def test_an_amount_is_read_in_its_currency(text: str, currency: str, minor: int) -> None:
    assert Money.of(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.", ".5", "1e3", "NaN", "1_000", "1,50", "١٢", "1 000", "9" * 15])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Money.of(text, "EUR")


def test_more_decimals_than_the_currency_has_are_refused() -> None:
    with pytest.raises(BadInput, match="more decimals"):
        Money.of("1.5", "JPY")
    for text in ("100.50", "100.001"):
        with pytest.raises(BadInput, match="more decimals"):
            Money.of(text, "JPY")


def test_zeros_behind_the_point_are_no_decimals() -> None:
    assert [Money.of(text, "JPY").minor for text in ("100", "100.0", "100.00")] == [100] * 3
    assert (Money.of("12.500", "EUR").minor, Money.of("12.5", "KWD").minor) == (1_250, 12_500)


def test_currencies_are_never_mixed() -> None:
    for mixed in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b):
        with pytest.raises(BadInput, match="EUR and GBP"):
            mixed(Money(1, "EUR"), Money(1, "GBP"))


@given(minor=st.integers(-(10**12), 10**12), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_the_parts_sum_to_the_whole_and_are_fair_to_a_minor_unit(minor: int, weights: list[int]) -> None:
    total = sum(weights)
    if not total:
        with pytest.raises(BadInput):
            Money(minor, "EUR").split(weights)
        return
    parts = Money(minor, "EUR").split(weights)
    assert sum(part.minor for part in parts) == minor
    assert all(abs(part.minor * total - minor * weight) < total for part, weight in zip(parts, weights, strict=True))


def test_every_currency_with_its_own_decimals_is_a_currency() -> None:
    assert set(EXPONENTS) <= CURRENCIES
    assert (exponent("JPY"), exponent("EUR"), exponent("KWD")) == (0, 2, 3)
    assert str(Money(1234, "KWD")) == "1.234 KWD"
