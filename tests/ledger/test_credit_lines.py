"""The page of credit lines: who sets them, what it shows, and what it says to nonsense."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.ledger import funding
from app.ledger.models import TopUp
from tests.cast import Cast
from tests.ledger.test_funding import AT, JUNE, only

Browse = Callable[[str], FlaskClient]


def test_a_checker_sets_a_credit_line_and_both_desks_show_it(cast: Cast, browse: Browse) -> None:
    lumen = cast.brands["lumen"]
    funding.reserve(lumen.id, "EUR", "offer", 1, JUNE, 300_000, at=AT)
    db.session.commit()
    checker = browse("che")
    form = {"brand": str(lumen.public_id), "amount": "2500.00", "currency": "EUR"}
    page = checker.post("/finance/credit-lines", data=form, follow_redirects=True).text
    assert "The credit line is set." in page
    for figure in ("€3,000.00", "€2,500.00", "-€500.00"):
        assert figure in page
    db.session.rollback()
    assert (only(lumen).credit, only(lumen).available) == (250_000, -50_000)
    own = browse("olga").get(f"/brands/{lumen.public_id}/funds").text
    assert "Available to promise" in own
    assert "-€500.00" in own


def test_amounts_are_read_as_the_page_prints_them_in_the_readers_language(cast: Cast, browse: Browse) -> None:
    lumen = cast.brands["lumen"]
    cast.people["che"].language = cast.people["mo"].language = "nl"
    db.session.commit()
    form = {"brand": str(lumen.public_id), "amount": "€ 1.250,50", "currency": "EUR"}
    assert browse("che").post("/finance/credit-lines", data=form).status_code == 302
    received = {"received_on": "2026-03-01", "reference": "Statement 7"}
    assert browse("mo").post("/finance/top-ups/new", data=form | received).status_code == 302
    db.session.rollback()
    assert only(lumen).credit == 125_050
    assert db.session.scalars(select(TopUp.amount)).all() == [125_050]
    again = browse("mo").post("/finance/top-ups/new", data=form | received | {"amount": "1,250"})
    assert (again.status_code, "1250 of 1,25" in again.text) == (422, True)


def test_nonsense_is_one_sentence_and_changes_nothing(cast: Cast, browse: Browse) -> None:
    form = {"brand": str(cast.brands["lumen"].public_id), "amount": "12.345", "currency": "EUR"}
    answer = browse("che").post("/finance/credit-lines", data=form)
    assert answer.status_code == 422
    assert "has more decimals than EUR" in answer.text
    assert raw().execute("select count(*) from credit_line").fetchone() == (0,)


def test_a_maker_sees_the_page_and_no_form(browse: Browse) -> None:
    page = browse("mo").get("/finance/credit-lines").text
    assert "No brand has money or promises here yet." in page
    assert "Set a credit line" not in page
