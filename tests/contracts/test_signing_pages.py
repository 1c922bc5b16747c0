"""The pages of agreements and of what is done with a contract: signed, given up, paused, bettered, ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.contracts.changes import lifecycle
from app.contracts.models import Agreement, Contract, Ending, Pause, Signature
from app.contracts.terms.sheet import Scope
from app.database import db
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.contracts.dealing import (
    agreed,
    changed,
    closing,
    form_of,
    page,
    proposed,
    running,
    said,
    signed,
    terms,
)
from tests.contracts.signing import latest_code

Browse = Callable[[str], FlaskClient]
DAY = timedelta(days=1)


@pytest.fixture
def agreement(lumen: Brand, mira: Creator) -> Agreement:
    """Accepted, and signed by nobody yet."""
    return agreed(proposed(lumen, mira, terms(lumen, exclusivity=closing())))


def ours(agreement: Agreement, rest: str = "") -> str:
    return f"/brands/{agreement.brand.public_id}/offers/agreements/{agreement.public_id}{rest}"


def theirs(agreement: Agreement, rest: str = "") -> str:
    return f"/creators/{agreement.creator.public_id}/offers/agreements/{agreement.public_id}{rest}"


def sign(browser: FlaskClient, address: str, who: str) -> str:
    """Asks for the code, signs with it, and returns what the page then says."""
    assert browser.post(f"{address}/code").status_code == 303
    answer = browser.post(
        f"{address}/sign", data={"name": who.title(), "code": latest_code(who)}, follow_redirects=True
    )
    assert answer.status_code == 200, said(answer)
    return said(answer)


# -- signing --


def test_both_sign_with_the_code_from_their_mail(browse: Browse, agreement: Agreement) -> None:
    olga, miras = browse("olga"), browse("mira")
    shown = page(olga, ours(agreement))
    for words in (
        "Contract between Lumen Lighting and Mira Live",
        agreement.sha256.hex(),
        "it matches",
        "Nobody has signed",
    ):
        assert words in shown, words
    assert "Signed. Waiting for the other side to sign." in sign(olga, ours(agreement), "olga")
    assert "Mail me a code" not in page(olga, ours(agreement))
    assert "Signed by both sides." in sign(miras, theirs(agreement), "mira")
    db.session.rollback()
    contract = db.session.scalars(select(Contract)).one()
    shown = page(miras, f"/creators/{agreement.creator.public_id}/contracts/{contract.public_id}")
    for words in (
        "Retainer: €500.00 a month.",
        "€100.00 a month for the exclusivity.",
        "works for no other brand",
        "PDF",
    ):
        assert words in shown, words
    signatures = db.session.scalars(select(Signature).order_by(Signature.id)).all()
    assert [(each.side, each.name, each.address) for each in signatures] == [
        ("brand", "Olga", "127.0.0.1"),
        ("creator", "Mira", "127.0.0.1"),
    ]


def test_a_wrong_code_or_no_name_is_a_sentence(browse: Browse, agreement: Agreement) -> None:
    miras = browse("mira")
    miras.post(theirs(agreement, "/code"))
    code = latest_code("mira")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    answer = miras.post(theirs(agreement, "/sign"), data={"name": "Mira", "code": wrong})
    assert answer.status_code == 422
    assert "That code is wrong" in said(answer)
    answer = miras.post(theirs(agreement, "/sign"), data={"name": " ", "code": code})
    assert answer.status_code == 422
    assert "Type your full name." in said(answer)
    assert db.session.scalar(select(Signature)) is None


def test_a_member_reads_but_does_not_sign(browse: Browse, agreement: Agreement) -> None:
    shown = page(browse("max"), ours(agreement))
    assert "An owner of the brand has to sign." in shown
    assert "Mail me a code" not in shown
    assert browse("max").post(ours(agreement, "/code")).status_code == 403


def test_one_can_refuse_to_sign(browse: Browse, agreement: Agreement) -> None:
    answer = browse("mira").post(theirs(agreement, "/give-up"), data={"reason": ""})
    assert answer.status_code == 422
    assert browse("mira").post(theirs(agreement, "/give-up"), data={"reason": "Second thoughts."}).status_code == 303
    shown = page(browse("olga"), ours(agreement))
    assert "Second thoughts." in shown
    assert "Mail me a code" not in shown
    answer = browse("olga").post(ours(agreement, "/code"))
    assert answer.status_code == 409
    assert "There is nothing to sign here" in said(answer)


def test_the_file_is_a_pdf_of_both_names(browse: Browse, agreement: Agreement) -> None:
    answer = browse("bea").get(ours(agreement, "/contract.pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert re.search(r"filename=lumen-mira-\d+\.pdf", answer.headers["Content-Disposition"])
    assert answer.data.startswith(b"%PDF-")


def test_a_text_that_was_tampered_with_is_found_out(
    browse: Browse, agreement: Agreement, owner_connection: psycopg.Connection[object]
) -> None:
    owner_connection.execute("update agreement set body = replace(body, '10%', '99%')")
    owner_connection.commit()
    assert "The text has been changed since it was frozen" in page(browse("olga"), ours(agreement))


def test_other_peoples_agreements_are_not_there(browse: Browse, cast: Cast, agreement: Agreement) -> None:
    kettle, joon = cast.brands["kettle"], cast.creators["joon"]
    for who, address in (
        ("kim", f"/brands/{kettle.public_id}/offers/agreements/{agreement.public_id}"),
        ("kim", ours(agreement)),
        ("joon", f"/creators/{joon.public_id}/offers/agreements/{agreement.public_id}"),
    ):
        for rest in ("", "/contract.pdf"):
            assert browse(who).get(address + rest).status_code == 404


# -- a running contract --


@pytest.fixture
def contract(lumen: Brand, mira: Creator) -> Contract:
    return running(lumen, mira, notice_brand_days=30)


def at(contract: Contract, side: str, rest: str = "") -> str:
    of = contract.brand if side == "brand" else contract.creator
    return f"/{side}s/{of.public_id}/contracts/{contract.public_id}{rest}"


def test_each_month_of_a_contract_leads_to_its_statement(browse: Browse, contract: Contract) -> None:
    month = clock.today(contract.timezone).strftime("%Y-%m")
    for who, side in (("mira", "creator"), ("olga", "brand")):
        browser, statement = browse(who), at(contract, side, f"/months/{month}")
        assert f'href="{statement}"' in browser.get(at(contract, side)).text
        assert "Retainer" in page(browser, statement)


def test_a_pause_is_asked_for_and_answered(browse: Browse, contract: Contract) -> None:
    first, last = clock.today(contract.timezone) + DAY, clock.today(contract.timezone) + 5 * DAY
    days = {"first_on": first.isoformat(), "last_on": last.isoformat(), "reason": "A holiday."}
    assert browse("mira").post(at(contract, "creator", "/pause"), data=days).status_code == 303
    pause = db.session.scalars(select(Pause)).one()
    answer = at(contract, "creator", f"/pauses/{pause.public_id}/answer")
    assert browse("mira").post(answer, data={"answer": "agree"}).status_code == 422
    assert "Respond to the pause of contract" in page(browse("olga"), f"/brands/{contract.brand.public_id}")
    assert "A holiday." in page(browse("olga"), at(contract, "brand"))
    answer = at(contract, "brand", f"/pauses/{pause.public_id}/answer")
    assert browse("olga").post(answer, data={"answer": "agree"}).status_code == 303
    assert "Agreed" in page(browse("mira"), at(contract, "creator"))
    assert browse("olga").post(answer, data={"answer": "refuse"}).status_code == 409


def test_a_pause_outside_the_contract_is_a_sentence(browse: Browse, contract: Contract) -> None:
    days = {"first_on": "2001-01-01", "last_on": "2001-01-02", "reason": "Then."}
    answer = browse("mira").post(at(contract, "creator", "/pause"), data=days)
    assert answer.status_code == 422
    assert "A pause begins today at the earliest" in said(answer)


def test_a_contract_is_ended_after_one_has_said_so_twice(browse: Browse, contract: Contract) -> None:
    olga, address = browse("olga"), at(contract, "brand", "/end")
    earliest = clock.today(contract.timezone) + 30 * DAY
    form = form_of(olga.get(address), "/end")
    assert form["last_day"] == earliest.isoformat()
    answer = olga.post(address, data=changed(form, reason="We stop selling lamps."))
    assert answer.status_code == 200
    assert "This can’t be undone." in said(answer)
    assert db.session.scalar(select(Ending)) is None
    assert olga.post(address, data=form_of(answer, "/end")).status_code == 303
    ending = db.session.scalars(select(Ending)).one()
    assert (ending.kind, ending.side, ending.last_day, ending.reason) == (
        "notice",
        "brand",
        earliest,
        "We stop selling lamps.",
    )
    shown = page(browse("mira"), at(contract, "creator"))
    assert "We stop selling lamps." in shown
    assert "Propose a change" not in shown


def test_a_notice_that_is_too_short_is_a_sentence(browse: Browse, contract: Contract) -> None:
    tomorrow = (clock.today(contract.timezone) + DAY).isoformat()
    data = {"how": "notice", "last_day": tomorrow, "reason": "Now.", "confirmed": "1"}
    answer = browse("olga").post(at(contract, "brand", "/end"), data=data)
    assert answer.status_code == 422
    assert "The notice is too short" in said(answer)


def test_for_a_cause_it_ends_today(browse: Browse, contract: Contract) -> None:
    data = {"how": "fraud", "last_day": "", "reason": "Fake orders.", "confirmed": "1"}
    assert browse("mira").post(at(contract, "creator", "/end"), data=data).status_code == 303
    ending = db.session.scalars(select(Ending)).one()
    assert (ending.cause, ending.last_day) == ("fraud", clock.today(contract.timezone))


def test_better_terms_need_a_notice_and_worse_ones_an_offer(browse: Browse, contract: Contract) -> None:
    olga, address = browse("olga"), at(contract, "brand", "/better")
    form = form_of(olga.get(address), "/better")
    answer = olga.post(address, data=changed(form, commission_bps="5"))
    assert answer.status_code == 422
    assert "Make an offer of this change" in said(answer)
    answer = olga.post(address, data=changed(form, commission_bps="20"))
    assert answer.status_code == 303, said(answer)
    db.session.rollback()
    assert lifecycle.current_sheet(contract).commission_bps == 2000
    shown = page(browse("mira"), at(contract, "creator"))
    assert "20% of what is sold." in shown
    made = db.session.scalars(select(Agreement).where(Agreement.kind == "amendment")).one()
    assert "need no signature" in page(browse("mira"), theirs(made))


def test_a_contract_from_a_file_can_be_changed_too(browse: Browse, cast: Cast, app: Flask) -> None:
    today = clock.today("Europe/Amsterdam")
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract = market.contract(lumen, mira, today - DAY, today + 400 * DAY, coupons=("OLD",))
    db.session.commit()
    assert "Propose a change" in page(browse("mira"), at(contract, "creator"))
    form = form_of(browse("olga").get(at(contract, "brand", "/better")), "/better")
    assert form["coupons"] == "OLD"
    answer = browse("olga").post(at(contract, "brand", "/better"), data=changed(form, hold_days="0"))
    assert answer.status_code == 303, said(answer)
    db.session.rollback()
    assert lifecycle.current_sheet(contract).hold_days == 0


def test_who_only_looks_on_finds_nothing_to_do(browse: Browse, contract: Contract) -> None:
    for who, side in (("audrey", "brand"), ("bea", "brand"), ("adam", "creator")):
        shown = page(browse(who), at(contract, side))
        for words in ("End the contract", "Pause the contract", "Improve the terms", "Propose a change"):
            assert words not in shown, (who, words)
    assert browse("max").get(at(contract, "brand", "/end")).status_code == 403
    assert browse("kim").get(at(contract, "brand", "/end")).status_code == 404


def test_a_contracts_page_names_where_it_is_exclusive(browse: Browse, lumen: Brand, mira: Creator) -> None:
    scope = Scope(("home.lighting",), ("tiktok",), ("NL", "DE"), ("all",))
    closed = signed(agreed(proposed(lumen, mira, terms(lumen, exclusivity=closing(scope=scope)))))
    free = market.contract(lumen, mira, date(2070, 1, 1), date(2070, 12, 31))
    db.session.commit()
    rivals = closing(level="named_rivals", scope=Scope(("home.lighting",)), rivals=("kettle",), rival_names=("Acme",))
    later = terms(lumen, starts_on=date(2072, 1, 1), ends_on=date(2072, 6, 30), exclusivity=rivals)
    named = signed(agreed(proposed(lumen, mira, later)))
    for contract, words in (
        (closed, "Lighting; TikTok; Netherlands, Germany"),
        (named, "Lighting, towards Kettle &amp; Co, Acme only"),
        (free, "Nothing: the creator may work for others"),
    ):
        for who, desk in (("olga", f"/brands/{lumen.public_id}"), ("mira", f"/creators/{mira.public_id}")):
            page = browse(who).get(f"{desk}/contracts/{contract.public_id}").text
            assert f"<dt>Exclusive in</dt><dd>{words}</dd>" in page
