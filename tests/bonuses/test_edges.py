"""Where monthly money could be counted at the wrong edge: each of these lived in a changed statement until it was
asked for by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.bonuses.jobs import evaluate_due
from app.bonuses.settlement import approve_above_cap, reserve
from app.contracts.models import Contract, Terms
from app.database import db, raw
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
)
from tests.cast import Cast
from tests.payouts.people import identity

AUGUST = date(2026, 8, 1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """Lumen with mira from 1 June, 4 %, a code."""
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    return market.contract(lumen, mira, JUNE, date(2026, 12, 31), coupons=("mira",), commission_bps=400)


def test_what_was_approved_above_a_cap_leaves_the_contracts_cap_to_later_months(contract: Contract) -> None:
    contract.cap_month, contract.cap_contract = 50_000, 130_000
    retainer = promise(contract, "retainer", 100_000)
    provisional()
    final()
    assert approve_above_cap(award(retainer).bonus_month_id, by=identity("olga"), at=LATER) == 50_000
    provisional(JULY, LATER)
    provisional(AUGUST, LATER + timedelta(days=10))
    assert booked(retainer) == [50_000, 50_000]
    assert [booked(retainer, month) for month in (JULY, AUGUST)] == [[50_000], [30_000]]


def test_a_cap_is_used_up_by_the_guarantee_before_the_quota(contract: Contract) -> None:
    """Whatever was written down first."""
    contract.cap_month = 100_000
    quota = promise(contract, "quota", 50_000, conditions={"posts": 1})
    guarantee = promise(contract, "guarantee", 80_000)
    posts(contract, 1)
    provisional()
    assert (booked(guarantee), booked(quota)) == ([80_000], [20_000])


def test_a_refund_rate_is_that_of_the_promises_own_currency(contract: Contract) -> None:
    careful = promise(contract, "retainer", 50_000, conditions={"refund_rate_below": 1_000})
    for currency, back in (("EUR", 0), ("USD", 1_000)):
        for _ in range(10):
            sold = market.sale(contract.brand, 1_000, TENTH, coupon="mira", currency=currency)
            if back:
                market.refund(sold, back)
    provisional()
    assert booked(careful) == [50_000]
    (condition,) = award(careful).working["conditions"]
    assert (condition["done"], condition["orders"]) == (0, 10)


MIDNIGHT = datetime.fromisoformat("2026-05-31T22:00:00+00:00")  # 1 June in Amsterdam


@pytest.mark.parametrize(("found_at", "awards"), [(MIDNIGHT - SECOND, 1), (MIDNIGHT, 0)])
def test_a_breach_found_before_the_first_promised_month_keeps_no_month_open(
    cast: Cast, found_at: datetime, awards: int
) -> None:
    spring = market.contract(cast.brands["lumen"], cast.creators["joon"], date(2026, 3, 1), date(2026, 12, 31))
    promise(spring, days=(JUNE, spring.ends_on))
    breach(spring, "open", found_at)
    provisional()
    assert final().awards == awards


def test_an_open_breach_of_the_next_month_keeps_only_that_one_open(contract: Contract) -> None:
    promise(contract)
    breach(contract, "open", datetime.fromisoformat("2026-06-30T22:00:00+00:00"))
    provisional()
    assert final().awards == 1


def test_nothing_is_reserved_before_a_contracts_first_month_or_after_its_last(cast: Cast) -> None:
    """Also where a promise was to last longer than the contract did."""
    short = market.contract(cast.brands["lumen"], cast.creators["joon"], date(2026, 6, 30), JULY)
    promise(short, days=(date(2026, 1, 1), date(2026, 12, 31)))
    months = [date(2026, 5, 1), JUNE, JULY, AUGUST]
    assert [reserve(raw(), month, at=TENTH) for month in months] == [0, 1, 1, 0]
    db.session.rollback()


def test_nothing_is_reserved_before_a_promises_first_month_or_after_its_last(contract: Contract) -> None:
    promise(contract, days=(date(2026, 7, 31), AUGUST))
    months = [JUNE, JULY, AUGUST, date(2026, 9, 1)]
    assert [reserve(raw(), month, at=TENTH) for month in months] == [0, 1, 1, 0]


USUAL = datetime.fromisoformat("2026-07-31T00:00:00+00:00")  # a sale of 30 June is available after 30 days


def held_longer(contract: Contract, since: datetime) -> None:
    """From then on commissions of the contract are held for 90 days."""
    terms = db.session.scalars(select(Terms).where(Terms.contract_id == contract.id)).one()
    assert terms.valid.upper is not None
    later = Range(since, terms.valid.upper)
    terms.valid = Range(terms.valid.lower, since)
    db.session.flush()
    row = {"commission_bps": 400, "window_days": 14, "hold_days": 90, "recorded_at": market.LONG_AGO}
    db.session.add(Terms(contract_id=contract.id, nr=2, valid=later, **row))
    db.session.flush()


@pytest.mark.parametrize(("since", "awards"), [("2026-06-30T21:59:59+00:00", 0), ("2026-06-30T22:00:00+00:00", 1)])
def test_a_month_waits_for_the_hold_that_was_in_force_in_it(contract: Contract, since: str, awards: int) -> None:
    promise(contract)
    held_longer(contract, datetime.fromisoformat(since))
    provisional()
    assert final(at=USUAL).awards == awards


def test_a_month_does_not_wait_for_what_another_contract_holds(contract: Contract, cast: Cast) -> None:
    promise(contract)
    other = market.contract(
        contract.brand, cast.creators["joon"], JUNE, contract.ends_on, coupons=("joon",), hold_days=90
    )
    market.sale(contract.brand, 1_000, TENTH, coupon="joon")
    promise(other)
    provisional()
    assert final(at=USUAL).awards == 1


def test_a_month_waits_for_the_last_of_its_commissions_in_any_currency(contract: Contract) -> None:
    """Also where the terms in force hold shorter by now."""
    terms = db.session.scalars(select(Terms).where(Terms.contract_id == contract.id)).one()
    promise(contract)
    terms.hold_days = 90
    market.sale(contract.brand, 1_000, TENTH, coupon="mira", currency="USD")
    provisional()
    terms.hold_days = 30
    market.sale(contract.brand, 1_000, TENTH, coupon="mira")
    assert final(at=USUAL).awards == 0
    assert final(at=datetime.fromisoformat("2026-09-08T00:00:00+00:00")).awards == 0
    assert final(at=datetime.fromisoformat("2026-09-09T00:00:00+00:00")).awards == 1


LAST_OF_JUNE = date(2026, 6, 30)


@pytest.mark.parametrize("day", [JUNE, LAST_OF_JUNE])
@pytest.mark.parametrize("whole", [True, False])
def test_a_single_day_at_the_edge_of_a_month_is_evaluated(cast: Cast, day: date, whole: bool) -> None:
    """Whether it is all of the contract or only of the promise."""
    lumen, joon = cast.brands["lumen"], cast.creators["joon"]
    short = market.contract(lumen, joon, *((day, day) if whole else (date(2026, 1, 1), date(2026, 12, 31))))
    retainer = promise(short, "retainer", 30_000, days=(day, day))
    db.session.commit()
    evaluate_due(AFTER_JUNE)
    assert booked(retainer) == [1_000]


@pytest.mark.parametrize("day", [JUNE - timedelta(days=1), JULY])
def test_a_day_of_the_next_or_the_last_month_is_not_evaluated_in_this_one(cast: Cast, day: date) -> None:
    lumen, joon = cast.brands["lumen"], cast.creators["joon"]
    retainer = promise(market.contract(lumen, joon, day, day), "retainer", 30_000, days=(JUNE, JULY))
    assert provisional().awards == 0
    assert booked(retainer) == []
