"""What we sent against what the bank says: down to zero, or to a note that somebody signs; closed for good then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import psycopg
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.payouts import transfers
from app.payouts.models import PayoutBatch
from app.payouts.reports import reconciliation
from app.payouts.reports.models import BankReport, BatchClosing
from app.payouts.reports.reconciliation import Account
from tests.payouts.people import identity
from tests.payouts.reports.messages import Booked, Said, statement, status_report
from tests.payouts.reports.test_reports import (  # noqa: F401 - fixtures
    EVENING,
    approved,
    batch,
    bring,
    number_of,
    reference,
    statuses,
    take_over,
)
from tests.payouts.test_handover import payout_to
from tests.payouts.test_pages import seen

Browse = Callable[[str], FlaskClient]


def account(of: PayoutBatch) -> Account:
    (found,) = reconciliation.accounts(batch=of)
    return found


def close(of: PayoutBatch, note: str = "") -> BatchClosing:
    closing = reconciliation.close(of.public_id, "sepa", note=note, by=identity("mo"), at=EVENING)
    db.session.commit()
    return closing


def test_nothing_of_a_batch_that_nobody_took_to_the_bank_is_reconciled(approved: PayoutBatch) -> None:  # noqa: F811
    assert reconciliation.accounts() == []
    with pytest.raises(NotFound):
        close(approved)


def test_a_batch_closes_at_zero_once_the_bank_has_answered_for_everything(batch: PayoutBatch) -> None:  # noqa: F811
    assert (account(batch).sent, account(batch).unanswered, account(batch).is_even) == (8000, 8000, False)
    with pytest.raises(WrongStatus, match=r"€80\.00 are still on their way"):
        close(batch)
    db.session.rollback()
    take_over(bring(status_report(number_of(batch), [Said(reference(batch, "joon"), "RJCT", "AC04")])))
    take_over(bring(statement([Booked("50.00", group=number_of(batch), count=1)])))
    found = account(batch)
    assert (found.sent, found.booked, found.refused, found.unanswered, found.difference) == (8000, 5000, 3000, 0, 0)
    assert found.is_even
    closing = close(batch)
    assert (closing.sent, closing.booked, closing.difference, closing.note) == (8000, 5000, 0, None)
    assert [each.batch for each in reconciliation.accounts(closed=False)] == []
    assert [each.batch for each in reconciliation.accounts(closed=True)] == [batch.public_id]
    with pytest.raises(Conflict, match="closed already"):
        close(batch)


def test_what_no_statement_shows_closes_with_a_note_only(batch: PayoutBatch) -> None:  # noqa: F811
    take_over(bring(status_report(number_of(batch), [], whole="ACSC")))
    found = account(batch)
    assert (found.booked, found.difference, found.mismatches, found.is_even) == (0, 8000, 2, False)
    assert {each.creator for each in reconciliation.mismatches(found)} == {"Mira Live", "Joon Park"}
    assert "No statement shows it" in reconciliation.mismatches(found)[0].advice
    with pytest.raises(BadInput, match="you stand for it"):
        close(batch, " ")
    db.session.rollback()
    closing = close(batch, "statement of the 16th lost, the bank confirmed by phone")
    assert (closing.difference, closing.mismatches, closing.closed_by) == (8000, 2, identity("mo").person_id)
    assert closing.note


def test_two_mistakes_that_sum_to_zero_are_no_zero(batch: PayoutBatch) -> None:  # noqa: F811
    take_over(bring(statement([Booked("80.00", group=number_of(batch), count=2)])))
    take_over(bring(statement([Booked("30.00", credit=True, reference=reference(batch, "joon"), returned="AC04")])))
    assert account(batch).is_even, "what was sent back is as if it had never left"
    assert (account(batch).back, account(batch).booked) == (3000, 5000)


def test_after_closing_only_returns_change_a_payout(batch: PayoutBatch) -> None:  # noqa: F811
    take_over(bring(statement([Booked("80.00", group=number_of(batch), count=2)])))
    close(batch)
    for status in ("sent", "failed", "dropped"):
        with pytest.raises(psycopg.errors.CheckViolation, match="closed"), raw().transaction(force_rollback=True):
            raw().execute("update payout set status = %s", [status])
    transfers.mark(payout_to(batch, "joon").public_id, "returned", reason="AC04", by=identity("mo"), at=EVENING)
    db.session.commit()
    assert statuses(batch) == {"mira": "paid", "joon": "returned"}
    take_over(bring(statement([Booked("50.00", credit=True, reference=reference(batch, "mira"), returned="AC04")])))
    assert statuses(batch) == {"mira": "returned", "joon": "returned"}


def test_the_database_wants_a_note_where_there_is_a_difference(batch: PayoutBatch) -> None:  # noqa: F811
    sly = (
        "insert into batch_closing (batch_id, rail, sent, booked, difference, mismatches, closed_by, closed_at)"
        " values (%s, 'sepa', 1, 0, 1, 0, 1, now())"
    )
    with pytest.raises(psycopg.errors.CheckViolation), raw().transaction(force_rollback=True):
        raw().execute(sly, [batch.id])


# -- by web --


@pytest.fixture
def evening() -> Iterator[None]:
    """The bank's files are there."""
    with time_machine.travel(EVENING + timedelta(hours=1), tick=True):
        yield


@pytest.mark.usefixtures("evening")
def test_finance_brings_a_file_looks_takes_over_and_closes(batch: PayoutBatch, browse: Browse) -> None:  # noqa: F811
    mo, content = browse("mo"), statement([Booked("80.00", group=number_of(batch), count=2), Booked("3.50")])
    answer = mo.post("/finance/reports", data={"file": (BytesIO(content), "16 november.xml")})
    assert answer.status_code == 303
    assert "1 file of the bank is to be looked at" in mo.get("/finance").text
    page = mo.get(answer.location)
    shown = " ".join(page.text.split())
    for words in ("2 payouts would change", "Marks as paid", "Not matched", "No payout fits", "16 november.xml"):
        assert words in shown
    assert statuses(batch) == {"mira": "sent", "joon": "sent"}
    taken = mo.post(f"{answer.location}/take-over", data={"seen": seen(page.text)}, follow_redirects=True)
    assert "our books say what the bank says" in taken.text
    assert f'href="/finance/reconciliation/{batch.public_id}"' in taken.text
    assert statuses(batch) == {"mira": "paid", "joon": "paid"}
    overview = mo.get("/finance/reconciliation").text
    assert "Find the payout or note what it is" in overview
    assert "1 line of the bank fits nothing" in mo.get("/finance").text
    assert "What the bank said" in mo.get(f"/finance/payouts/{payout_to(batch, 'joon').public_id}").text
    assert "16 november.xml" in mo.get(f"/finance/reconciliation/{batch.public_id}").text
    report = db.session.scalars(select(BankReport)).one()
    assert mo.get(f"/finance/reports/{report.public_id}/file").data == content
    again = mo.post("/finance/reports", data={"file": (BytesIO(content), "x.xml")}, follow_redirects=True)
    assert "brought before" in again.text
    closed = mo.post(f"/finance/reconciliation/{batch.public_id}/close", data={"rail": "sepa"}, follow_redirects=True)
    assert "only returns change it" in closed.text


@pytest.mark.usefixtures("evening")
def test_a_wrong_file_is_refused_beside_the_field(batch: PayoutBatch, browse: Browse) -> None:  # noqa: F811
    answer = browse("mo").post("/finance/reports", data={"file": (BytesIO(b"hello"), "x.xml")})
    assert answer.status_code == 422
    assert "or it is encrypted: decrypt it first." in answer.text
    assert batch.status == "approved"


@pytest.mark.usefixtures("evening")
def test_taking_over_what_has_moved_is_a_conflict_in_words(batch: PayoutBatch, browse: Browse) -> None:  # noqa: F811
    report = bring(status_report(number_of(batch), [], whole="ACSC"))
    answer = browse("mo").post(f"/finance/reports/{report.public_id}/take-over", data={"seen": "something old"})
    assert answer.status_code == 409
    assert "Our books have moved" in answer.text
