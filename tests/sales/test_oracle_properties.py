"""What holds of the oracle in any market."""

from collections import defaultdict
from dataclasses import fields, replace
from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sales.facts import Market
from tests.sales.markets import markets
from tests.sales.oracle import balances, settle

calmly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(date(2010, 1, 1), date(2024, 12, 31))


@calmly
@given(markets())
def test_what_is_left_is_never_more_than_what_was(market: Market) -> None:
    for line in settle(market).values():
        assert 0 <= line.refunded_minor <= line.base_minor
        assert 0 <= line.net_commission_minor <= line.commission_minor <= line.base_minor
        assert 0 <= line.net_fee_minor <= line.fee_minor <= line.base_minor
        assert line.excess_minor == 0 or line.refunded_minor == line.base_minor


@calmly
@given(markets())
def test_a_line_is_somebodys_with_all_that_belongs_to_it_or_the_houses_with_a_reason(market: Market) -> None:
    for line in settle(market).values():
        theirs = (line.label, line.creator, line.contract, line.rate_bps, line.available_on)
        assert all(value is not None for value in theirs) if line.rule else not any(theirs)
        assert (line.rule is None) == (line.reason is not None)
        assert line.rule or line.commission_minor == line.fee_minor == 0
        assert (line.touch is not None) == (line.rule == "touch")
        assert line.rule != "checkout" or line.stream is not None
        assert line.rule != "coupon" or (line.stream is not None) == (line.label == "in_stream")


@calmly
@given(markets(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_changes_nothing(market: Market, random: Random) -> None:
    assert settle(shuffled(market, random)) == settle(market)


def shuffled(market: Market, random: Random) -> Market:
    kinds = {field.name: list(getattr(market, field.name)) for field in fields(market)}
    for facts in kinds.values():
        random.shuffle(facts)
    return Market(**{kind: tuple(facts) for kind, facts in kinds.items()})


@calmly
@given(markets(), DAYS)
def test_balances_come_to_nothing_in_every_brand_and_currency(market: Market, day: date) -> None:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (brand, _, _, currency), amount in balances(market, settle(market), day).items():
        assert amount != 0
        sums[brand, currency] += amount
    assert not any(sums.values())


@calmly
@given(markets(), DAYS)
def test_a_day_moves_money_only_from_pending_to_payable(market: Market, day: date) -> None:
    lines = settle(market)
    held = [balances(market, lines, at) for at in (day, day + timedelta(days=1), date.max)]
    assert len({frozenset(creators_total(balance).items()) for balance in held}) == 1
    assert not any(account == "creator_pending" for _, account, _, _ in held[-1])


def creators_total(balance: dict[tuple[str, str, str, str], int]) -> dict[tuple[str, str, str], int]:
    total: dict[tuple[str, str, str], int] = defaultdict(int)
    for (brand, account, creator, currency), amount in balance.items():
        total[brand, creator or account, currency] += amount
    return total


@calmly
@given(markets())
def test_a_refund_told_in_two_parts_is_the_same_refund(market: Market) -> None:
    parted = [
        replace(refund, refund=f"{refund.refund} {part}", amount=amount)
        for refund in market.refunds
        for part, amount in enumerate((refund.amount // 3, refund.amount - refund.amount // 3))
    ]
    assert settle(replace(market, refunds=tuple(parted))) == settle(market)
