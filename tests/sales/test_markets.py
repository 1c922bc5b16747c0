"""The markets we draw are valid, reach every corner, and tell the spec from every likely misreading of it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.sales.deals import CODES
from tests.sales.examples import ACME, at
from tests.sales.facts import Contract, Fee, Market, load, write
from tests.sales.markets import markets
from tests.sales.misreadings import MISREADINGS
from tests.sales.oracle import Lines, coupon_key, settle

calmly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Market, Lines]]:
    """The same few hundred markets every time, settled."""
    found: list[tuple[Market, Lines]] = []

    @settings(calmly, max_examples=600, derandomize=True, phases=[Phase.generate])
    @given(markets())
    def keep(market: Market) -> None:
        found.append((market, settle(market)))

    keep()
    return found


@calmly
@given(markets())
def test_no_two_contracts_of_a_pair_overlap_nor_two_that_share_a_code(market: Market) -> None:
    for one, other in combinations(market.contracts, 2):
        if one.brand == other.brand and one.period[0] < other.period[1] and other.period[0] < one.period[1]:
            assert one.creator != other.creator
            assert keys(one).isdisjoint(keys(other))
    assert all(contract.period[0] < contract.period[1] for contract in market.contracts)


def keys(contract: Contract) -> set[str]:
    return {coupon_key(code) for code in contract.coupons}


def test_the_spellings_of_a_code_are_alike_and_those_of_two_codes_are_not() -> None:
    assert [len({coupon_key(spelling) for spelling in spellings}) for spellings in CODES] == [1] * len(CODES)
    assert len({coupon_key(spelling) for spellings in CODES for spelling in spellings}) == len(CODES)


@calmly
@given(markets(files_only=True))
def test_a_market_goes_to_files_and_comes_back_the_same(market: Market) -> None:
    with TemporaryDirectory() as folder:
        write(market, Path(folder))
        assert load(Path(folder)) == market


def test_a_market_that_no_file_can_say_is_not_written(tmp_path: Path) -> None:
    raised = replace(ACME, fees=(*ACME.fees, Fee(Decimal(7), at("10 00:00"))))
    with pytest.raises(ValueError, match="A file holds one version"):
        write(Market(brands=(raised,)), tmp_path)


CORNERS: dict[str, Callable[[Market, Lines], Any]] = {
    **{
        f"{rule} {label}": lambda _, lines, told=(rule, label): (
            told in {(line.rule, line.label) for line in lines.values()}
        )
        for rule, label in (
            *product(["coupon"], ["in_stream", "off_stream"]),
            *product(["checkout"], ["in_stream", "replay", "off_stream"]),
            *product(["touch"], ["in_stream", "after_stream", "off_stream"]),
        )
    },
    "not commissionable": lambda _, lines: any(line.reason == "not_commissionable" for line in lines.values()),
    "over-refunded": lambda _, lines: any(line.rule and line.excess_minor for line in lines.values()),
    "refunded in part": lambda _, lines: any(0 < x.net_commission_minor < x.commission_minor for x in lines.values()),
    "the most money there may be": lambda _, lines: any(line.base_minor == 10**13 for line in lines.values()),
    "a refund of an unknown sale": lambda market, lines: {r.sale_key for r in market.refunds} - set(lines),
    "a refund before its sale": lambda market, _: any(
        r.sale_key == s.key and r.occurred_at < s.occurred_at for r in market.refunds for s in market.sales
    ),
    "a code at two brands": lambda market, _: any(
        one.brand != two.brand and keys(one) & keys(two) for one, two in combinations(market.contracts, 2)
    ),
    "a code in two contracts of a brand": lambda market, _: any(
        one.brand == two.brand and keys(one) & keys(two) for one, two in combinations(market.contracts, 2)
    ),
    "a stream of another brand at the checkout": lambda market, _: any(
        sale.checkout_stream == s.stream and s.brand != sale.brand for s in market.streams for sale in market.sales
    ),
    "a price of three decimals": lambda market, _: any(s.unit_price % Decimal("0.01") for s in market.sales),
    "a discount of all the gross": lambda market, _: any(
        s.discount and s.discount == s.quantity * s.unit_price for s in market.sales
    ),
    "three versions of terms": lambda market, _: any(len(contract.terms) == 3 for contract in market.contracts),
    "three fees of a brand": lambda market, _: any(len(brand.fees) == 3 for brand in market.brands),
}


@pytest.mark.slow
@pytest.mark.parametrize("corner", CORNERS)
def test_the_markets_reach(drawn: list[tuple[Market, Lines]], corner: str) -> None:
    assert any(CORNERS[corner](market, lines) for market, lines in drawn)


@pytest.mark.slow
@pytest.mark.parametrize("misreading", MISREADINGS)
def test_the_markets_expose(
    drawn: list[tuple[Market, Lines]], misreading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other way round: a product that read the spec so would be found out."""
    monkeypatch.setattr(*MISREADINGS[misreading])
    assert any(misread(market) != lines for market, lines in drawn)


def misread(market: Market) -> Lines | None:
    """The market settled with fresh contracts, None where the misreading makes contracts overlap."""
    try:
        return settle(replace(market, contracts=tuple(replace(contract) for contract in market.contracts)))
    except AssertionError:
        return None
