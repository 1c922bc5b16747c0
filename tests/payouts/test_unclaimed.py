"""Money that waits for its creator: reminded at growing gaps, unclaimed after 30 days, never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from app.outbox import Letter
from app.payouts import holds, unclaimed
from app.payouts.bank import refusals
from app.payouts.models import Refusal
from app.payouts.obstacles import THEIRS
from app.payouts.payee_models import PayoutWait
from app.payouts.sending import codes
from tests.cast import Cast
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.people import identity
from tests.payouts.test_pages import said

Browse = Callable[[str], FlaskClient]
DUE = date(2026, 11, 1)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Mira has 50.00 since 1 November and no account; joon has one."""
    fund(cast.brands["lumen"], 100_000)
    bank(cast.creators["joon"], IBANS[1], by=cast.people["sam"].id)
    for name in ("mira", "joon"):
        earn(cast.brands["lumen"], cast.creators[name], 5000, DUE)
    db.session.commit()
    return cast


def letters() -> list[Letter]:
    query = select(Letter).where(Letter.event == "payout.unclaimed", Letter.address == "mira@cast.example")
    return list(db.session.scalars(query.order_by(Letter.id)))


def the_wait() -> PayoutWait:
    return db.session.scalars(select(PayoutWait).execution_options(populate_existing=True)).one()


def test_only_what_waits_for_its_creator_is_noted_and_since_when(market: Cast) -> None:
    holds.place(market.creators["joon"], "papers", by=identity("che"), at=AT)  # nothing that joon can mend
    unclaimed.tend(SINCE + timedelta(days=1))
    wait = the_wait()
    assert (wait.creator_id, wait.currency, wait.amount, wait.codes) == (
        market.creators["mira"].id,
        "EUR",
        5000,
        ["no_method"],
    )
    assert wait.since == SINCE, "an account was missing before, but no money was due"
    assert (wait.reminders, wait.unclaimed_at, letters()) == (0, None, [])


def test_reminders_come_at_growing_gaps_and_each_once(market: Cast) -> None:
    told = []
    for day in range(400):
        at = SINCE + timedelta(days=day, hours=5)
        unclaimed.tend(at)
        unclaimed.tend(at)
        if len(letters()) > len(told):
            told.append(day)
    assert told == [7, 21, 49, 105, 217, 397]
    assert len(letters()) == 6
    assert letters()[0].facts["amount"] == 5000
    assert letters()[0].facts["why"] == ["We do not know your bank account: enter it, so that you can be paid."]


def test_gaps_double_up_to_half_a_year() -> None:
    assert [unclaimed.gap_after(number).days for number in range(7)] == [7, 14, 28, 56, 112, 180, 180]


def test_after_thirty_days_it_is_unclaimed_and_mending_it_ends_that(market: Cast) -> None:
    unclaimed.tend(SINCE + timedelta(days=29, hours=23))
    assert the_wait().unclaimed_at is None
    marked = SINCE + timedelta(days=30)
    unclaimed.tend(marked)
    unclaimed.tend(marked + timedelta(days=1))
    assert the_wait().unclaimed_at == marked
    assert [wait.creator.handle for wait in unclaimed.waits(unclaimed=True)] == ["mira"]
    bank(market.creators["mira"], by=market.people["mira"].id)
    unclaimed.tend(marked + timedelta(days=2))
    assert the_wait().ended_at == marked + timedelta(days=2)
    assert unclaimed.waits() == []


def test_money_that_grows_is_one_wait_and_a_debt_is_none(market: Cast) -> None:
    unclaimed.tend(AT)
    earn(market.brands["lumen"], market.creators["mira"], 700, DUE + timedelta(days=3))
    unclaimed.tend(AT)
    assert (the_wait().amount, the_wait().since) == (5700, SINCE)
    earn(market.brands["lumen"], market.creators["mira"], -6000, DUE)
    unclaimed.tend(AT)
    assert the_wait().ended_at == AT


def test_creator_and_finance_see_it(browse: Browse, market: Cast) -> None:
    mira, at = market.creators["mira"], SINCE + timedelta(days=31)
    unclaimed.tend(at)
    with time_machine.travel(at, tick=True):
        page = said(browse("mira"), f"/creators/{mira.public_id}/payouts")
        assert "Unclaimed" in page
        assert "€50.00 waits for this since" in page
        assert "1 sum waits unclaimed for its creator" in said(browse("mo"), "/finance")
        page = said(browse("mo"), "/finance/holds")
        assert "Unclaimed money" in page
        assert "Mira Live" in page


def test_every_code_of_a_bank_has_a_reason_and_a_fix(app: Flask) -> None:
    for code, (meaning, refused) in refusals.CODES.items():
        fix = str(refusals.fix(code, refused))
        assert str(meaning)
        assert fix
        assert ("nothing for you to do" in fix) == (refused is None), code


def test_a_reason_without_a_code_still_says_what_to_do() -> None:
    assert refusals.fix(None, Refusal.DETAILS) == refusals.CURES[Refusal.DETAILS]
    ours = {codes.NAME_MISMATCH, codes.NAME_NOT_SEEN}  # told by Stripe's check of the name
    assert set(refusals.FIXES) <= set(refusals.CODES) | ours
    assert "on_hold" not in THEIRS
