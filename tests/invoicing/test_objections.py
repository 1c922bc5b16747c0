"""Objections: in time, by the creator; the invoice has no effect; finance takes it back and it is written anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.invoicing import issuing, jobs, objections
from app.invoicing.models import Invoice
from app.outbox import Letter
from app.users.models import Brand, Creator
from tests.invoicing.taxed import agreed, profile
from tests.payouts.books import balances, earn
from tests.payouts.people import identity

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def invoice(lumen: Brand, mira: Creator) -> Invoice:
    profile(lumen), profile(mira)
    agreed(lumen, mira)
    earn(lumen, mira, 10_000, date(2026, 10, 9), cause=7001)
    return issuing.self_bill(lumen, mira, "EUR", OCTOBER, at=AT)[0]


def owed(lumen: Brand, mira: Creator) -> int:
    return balances()[("creator", lumen.id, mira.id)]


def test_an_objection_takes_the_vat_back_and_is_settled_by_a_credit_note_and_a_new_invoice(
    lumen: Brand, mira: Creator, invoice: Invoice
) -> None:
    assert owed(lumen, mira) == 12_100
    objections.object_to(invoice, "It was 120 euros", by=identity("mira"), at=AT)
    assert owed(lumen, mira) == 10_000
    assert [each.invoice_id for each in objections.open_disputes()] == [invoice.id]
    earn(lumen, mira, -1_000, date(2026, 11, 5), cause=7001, seq=2)  # waits for the settlement
    assert issuing.self_bill(lumen, mira, "EUR", NOVEMBER, at=AT) == []
    credit = objections.settle(invoice.public_id, "A refund was missing", by=identity("mo"), at=AT)
    assert (credit.nr, credit.net, credit.tax, credit.cancels) == (2, 10_000, 2_100, True)
    assert (owed(lumen, mira), list(objections.open_disputes())) == (9_000, [])
    (anew,) = issuing.self_bill(lumen, mira, "EUR", NOVEMBER, at=AT)
    assert (anew.nr, anew.net, anew.tax) == (3, 9_000, 1_890)
    assert owed(lumen, mira) == 9_000 + 1_890


def test_only_what_is_left_of_a_corrected_invoice_is_taken_back(lumen: Brand, mira: Creator, invoice: Invoice) -> None:
    earn(lumen, mira, -3_333, date(2026, 10, 20), cause=7001, seq=2)
    (part,) = issuing.self_bill(lumen, mira, "EUR", OCTOBER, at=AT)
    assert (part.net, part.tax) == (3_333, 700)
    objections.object_to(invoice, "wrong", by=identity("mira"), at=AT)
    assert owed(lumen, mira) == 6_667
    credit = objections.settle(invoice.public_id, "written anew", by=identity("mo"), at=AT)
    assert (credit.net, credit.tax) == (6_667, 1_400)
    assert [each.net for each in issuing.self_bill(lumen, mira, "EUR", OCTOBER, at=AT)] == [6_667]


def test_too_late_twice_or_against_a_credit_note_is_no_objection(lumen: Brand, mira: Creator, invoice: Invoice) -> None:
    miras = identity("mira")
    with pytest.raises(WrongStatus, match="the days are over"):
        objections.object_to(invoice, "late", by=miras, at=AT + timedelta(days=15))
    with pytest.raises(BadInput):
        objections.object_to(invoice, "  ", by=miras, at=AT)
    earn(lumen, mira, -10_000, date(2026, 10, 20), cause=7001, seq=2)
    (credit,) = issuing.self_bill(lumen, mira, "EUR", OCTOBER, at=AT)
    for document in (credit, invoice):  # nothing is left of the invoice
        with pytest.raises(WrongStatus):
            objections.object_to(document, "no", by=miras, at=AT)


def test_a_dispute_is_settled_once_and_with_a_note(invoice: Invoice) -> None:
    mo = identity("mo")
    with pytest.raises(NotFound):
        objections.settle(invoice.public_id, "what dispute?", by=mo, at=AT)
    objections.object_to(invoice, "wrong", by=identity("mira"), at=AT + timedelta(days=14))
    with pytest.raises(BadInput, match="Say what was agreed"):
        objections.settle(invoice.public_id, " ", by=mo, at=AT)
    objections.settle(invoice.public_id, "done", by=mo, at=AT)
    with pytest.raises(Conflict, match="settled this dispute already"):
        objections.settle(invoice.public_id, "done", by=mo, at=AT)


def test_the_monthly_job_tells_the_creator_and_can_run_twice(lumen: Brand, mira: Creator) -> None:
    profile(lumen), profile(mira)
    agreed(lumen, mira)
    earn(lumen, mira, 10_000, date(2026, 10, 9))
    db.session.commit()
    assert jobs.issue_invoices(AT) == "1 invoices and credit notes issued."
    assert jobs.issue_invoices(AT) == "0 invoices and credit notes issued."
    letters = db.session.scalars(select(Letter).where(Letter.name == "invoice_issued")).all()
    assert {letter.address for letter in letters} == {"mira@cast.example", "ada@cast.example"}
    assert {letter.facts["amount"] for letter in letters} == {12_100}
