"""Rules hold what is suspicious and nothing that only comes near; warnings are written once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db, raw
from app.outbox import Letter
from app.sales.commissions import holding
from app.sales.commissions.jobs import tend_commissions
from app.sales.commissions.lines import commission_of
from app.sales.commissions.models import CommissionHold, HoldReason
from app.sales.commissions.suspecting import RULES, hold_by, suspect
from app.sales.commissions.warning import warn
from app.sales.models import Sale
from app.users.models import Brand, Creator
from tests import market
from tests.ledger import story
from tests.market import NOON
from tests.payouts.people import identity
from tests.tracking import linking

AT = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.fixture
def deal(lumen: Brand, mira: Creator) -> Contract:
    return market.contract(lumen, mira, coupons=("MIRA",))


def held(reason: HoldReason) -> int:
    """How many lines the rule holds now."""
    story.settle()
    return sum(each.lines for each in hold_by(reason, at=AT))


def sell(brand: Brand, number: int, at: datetime = NOON, **columns: object) -> list[Sale]:
    brought = market.file_import("sales", brand)
    return [market.sale(brand, at=at, coupon="MIRA", import_id=brought, **columns) for _ in range(number)]


def letters(name: str) -> list[str]:
    return sorted(db.session.scalars(select(Letter.address).where(Letter.name == name)))


@pytest.mark.parametrize(("orders", "found"), [(20, 20), (19, 0)])
def test_a_code_used_by_many_strangers_is_leaked(deal: Contract, lumen: Brand, orders: int, found: int) -> None:
    sell(lumen, orders)
    assert held(HoldReason.COUPON_LEAKED) == found


def test_a_code_of_somebody_who_came_by_a_link_is_not(deal: Contract, lumen: Brand, mira: Creator) -> None:
    market.touch(lumen, mira, "fan", NOON - timedelta(days=1))
    sell(lumen, 19)
    sell(lumen, 1, visitor="fan")
    assert held(HoldReason.COUPON_LEAKED) == 0


@pytest.mark.parametrize(("late", "early", "found"), [(20, 10, 20), (19, 10, 0), (20, 60, 0)])
def test_a_burst_at_the_end_of_a_stream_is_held(
    deal: Contract, lumen: Brand, mira: Creator, late: int, early: int, found: int
) -> None:
    market.stream(lumen, mira, NOON, hours=2)
    sell(lumen, early, NOON + timedelta(minutes=30))
    sell(lumen, late, NOON + timedelta(minutes=115))
    assert held(HoldReason.ORDER_BURST) == found


@pytest.mark.parametrize(
    ("flood", "kind", "day", "found"),
    [
        (100, "flood", 0, 1),
        (99, "flood", 0, 0),
        (100, "machine", 0, 0),
        (100, "flood", -1, 0),
    ],
)
def test_what_came_amid_a_flood_of_clicks_is_held(
    deal: Contract, lumen: Brand, mira: Creator, flood: int, kind: str, day: int, found: int
) -> None:
    flooded = linking.link(deal)
    market.touch(lumen, mira, "v", NOON, link_id=flooded.id)
    market.touch(lumen, mira, "w", NOON)  # by no link of ours
    for visitor in "vw":
        market.sale(lumen, at=NOON + timedelta(days=1), visitor=visitor)
    raw().execute(
        "insert into link_tally (link_id, day, kind, clicks) values (%s, %s, %s, %s)",
        [flooded.id, (NOON + timedelta(days=day)).date(), kind, flood],
    )
    assert held(HoldReason.CLICK_FLOOD) == found


@pytest.mark.parametrize(("refunded", "found"), [(11, 20), (10, 0)])
def test_many_refunds_hold_what_is_open(deal: Contract, lumen: Brand, refunded: int, found: int) -> None:
    lines = sell(lumen, 20)
    for line in lines[:refunded]:
        market.refund(line, 100)
    assert held(HoldReason.REFUND_RATE) == found


def test_few_lines_say_nothing_of_refunds(deal: Contract, lumen: Brand) -> None:
    for line in sell(lumen, 19):
        market.refund(line, 100)
    assert held(HoldReason.REFUND_RATE) == 0


def test_a_rule_holds_once_tells_both_sides_and_lets_go_by_itself(deal: Contract, lumen: Brand) -> None:
    lines = sell(lumen, 20)
    story.settle()
    assert suspect(at=AT) == 20
    assert letters("commissions_held") == ["ada@cast.example", "mira@cast.example"]
    assert letters("commissions_suspected") == ["bea@cast.example", "olga@cast.example"]
    assert suspect(at=AT) == 0
    hold = db.session.scalars(select(CommissionHold).limit(1)).one()
    assert (hold.reason, hold.owner, hold.placed_by, hold.deadline) == (
        "coupon_leaked", "brand", None, AT + timedelta(days=30),
    )  # fmt: skip
    holding.release(lumen.id, lines[0].id, "A fair.", by=identity("olga"), at=AT)
    assert suspect(at=AT) == 0  # what somebody has looked at is not held by the same rule again
    assert len(letters("commissions_held")) == 2
    assert holding.expire(at=AT + timedelta(days=30)) == 19
    found = commission_of(lumen.id, lines[1].id, today=date(2026, 4, 20))
    assert found is not None
    assert found.standing == "payable"
    events = (
        raw().execute("select kind, by_name, count(*) from commission_event group by 1, 2 order by 1, 2").fetchall()
    )
    assert events == [("expired", None, 19), ("held", None, 20), ("released", "Olga", 1)]


def test_every_rule_has_its_query() -> None:
    import app.orders.blueprint  # noqa: F401 - which adds its own

    by_rules = set(tuple(HoldReason)[4:])
    assert set(RULES) == by_rules | {HoldReason.SELF_PURCHASE}


def test_two_days_before_they_become_payable_both_sides_are_warned_once(deal: Contract, lumen: Brand) -> None:
    lines = sell(lumen, 3)
    story.settle()
    holding.place(lumen.id, lines[2].id, HoldReason.FRAUD, "Looks odd.", by=identity("olga"), at=AT)
    due = datetime(2026, 4, 9, 5, tzinfo=UTC)
    assert warn(at=due - timedelta(days=3)) == 0
    assert warn(at=due - timedelta(days=2)) == 2
    assert warn(at=due - timedelta(days=2)) == 2  # the same letters, which stand already
    assert warn(at=due - timedelta(days=1)) == 2
    assert warn(at=due) == 0
    assert letters("commissions_approving") == ["bea@cast.example", "olga@cast.example"]
    assert letters("commissions_becoming_payable") == ["ada@cast.example", "mira@cast.example"]
    letter = db.session.scalars(select(Letter).where(Letter.name == "commissions_becoming_payable").limit(1)).one()
    assert (letter.facts["lines"], letter.facts["amounts"], letter.facts["day_payable"]) == (2, "€20.00", "2026-04-09")


def test_the_nightly_job_can_run_twice(deal: Contract, lumen: Brand) -> None:
    sell(lumen, 20)
    story.settle()
    assert tend_commissions(AT) == "0 holds have ended, 20 commissions are held, 0 warnings."
    assert tend_commissions(AT) == "0 holds have ended, 0 commissions are held, 0 warnings."
