"""Evaluating a month: what is posted, when, and how often."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.bonuses.jobs import evaluate_due
from app.bonuses.settlement import approve_above_cap, evaluate, preview
from app.contracts.models import Contract
from app.database import db, raw
from app.errors import NotFound, WrongStatus
from app.payouts.checks import check_books
from tests import market
from tests.bonuses.promising import (
    AFTER_JUNE,
    JULY,
    JUNE,
    LATER,
    TENTH,
    award,
    booked,
    breach,
    final,
    posts,
    promise,
    provisional,
    rest,
    settled,
)
from tests.cast import Cast
from tests.payouts.at_once import at_once
from tests.payouts.people import identity

CODE = "mira"
SECOND = timedelta(seconds=1)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """Lumen with mira from 1 June, 4 %, a code."""
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    return market.contract(lumen, mira, JUNE, date(2026, 12, 31), coupons=(CODE,), commission_bps=400)


def sell(contract: Contract, *bases: int, at: datetime = TENTH, **columns: object) -> list[market.Sale]:
    return [market.sale(contract.brand, base, at, coupon=CODE, **columns) for base in bases]


def in_order() -> None:
    db.session.rollback()
    assert [check for check in check_books(raw()) if not check.ok] == []
    db.session.rollback()


# -- guarantees --


def test_a_guarantee_tops_up_what_was_earned(contract: Contract) -> None:
    guarantee = promise(contract)
    sell(contract, 1_000_000, 500_000)
    assert provisional().entries == 1
    assert booked(guarantee) == [240_000]
    entry = raw().execute(
        "select debit, creator_id, currency, available_on, occurred_at from entry where kind = 'bonus'"
    )
    assert entry.fetchall() == [("brand_funds", contract.creator_id, "EUR", AFTER_JUNE.date(), AFTER_JUNE)]
    in_order()


def test_a_guarantee_rises_by_what_a_refund_takes(contract: Contract) -> None:
    guarantee = promise(contract)
    sold = sell(contract, 1_000_000, 500_000)
    provisional()
    market.refund(sold[0], 300_000, AFTER_JUNE)
    assert final().entries == 1
    assert booked(guarantee) == [240_000, 12_000]
    assert award(guarantee).target == 252_000
    in_order()


def test_a_guarantee_from_the_eleventh_is_two_thirds(cast: Cast) -> None:
    late = market.contract(cast.brands["lumen"], cast.creators["joon"], date(2026, 6, 11), date(2026, 12, 31))
    guarantee = promise(late)
    provisional()
    assert booked(guarantee) == [200_000]


def test_what_was_sold_on_another_local_day_is_not_counted(contract: Contract) -> None:
    guarantee = promise(contract)
    sell(contract, 1_000_000, at=datetime.fromisoformat("2026-06-30T21:59:59+00:00"))
    sell(contract, 7_000_000, at=datetime.fromisoformat("2026-06-30T22:00:00+00:00"))
    provisional()
    assert booked(guarantee) == [260_000]


def test_retainers_count_towards_a_guarantee_where_that_is_agreed(contract: Contract) -> None:
    counting, plain = promise(contract, counts_retainer=True), promise(contract)
    retainer = promise(contract, "retainer", 50_000)
    provisional()
    assert (booked(counting), booked(plain), booked(retainer)) == ([250_000], [300_000], [50_000])
    in_order()


def test_another_brands_lines_and_another_currency_count_for_nothing(contract: Contract, cast: Cast) -> None:
    guarantee = promise(contract)
    market.contract(cast.brands["kettle"], contract.creator, coupons=(CODE,))
    market.sale(cast.brands["kettle"], 900_000, TENTH, coupon=CODE)
    sell(contract, 900_000, currency="USD")
    provisional()
    assert booked(guarantee) == [300_000]
    in_order()


def test_a_withdrawn_import_and_a_corrected_line_count_for_nothing(contract: Contract) -> None:
    guarantee = promise(contract)
    wrong = sell(contract, 1_000_000)[0]
    settled()
    raw().execute(
        "update import set withdrawn_at = now(), withdrawn_by = 'x', withdrawn_reason = 'x' where id = %s",
        [wrong.import_id],
    )
    provisional()
    assert booked(guarantee) == [300_000]


@pytest.mark.parametrize("why", ["ended", "rests", "own days"])
def test_a_prorated_guarantee_counts_only_what_was_sold_on_its_active_days(cast: Cast, why: str) -> None:
    """An old touch still pays its commission after the contract's end and in a pause, and eats nothing."""
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    fifteenth, sixteenth = date(2026, 6, 15), date(2026, 6, 16)
    ends_on = fifteenth if why == "ended" else date(2026, 12, 31)
    contract = market.contract(lumen, mira, JUNE, ends_on, commission_bps=400)
    guarantee = promise(contract, days=(JUNE, fifteenth) if why == "own days" else None)
    if why == "rests":
        rest(contract, sixteenth, date(2026, 6, 30))
    market.touch(lumen, mira, "v1", TENTH)
    late = datetime.fromisoformat("2026-06-15T22:00:00+00:00")  # the first instant of the sixteenth in Amsterdam
    for base, at in ((500_000, late - SECOND), (1_000_000, late), (7_000_000, late + timedelta(days=5))):
        market.sale(lumen, base, at, visitor="v1")
    provisional()
    assert booked(guarantee) == [150_000 - 20_000]
    assert (award(guarantee).working["lines"], award(guarantee).working["commission"]) == (1, 20_000)
    paid = raw().execute("select sum(amount) from entry where kind = 'commission'").fetchone()
    assert paid == (340_000,), "the commission itself is paid on all three"
    in_order()


# -- retainers, quotas, fees --


def test_fixed_amounts_are_cut_to_the_days_they_are_active(contract: Contract) -> None:
    retainer = promise(contract, "retainer", 100_000)
    fee = promise(contract, "exclusivity_fee", 30_000, days=(JUNE, date(2026, 6, 10)))
    rest(contract, date(2026, 6, 16), date(2026, 7, 10))
    rest(contract, date(2026, 6, 1), date(2026, 6, 9), "asked")
    provisional()
    assert (booked(retainer), booked(fee)) == ([50_000], [10_000])
    assert award(retainer).working["active"] == 15


def test_a_month_that_is_paused_altogether_pays_nothing_and_says_so(contract: Contract) -> None:
    retainer = promise(contract, "retainer", 100_000, conditions={"posts": 3})
    rest(contract, JUNE, date(2026, 6, 30))
    assert provisional().entries == 0
    assert (award(retainer).target, award(retainer).working["active"]) == (0, 0)


def test_a_quota_pays_in_proportion_to_its_weakest_condition(contract: Contract) -> None:
    conditions = {"posts": 10, "valid_minutes": 600, "valid_streams": 2}
    scaled = promise(contract, "quota", 100_000, conditions=conditions)
    strict = promise(contract, "quota", 100_000, conditions=conditions, mode="all_or_nothing")
    posts(contract, 8)
    for day in range(3):
        market.stream(contract.brand, contract.creator, TENTH + timedelta(days=day), 3, skus=["LAMP"])
    provisional()
    assert (booked(scaled), booked(strict)) == ([80_000], [])
    found = {each["what"]: (each["asked"], each["done"], each["holds"]) for each in award(scaled).working["conditions"]}
    assert found == {"posts": (10, 8, False), "valid_minutes": (600, 540, False), "valid_streams": (2, 3, True)}


def test_what_is_asked_for_is_cut_to_the_active_days_and_rounded_down(cast: Cast) -> None:
    late = market.contract(cast.brands["lumen"], cast.creators["joon"], date(2026, 6, 20), date(2026, 12, 31))
    quota = promise(late, "quota", 90_000, conditions={"posts": 10})
    posts(late, 3)
    provisional()
    assert booked(quota) == [33_000]
    assert award(quota).working["conditions"][0]["asked"] == 3


@pytest.mark.parametrize(("orders", "refunded", "paid"), [(10, 2_999, 1), (10, 3_000, 0), (9, 9_000, 1)])
def test_a_refund_rate_says_something_from_ten_orders_on(
    contract: Contract, orders: int, refunded: int, paid: int
) -> None:
    retainer = promise(contract, "retainer", 100_000, conditions={"refund_rate_below": 3_000})
    sold = sell(contract, *[1_000] * orders)
    for each in sold:
        market.refund(each, refunded // 10)
    provisional()
    assert booked(retainer) == [100_000] * paid


# -- thresholds --

STEPS = [(20_000, 600), (40_000, 800)]


@pytest.mark.parametrize(("tiering", "paid"), [("marginal", 800), ("whole_period", 2_000), ("next_sale", 400)])
def test_a_threshold_pays_what_its_step_is_above_the_commission(contract: Contract, tiering: str, paid: int) -> None:
    threshold = promise(contract, "threshold", steps=STEPS, tiering=tiering)
    for hour, base in enumerate((30_000, 10_000, 5_000, 5_000)):
        sell(contract, base, at=TENTH + timedelta(hours=hour))
    provisional()
    # next_sale: the second line at 6 %, the last two at 8 %
    assert booked(threshold) == [{"next_sale": 200 + 400}.get(tiering, paid)]
    assert award(threshold).working["total"] == 50_000
    in_order()


def test_a_fixed_threshold_pays_the_amounts_of_all_steps_that_are_reached(contract: Contract) -> None:
    threshold = promise(
        contract, "threshold", steps=[(2, 5_000), (3, 7_000), (4, 90_000)], tiering="fixed", measure="orders"
    )
    sell(contract, 100, 100, 100)
    sell(contract, 100, order_ref="O7")
    market.refund(sell(contract, 100)[0], 100)
    provisional()
    assert booked(threshold) == [102_000]


def test_a_refund_turns_a_threshold_into_a_negative_line(contract: Contract) -> None:
    threshold = promise(contract, "threshold", steps=STEPS, tiering="whole_period")
    sold = sell(contract, 30_000, 20_000)
    provisional()
    market.refund(sold[1], 15_000, AFTER_JUNE)
    final()
    assert booked(threshold) == [2_000, -1_300]  # 350 at 6 %
    in_order()


def test_over_a_contract_each_month_has_what_earlier_ones_have_not_had(contract: Contract) -> None:
    threshold = promise(contract, "threshold", steps=[(40_000, 800)], period="contract", tiering="whole_period")
    june = sell(contract, 30_000)[0]
    provisional()
    sell(contract, 20_000, at=TENTH + timedelta(days=30))
    settled()
    assert preview(raw(), contract.id, JULY, LATER)[0].target == 2_000
    provisional(JULY, LATER)
    assert (booked(threshold), booked(threshold, JULY)) == ([], [2_000])
    final()
    market.refund(june, 15_000, LATER)
    final(JULY, LATER + timedelta(days=30))
    assert booked(threshold, JULY) == [2_000, -2_000]
    in_order()


def test_a_sticky_step_is_where_the_next_month_begins(contract: Contract) -> None:
    sticky = promise(contract, "threshold", steps=STEPS, sticky=True)
    forgetful = promise(contract, "threshold", steps=STEPS)
    sell(contract, 45_000)
    provisional()
    sell(contract, 1_000, at=TENTH + timedelta(days=30))
    provisional(JULY, LATER)
    assert (booked(sticky), booked(forgetful)) == ([600], [600])
    assert (booked(sticky, JULY), booked(forgetful, JULY)) == ([40], [])


def test_new_customers_are_those_who_first_bought_in_the_period(contract: Contract) -> None:
    threshold = promise(contract, "threshold", steps=[(2, 5_000)], tiering="fixed", measure="new_customers")
    market.sale(contract.brand, 100, TENTH - timedelta(days=20), visitor="old")
    for visitor in ("old", "one", "one", None):
        sell(contract, 100, visitor=visitor)
    provisional()
    assert (booked(threshold), award(threshold).working["total"]) == ([], 1)
    sell(contract, 100, visitor="two")
    settled()
    final()
    assert booked(threshold) == [5_000]


def test_minutes_reach_a_step_for_the_sales_after_the_show(contract: Contract) -> None:
    threshold = promise(contract, "threshold", steps=[(120, 600)], measure="valid_minutes")
    market.stream(contract.brand, contract.creator, TENTH, 2, skus=["LAMP"])
    sell(contract, 10_000, at=TENTH + timedelta(hours=2) - SECOND)
    sell(contract, 20_000, at=TENTH + timedelta(hours=2))
    provisional()
    assert booked(threshold) == [400]


# -- breaches --


@pytest.mark.parametrize(("status", "paid"), [("open", []), ("upheld", []), ("dismissed", [50_000])])
def test_a_breach_takes_what_depends_on_there_being_none(contract: Contract, status: str, paid: list[int]) -> None:
    careful = promise(contract, "retainer", 50_000, conditions={"no_open_breach": 0})
    plain = promise(contract, "retainer", 20_000)
    breach(contract, status)
    provisional()
    assert (booked(careful), booked(plain)) == (paid, [20_000])


def test_a_month_is_not_final_while_a_breach_is_open(contract: Contract) -> None:
    careful = promise(contract, "retainer", 50_000, conditions={"no_open_breach": 0})
    found = breach(contract)
    provisional()
    assert final().awards == 0
    found.status, found.decided_by, found.decided_at = "dismissed", 1, LATER
    assert final().awards == 1
    assert booked(careful) == [50_000]


def test_a_breach_of_another_month_takes_nothing(contract: Contract) -> None:
    careful = promise(contract, "retainer", 50_000, conditions={"no_open_breach": 0})
    breach(contract, "upheld", datetime.fromisoformat("2026-06-30T22:00:00+00:00"))
    provisional()
    assert booked(careful) == [50_000]


# -- caps --


def test_a_cap_cuts_from_the_last_and_the_owner_may_approve_the_rest(contract: Contract) -> None:
    contract.cap_month = 330_000
    threshold = promise(contract, "threshold", steps=STEPS, tiering="whole_period")
    retainer, guarantee = promise(contract, "retainer", 50_000), promise(contract, counts_retainer=False)
    fee = promise(contract, "exclusivity_fee", 70_000)
    sell(contract, 50_000)
    provisional()
    assert (booked(retainer), booked(guarantee), booked(threshold)) == ([50_000], [280_000], [])
    assert booked(fee) == [70_000]
    assert (award(guarantee).outside, award(threshold).outside) == (18_000, 2_000)
    month = award(guarantee).bonus_month_id
    with pytest.raises(WrongStatus, match="still provisional"):
        approve_above_cap(month, by=identity("olga"), at=LATER)
    final()
    for stranger in ("kim", "max", "mira", "adam"):
        with pytest.raises(NotFound):
            approve_above_cap(month, by=identity(stranger), at=LATER)
    assert approve_above_cap(month, by=identity("olga"), at=LATER) == 18_000
    assert booked(guarantee) == [280_000, 18_000]
    stands = award(guarantee)
    assert (stands.stage, stands.target, stands.outside, stands.decided_by) == ("above_cap", 298_000, 0, "Olga")
    with pytest.raises(WrongStatus, match="any more"):
        approve_above_cap(month, by=identity("olga"), at=LATER)
    db.session.commit()
    in_order()


def test_what_a_contracts_cap_leaves_is_left_for_later_months(contract: Contract) -> None:
    contract.cap_contract = 130_000
    retainer = promise(contract, "retainer", 100_000)
    provisional()
    provisional(JULY, LATER)
    provisional(date(2026, 8, 1), datetime.fromisoformat("2026-09-05T03:00:00+00:00"))
    assert booked(retainer) == [100_000]
    assert booked(retainer, JULY) == [30_000]
    assert award(retainer, date(2026, 8, 1)).outside == 100_000


# -- when, and how often --


def test_nothing_is_due_before_the_contracts_own_evaluation_day(contract: Contract) -> None:
    promise(contract, "retainer", 100_000)
    contract.evaluation_day = 7
    begins = datetime.fromisoformat("2026-07-06T22:00:00+00:00")  # the 7th in Amsterdam
    assert provisional(at=begins - SECOND).awards == 0
    assert provisional(at=begins).awards == 1


@pytest.mark.parametrize("sold", [True, False])
def test_final_is_the_day_after_a_sale_of_the_last_day_would_be_available(contract: Contract, sold: bool) -> None:
    """Also while nothing is known of the month: its sales may come late."""
    promise(contract)
    if sold:
        sell(contract, 1_000, at=datetime.fromisoformat("2026-06-25T10:00:00+00:00"))  # available on 25 July
    assert final().awards == 0, "never before the provisional one"
    provisional()
    assert final(at=datetime.fromisoformat("2026-07-30T23:59:59+00:00")).awards == 0
    assert final(at=datetime.fromisoformat("2026-07-31T00:00:00+00:00")).awards == 1


def test_months_become_final_in_their_order(contract: Contract) -> None:
    promise(contract)
    provisional()
    provisional(JULY, LATER)
    much_later = LATER + timedelta(days=90)
    assert final(JULY, much_later).awards == 0
    assert final(JUNE, much_later).awards == 1
    assert final(JULY, much_later).awards == 1


def test_an_evaluation_again_adds_nothing(contract: Contract) -> None:
    guarantee = promise(contract)
    provisional()
    sell(contract, 1_000_000)
    assert provisional().awards == 0
    final()
    assert final().awards == 0
    assert booked(guarantee) == [300_000, -40_000]


def test_two_at_once_evaluate_once(app: Flask, contract: Contract) -> None:
    guarantee = promise(contract)
    settled()
    ends = at_once(4, lambda: evaluate(raw(), JUNE, stage="provisional", at=AFTER_JUNE).awards)
    assert sorted(ends) == [0, 0, 0, 1]
    db.session.rollback()
    assert booked(guarantee) == [300_000]
    in_order()


def test_only_the_contracts_that_are_asked_for_are_evaluated(contract: Contract, cast: Cast) -> None:
    other = market.contract(cast.brands["lumen"], cast.creators["joon"])
    mine, theirs = promise(contract), promise(other)
    settled()
    assert evaluate(raw(), JUNE, stage="provisional", at=AFTER_JUNE, contracts=[other.id]).awards == 1
    assert (booked(mine), booked(theirs)) == ([], [300_000])


def test_a_preview_stores_nothing(contract: Contract) -> None:
    guarantee = promise(contract, conditions={"posts": 4})
    posts(contract, 1)
    sell(contract, 100_000)
    settled()
    (found,) = preview(raw(), contract.id, JUNE, TENTH)
    assert (found.bonus_id, found.target, found.outside) == (guarantee.id, 71_000, 0)
    assert preview(raw(), contract.id, date(2027, 1, 1), TENTH) == []
    assert raw().execute("select from bonus_month").fetchall() == []


def test_the_nightly_job_evaluates_what_is_due_and_reserves_what_is_promised(contract: Contract) -> None:
    guarantee = promise(contract)
    fee = promise(contract, "exclusivity_fee", 10_000)
    db.session.commit()
    assert evaluate_due(TENTH).startswith("0 bonuses")
    assert reserved() == {JUNE: 310_000}
    assert evaluate_due(AFTER_JUNE) == "2 bonuses provisionally, 0 finally, 2 entries."
    assert reserved() == {JULY: 310_000}
    assert evaluate_due(LATER) == "2 bonuses provisionally, 4 finally, 2 entries."
    assert evaluate_due(LATER) == "0 bonuses provisionally, 0 finally, 0 entries."
    assert (booked(guarantee), booked(fee, JULY)) == ([300_000], [10_000])
    assert reserved() == {date(2026, 9, 1): 310_000, date(2026, 8, 1): 310_000}
    in_order()


def reserved() -> dict[date, int]:
    """What stands reserved for each month."""
    found = raw().execute("select month, amount from reservation where released_at is null")
    months: dict[date, int] = dict(found.fetchall())
    db.session.rollback()
    return months
