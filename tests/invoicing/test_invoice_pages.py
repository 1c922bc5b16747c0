"""The pages of invoices, from issuing by hand to the settled dispute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db, raw, statement
from app.invoicing import issuing, objections
from app.invoicing.jobs import last_month
from app.invoicing.models import Invoice
from app.payouts.checks import check_books
from app.users.models import Brand, Creator
from tests.invoicing.taxed import agreed, profile
from tests.payouts.books import earn
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


def test_a_month_is_issued_objected_to_and_settled_on_the_pages(browse: Browse, lumen: Brand, mira: Creator) -> None:
    month = last_month(clock.now())
    profile(lumen), profile(mira)
    agreed(lumen, mira, at=datetime(2026, 1, 1, tzinfo=UTC))
    earn(lumen, mira, 10_000, month)
    db.session.commit()
    mo, miras, olga = browse("mo"), browse("mira"), browse("olga")
    assert "No invoices yet" in olga.get(f"/brands/{lumen.public_id}/invoices").text
    answer = mo.post("/finance/invoices", data={"month": f"{month:%Y-%m}"}, follow_redirects=True)
    assert "1 invoices and credit notes issued." in answer.text
    invoice = db.session.scalars(select(Invoice)).one()
    for browser, page in (
        (olga, f"/brands/{lumen.public_id}/invoices"),
        (miras, f"/creators/{mira.public_id}/invoices"),
        (browse("audrey"), "/finance/invoices"),
    ):
        assert all(text in browser.get(page).text for text in (invoice.number, "€100.00", "€21.00", "€121.00"))
    page = f"/creators/{mira.public_id}/invoices/{invoice.public_id}"
    text = miras.get(page).text
    assert all(said in text for said in ("Factuur uitgereikt door afnemer", "VAT of the country", "Object to this"))
    assert "Object to this" not in olga.get(f"/brands/{lumen.public_id}/invoices/{invoice.public_id}").text
    assert miras.post(f"{page}/object", data={"reason": ""}).status_code == 422
    assert miras.post(f"{page}/object", data={"reason": "It was more"}).status_code == 303
    assert "this invoice has no effect" in miras.get(page).text
    again = miras.post(f"{page}/object", data={"reason": "And more"})
    assert (again.status_code, "can no longer be objected to" in again.text) == (409, True)
    assert "It was more" in mo.get("/finance/invoices").text
    settle = f"/finance/invoices/{invoice.public_id}/settle"
    assert mo.post(settle, data={"reason": ""}).status_code == 422
    settled = mo.post(settle, data={"reason": "Written anew"}, follow_redirects=True)
    assert "takes it back; the next run invoices it anew." in settled.text
    assert "a credit note took it back: Written anew" in miras.get(page).text
    for name, begins in (("invoice.pdf", b"%PDF"), ("factur-x.xml", b"<?xml"), ("ubl.xml", b"<?xml")):
        assert miras.get(f"{page}/{name}").data.startswith(begins)
    assert browse("joon").get(page).status_code == 404


def test_a_month_that_has_not_ended_or_is_none_is_refused(browse: Browse) -> None:
    mo = browse("mo")
    now = clock.now().date()
    for text, sentence in ((f"{now:%Y-%m}", "That month has not ended yet."), ("soon", "Choose a month")):
        answer = mo.post("/finance/invoices", data={"month": text})
        assert (answer.status_code, sentence in answer.text) == (422, True)


def test_the_books_stay_in_order_with_vat_in_them(lumen: Brand, mira: Creator) -> None:
    profile(lumen), profile(mira)
    agreed(lumen, mira)
    earn(lumen, mira, 10_000, date(2026, 10, 9))
    at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    (invoice,) = issuing.self_bill(lumen, mira, "EUR", date(2026, 10, 1), at=at)
    objections.object_to(invoice, "wrong", by=identity("mira"), at=at + timedelta(days=1))
    db.session.commit()
    failed = {check.name for check in check_books(raw()) if not check.ok}
    # What `earn` writes stands for no sale; VAT stands for its invoice, and balances, payouts and brands agree.
    assert failed == {
        "Every decided line's entries add up to its target",
        "Every entry has its decision, bonus, invoice, payout, top-up, write-off or fee of Stripe",
    }
    without = raw().execute(statement("app.payouts", "check_entries_have_causes")).fetchall()
    assert {kind for _brand, _entry, kind, _cause in without} == {"commission"}
