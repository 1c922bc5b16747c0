"""The worked examples of rules.md B7 to B9, and the edges of every formula."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from app.bonuses.tiers import rate_at
from app.contracts.terms.sheet import Condition, Step
from tests.bonuses.reference_facts import Deal, Line, Past, Promise, Work, count, month_of, overlap, rounded
from tests.bonuses.reference_targets import Checked, active_days, come_to, factor, prorated, top_up
from tests.bonuses.reference_tiers import measured

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
TENTH = datetime(2026, 6, 10, 10, tzinfo=UTC)
STEPS = (Step(20_000, 600), Step(40_000, 800))  # 6 % from 200.00, 8 % from 400.00


def line(base: int, nr: int = 1, **given: Any) -> Line:
    """A line at 4 % of 10 June, an order of its own; `nr` is its hour too."""
    at = given.pop("at", TENTH + timedelta(hours=nr))
    return Line(nr, at, at.date(), **({"order": str(nr), "base": base, "rate_bps": 400} | given))


def lines(*bases: int) -> list[Line]:
    return [line(base, nr) for nr, base in enumerate(bases, 1)]


def threshold(tiering: str = "marginal", steps: tuple[Step, ...] = STEPS, **given: Any) -> Promise:
    return Promise(1, "threshold", YEAR, tiering=tiering, steps=steps, **given)


def one(promise: Promise, sold: list[Line], work: tuple[Work, ...] = (), month: date = JUNE, **given: Any) -> int:
    """What a promise comes to by itself."""
    return come_to(Deal(YEAR), month, [promise], sold, work, **given)[promise.id].target


# -- days --


def test_three_thousand_from_the_eleventh_of_june_are_two_thousand() -> None:
    late = Promise(1, "guarantee", (date(2026, 6, 11), YEAR[1]), 300_000)
    assert one(late, []) == 200_000
    assert prorated(300_000, 20, 30) == 200_000


@pytest.mark.parametrize(
    ("first", "last", "paid"),
    [
        ("2026-03-01", "2026-12-31", 310_000),  # the clocks go forward: 31 calendar days all the same
        ("2026-03-29", "2026-03-29", 10_000),  # of 23 hours
        ("2026-03-30", "2026-05-01", 20_000),
        ("2026-04-01", "2026-05-01", None),
    ],
)
def test_a_month_with_a_clock_change_has_its_calendar_days(first: str, last: str, paid: int | None) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    retainer = Promise(1, "retainer", days, 310_000)
    assert one(retainer, [], month=date(2026, 3, 1)) == (paid or 0)


def test_a_paused_contract_is_active_on_the_days_that_are_left() -> None:
    june, retainer = month_of(JUNE), Promise(1, "retainer", YEAR, 300_000)
    pauses = ((date(2026, 5, 20), date(2026, 6, 5)), (date(2026, 6, 26), date(2026, 7, 2)))
    assert active_days(june, pauses) == 20
    assert come_to(Deal(YEAR, pauses), JUNE, [retainer], [])[1].target == 200_000
    assert come_to(Deal(YEAR, ((JUNE, JULY),)), JUNE, [retainer], [])[1].target == 0


def test_days_are_counted_with_both_ends() -> None:
    assert count(month_of(date(2028, 2, 10))) == 29
    assert count((JULY, JUNE)) == 0
    assert overlap(YEAR, month_of(JUNE)) == (JUNE, date(2026, 6, 30))


def test_amounts_are_rounded_once_half_away_from_zero() -> None:
    assert [rounded(number, 2) for number in (1, -1, 3, 4, -5)] == [1, -1, 2, 2, -3]
    assert prorated(1, 15, 30) == 1
    assert prorated(100, 1, 3, Fraction(1, 2)) == 17
    assert prorated(10**13, 31, 31) == 10**13


# -- guarantees --


def test_a_guarantee_adds_what_is_missing_and_never_less_than_nothing() -> None:
    assert (top_up(300_000, 60_000), top_up(300_000, 300_001)) == (240_000, 0)
    guarantee = Promise(1, "guarantee", YEAR, 300_000)
    assert one(guarantee, lines(1_000_000, 500_000)) == 240_000
    assert one(guarantee, lines(9_000_000)) == 0


def test_a_guarantee_rises_by_what_a_refund_takes() -> None:
    guarantee = Promise(1, "guarantee", YEAR, 300_000)
    assert one(guarantee, [line(1_000_000, refunded=250_000)]) == 270_000


def test_a_guarantee_counts_each_lines_own_rounded_commission() -> None:
    guarantee = Promise(1, "guarantee", YEAR, 100)
    assert one(guarantee, [line(13, nr) for nr in range(10)]) == 90  # 0.52 is 1 each, not 5.2 in all


def test_a_guarantee_counts_the_active_local_days_of_its_month_alone() -> None:
    late = Promise(1, "guarantee", (date(2026, 6, 11), YEAR[1]), 300_000)
    days = (-30, -1, 0, 1, 5, 20, 21, 30)  # from the tenth; it rests on the fifteenth
    sold = [line(100_000 + nr, nr, at=TENTH + timedelta(days=day)) for nr, day in enumerate(days)]
    rested = Deal(YEAR, pauses=((date(2026, 6, 15), date(2026, 6, 15)),))
    assert come_to(rested, JUNE, [late], sold)[1].target == 190_000 - 2 * 4_000  # of the eleventh and the thirtieth


def test_retainers_count_where_that_is_agreed_as_they_are_prorated() -> None:
    retainer = Promise(5, "retainer", (date(2026, 6, 16), YEAR[1]), 100_000)
    counting, plain = (Promise(nr, "guarantee", YEAR, 300_000, counts_retainer=nr == 1) for nr in (1, 2))
    found = come_to(Deal(YEAR), JUNE, [counting, plain, retainer], [])
    assert (found[1].target, found[2].target, found[5].target) == (250_000, 300_000, 50_000)


# -- conditions --


def quota(mode: str = "scaled", **asked: int) -> Promise:
    conditions = tuple(Condition(what, required) for what, required in asked.items())
    return Promise(1, "quota", YEAR, 90_000, mode=mode, conditions=conditions)


def test_in_proportion_the_weakest_condition_decides() -> None:
    work = (Work(TENTH.date(), minutes=480, show=True), Work(TENTH.date(), posts=9))
    assert one(quota(valid_minutes=600, posts=10, valid_streams=1), [], work) == 72_000
    assert one(quota("all_or_nothing", valid_minutes=600), [], work) == 0
    assert one(quota("all_or_nothing", valid_minutes=480), [], work) == 90_000
    assert one(quota(valid_streams=3), [], work) == 30_000
    assert one(quota(posts=1), []) == 0


def test_more_than_is_asked_for_is_no_more() -> None:
    assert one(quota(posts=1), [], (Work(TENTH.date(), posts=50),)) == 90_000


def test_what_is_asked_for_goes_with_the_active_days_rounded_down() -> None:
    late = Promise(1, "quota", (date(2026, 6, 20), YEAR[1]), 90_000, conditions=(Condition("posts", 10),))
    assert one(late, [], (Work(date(2026, 6, 25), posts=3),)) == 33_000
    nearly = Promise(1, "quota", (date(2026, 6, 30), YEAR[1]), 90_000, conditions=(Condition("posts", 10),))
    assert one(nearly, []) == 3_000, "a thirtieth of ten posts is none"


def test_work_outside_the_promises_days_is_not_its_own() -> None:
    late = Promise(1, "quota", (date(2026, 6, 11), YEAR[1]), 90_000, conditions=(Condition("posts", 1),))
    assert one(late, [], (Work(TENTH.date(), posts=1),)) == 60_000  # a third of a post was asked for: none
    whole = quota(posts=1)
    assert one(whole, [], (Work(date(2026, 5, 31), posts=1), Work(JULY, posts=1))) == 0


def test_a_breach_takes_all_whatever_the_mode() -> None:
    assert one(quota(no_open_breach=0), [], breached=True) == 0
    assert one(quota(no_open_breach=0), []) == 90_000
    assert one(quota(), [], breached=True) == 90_000


@pytest.mark.parametrize(("orders", "refunded", "paid"), [(10, 299, 90_000), (10, 300, 0), (9, 1_000, 90_000)])
def test_a_refund_rate_is_looked_at_from_ten_orders_on(orders: int, refunded: int, paid: int) -> None:
    sold = [line(1_000, nr, refunded=refunded) for nr in range(orders)]
    assert one(quota(refund_rate_below=3_000), sold) == paid


def test_ten_lines_of_nine_orders_are_nine_orders() -> None:
    sold = [line(1_000, nr, order=str(min(nr, 8)), refunded=900) for nr in range(10)]
    assert one(quota(refund_rate_below=3_000), sold) == 90_000


def test_the_factor_is_exact() -> None:
    missed = [Checked("posts", 3, 1, False), Checked("valid_minutes", 600, 350, False)]
    assert factor(quota(posts=3), missed) == Fraction(1, 3)
    assert factor(quota(), []) == 1


# -- thresholds --


def test_the_worked_example_of_four_six_and_eight_percent() -> None:
    sold = lines(50_000)
    assert sum(each.commission for each in sold) == 2_000
    assert one(threshold("marginal"), sold) == 800, "so 28.00 in all"
    assert one(threshold("whole_period"), sold) == 2_000, "so 40.00 in all"
    assert one(threshold("marginal"), lines(*[1_000] * 50)) == 800


def test_an_order_that_crosses_a_border_is_split_there_by_its_amount() -> None:
    assert one(threshold(), lines(19_999, 2)) == 0
    assert one(threshold(), lines(15_000, 10_000)) == 100  # 50.00 at two percent more
    assert one(threshold(), lines(10_000, 40_000)) == 800  # across both borders


def test_next_sale_gives_a_line_the_step_reached_before_it() -> None:
    assert one(threshold("next_sale"), lines(50_000)) == 0
    assert one(threshold("next_sale"), lines(30_000, 10_000, 10_000)) == 200 + 400


def test_the_order_of_the_sales_is_that_of_their_instants_then_their_numbers() -> None:
    early, late = line(30_000, 2, at=TENTH), line(10_000, 1, at=TENTH + timedelta(minutes=1))
    assert one(threshold("next_sale"), [late, early]) == 200
    same = [line(10_000, 2, at=TENTH), line(20_000, 1, at=TENTH)]
    assert one(threshold("next_sale"), same) == 200


def test_fixed_pays_the_amounts_of_all_steps_that_are_reached() -> None:
    steps = (Step(20_000, amount=5_000), Step(40_000, amount=7_000), Step(50_001, amount=90_000))
    assert one(threshold("fixed", steps), lines(50_000)) == 12_000
    assert one(threshold("fixed", steps, sticky=True), [], past={1: Past(reached=40_000)}) == 0


def test_a_step_is_worth_nothing_where_the_line_has_more_already() -> None:
    assert one(threshold("whole_period"), [line(50_000, rate_bps=900)]) == 0
    assert one(threshold("whole_period"), [line(25_000, 1, rate_bps=900), line(25_000, 2)]) == 1_000


def test_refunds_lower_what_was_reached_and_what_is_paid_on() -> None:
    sold = [line(30_000), line(20_000, 2, refunded=15_000)]
    assert one(threshold("whole_period"), sold) == 700
    assert one(threshold("whole_period"), [line(30_000), line(20_000, 2, refunded=20_000)]) == 600


def test_one_rounding_for_the_whole_bonus() -> None:
    assert one(threshold("whole_period", (Step(1, 500),)), lines(*[30] * 5)) == 2  # 0.3 each


def test_orders_customers_and_minutes_reach_steps_too() -> None:
    sold = [line(10_000, 1), line(10_000, 2, order="1"), line(10_000, 3), line(10_000, 4)]
    assert one(threshold("whole_period", (Step(3, 600),), measure="orders"), sold) == 800
    assert one(threshold("whole_period", (Step(4, 600),), measure="orders"), sold) == 0
    assert one(threshold("marginal", (Step(2, 600),), measure="orders"), sold) == 200, (
        "what comes after the second order"
    )
    show = Work(TENTH.date(), 120, True, counts_at=TENTH + timedelta(hours=2))
    assert one(threshold("next_sale", (Step(120, 600),), measure="valid_minutes"), sold, (show,)) == 600


def test_an_order_is_not_before_its_own_lines_and_a_customer_is_new_once() -> None:
    sold = [line(10, 1), line(10, 2), line(10, 3, order="2")]
    assert measured("orders", YEAR, sold, []) == ([0, 1, 1], 2)
    old, new = {"visitor": "old", "new_on": date(2025, 1, 1)}, {"visitor": "new", "new_on": JUNE}
    sold = [line(10, 1, **old), line(10, 2, **new), line(10, 3, **new), line(10, 4)]
    assert measured("new_customers", YEAR, sold, []) == ([0, 0, 1, 1], 1)
    assert measured("net_sales", YEAR, [], []) == ([], 0)


def test_over_a_contract_a_month_has_what_earlier_ones_have_not_had() -> None:
    whole = threshold("whole_period", (Step(40_000, 800),), period="contract")
    june, july = line(30_000), line(20_000, 2, at=TENTH + timedelta(days=30))
    assert one(whole, [june]) == 0
    assert one(whole, [june, july], month=JULY) == 2_000
    assert one(whole, [june, july], month=JULY, past={1: Past(part=500, complete=True)}) == 1_500
    assert one(whole, [june], month=JULY, past={1: Past(part=500, complete=True)}) == -500


def test_a_failed_condition_takes_from_the_month_and_never_from_a_negative_part() -> None:
    whole = threshold("whole_period", (Step(1, 800),), period="contract", conditions=(Condition("posts", 4),))
    found = come_to(Deal(YEAR), JUNE, [whole], lines(10_000), (Work(TENTH.date(), posts=1),))[1]
    assert (found.part, found.target) == (400, 100)
    past = {1: Past(part=1_000, complete=True)}
    assert one(whole, lines(10_000), past=past) == -600


def test_a_sticky_step_is_where_later_months_begin() -> None:
    sold, past = lines(10_000), {1: Past(reached=40_000)}
    assert one(threshold(sticky=True), sold, past=past) == 400
    assert one(threshold(), sold, past=past) == 0
    assert come_to(Deal(YEAR), JUNE, [threshold(sticky=True)], sold, past=past)[1].reached == 40_000
    assert come_to(Deal(YEAR), JUNE, [threshold()], lines(25_000), past=past)[1].reached == 20_000


def test_lines_outside_the_promises_days_are_not_its_own() -> None:
    late = Promise(1, "threshold", (date(2026, 6, 11), YEAR[1]), tiering="whole_period", steps=(Step(1, 800),))
    assert one(late, lines(10_000)) == 0


def test_below_the_first_step_there_is_no_rate() -> None:
    assert [rate_at(STEPS, value) for value in (0, 19_999, 20_000, 39_999, 10**9)] == [0, 0, 600, 600, 800]


# -- caps --


def test_a_cap_cuts_from_the_last_and_leaves_the_exclusivitys_fee_alone() -> None:
    made = [
        threshold("whole_period"),
        Promise(4, "guarantee", YEAR, 100_000),
        Promise(3, "quota", YEAR, 50_000),
        Promise(2, "retainer", YEAR, 40_000),
        Promise(5, "exclusivity_fee", YEAR, 70_000),
    ]
    found = come_to(Deal(YEAR, cap_month=150_000), JUNE, made, lines(50_000))
    assert {number: (each.target, each.outside) for number, each in found.items()} == {
        2: (40_000, 0),
        4: (98_000, 0),
        3: (12_000, 38_000),
        1: (0, 2_000),
        5: (70_000, 0),
    }


def test_the_contracts_cap_knows_what_earlier_months_took() -> None:
    retainer = Promise(1, "retainer", YEAR, 100_000)
    for used, paid in ((0, 100_000), (30_000, 70_000), (120_000, 0)):
        assert come_to(Deal(YEAR, cap_contract=100_000, used=used), JUNE, [retainer], [])[1].target == paid
    both = Deal(YEAR, cap_month=60_000, cap_contract=100_000, used=50_000)
    assert come_to(both, JUNE, [retainer], [])[1].outside == 50_000


def test_a_negative_part_is_never_cut() -> None:
    whole = threshold("whole_period", (Step(40_000, 800),), period="contract")
    found = come_to(Deal(YEAR, cap_month=0), JUNE, [whole], [], past={1: Past(part=500, complete=True)})
    assert (found[1].target, found[1].outside) == (-500, 0)
