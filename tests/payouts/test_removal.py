"""Taking one payout out of what is submitted or approved: the others stay what they were, and nobody approves again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import db, raw
from app.errors import Conflict, NotAllowed, WrongStatus
from app.payouts import holds
from app.payouts.batches import approval, bankfiles, eligibility, fingerprint, handover, removal
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch
from app.security import Role
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, balances, bank, earn, fund
from tests.payouts.people import approve_as, become, checker, hand_over, identity

LATER = AT + timedelta(hours=2)


@pytest.fixture
def submitted(cast: Cast) -> PayoutBatch:
    """Waiting for approval: mira gets 50.00, joon 30.00."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    for name, iban, amount in (("mira", IBANS[0], 5000), ("joon", IBANS[1], 3000)):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
        earn(cast.brands["lumen"], cast.creators[name], amount)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    db.session.commit()
    return batch


def approve(batch: PayoutBatch, by: str = "che") -> list[str]:
    seen = (batch.fingerprint or b"").hex()
    changes = approve_as(by, batch.public_id, seen=seen, at=AT)
    db.session.commit()
    return changes


def payout_to(batch: PayoutBatch, handle: str) -> Payout:
    query = select(Payout).join(Payout.creator).where(Payout.batch_id == batch.id, Payout.creator.has(handle=handle))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def take_out(batch: PayoutBatch, handle: str, by: str = "mo") -> Payout:
    payout = payout_to(batch, handle).public_id
    row = removal.take_out(payout, "asked to wait", by=identity(by), at=LATER, config=settings())
    db.session.commit()
    return row


def test_a_submitted_batch_loses_one_and_is_still_what_was_submitted(submitted: PayoutBatch, cast: Cast) -> None:
    before = submitted.fingerprint
    take_out(submitted, "joon")
    assert (submitted.status, submitted.fingerprint) == ("submitted", before)
    assert approve(submitted) == []
    assert submitted.status == "approved"
    (file,) = bankfiles.current_files(submitted)
    assert file.content.count(b"<CdtTrfTxInf>") == 1
    books, lumen = balances(), cast.brands["lumen"].id
    assert books["creator", lumen, cast.creators["joon"].id] == 3000
    assert books["payouts_in_transit", lumen, cast.creators["mira"].id] == 5000


def test_an_approval_that_was_given_covers_the_rest(submitted: PayoutBatch, cast: Cast) -> None:
    assert approve(submitted) == []
    first = bankfiles.current_files(submitted)[0]
    take_out(submitted, "joon")
    assert [each.person.name for each in eligibility.approvals(submitted)] == ["Che"]
    (file,) = bankfiles.current_files(submitted)
    assert (submitted.status, file.version) == ("approved", first.version + 1)
    assert b"Joon Park" in first.content
    assert b"Joon Park" not in file.content
    assert b"<CtrlSum>50.00" in file.content
    assert handover.concerns(submitted) == []
    assert hand_over(submitted, at=LATER)[0].content == file.content


def test_the_one_that_changed_is_taken_out_and_the_others_go(submitted: PayoutBatch, cast: Cast) -> None:
    approve(submitted)
    holds.place(cast.creators["joon"], "papers", by=identity("che"), at=LATER)
    take_out(submitted, "joon")
    hand_over(submitted, at=LATER)
    assert submitted.downloaded_at == LATER


def test_another_change_than_taking_out_still_shows(submitted: PayoutBatch, cast: Cast) -> None:
    take_out(submitted, "joon")
    raw().execute("update payout set amount = amount + 1 where id = %s", [payout_to(submitted, "mira").id])
    db.session.commit()
    assert approve(submitted) == ["The payout of Mira Live is no longer the sum of its lines."]
    assert submitted.status == "draft"


def test_a_line_that_was_taken_out_by_hand_and_another_amount_in_its_name_shows(submitted: PayoutBatch) -> None:
    take_out(submitted, "joon")
    raw().execute("update payout set fingerprint = 'x' where id = %s", [payout_to(submitted, "joon").id])
    db.session.commit()
    assert approve(submitted) == ["Its payouts or the platform’s account have changed."]


def test_the_last_one_stays(submitted: PayoutBatch) -> None:
    take_out(submitted, "joon")
    with pytest.raises(WrongStatus, match="recall the batch instead"):
        take_out(submitted, "mira")


def test_nothing_is_taken_out_twice_or_after_it_has_left(submitted: PayoutBatch) -> None:
    take_out(submitted, "joon")
    with pytest.raises(WrongStatus, match="out of the batch already"):
        take_out(submitted, "joon")
    db.session.rollback()
    approve(submitted)
    hand_over(submitted, at=LATER)
    with pytest.raises(WrongStatus, match="have left: nothing can be taken out"):
        take_out(submitted, "mira")


def test_a_batch_submitted_by_an_earlier_version_is_recalled_first(submitted: PayoutBatch) -> None:
    raw().execute("update payout set fingerprint = null")
    with pytest.raises(WrongStatus, match="by an earlier version"):
        take_out(submitted, "joon")


def test_who_took_it_out_does_not_approve_the_rest(submitted: PayoutBatch) -> None:
    become("che", Role.FINANCE_MAKER)
    take_out(submitted, "joon", by="che")
    with pytest.raises(NotAllowed, match="You took a payout out"):
        approve(submitted)
    db.session.rollback()
    checker("dee")
    assert approve(submitted, "dee") == []


def test_after_a_recall_nothing_of_the_old_submission_counts(submitted: PayoutBatch) -> None:
    take_out(submitted, "joon")
    approval.recall(submitted.public_id, reason="wait", by=identity("mo"), at=LATER)
    assert fingerprint.gone(raw(), submitted.id) == []
    approval.submit(submitted.public_id, by=identity("mo"), at=LATER, bank_hold=BANK_HOLD)
    db.session.commit()
    assert approve(submitted) == []


def test_the_file_is_refused_when_something_else_changed_meanwhile(submitted: PayoutBatch, cast: Cast) -> None:
    approve(submitted)
    take_out(submitted, "joon")
    bank(cast.creators["mira"], IBANS[2], at=LATER, by=cast.people["sam"].id)
    db.session.commit()
    with pytest.raises(Conflict, match="Mira Live has changed the bank details"):
        handover.download(submitted.public_id, "sepa", aware="", by=identity("mo"), at=LATER, config=settings())
