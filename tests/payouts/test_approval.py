"""From draft to approved: who may, what is frozen, what throws a batch back, and who wins when two act at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, NotFound, StreamcutError, WrongStatus
from app.payouts import transfers
from app.payouts.bank import onboarding
from app.payouts.batches import approval, fingerprint
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch, PayoutFile, PayoutHold
from app.security import Role
from app.users.models import AuditEvent
from tests.cast import Cast
from tests.payouts.at_once import at_once
from tests.payouts.books import AT, CUTOFF, IBANS, balances, bank, earn, fund
from tests.payouts.people import approve_as, become, identity

LATER = AT + timedelta(hours=2)


@pytest.fixture
def draft(cast: Cast) -> PayoutBatch:
    """A committed draft by mo: mira gets 50.00, joon 30.00."""
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    fund(lumen, 100_000)
    bank(None, IBANS[3])
    for creator, iban, amount in ((mira, IBANS[0], 5000), (joon, IBANS[1], 3000)):
        bank(creator, iban, by=cast.people["sam"].id)
        earn(lumen, creator, amount)
    return assembled()


def assembled() -> PayoutBatch:
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
    db.session.commit()
    return db.session.get_one(PayoutBatch, made)


def submit(batch: PayoutBatch, by: str = "mo", at: datetime = AT) -> str:
    made = approval.submit(batch.public_id, by=identity(by), at=at, bank_hold=BANK_HOLD)
    db.session.commit()
    assert made.fingerprint
    return made.fingerprint.hex()


def approve(batch: PayoutBatch | UUID, seen: str, by: str = "che", at: datetime = LATER) -> list[str]:
    batch_id = batch if isinstance(batch, UUID) else batch.public_id
    return approve_as(by, batch_id, seen=seen, at=at)


def payout_of(batch: PayoutBatch, creator_id: int) -> Payout:
    found = select(Payout).where(Payout.batch_id == batch.id, Payout.creator_id == creator_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def test_submitting_freezes_names_numbers_and_references(draft: PayoutBatch, cast: Cast) -> None:
    submit(draft)
    payouts = db.session.scalars(select(Payout).where(Payout.batch_id == draft.id)).all()
    assert {(payout.holder, payout.iban, payout.rail) for payout in payouts} == {
        ("Mira Live", IBANS[0], "sepa"),
        ("Joon Park", IBANS[1], "sepa"),
    }
    references = {payout.reference for payout in payouts}
    assert len(references) == 2
    assert all(reference and len(reference) <= 35 for reference in references)


def test_somebody_else_approves_and_the_file_is_made_once(draft: PayoutBatch) -> None:
    assert approve(draft, submit(draft)) == []
    db.session.commit()
    assert (draft.status, draft.approved_at, draft.execute_on) == ("approved", LATER, date(2026, 11, 16))
    (file,) = db.session.scalars(select(PayoutFile).where(PayoutFile.batch_id == draft.id))
    assert file.rail == "sepa"
    assert file.content.count(b"<CdtTrfTxInf>") == 2
    assert set(db.session.scalars(select(Payout.status))) == {"sent"}
    with pytest.raises(WrongStatus):
        approve(draft, "")


def test_the_files_in_the_database_can_not_be_changed(draft: PayoutBatch) -> None:
    approve(draft, submit(draft))
    db.session.commit()
    for attempt in ("update payout_file set content = ''", "delete from payout_file", "truncate payout_file"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw().execute(attempt)
        db.session.rollback()


@pytest.mark.parametrize("name", ["mo", "che"])
def test_the_maker_can_not_approve_whatever_roles_they_have(draft: PayoutBatch, name: str) -> None:
    become("mo", Role.FINANCE_CHECKER)
    become("che", Role.FINANCE_MAKER)
    seen = submit(draft, by="che")
    with pytest.raises(NotAllowed, match="made or submitted"):
        approve(draft, seen, by=name)
    db.session.rollback()
    assert draft.status == "submitted"


def test_the_database_refuses_a_maker_who_approves(draft: PayoutBatch, cast: Cast) -> None:
    submit(draft)
    with pytest.raises(psycopg.errors.CheckViolation, match="four_eyes"):
        raw().execute(
            "update payout_batch set status = 'approved', approved_by = submitted_by, approved_at = now()"
            " where id = %s",
            [draft.id],
        )


def test_a_payee_or_their_agent_can_not_approve(draft: PayoutBatch, cast: Cast) -> None:
    become("che", Role.AGENT, creator_id=cast.creators["joon"].id)
    with pytest.raises(NotAllowed, match="paid by this batch"):
        approve(draft, submit(draft))


def test_who_entered_bank_details_of_a_payee_can_not_approve(draft: PayoutBatch, cast: Cast) -> None:
    seen = submit(draft)
    become("sam", Role.FINANCE_CHECKER)
    with pytest.raises(NotAllowed, match="entered bank details"):
        approve(draft, seen, by="sam")


def _changed_bank(cast: Cast, batch: PayoutBatch) -> str:
    bank(cast.creators["mira"], IBANS[2], at=AT + timedelta(minutes=1), by=cast.people["sam"].id)
    return "Mira Live has changed the bank details."


def _there_and_back(cast: Cast, batch: PayoutBatch) -> str:
    _changed_bank(cast, batch)
    bank(cast.creators["mira"], IBANS[0], at=AT + timedelta(minutes=2), by=cast.people["sam"].id)
    return "Mira Live has changed the bank details."


def _hold(cast: Cast, batch: PayoutBatch) -> str:
    place = PayoutHold(
        creator_id=cast.creators["joon"].id, reason="asked", placed_by=cast.people["mo"].id, placed_at=AT
    )
    db.session.add(place)
    return "Joon Park is on hold."


def _amount(cast: Cast, batch: PayoutBatch) -> str:
    payout_of(batch, cast.creators["mira"].id).amount += 1
    return "The payout of Mira Live is no longer the sum of its lines."


def _line(cast: Cast, batch: PayoutBatch) -> str:
    mine = payout_of(batch, cast.creators["joon"].id).id
    raw().execute("update payout_line set released_at = now() where payout_id = %s", [mine])
    return "The payout of Joon Park is no longer the sum of its lines."


def _frozen_number(cast: Cast, batch: PayoutBatch) -> str:
    payout_of(batch, cast.creators["mira"].id).iban = IBANS[2]
    return "Mira Live has changed the bank details."


def _reference(cast: Cast, batch: PayoutBatch) -> str:
    payout_of(batch, cast.creators["mira"].id).reference = "SC1"
    return "Its payouts or the platform’s account have changed."


def _platform(cast: Cast, batch: PayoutBatch) -> str:
    bank(None, IBANS[0], "Somebody Else")
    return "Its payouts or the platform’s account have changed."


CHANGES = [_changed_bank, _there_and_back, _hold, _amount, _line, _frozen_number, _reference, _platform]


def submit_by_the_first_scheme(batch: PayoutBatch) -> str:
    """As a version of the product did that hashed `repr`; the database is as it left it."""
    submit(batch)
    [account, *_] = onboarding.versions(None)
    batch.fingerprint = fingerprint.first_scheme(batch, account, fingerprint.read(raw(), batch.id))
    db.session.commit()
    return batch.fingerprint.hex()


SCHEMES = pytest.mark.parametrize("submitting", [submit, submit_by_the_first_scheme])


def test_a_batch_submitted_by_the_first_scheme_can_still_be_approved(draft: PayoutBatch) -> None:
    assert approve(draft, submit_by_the_first_scheme(draft)) == []
    assert draft.status == "approved"


@SCHEMES
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_whatever_changes_after_submission_throws_the_batch_back(
    draft: PayoutBatch,
    cast: Cast,
    change: Callable[[Cast, PayoutBatch], str],
    submitting: Callable[[PayoutBatch], str],
) -> None:
    seen = submitting(draft)
    expected = change(cast, draft)
    db.session.commit()
    assert approve(draft, seen) == [expected]
    db.session.commit()
    assert (draft.status, draft.note, draft.submitted_by, draft.fingerprint) == ("draft", expected, None, None)
    assert db.session.scalar(select(PayoutFile.name)) is None
    assert set(db.session.scalars(select(Payout.iban))) == {None}


def test_money_earned_after_submission_changes_nothing(draft: PayoutBatch, cast: Cast) -> None:
    seen = submit(draft)
    earn(cast.brands["lumen"], cast.creators["mira"], -4000)
    assert approve(draft, seen) == []


def test_the_approver_approves_what_was_on_the_screen(draft: PayoutBatch) -> None:
    seen = submit(draft)
    approval.recall(draft.public_id, reason="one too many", by=identity("mo"), at=AT)
    submit(draft, at=AT + timedelta(minutes=1))
    with pytest.raises(Conflict, match="was resubmitted after you opened the page"):
        approve(draft, seen)


def test_a_recalled_or_rejected_batch_is_a_draft_again_and_says_why(draft: PayoutBatch) -> None:
    for verb, by in ((approval.recall, "mo"), (approval.reject, "che")):
        submit(draft)
        verb(draft.public_id, reason="  wrong   month ", by=identity(by), at=LATER)
        db.session.commit()
        assert (draft.status, draft.note) == ("draft", "wrong month")
        with pytest.raises(WrongStatus):
            verb(draft.public_id, reason="again", by=identity(by), at=LATER)
        db.session.rollback()
    told = db.session.execute(
        select(AuditEvent.action, AuditEvent.by_name)
        .where(AuditEvent.object_kind == "payout_batch")
        .order_by(AuditEvent.id)
    )
    assert [tuple(row) for row in told] == [
        ("assemble", "Mo"),
        ("submit", "Mo"),
        ("recall", "Mo"),
        ("submit", "Mo"),
        ("reject", "Che"),
    ]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_needed_and_not_a_novel(draft: PayoutBatch, reason: str) -> None:
    submit(draft)
    with pytest.raises(BadInput):
        approval.reject(draft.public_id, reason=reason, by=identity("che"), at=LATER)


def test_a_cancelled_draft_gives_all_its_money_back(draft: PayoutBatch, cast: Cast) -> None:
    lumen, mira, joon = (cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"])
    approval.cancel(draft.public_id, by=identity("mo"), at=LATER)
    db.session.commit()
    books = balances()
    assert (books["creator", lumen.id, mira.id], books["creator", lumen.id, joon.id]) == (5000, 3000)
    assert "payouts_in_transit" not in {account for account, _, _ in books}
    again = assembled()
    assert payout_of(again, mira.id).amount == 5000


def test_a_payout_leaves_a_draft_but_not_what_was_submitted(draft: PayoutBatch, cast: Cast) -> None:
    mine = payout_of(draft, cast.creators["mira"].id)
    transfers.mark(mine.public_id, "dropped", reason="asked to wait", by=identity("mo"), at=AT)
    db.session.commit()
    seen = submit(draft)
    other = payout_of(draft, cast.creators["joon"].id)
    with pytest.raises(WrongStatus, match="Only a draft"):
        transfers.mark(other.public_id, "dropped", reason="no", by=identity("mo"), at=AT)
    db.session.rollback()
    assert approve(draft, seen) == []
    (file,) = db.session.scalars(select(PayoutFile))
    assert file.content.count(b"<CdtTrfTxInf>") == 1


def test_an_empty_draft_is_not_submitted(draft: PayoutBatch) -> None:
    for payout in db.session.scalars(select(Payout)).all():
        transfers.mark(payout.public_id, "dropped", reason="no", by=identity("mo"), at=AT)
    with pytest.raises(Conflict, match="cancel it"):
        submit(draft)


def test_a_held_or_just_changed_creator_stands_in_the_way_of_submission(draft: PayoutBatch, cast: Cast) -> None:
    _hold(cast, draft)
    bank(cast.creators["mira"], IBANS[2], at=AT - timedelta(hours=47))
    with pytest.raises(Conflict, match=r"Mira Live has just changed the bank details\. Joon Park is on hold"):
        submit(draft)


def test_a_name_that_was_stored_in_another_script_asks_for_the_spelling_of_the_bank(
    draft: PayoutBatch, cast: Cast
) -> None:
    bank(cast.creators["mira"], IBANS[0], "李小龍", at=AT - timedelta(days=9), by=cast.people["sam"].id)
    with pytest.raises(Conflict, match="needs the name of Mira Live’s account in Latin letters"):
        submit(draft)


def test_without_an_account_of_the_platform_nothing_is_submitted(cast: Cast) -> None:
    fund(cast.brands["lumen"], 5000)
    bank(cast.creators["mira"])
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    with pytest.raises(BadInput, match="no bank account yet"):
        submit(assembled())


def test_an_unknown_batch_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        approve(UUID(int=7), "")


def test_euro_within_sepa_and_elsewhere_become_two_files(draft: PayoutBatch, cast: Cast) -> None:
    far = onboarding.checked_iban("TR33 0006 1005 1978 6457 8413 26")
    bank(cast.creators["joon"], far, "=Joon", at=AT - timedelta(days=9), by=cast.people["sam"].id)
    approve(draft, submit(draft))
    files = {file.rail: file.content for file in db.session.scalars(select(PayoutFile))}
    assert files["sepa"].count(b"<CdtTrfTxInf>") == 1
    head, row = files["list"].decode().split("\r\n")[:2]
    assert head == "reference,holder,iban,amount,currency,description"
    assert row.split(",")[1:5] == ["'=Joon", far, "30.00", "EUR"]


def test_yen_go_into_a_list_without_decimals(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    fund(lumen, 9000, currency="JPY")
    bank(None, IBANS[3])
    bank(mira, by=cast.people["sam"].id)
    earn(lumen, mira, 4321, currency="JPY")
    made = assemble(raw(), currency="JPY", cutoff_on=CUTOFF, minimum=1000, by=None, at=AT)
    db.session.commit()
    batch = db.session.get_one(PayoutBatch, made)
    approve(batch, submit(batch))
    (file,) = db.session.scalars(select(PayoutFile))
    assert file.rail == "list"
    assert b",4321,JPY," in file.content


# -- two at once: exactly one wins, and what is stored fits --

RIVALS = {
    "approve": lambda batch, seen: approve(batch, seen),
    "approve_too": lambda batch, seen: approve_as("adam", batch, seen=seen, at=LATER),
    "recall": lambda batch, seen: approval.recall(batch, reason="late", by=identity("mo"), at=LATER),
    "reject": lambda batch, seen: approval.reject(batch, reason="no", by=identity("che"), at=LATER),
}


# Recalling what was approved a moment before is no conflict: tests/payouts/test_handover.py.
PAIRS = [pair for pair in itertools.combinations(RIVALS, 2) if "recall" not in pair or "reject" in pair]


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_of_two_decisions_at_once_one_wins(draft: PayoutBatch, pair: tuple[str, str]) -> None:
    batch = draft.public_id
    become("adam", Role.FINANCE_CHECKER)
    for round_ in range(20):
        seen = submit(db.session.scalars(select(PayoutBatch).where(PayoutBatch.public_id == batch)).one())
        outcomes = at_once([partial(RIVALS[name], batch, seen) for name in pair])
        failed = [outcome for outcome in outcomes if isinstance(outcome, StreamcutError)]
        assert [type(error) for error in failed] == [WrongStatus], f"round {round_}: {outcomes}"
        db.session.expire_all()
        _start_over(batch)


def _start_over(batch_id: UUID) -> None:
    """An approved batch becomes a draft again, as the tables' owner only could do it in life."""
    batch = approval.locked(batch_id)
    if batch.status == "approved":
        url = str(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
        db.session.commit()
        with psycopg.connect(url) as owner:
            owner.execute(
                "delete from payout_file; update payout set status = 'reserved', iban = null, reference = null"
            )
            owner.execute(
                "update payout_batch set status = 'draft', approved_by = null, approved_at = null,"
                " submitted_by = null, submitted_at = null, fingerprint = null"
            )
    db.session.commit()


def test_ten_clicks_on_submit_submit_once(draft: PayoutBatch) -> None:
    batch = draft.public_id

    def click() -> Any:
        return approval.submit(batch, by=identity("mo"), at=AT, bank_hold=BANK_HOLD).status

    outcomes = at_once(10, click)
    assert sum(outcome == "submitted" for outcome in outcomes) == 1
    assert sum(isinstance(outcome, WrongStatus) for outcome in outcomes) == 9
    assert db.session.execute(text("select count(*) from audit_event where action = 'submit'")).scalar_one() == 1
