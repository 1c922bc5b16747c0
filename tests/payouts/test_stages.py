"""A day is promised with a batch, kept in sight through five stages, and moved only with a reason that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from psycopg.errors import CheckViolation
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, WrongStatus
from app.outbox import Letter
from app.payouts import stages, transfers
from app.payouts.bank import target
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_as, hand_over, identity
from tests.payouts.test_pages import said

Browse = Callable[[str], FlaskClient]
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in range(16, 21))  # AT is a Sunday


@pytest.fixture(autouse=True)
def mid_november() -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def batch(cast: Cast) -> PayoutBatch:
    """A draft that pays mira 50.00."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
    db.session.commit()
    return db.session.get_one(PayoutBatch, made)


def payout_of(batch: PayoutBatch) -> Payout:
    return db.session.scalars(select(Payout).where(Payout.batch_id == batch.id)).one()


def shown(batch: PayoutBatch, at: datetime) -> list[tuple[str, date, date | None, bool]]:
    """What the creator reads at an instant: stage, expected, reached, overdue."""
    due_on = stages.promises([batch], settings())[batch.id]
    return [(str(step.stage), *step[1:]) for step in stages.steps(payout_of(batch), due_on, settings(), at=at)]


def approve(batch: PayoutBatch, at: datetime) -> None:
    approval.submit(batch.public_id, by=identity("mo"), at=at, bank_hold=BANK_HOLD)
    seen = (batch.fingerprint or b"").hex()
    assert approve_as("che", batch.public_id, seen=seen, at=at) == []


@pytest.mark.parametrize(
    ("made", "due"),
    [
        (date(2026, 11, 15), THURSDAY),  # a Sunday: Monday, Tuesday to approve, Wednesday sent, Thursday there
        (date(2026, 12, 22), date(2026, 12, 29)),  # Christmas Day, the day after it and a weekend lie between
        (date(2027, 3, 24), date(2027, 4, 1)),  # Good Friday, the weekend and Easter Monday do
    ],
)
def test_banking_days_are_promised(made: date, due: date) -> None:
    assert target.promised_on(made) == due


def test_the_day_is_stored_with_the_batch_and_the_stages_are_counted_back_from_it(batch: PayoutBatch) -> None:
    stored = raw().execute("select batch_id, nr, due_on, reason from payout_promise").fetchall()
    assert stored == [(batch.id, 1, THURSDAY, None)]
    sunday = AT.date()
    assert shown(batch, AT) == [
        ("to_be_approved", sunday, sunday, False),
        ("approved", TUESDAY, None, False),
        ("with_the_bank", TUESDAY, None, False),
        ("sent", WEDNESDAY, None, False),
        ("in_account", THURSDAY, None, False),
    ]
    late = shown(batch, AT + timedelta(days=4))
    assert [overdue for *_, overdue in late] == [False, True, True, True, False]


def test_each_stage_is_reached_on_its_day(batch: PayoutBatch) -> None:
    approve(batch, AT + timedelta(days=1))
    assert [reached for _, _, reached, _ in shown(batch, AT + timedelta(days=1))][1:] == [MONDAY, None, None, None]
    hand_over(batch, at=AT + timedelta(days=1))
    handed = shown(batch, AT + timedelta(days=1))
    assert [reached for _, _, reached, _ in handed][1:] == [MONDAY, MONDAY, None, None], "scheduled is not sent"
    assert [reached for _, _, reached, _ in shown(batch, AT + timedelta(days=2))][3:] == [TUESDAY, None]
    transfers.mark(payout_of(batch).public_id, "paid", value_on=TUESDAY, by=identity("mo"), at=AT + timedelta(days=2))
    assert [reached for _, _, reached, _ in shown(batch, AT + timedelta(days=2))][3:] == [TUESDAY, None]
    assert [reached for _, _, reached, _ in shown(batch, AT + timedelta(days=3))][3:] == [TUESDAY, WEDNESDAY]


def test_a_payout_that_failed_has_no_stages(batch: PayoutBatch) -> None:
    approve(batch, AT)
    hand_over(batch, at=AT)
    transfers.mark(payout_of(batch).public_id, "failed", reason="AC04", by=identity("mo"), at=AT + timedelta(days=1))
    assert shown(batch, AT + timedelta(days=1)) == []


def test_a_moved_day_needs_a_reason_and_is_told(batch: PayoutBatch) -> None:
    moved = {"by": identity("mo"), "at": AT}
    for day, reason, sentence in (
        (FRIDAY, " ", "Give a reason"),
        (date(2026, 11, 21), "x", "Banks settle nothing"),
        (date(2026, 11, 13), "x", "has passed"),
        (THURSDAY, "x", "promised already"),
    ):
        with pytest.raises(BadInput, match=sentence):
            stages.move(batch.public_id, day, reason, settings(), **moved)
    stages.move(batch.public_id, FRIDAY, "The bank is closed", settings(), **moved)
    stages.move(batch.public_id, date(2026, 11, 23), "Still closed", settings(), **moved)
    assert [(each.nr, each.due_on, each.reason) for each in stages.history(batch)] == [
        (1, THURSDAY, None),
        (2, FRIDAY, "The bank is closed"),
        (3, date(2026, 11, 23), "Still closed"),
    ]
    assert [day for _, day, _, _ in shown(batch, AT)][1:] == [THURSDAY, THURSDAY, FRIDAY, date(2026, 11, 23)]
    letters = db.session.scalars(select(Letter).where(Letter.event == "payout.moved").order_by(Letter.id)).all()
    assert {letter.facts["reason"] for letter in letters} == {"The bank is closed", "Still closed"}
    assert {letter.address for letter in letters} == {"mira@cast.example", "ada@cast.example"}


def test_nobody_moves_it_without_a_reason_not_even_by_sql(batch: PayoutBatch) -> None:
    with pytest.raises(CheckViolation):
        raw().execute("insert into payout_promise values (%s, 2, '2026-12-01', null, null, now())", [batch.id])


def test_a_batch_from_before_promises_has_its_day_and_keeps_it_when_moved(batch: PayoutBatch) -> None:
    before = PayoutBatch(currency="GBP", cutoff_on=CUTOFF, minimum=1000, made_at=AT)
    db.session.add(before)
    db.session.flush()
    assert stages.promises([before], settings()) == {before.id: THURSDAY}
    stages.move(before.public_id, FRIDAY, "late", settings(), by=identity("mo"), at=AT)
    assert [each.due_on for each in stages.history(before)] == [THURSDAY, FRIDAY]
    approval.cancel(before.public_id, by=identity("mo"), at=AT)
    with pytest.raises(WrongStatus):
        stages.move(before.public_id, MONDAY, "late", settings(), by=identity("mo"), at=AT)


def test_creator_and_finance_see_the_day_and_that_it_has_passed(browse: Browse, batch: PayoutBatch, cast: Cast) -> None:
    mira = cast.creators["mira"]
    own = f"/creators/{mira.public_id}/payouts/{payout_of(batch).public_id}"
    path = f"/finance/batches/{batch.public_id}"
    page = said(browse("mira"), own)
    assert "To be approved" in page
    assert "In your account" in page
    assert "Overdue" not in page
    mo = browse("mo")
    answer = mo.post(f"{path}/promise", data={"due_on": "2026-11-20", "reason": "The bank is closed"})
    assert answer.status_code == 302
    assert mo.post(f"{path}/promise", data={"due_on": "soon", "reason": "x"}).status_code == 422
    assert "The bank is closed" in said(browse("mira"), own)
    with time_machine.travel(AT + timedelta(days=8), tick=True):
        assert "Overdue" in said(browse("mira"), own)
        assert "Overdue" in said(browse("mira"), f"/creators/{mira.public_id}/payouts")
        assert "This batch is overdue" in said(browse("mo"), path)
        assert "1 batch has passed the day promised to its creators" in said(browse("mo"), "/finance")
