"""A contract ends by notice or for cause, once; what lies after its new end is gone, what lies before it stays."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.changes import lifecycle
from app.contracts.changes.lifecycle import Termination
from app.contracts.models import Agreement, BonusCondition, BonusLine, BonusStep, Contract, Coupon, Ending, Terms
from app.contracts.signing import signature
from app.contracts.signing.signature import SignatureEntry
from app.contracts.terms.sheet import (
    Bonus,
    Condition,
    Exclusivity,
    Scope,
    Step,
)
from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, StreamcutError
from app.ledger import funding
from app.sales.jobs import settle_due
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.contracts.signing import AT, FROM, SHEET, code_for, frozen, sign, signed
from tests.payouts.people import identity
from tests.users.mails import mails

NOW = datetime(2026, 7, 15, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CLOSED = Exclusivity("category", Scope(("home",)), cool_off_days=30, fee=50_000)
FIRST = replace(SHEET, coupons=("MIRA10",), exclusivity=CLOSED, bonuses=(Bonus("guarantee", 300_000),))


@pytest.fixture
def contract(lumen: Brand, mira: Creator) -> Contract:
    return signed(FIRST, lumen, mira)


def give_notice(contract: Contract, side: str = "brand", who: str = "olga", **more: Any) -> Ending:
    acting = {name: more.pop(name) for name in ("by", "at") if name in more}
    termination = Termination(**{"kind": "notice", "reason": "It did not work out.", **more})
    return lifecycle.end(contract, termination, side=side, **{"by": identity(who), "at": NOW, **acting})


# -- when --


def test_the_notice_is_the_contracts_own_for_each_side(contract: Contract) -> None:
    assert lifecycle.earliest_end(contract, "brand", NOW) == date(2026, 8, 14)
    assert lifecycle.earliest_end(contract, "creator", NOW) == date(2026, 7, 29)
    assert lifecycle.earliest_end(contract, "brand", datetime(2026, 7, 15, 22, tzinfo=UTC)) == date(2026, 8, 15)


def test_without_a_day_it_is_the_earliest(contract: Contract, cast: Cast) -> None:
    ending = give_notice(contract)
    assert (ending.kind, ending.side, ending.cause, ending.last_day) == ("notice", "brand", None, date(2026, 8, 14))
    assert (ending.given_by, ending.given_at, ending.reason) == (cast.people["olga"].id, NOW, "It did not work out.")


def test_a_later_day_may_be_chosen_and_no_earlier_one(contract: Contract) -> None:
    with pytest.raises(BadInput, match="The notice is too short: take 2026-07-29 or later"):
        give_notice(contract, "creator", "ada", last_day=date(2026, 7, 28))
    assert give_notice(contract, "creator", "ada", last_day=date(2026, 9, 30)).last_day == date(2026, 9, 30)


def test_for_cause_it_ends_today(contract: Contract) -> None:
    ending = give_notice(contract, kind="cause", cause="fraud", last_day=date(2026, 12, 1))
    assert (ending.last_day, contract.ends_on) == (date(2026, 7, 15), date(2026, 7, 15))


# -- what goes and what stays --


def test_terms_codes_money_and_claims_are_cut_at_the_new_end(contract: Contract) -> None:
    give_notice(contract)
    end = datetime(2026, 8, 14, 22, tzinfo=UTC)
    assert (contract.ends_on, contract.period.upper) == (date(2026, 8, 14), end)
    assert db.session.scalars(select(Terms)).one().valid.upper == end
    assert db.session.scalars(select(Coupon)).one().period.upper == end
    assert {line.last_on for line in db.session.scalars(select(BonusLine))} == {date(2026, 8, 14)}
    claims = dict(raw().execute("select kind, max(upper(period)) from claim group by kind").fetchall())
    assert claims == {"work": end, "block": datetime(2026, 9, 13, 22, tzinfo=UTC)}, "the cool-off begins at the new end"


def test_the_pair_may_have_another_contract_after_the_new_end(contract: Contract, lumen: Brand, mira: Creator) -> None:
    give_notice(contract)
    signed(replace(SHEET, starts_on=date(2026, 8, 15), coupons=("MIRA10",)), lumen, mira, at=NOW)
    assert len(db.session.scalars(select(Contract)).all()) == 2


def test_a_change_that_was_to_come_never_does(contract: Contract, lumen: Brand, mira: Creator) -> None:
    tiers = Bonus(
        "threshold",
        conditions=(Condition("posts", 1),),
        measure="orders",
        period="month",
        tiering="fixed",
        steps=(Step(10, amount=5),),
    )
    changed = replace(FIRST, commission_bps=500, coupons=("NEW",), bonuses=(tiers,), effective_on=date(2026, 9, 1))
    signed(changed, lumen, mira, contract=contract, at=AT + timedelta(hours=1))
    give_notice(contract)
    end = contract.period.upper
    assert [(each.nr, each.valid.upper) for each in db.session.scalars(select(Terms))] == [(1, end)]
    assert [(each.code, each.period.upper) for each in db.session.scalars(select(Coupon))] == [("MIRA10", end)]
    kinds = {(line.kind, line.last_on) for line in db.session.scalars(select(BonusLine))}
    assert kinds == {("guarantee", date(2026, 8, 14)), ("exclusivity_fee", date(2026, 8, 14))}
    assert db.session.scalars(select(BonusStep)).all() == []
    assert db.session.scalars(select(BonusCondition)).all() == []


def test_only_reservations_of_later_months_are_released(contract: Contract) -> None:
    for month in range(7, 11):
        funding.reserve(contract.brand_id, "EUR", "contract", contract.id, date(2026, month, 1), 350_000, at=AT)
    funding.reserve(contract.brand_id, "EUR", "contract", contract.id + 1, date(2026, 10, 1), 1, at=AT)
    give_notice(contract)
    live = raw().execute("select month from reservation where released_at is null and cause = %s", [contract.id])
    assert [month for (month,) in live.fetchall()] == [date(2026, 7, 1), date(2026, 8, 1)]
    others = raw().execute("select count(*) from reservation where released_at is null and cause <> %s", [contract.id])
    assert others.fetchone() == (1,)


def test_sales_after_the_end_still_pay_when_the_touch_lies_inside(
    contract: Contract, lumen: Brand, mira: Creator
) -> None:
    """settlement.md rule 3; codes and checkouts end with the contract."""
    give_notice(contract)
    end = contract.period.upper
    assert end is not None
    show = market.stream(lumen, mira, end - timedelta(hours=1), hours=3)
    market.touch(lumen, mira, "inside", end - SECOND)
    market.touch(lumen, mira, "after", end)
    sales = {
        "touch inside": market.sale(lumen, 10_000, end + timedelta(days=13), visitor="inside"),
        "touch after": market.sale(lumen, 10_000, end + timedelta(days=13), visitor="after"),
        "coupon inside": market.sale(lumen, 10_000, end - SECOND, coupon="MIRA10"),
        "coupon after": market.sale(lumen, 10_000, end, coupon="MIRA10"),
        "checkout inside": market.sale(lumen, 10_000, end - SECOND, checkout_stream=show.ref),
        "checkout after": market.sale(lumen, 10_000, end, checkout_stream=show.ref),
    }
    db.session.commit()
    settle_due()
    earned = dict(raw().execute("select sale_id, rate_bps from decision").fetchall())
    assert {name for name, sale in sales.items() if earned[sale.id]} == {
        "touch inside",
        "coupon inside",
        "checkout inside",
    }


def test_the_other_side_is_told_who_how_and_when(contract: Contract, app: Flask) -> None:
    before = len(mails(app))
    give_notice(contract, "creator", "mira", kind="cause", cause="legal_duty", reason="A law.")
    told = {mail["To"]: mail.get_content() for mail in mails(app)[before:]}
    assert set(told) == {"olga@cast.example"}
    assert "Mira Live has ended the contract" in told["olga@cast.example"]
    assert "How: Legal duty\nLast day: 15 July 2026\nReason: A law." in told["olga@cast.example"]


# -- what can't be --


def test_a_second_end_is_refused(contract: Contract) -> None:
    give_notice(contract)
    with pytest.raises(Conflict, match="being ended already: its last day is 2026-08-14"):
        give_notice(contract, "creator", "mira")
    with pytest.raises(Conflict, match="being ended already"):
        give_notice(contract, kind="cause", cause="fraud")


def test_an_ending_is_not_amended_away(contract: Contract) -> None:
    give_notice(contract)
    with pytest.raises(Conflict, match="being ended"):
        frozen(replace(FIRST, commission_bps=1), contract.brand, contract.creator, contract=contract, at=NOW)


def test_a_contract_that_does_not_run_says_so(contract: Contract) -> None:
    with pytest.raises(Conflict, match="has not begun: it can be ended from 2026-06-11 on"):
        give_notice(contract, at=AT)
    with pytest.raises(Conflict, match="has ended: its last day was 2026-12-31"):
        give_notice(contract, at=datetime(2026, 12, 31, 23, tzinfo=UTC))


def test_no_notice_is_needed_for_an_end_that_comes_by_itself(contract: Contract) -> None:
    late = datetime(2026, 12, 10, 9, tzinfo=UTC)
    with pytest.raises(BadInput, match="ends by itself on 2026-12-31"):
        give_notice(contract, at=late)
    with pytest.raises(BadInput, match="ends by itself"):
        give_notice(contract, last_day=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"reason": "  "}, "Say why"),
        ({"reason": "x" * 2001}, "Write at most 2000"),
        ({"kind": "whim"}, "by notice or for cause"),
        ({"kind": "cause"}, "Choose the cause"),
        ({"kind": "cause", "cause": "boredom"}, "Choose the cause"),
        ({"cause": "fraud"}, "Choose the cause"),
    ],
    ids=str,
)
def test_it_says_why(more: dict[str, Any], sentence: str, contract: Contract) -> None:
    with pytest.raises(BadInput, match=sentence):
        give_notice(contract, **more)


def test_only_who_may_bind_a_side_ends_for_it(contract: Contract) -> None:
    for side, names in (("brand", "max bea kim mira adam sam"), ("creator", "joon olga adam sam")):
        for who in names.split():
            with pytest.raises(NotAllowed):
                give_notice(contract, side, who)


def test_amend_and_end_at_once(contract: Contract, app: Flask) -> None:
    """Whoever is first wins: an amendment of a contract that ends is refused, and an end cuts an amendment."""
    changed = replace(FIRST, commission_bps=2000, effective_on=date(2026, 8, 1))
    agreement = frozen(changed, contract.brand, contract.creator, contract=contract, at=NOW)
    sign(agreement, "brand", "olga", at=NOW)
    db.session.commit()
    code, by, olga = code_for(agreement, "mira", NOW), identity("mira"), identity("olga")
    ids, barrier, done = (agreement.id, contract.id), threading.Barrier(2), dict[str, str]()
    db.session.commit()

    def amend() -> None:
        mine = db.session.get_one(Agreement, ids[0])
        signature.sign(mine, SignatureEntry("M", code, **FROM), side="creator", by=by, at=NOW)

    def end() -> None:
        mine = db.session.get_one(Contract, ids[1])
        lifecycle.end(mine, Termination("cause", "x", cause="fraud"), side="brand", by=olga, at=NOW)

    def attempt(name: str, deed: Any) -> None:
        with app.app_context():
            barrier.wait()
            try:
                deed()
                db.session.commit()
                done[name] = "done"
            except StreamcutError as error:
                done[name] = error.sentence
            finally:
                db.session.remove()

    threads = [threading.Thread(target=attempt, args=each) for each in (("amend", amend), ("end", end))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert done["end"] == "done"
    assert done["amend"] == "done" or "ended" in done["amend"]
    end_at = datetime(2026, 7, 15, 22, tzinfo=UTC)
    assert [(each.nr, each.valid.upper) for each in db.session.scalars(select(Terms))] == [(1, end_at)]
    assert contract.ends_on == date(2026, 7, 15)
