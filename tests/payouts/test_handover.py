"""From approval to the bank: recalling until the first download, what left the batch, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, NotFound, StreamcutError, WrongStatus
from app.payouts import holds, transfers
from app.payouts.batches import approval, bankfiles, handover, removal
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch, PayoutFile
from app.users.models import AuditEvent, Membership, Person
from config import settings
from tests.cast import Cast
from tests.payouts.at_once import at_once
from tests.payouts.books import AT, CUTOFF, IBANS, balances, bank, earn, fund
from tests.payouts.people import answer_of, approve_as, hand_over, identity

LATER = AT + timedelta(hours=2)
PAY_DAY = AT + timedelta(days=1)  # AT is a Sunday


@pytest.fixture
def approved(cast: Cast) -> PayoutBatch:
    """An approved batch that nobody has downloaded: mira gets 50.00, joon 30.00."""
    lumen = cast.brands["lumen"]
    fund(lumen, 100_000)
    bank(None, IBANS[3])
    for name, iban, amount in (("mira", IBANS[0], 5000), ("joon", IBANS[1], 3000)):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
        earn(lumen, cast.creators[name], amount)
    return approve(assembled())


def assembled(at: datetime = AT) -> PayoutBatch:
    batch = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=at)
    db.session.commit()
    return db.session.get_one(PayoutBatch, batch)


def approve(batch: PayoutBatch, at: datetime = AT) -> PayoutBatch:
    """Submitted by mo and approved by che."""
    approval.submit(batch.public_id, by=identity("mo"), at=at, bank_hold=BANK_HOLD)
    seen = (batch.fingerprint or b"").hex()
    assert approve_as("che", batch.public_id, seen=seen, at=at) == []
    db.session.commit()
    return batch


def recall(batch: PayoutBatch, by: str = "mo", at: datetime = LATER) -> None:
    approval.recall(batch.public_id, reason="joon asked to wait", by=identity(by), at=at)
    db.session.commit()


def payout_to(batch: PayoutBatch, handle: str) -> Payout:
    query = select(Payout).join(Payout.creator).where(Payout.batch_id == batch.id, Payout.creator.has(handle=handle))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def mark(batch: PayoutBatch, handle: str, status: str, reason: str = "", at: datetime = PAY_DAY) -> None:
    transfers.mark(payout_to(batch, handle).public_id, status, reason=reason, by=identity("mo"), at=at)
    db.session.commit()


def take(batch: PayoutBatch, aware: str = "", at: datetime = LATER) -> PayoutFile:
    values: dict[str, Any] = {"by": identity("che"), "at": at, "config": settings()}
    return handover.download(batch.public_id, "sepa", aware=aware, **values)


# -- recalling --


@pytest.mark.parametrize("who", ["mo", "che"])
def test_either_side_recalls_an_approved_batch_until_somebody_has_downloaded_it(
    approved: PayoutBatch, cast: Cast, who: str
) -> None:
    recall(approved, by=who)
    assert (approved.status, approved.approved_by, approved.execute_on) == ("draft", None, None)
    assert approved.note == "joon asked to wait"
    assert {(payout.status, payout.iban, payout.reference) for payout in db.session.scalars(select(Payout))} == {
        ("reserved", None, None)
    }
    assert balances()["payouts_in_transit", cast.brands["lumen"].id, cast.creators["joon"].id] == 3000
    with pytest.raises(NotFound):
        take(approved)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "recall")).one()
    assert event.detail["reason"] == "joon asked to wait"


def test_a_recall_says_why(approved: PayoutBatch) -> None:
    with pytest.raises(BadInput, match="Give a reason"):
        approval.recall(approved.public_id, reason=" ", by=identity("mo"), at=LATER)
    db.session.rollback()
    assert approved.status == "approved"


def test_a_downloaded_batch_is_not_recalled(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT)
    db.session.commit()
    with pytest.raises(WrongStatus, match="has been downloaded"):
        recall(approved)
    db.session.rollback()
    with pytest.raises(psycopg.errors.CheckViolation, match="downloaded"):
        raw().execute("update payout_batch set status = 'draft', approved_by = null, approved_at = null")


def test_only_the_makers_side_recalls_what_waits_for_approval(approved: PayoutBatch) -> None:
    recall(approved)
    approval.submit(approved.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    with pytest.raises(NotAllowed, match="reject it instead"):
        recall(approved, by="che")


def test_a_checker_who_recalls_what_was_recalled_just_now_reads_that_it_is_a_draft(approved: PayoutBatch) -> None:
    recall(approved)
    with pytest.raises(WrongStatus, match="Draft"):
        recall(approved, by="che")


@pytest.mark.parametrize("status", ["paid", "failed"])
def test_nothing_becomes_of_a_payout_before_the_first_download(approved: PayoutBatch, status: str) -> None:
    with pytest.raises(WrongStatus, match="Nobody has downloaded"):
        mark(approved, "joon", status, "AC04")
    db.session.rollback()
    with pytest.raises(WrongStatus, match="Nobody has downloaded"):
        transfers.mark_rest_paid(approved, by=identity("mo"), at=PAY_DAY)


def test_a_payout_can_not_be_returned_that_was_not_paid(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT)
    with pytest.raises(WrongStatus):
        mark(approved, "joon", "returned", "AC04")


def test_what_left_a_recalled_batch_is_in_no_file_made_later(approved: PayoutBatch, cast: Cast) -> None:
    void = bankfiles.current_files(approved)[0]
    recall(approved)
    mark(approved, "joon", "dropped", "asked to wait")
    approve(approved, LATER)
    file = take(approved)
    assert (void.version, file.version) == (1, 2)
    assert b"Joon Park" in void.content
    assert b"Joon Park" not in file.content
    assert file.content.count(b"<CdtTrfTxInf>") == 1
    assert b"<CtrlSum>50.00" in file.content
    number = file.content.split(b"<MsgId>")[1].split(b"<")[0]
    assert len(number) <= 35
    assert number not in void.content  # a bank that knows the first number takes the second file all the same


def test_a_payout_that_left_before_this_version_is_not_in_the_file_either(approved: PayoutBatch) -> None:
    """Books of an earlier version may have failed payouts in a file that nobody has taken."""
    raw().execute(
        "update payout set status = 'failed', reason = 'late' where id = %s", [payout_to(approved, "joon").id]
    )
    assert b"Joon Park" not in take(approved).content


@pytest.mark.usefixtures("plain_files")
def test_of_a_recall_and_the_first_download_at_once_one_wins(approved: PayoutBatch) -> None:
    batch_id, public_id, winners = approved.id, approved.public_id, set()

    def rival(deed: Callable[[], object]) -> Callable[[], str]:
        return lambda: f"{deed()}"[:0] or deed.__name__

    def recalling() -> object:
        return approval.recall(public_id, reason="no", by=identity("che"), at=LATER)

    def downloading() -> object:
        values: dict[str, Any] = {"by": identity("mo"), "at": LATER, "config": settings()}
        return handover.download(public_id, "sepa", aware="", **values)

    for round_ in range(20):
        outcomes = at_once([rival(recalling), rival(downloading)])
        won = [outcome for outcome in outcomes if isinstance(outcome, str)]
        lost = [outcome for outcome in outcomes if isinstance(outcome, StreamcutError)]
        assert (len(won), len(lost)) == (1, 1), f"round {round_}: {outcomes}"
        winners.add(won[0])
        db.session.expire_all()
        batch = db.session.get_one(PayoutBatch, batch_id)
        assert (batch.status, batch.downloaded_at is None) == (
            ("draft", True) if won == ["recalling"] else ("approved", False)
        )
        if batch.status == "approved":
            _forget_the_download(batch)
        else:
            approve(batch)
    assert winners == {"recalling", "downloading"}


def _forget_the_download(batch: PayoutBatch) -> None:
    """So that the next round can begin."""
    raw().execute("update payout_batch set downloaded_at = null, downloaded_by = null where id = %s", [batch.id])
    db.session.commit()


def test_approval_and_recall_at_once_leave_no_file_that_counts(approved: PayoutBatch) -> None:
    recall(approved)
    batch_id, public_id = approved.id, approved.public_id
    for _ in range(5):
        approval.submit(public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
        seen = (approved.fingerprint or b"").hex()
        db.session.commit()
        values: dict[str, Any] = {"by": identity("che"), "at": LATER, "config": settings()}
        values["answer"] = answer_of("che", LATER)
        db.session.commit()
        at_once(
            [
                lambda seen=seen, values=values: approval.approve(public_id, seen=seen, **values),  # type: ignore[misc]
                lambda: approval.recall(public_id, reason="no", by=identity("mo"), at=LATER),
            ]
        )
        db.session.expire_all()
        batch = db.session.get_one(PayoutBatch, batch_id)
        assert (batch.status, list(bankfiles.current_files(batch))) == ("draft", [])


def test_payouts_that_failed_after_the_download_are_named(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT)
    assert list(handover.astray(approved)) == []
    mark(approved, "mira", "paid")
    mark(approved, "joon", "failed", "AC04")
    assert [payout.creator.name for payout in handover.astray(approved)] == ["Joon Park"]
    mark(approved, "mira", "returned", "AC04")
    assert [payout.creator.name for payout in handover.astray(approved)] == ["Joon Park", "Mira Live"]


# -- the day of execution --


def test_a_file_that_is_taken_late_is_made_anew_for_a_day_to_come(approved: PayoutBatch) -> None:
    assert approved.execute_on == date(2026, 11, 16)
    late = take(approved, at=datetime(2026, 12, 24, 12, tzinfo=AT.tzinfo))
    assert approved.execute_on == date(2026, 12, 28)  # after Christmas and a weekend
    assert b"<Dt>2026-12-28</Dt>" in late.content
    again = take(approved, at=datetime(2027, 1, 3, tzinfo=AT.tzinfo))
    assert again.content == late.content  # the bank may have it: never two files with different numbers


def test_nothing_is_paid_before_the_day_of_execution(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT)
    with pytest.raises(WrongStatus, match="mark it as paid then"):
        transfers.mark_rest_paid(approved, by=identity("mo"), at=AT)
    with pytest.raises(WrongStatus, match="mark it as paid then"):
        mark(approved, "mira", "paid", at=AT)


@pytest.mark.parametrize(("days", "sentence"), [(-1, "was asked to pay on"), (3, "has not come yet")])
def test_the_value_date_lies_between_the_day_of_execution_and_today(
    approved: PayoutBatch, days: int, sentence: str
) -> None:
    hand_over(approved, at=AT)
    assert approved.execute_on
    value_on = approved.execute_on + timedelta(days=days)
    with pytest.raises(BadInput, match=sentence):
        transfers.mark_rest_paid(approved, value_on=value_on, by=identity("mo"), at=PAY_DAY + timedelta(days=2))


def test_the_value_date_is_kept(approved: PayoutBatch) -> None:
    hand_over(approved, at=AT)
    value_on, at = date(2026, 11, 17), PAY_DAY + timedelta(days=3)
    assert transfers.mark_rest_paid(approved, value_on=value_on, by=identity("mo"), at=at) == 2
    assert set(db.session.scalars(select(Payout.paid_on))) == {value_on}


# -- what has changed since approval --


def _bank_changed(cast: Cast) -> str:
    bank(cast.creators["mira"], IBANS[2], at=LATER, by=cast.people["sam"].id)
    return "Mira Live has changed the bank details."


def _held(cast: Cast) -> str:
    holds.place(cast.creators["joon"], "A buyer complained.", by=identity("che"), at=LATER)
    return "Joon Park is on hold: A buyer complained."


def _disabled(cast: Cast) -> str:
    person = db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.creator_id == cast.creators["mira"].id, Membership.role == "creator")
    ).one()
    person.disabled_at = LATER
    return f"{person.name}, who signs in for Mira Live, was disabled."


def _closed(cast: Cast) -> str:
    joon = cast.creators["joon"].id
    membership = db.session.scalars(
        select(Membership).where(Membership.creator_id == joon, Membership.role == "creator")
    ).one()
    membership.ended_at, membership.ended_by = LATER, cast.people["adam"].id
    return "The account of Joon Park on this platform was closed."


def _platform_changed(cast: Cast) -> str:
    bank(None, IBANS[2], at=LATER)
    return "The platform’s own account has changed."


def _approver_disabled(cast: Cast) -> str:
    cast.people["che"].disabled_at = LATER
    return "Che, who made or approved this batch, was disabled."


CHANGES = [_bank_changed, _held, _platform_changed]  # of what was approved
EVENTS = [_disabled, _closed, _approver_disabled]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_what_is_not_what_was_approved_is_a_draft_again_and_never_a_file(
    approved: PayoutBatch, cast: Cast, change: Callable[[Cast], str]
) -> None:
    expected = change(cast)
    db.session.commit()
    (concern,) = handover.concerns(approved)
    assert (concern.sentence, concern.voids) == (expected, True)
    with pytest.raises(Conflict, match="is not what was approved any more"):
        take(approved, aware=handover.digest([concern]))
    db.session.rollback()
    changes = approval.throw_back_changed(approval.locked(approved.public_id), by=identity("mo"), at=LATER)
    db.session.commit()
    assert changes
    assert (approved.status, approved.approved_by, approved.note) == ("draft", None, " ".join(changes))
    assert set(db.session.scalars(select(Payout.status))) == {"reserved"}
    assert list(bankfiles.current_files(approved)) == []


def test_nothing_goes_back_that_has_left_or_is_unchanged(approved: PayoutBatch, cast: Cast) -> None:
    assert approval.throw_back_changed(approved, by=identity("mo"), at=LATER) == []
    hand_over(approved, at=AT)
    _held(cast)
    assert approval.throw_back_changed(approved, by=identity("mo"), at=LATER) == []
    assert approved.status == "approved"


CASES = [(event, downloaded) for event in EVENTS for downloaded in (False, True)] + [(each, True) for each in CHANGES]


@pytest.mark.parametrize(("event", "downloaded"), CASES, ids=lambda case: getattr(case, "__name__", case))
def test_what_happens_after_approval_is_said_and_asked_before_the_download(
    approved: PayoutBatch, cast: Cast, event: Callable[[Cast], str], downloaded: bool
) -> None:
    if downloaded:
        hand_over(approved, at=AT)
    expected = event(cast)
    db.session.commit()
    concerns = handover.concerns(approved)
    assert [concern.sentence for concern in concerns] == [expected]
    with pytest.raises(Conflict, match="Something has changed since this batch was submitted") as refused:
        take(approved)
    assert expected in str(refused.value)
    assert ("recall it" in str(refused.value)) is not downloaded
    db.session.rollback()
    assert take(approved, aware=handover.digest(concerns)).content


def test_who_confirmed_one_change_is_asked_again_about_the_next(approved: PayoutBatch, cast: Cast) -> None:
    _disabled(cast)
    aware = handover.digest(handover.concerns(approved))
    _closed(cast)
    with pytest.raises(Conflict, match="The account of Joon Park on this platform was closed"):
        take(approved, aware=aware)


def test_an_account_that_refuses_another_payment_meanwhile_is_a_concern(approved: PayoutBatch, cast: Cast) -> None:
    earn(cast.brands["lumen"], cast.creators["mira"], 7000)
    other = approve(assembled())
    hand_over(other, at=AT)
    mark(other, "mira", "failed", "AC01")
    assert [concern.sentence for concern in handover.concerns(approved)] == [
        "The last payment to the account of Mira Live failed."
    ]


def test_a_file_made_anew_pays_from_the_account_that_was_approved(approved: PayoutBatch, cast: Cast) -> None:
    _platform_changed(cast)
    removal.take_out(
        payout_to(approved, "joon").public_id, "asked to wait", by=identity("mo"), at=LATER, config=settings()
    )
    (file,) = bankfiles.current_files(approved)
    assert file.version == 2
    assert IBANS[3].encode() in file.content
    assert IBANS[2].encode() not in file.content
