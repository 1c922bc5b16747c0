"""Other terms inside a running contract: a version in time, and nothing that was promised before is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.contracts.models import BonusLine, Contract, Coupon, Terms
from app.contracts.signing import signature
from app.contracts.terms.current import current_sheet
from app.contracts.terms.sheet import (
    Bonus,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
)
from app.database import db, raw
from app.errors import BadInput, Conflict
from app.ledger import funding
from app.sales.jobs import settle_due
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.contracts.signing import AT, SHEET, frozen, offered, sign, signed

JULY = date(2026, 7, 1)
CHANGE = datetime(2026, 6, 30, 22, tzinfo=UTC)  # the first instant of July in Amsterdam
GUARANTEE = Bonus("guarantee", 300_000, (Condition("valid_minutes", 1200), Condition("no_open_breach")))
TIERS = Bonus(
    "threshold", measure="net_sales", period="month", tiering="marginal", steps=(Step(20_000, 600), Step(40_000, 800))
)
FIRST = replace(SHEET, coupons=("MIRA10", "OLD"), bonuses=(GUARANTEE, TIERS))


@pytest.fixture
def contract(lumen: Brand, mira: Creator) -> Contract:
    return signed(FIRST, lumen, mira)


def amend(contract: Contract, at: datetime = AT + timedelta(hours=1), **changes: Any) -> Sheet:
    """Both sign the contract's terms with these changes, from July unless said otherwise."""
    sheet = replace(current_sheet(contract), **{"effective_on": JULY, **changes})
    signed(sheet, contract.brand, contract.creator, contract=contract, at=at)
    return sheet


def versions(contract: Contract) -> list[tuple[int, Any, Any, int]]:
    rows = db.session.scalars(select(Terms).where(Terms.contract_id == contract.id).order_by(Terms.nr))
    return [(each.nr, each.valid.lower, each.valid.upper, each.commission_bps) for each in rows]


def lines(contract: Contract) -> list[tuple[str, int, date, date]]:
    rows = db.session.scalars(select(BonusLine).where(BonusLine.contract_id == contract.id).order_by(BonusLine.id))
    return [(each.kind, each.amount, each.first_on, each.last_on) for each in rows]


# -- what changes --


def test_the_version_in_force_is_cut_and_the_next_one_added(contract: Contract) -> None:
    lower, upper = contract.period.lower, contract.period.upper
    amend(contract, commission_bps=1200, window_days=7)
    assert versions(contract) == [(1, lower, CHANGE, 1000), (2, CHANGE, upper, 1200)]
    august = date(2026, 8, 15)
    amend(contract, commission_bps=800, effective_on=august)
    middle = datetime(2026, 8, 14, 22, tzinfo=UTC)
    assert versions(contract)[1:] == [(2, CHANGE, middle, 1200), (3, middle, upper, 800)]
    assert current_sheet(contract).commission_bps == 800


def test_rules_1_and_2_take_the_version_at_the_sale_and_rule_3_the_one_at_the_touch(
    contract: Contract, lumen: Brand, mira: Creator
) -> None:
    """settlement.md section 2, on both sides of the instant of the change."""
    amend(contract, commission_bps=2000, window_days=2, hold_days=0)
    tick = timedelta(microseconds=1)
    show = market.stream(lumen, mira, CHANGE - timedelta(hours=2), hours=4)
    market.touch(lumen, mira, "before", CHANGE - tick)
    market.touch(lumen, mira, "since", CHANGE)
    market.touch(lumen, mira, "late", CHANGE)
    sales = {
        "checkout before": market.sale(lumen, 10_000, CHANGE - tick, checkout_stream=show.ref),
        "checkout since": market.sale(lumen, 10_000, CHANGE, checkout_stream=show.ref),
        "coupon before": market.sale(lumen, 10_000, CHANGE - tick, coupon="mira10"),
        "coupon since": market.sale(lumen, 10_000, CHANGE, coupon="mira10"),
        "touch before": market.sale(lumen, 10_000, CHANGE + timedelta(days=13), visitor="before"),
        "touch since": market.sale(lumen, 10_000, CHANGE + timedelta(days=2), visitor="since"),
        "too late": market.sale(lumen, 10_000, CHANGE + timedelta(days=2, seconds=1), visitor="late"),
    }
    db.session.commit()
    settle_due()
    found = raw().execute("select sale_id, rate_bps, available_on from decision").fetchall()
    names = {sale.id: name for name, sale in sales.items()}
    assert {names[sale_id]: rate for sale_id, rate, _ in found} == {
        "checkout before": 1000,
        "checkout since": 2000,
        "coupon before": 1000,
        "coupon since": 2000,
        "touch before": 1000,
        "touch since": 2000,
        "too late": None,
    }
    days = {names[sale_id]: day for sale_id, _, day in found}
    assert days["touch before"] == (CHANGE + timedelta(days=13 + 30)).date(), "the hold is the version's too"
    assert days["touch since"] == (CHANGE + timedelta(days=2)).date()


def test_codes_come_and_go_with_the_change_and_the_others_stay(contract: Contract) -> None:
    amend(contract, coupons=("mira10", "NEW"))
    rows = db.session.scalars(select(Coupon).order_by(Coupon.id)).all()
    lower, upper = contract.period.lower, contract.period.upper
    assert [(each.code, each.period.lower, each.period.upper) for each in rows] == [
        ("MIRA10", lower, upper),
        ("OLD", lower, CHANGE),
        ("NEW", CHANGE, upper),
    ]


def test_only_the_lines_that_change_end_and_begin_anew(contract: Contract) -> None:
    shuffled = replace(GUARANTEE, conditions=GUARANTEE.conditions[::-1])
    amend(contract, bonuses=(replace(TIERS, steps=(Step(10_000, 600),)), shuffled, Bonus("retainer", 5)))
    first, last, june = FIRST.starts_on, FIRST.ends_on, date(2026, 6, 30)
    assert lines(contract) == [
        ("guarantee", 300_000, first, last),
        ("threshold", 0, first, june),
        ("threshold", 0, JULY, last),
        ("retainer", 5, JULY, last),
    ]


def test_an_exclusivity_brings_its_fee_and_closes_from_its_day_on(contract: Contract, cast: Cast) -> None:
    amend(contract, exclusivity=Exclusivity("category", Scope(("home",)), fee=50_000))
    assert lines(contract)[2] == ("exclusivity_fee", 50_000, JULY, FIRST.ends_on)
    begins = raw().execute("select min(lower(period)) from claim where kind = 'block'").fetchone()
    assert begins == (CHANGE,)


def test_a_longer_contract_takes_terms_codes_and_money_along(contract: Contract) -> None:
    amend(contract, ends_on=date(2027, 3, 31))
    upper = datetime(2027, 3, 31, 22, tzinfo=UTC)
    assert (contract.ends_on, contract.period.upper) == (date(2027, 3, 31), upper)
    assert versions(contract)[-1][2] == upper
    assert {each.period.upper for each in db.session.scalars(select(Coupon))} == {upper}
    assert {line[3] for line in lines(contract)} == {date(2027, 3, 31)}
    assert raw().execute("select max(upper(period)) from claim").fetchone() == (upper,)


def test_a_shorter_contract_too(contract: Contract) -> None:
    amend(contract, ends_on=date(2026, 7, 31))
    upper = datetime(2026, 7, 31, 22, tzinfo=UTC)
    assert versions(contract)[-1][2] == upper
    assert {each.period.upper for each in db.session.scalars(select(Coupon))} == {upper}
    assert {line[3] for line in lines(contract)} == {date(2026, 7, 31)}
    assert raw().execute("select max(upper(period)) from claim").fetchone() == (upper,)


def test_a_contract_may_go_on_from_the_day_after_its_last(contract: Contract) -> None:
    amend(contract, ends_on=date(2027, 3, 31), effective_on=date(2027, 1, 1), commission_bps=900)
    new_year, upper = datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 3, 31, 22, tzinfo=UTC)
    assert versions(contract)[-1] == (2, new_year, upper, 900)
    assert versions(contract)[0][2] == new_year
    assert {each.period.upper for each in db.session.scalars(select(Coupon))} == {new_year, upper}


def test_the_contracts_settings_change(contract: Contract) -> None:
    amend(contract, notice_brand_days=40, evaluation_day=2, stream_minutes=30, day_minutes=600)
    assert (contract.notice_brand_days, contract.evaluation_day) == (40, 2)
    assert (contract.stream_minutes, contract.day_minutes) == (30, 600)


def test_a_contract_of_a_file_can_be_amended(lumen: Brand, mira: Creator) -> None:
    contract = market.contract(lumen, mira, coupons=("FILE",))
    before = current_sheet(contract)
    amend(contract, commission_bps=1500, bonuses=(GUARANTEE,))
    assert [(nr, bps) for nr, _, _, bps in versions(contract)] == [(1, 1000), (2, 1500)]
    assert before.coupons == current_sheet(contract).coupons == ("FILE",)
    assert lines(contract) == [("guarantee", 300_000, JULY, contract.ends_on)]


# -- what can't be --


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"effective_on": None}, BadInput, "Choose the day the change takes effect"),
        ({"effective_on": date(2026, 6, 1)}, BadInput, "choose 2026-06-02 or later"),
        ({"effective_on": date(2026, 6, 11)}, Conflict, "start on 2026-06-11"),
        (
            {"effective_on": date(2027, 1, 2), "ends_on": date(2027, 3, 1)},
            BadInput,
            "the day after the contract's last",
        ),
        ({"ends_on": date(2026, 6, 30)}, BadInput, "after the contract's last day"),
        ({"starts_on": date(2026, 6, 12)}, BadInput, "These can't be changed within a contract.*First day"),
        ({"timezone": "Europe/Paris", "currency": "GBP"}, BadInput, "Time zone, Currency"),
        (
            {"bonuses": (), "effective_on": date(2026, 7, 2)},
            BadInput,
            "Monthly money can only change on the first day of a month",
        ),
        (
            {"exclusivity": Exclusivity("category", fee=1), "effective_on": date(2026, 7, 2)},
            BadInput,
            "Monthly money can only change on the first day of a month",
        ),
        ({"cap_month": 1, "day_minutes": 30}, BadInput, "Bonus cap per month, Cap on valid minutes per day"),
        ({"evaluation_day": 6}, BadInput, "only change in the creator's favour"),
    ],
    ids=str,
)
def test_a_change_that_can_not_be_is_refused_before_anybody_signs(
    changes: dict[str, Any], error: type[Exception], sentence: str, contract: Contract
) -> None:
    with pytest.raises(error, match=sentence):
        amend(contract, **changes)


def test_inside_a_running_period_a_threshold_stays_as_it_is(lumen: Brand, mira: Creator) -> None:
    running = replace(TIERS, period="contract")
    contract = signed(replace(FIRST, bonuses=(running,)), lumen, mira)
    others = [
        replace(running, steps=(Step(at, rate), Step(40_000, 800))) for at, rate in ((20_001, 600), (20_000, 700))
    ]
    for bonuses in ((), *((other,) for other in others), (TIERS,)):
        with pytest.raises(BadInput, match="A threshold over the whole contract is running"):
            amend(contract, bonuses=bonuses)
    amend(contract, bonuses=(running, *others))
    assert [first_on for _, _, first_on, _ in lines(contract)] == [FIRST.starts_on, JULY, JULY]


@pytest.mark.parametrize("changes", [{"notice_brand_days": 29}, {"notice_creator_days": 15}])
def test_a_notice_gets_no_worse_for_the_creator(contract: Contract, changes: dict[str, int]) -> None:
    with pytest.raises(BadInput, match="may only change in the creator's favour: Notice"):
        amend(contract, **changes)


def test_a_change_that_was_begun_before_another_was_signed_undoes_nothing(contract: Contract) -> None:
    early = replace(FIRST, coupons=("LATE",), effective_on=date(2026, 8, 1))
    waiting = frozen(early, contract.brand, contract.creator, contract=contract)
    amend(contract, commission_bps=1500)
    sign(waiting, "brand", "olga", at=AT + timedelta(hours=2))
    db.session.commit()
    with pytest.raises(Conflict, match="has changed since this change was drafted"):
        sign(waiting, "creator", "mira", at=AT + timedelta(hours=2))
    db.session.rollback()
    assert current_sheet(contract).commission_bps == 1500


def test_a_contract_that_goes_on_keeps_its_lines(contract: Contract) -> None:
    amend(contract, bonuses=(GUARANTEE,))
    before = lines(contract)
    amend(contract, AT + timedelta(days=40), ends_on=date(2027, 3, 31), effective_on=date(2027, 1, 1))
    assert [line[:3] for line in lines(contract)] == [line[:3] for line in before]
    assert {line[3] for line in lines(contract)} == {JULY - timedelta(days=1), date(2027, 3, 31)}


def test_what_follows_a_breach_does_not_make_a_running_threshold_count_anew(lumen: Brand, mira: Creator) -> None:
    running = Bonus("threshold", measure="net_sales", period="contract", tiering="marginal", steps=TIERS.steps)
    closed = Exclusivity("category", Scope(("home",)), fee=100, breach="suspend_bonus")
    made = signed(replace(FIRST, bonuses=(running,), exclusivity=closed), lumen, mira)
    with pytest.raises(BadInput, match="A threshold over the whole contract is running"):
        amend(made, exclusivity=replace(closed, breach="warn"))


def test_it_is_too_late_once_its_day_has_come(contract: Contract) -> None:
    sheet = replace(FIRST, commission_bps=500, effective_on=JULY)
    agreement = frozen(sheet, contract.brand, contract.creator, contract=contract)
    sign(agreement, "brand", "olga", at=CHANGE - timedelta(minutes=1))
    db.session.commit()
    with pytest.raises(BadInput, match="choose 2026-07-02 or later"):
        sign(agreement, "creator", "mira", at=CHANGE)
    db.session.rollback()
    assert len(versions(contract)) == 1
    assert len(signature.signatures(agreement)) == 1


def test_a_contract_that_has_ended_is_not_changed(contract: Contract) -> None:
    with pytest.raises(Conflict, match="This contract has ended"):
        amend(contract, at=datetime(2027, 1, 1, tzinfo=UTC), effective_on=date(2027, 2, 1))


def test_a_code_of_another_contract_keeps_a_change_out(contract: Contract, lumen: Brand, cast: Cast) -> None:
    market.contract(lumen, cast.creators["joon"], coupons=("taken",))
    db.session.commit()
    with pytest.raises(Conflict, match="One of the codes is another contract's"):
        amend(contract, coupons=("TAKEN",))
    db.session.rollback()
    assert len(versions(contract)) == 1


def test_a_longer_contract_can_not_reach_into_the_next(contract: Contract, lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira, date(2027, 1, 1), date(2027, 6, 30))
    db.session.commit()
    with pytest.raises(Conflict, match="another contract in these days"):
        amend(contract, ends_on=date(2027, 1, 1))


def test_what_a_change_reserved_takes_the_place_of_what_was_reserved(contract: Contract) -> None:
    brand = contract.brand
    funding.reserve(brand.id, "EUR", "contract", contract.id, JULY, 300_000, at=AT)
    sheet = replace(FIRST, bonuses=(Bonus("retainer", 5),), effective_on=JULY)
    round_ = offered(sheet, brand, contract.creator, contract=contract)
    funding.reserve(brand.id, "EUR", "offer", round_.offer_id, JULY, 5, at=AT)
    agreement = frozen(sheet, brand, contract.creator, contract=contract, round_id=round_.id)
    sign(agreement, "brand", "olga")
    sign(agreement, "creator", "mira")
    live = raw().execute("select kind, cause, month, amount from reservation where released_at is null").fetchall()
    assert live == [("contract", contract.id, JULY, 5)]
