"""Approved and not sent: said on finance's first page, and a draft again after a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.outbox import Letter
from app.payouts.batches import approval, eligibility, expiry
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import PayoutBatch
from app.processes import scheduler
from app.users.models import AuditEvent
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_batch, hand_over, identity

Browse = Callable[[str], FlaskClient]
WEEK = timedelta(days=7)


@pytest.fixture
def approved(cast: Cast) -> PayoutBatch:
    """An approved batch that nobody has downloaded."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    approve_batch(batch, at=AT)
    db.session.commit()
    return batch


def test_after_a_week_it_is_a_draft_and_its_maker_hears_of_it_once(approved: PayoutBatch) -> None:
    assert expiry.expire_approved(at=AT + WEEK - timedelta(seconds=1)) == "0 batches are drafts again."
    assert expiry.expire_approved(at=AT + WEEK) == "1 batch is a draft again."
    assert expiry.expire_approved(at=AT + WEEK) == "0 batches are drafts again."
    assert (approved.status, approved.approved_by, approved.approvers) == ("draft", None, None)
    assert approved.note == "It was approved and nothing of it left for 7 days."
    assert list(eligibility.approvals(approved)) == []
    letters = db.session.scalars(select(Letter).where(Letter.event == "batch.expired")).all()
    assert [letter.address for letter in letters] == ["mo@cast.example"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "expire")).one()
    assert (event.by_id, event.object_id) == (None, approved.id)


def test_what_has_left_never_expires(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT)
    db.session.commit()
    assert expiry.expire_approved(at=AT + 5 * WEEK) == "0 batches are drafts again."
    assert approval.expire(approved.public_id, "too late", at=AT + WEEK) is None
    assert approved.status == "approved"


def test_the_job_of_the_timetable_does_it(approved: PayoutBatch) -> None:
    assert scheduler.run_now("expire-batches", by="test", at=AT + WEEK) == "1 batch is a draft again."


@pytest.mark.parametrize(("hours", "said"), [(23, False), (30, True)])
def test_finance_reads_that_it_is_approved_and_not_sent(
    approved: PayoutBatch, browse: Browse, hours: int, said: bool
) -> None:
    with time_machine.travel(AT + timedelta(hours=hours)):
        page = browse("mo").get("/finance").text
    assert ("approved and not sent for 30 hours." in page) is said
