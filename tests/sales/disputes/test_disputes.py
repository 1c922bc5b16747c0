"""Disputes: who may open one, deadlines both ways, what a ruling does to the books, one appeal, and what stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.contracts.models import Contract
from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.outbox import Letter
from app.payouts.checks import check_books
from app.sales import correction_record
from app.sales.commissions import dates, rejecting
from app.sales.corrections import Days, redecide
from app.sales.disputes import exchange, rulings
from app.sales.disputes.deadlines import tend_disputes
from app.sales.disputes.exchange import Said
from app.sales.disputes.models import Dispute
from app.sales.disputes.rulings import Wish
from app.sales.models import CorrectionRecord, Reason, Sale
from app.security import Role
from app.users.models import Brand, Creator, Person
from config import settings
from tests import market
from tests.desks.stories import pay
from tests.ledger import story
from tests.payouts.people import become, identity
from tests.sales.corrected import decisions, entries, newest
from tests.sales.disputes.disputing import AT, DAY, FOR_CREATOR, SAID, answered, by_brand, by_creator, missing, ruled

FOR_BRAND = Wish("for_brand", "no_change", "Nothing shows that the visit was hers.")


@pytest.fixture
def contract(lumen: Brand, mira: Creator) -> Contract:
    """mira's contract, with a code."""
    return market.contract(lumen, mira, coupons=("MIRA",))


@pytest.fixture
def lost(contract: Contract, lumen: Brand, mira: Creator) -> Sale:
    """A line of the house's: mira's visit lies a day outside her window of 14 days."""
    market.touch(lumen, mira, "v", market.NOON - timedelta(days=15))
    sale = market.sale(lumen, visitor="v")
    story.settle()
    return sale


@pytest.fixture
def won(contract: Contract, lumen: Brand) -> Sale:
    """A line of mira's by her code."""
    sale = market.sale(lumen, coupon="MIRA")
    story.settle()
    return sale


def balanced() -> None:
    db.session.commit()
    failed = [check for check in check_books(raw()) if not check.ok]
    db.session.rollback()
    assert failed == []


def told() -> set[tuple[str, str]]:
    return {(each.name, each.address.split("@")[0]) for each in db.session.scalars(select(Letter))}


def test_a_ruling_for_the_creator_is_a_numbered_decision_that_posts_the_difference(lost: Sale, mira: Creator) -> None:
    dispute, before = answered(by_creator(mira, lost)), newest()
    ruled(dispute)
    assert (dispute.status, dispute.outcome) == ("decided", "for_creator")
    assert decisions(lost)[-1] == (2, mira.id, "ruled", "Adam", f"Dispute {dispute.id}")
    assert [(kind, whose, amount) for kind, whose, _day, amount, _nr in entries(before)] == [
        ("commission", mira.id, 1_000),
        ("fee", None, 500),
    ]
    assert {("dispute_opened", "olga"), ("dispute_answered", "mira"), ("dispute_waiting", "adam")} <= told()
    assert {("dispute_decided", "mira"), ("dispute_decided", "olga"), ("correction_booked", "mira")} <= told()
    balanced()


def test_the_rate_is_that_of_the_label_that_was_ruled(won: Sale, lumen: Brand, mira: Creator) -> None:
    db.session.execute(text("update terms set in_stream_bps = 2000"))
    dispute, before = answered(by_creator(mira, won, "wrong_rate")), newest()
    ruled(dispute, replace(FOR_CREATOR, label="in_stream"))
    assert [amount for kind, _, _, amount, _ in entries(before) if kind == "commission"] == [1_000]
    balanced()


def test_what_was_ruled_stays_when_days_are_decided_again(lost: Sale, lumen: Brand, mira: Creator) -> None:
    ruled(answered(by_creator(mira, lost)))
    days = Days(lost.occurred_at.date(), lost.occurred_at.date(), lumen.timezone)
    again = redecide(raw(), lumen.id, days, by="Adam", reason="all again", at=AT + 9 * DAY)
    assert (again.decided, again.entries) == (0, 0)


def test_a_ruling_takes_the_line_from_whom_it_was_and_tells_them_no_name(
    lumen: Brand, mira: Creator, joon: Creator
) -> None:
    market.contract(lumen, joon, coupons=("JOON",))
    market.contract(lumen, mira)
    market.touch(lumen, mira, "v", market.NOON - DAY)
    sale = market.sale(lumen, visitor="v", coupon="JOON")
    story.settle()
    ruled(answered(by_creator(mira, sale), agree=True))
    assert [each[1] for each in decisions(sale)] == [joon.id, mira.id]
    for letter in db.session.scalars(select(Letter)):
        hidden = {"mira": "Joon", "joon": "Mira"}.get(letter.address.split("@")[0])
        assert hidden is None or hidden not in str({**letter.facts, "creator": ""}), letter.name
    balanced()


def test_a_line_that_was_paid_becomes_a_difference_later(won: Sale, mira: Creator) -> None:
    pay(mira, won)
    dispute, before = answered(by_brand(won)), newest()
    ruled(dispute, Wish("for_brand", "take_away", "Her own card."))
    assert [(kind, amount) for kind, _, _, amount, _ in entries(before)] == [("commission", -1_000), ("fee", -500)]
    assert decisions(won)[-1][1:3] == (None, "ruled_out")


def test_a_missing_order_is_recorded_in_its_place_until_it_comes(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira)
    db.session.commit()
    dispute = answered(missing(mira, lumen))
    with pytest.raises(BadInput, match="fill in what it came to"):
        rulings.rule(dispute, FOR_CREATOR, confirmed=True, seen=None, by=identity("adam"), at=AT + DAY)
    db.session.rollback()
    ruled(dispute, replace(FOR_CREATOR, base_minor=5_000))
    assert [amount for kind, _, _, amount, _ in entries() if kind == "commission"] == [500]
    balanced()
    order = market.sale(lumen, 8_000, order_ref="O-LOST")
    story.settle()
    assert "1 missing orders have come" in tend_disputes(AT + 20 * DAY)
    assert "0 missing orders have come" in tend_disputes(AT + 21 * DAY)
    assert ("dispute_came", "adam") in told()
    rulings.replace_stand_in(dispute, by=identity("adam"), at=AT + 21 * DAY)
    assert decisions(order)[-1][1] == mira.id
    assert sum(amount for kind, _, _, amount, _ in entries() if kind == "commission") == 800
    assert not rulings.came_after_all(dispute)
    balanced()


def test_an_order_that_has_come_by_now_is_ruled_itself(lumen: Brand, mira: Creator) -> None:
    market.contract(lumen, mira)
    db.session.commit()
    dispute = answered(missing(mira, lumen))
    order = market.sale(lumen, 8_000, order_ref="O-LOST")
    story.settle()
    ruled(dispute)
    assert decisions(order)[-1][1:3] == (mira.id, "ruled")
    assert sum(amount for kind, _, _, amount, _ in entries() if kind == "commission") == 800
    balanced()


def test_a_silent_brand_loses_what_nobody_else_earns_on(lost: Sale, mira: Creator) -> None:
    dispute = by_creator(mira, lost)
    tend_disputes(AT + 6 * DAY)
    assert ("dispute_reminder", "olga") in told()
    tend_disputes(AT + 7 * DAY - timedelta(seconds=1))
    assert dispute.status == "open"
    tend_disputes(AT + 7 * DAY)
    tend_disputes(AT + 7 * DAY)
    assert (dispute.status, dispute.outcome, dispute.silent) == ("decided", "for_creator", True)
    assert decisions(lost)[-1][1:4] == (mira.id, "ruled", "Deadline")
    assert [each.kind for each in exchange.messages_of(dispute)] == ["opening", "silence", "conclusion"]
    balanced()


def test_silence_decides_nothing_where_the_platform_has_to_look(
    app: Flask, monkeypatch: pytest.MonkeyPatch, lost: Sale, won: Sale, mira: Creator
) -> None:
    theirs = by_brand(won)
    tend_disputes(AT + 7 * DAY)
    assert (theirs.status, theirs.silent) == ("to_decide", True)
    assert ("dispute_waiting", "adam") in told()
    monkeypatch.setitem(app.extensions, "streamcut", replace(settings(), dispute_silence_decides=False))
    asked = by_creator(mira, lost)
    tend_disputes(AT + 7 * DAY)
    assert asked.status == "to_decide"


def test_who_agrees_decides_at_once(lost: Sale, mira: Creator) -> None:
    assert answered(by_creator(mira, lost), agree=True).outcome == "for_creator"
    assert decisions(lost)[-1][1:4] == (mira.id, "ruled", "Olga")


def test_a_creator_who_agrees_gives_the_line_up(won: Sale) -> None:
    assert answered(by_brand(won), agree=True).outcome == "for_brand"
    assert decisions(won)[-1][1:4] == (None, "ruled_out", "Creator")
    balanced()


def test_above_the_limit_a_second_person_is_needed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, browse: Callable[[str], FlaskClient], lost: Sale, mira: Creator
) -> None:
    monkeypatch.setitem(app.extensions, "streamcut", replace(settings(), correction_limit=1_000))
    become("sam", Role.ADMIN)
    dispute, before = ruled(answered(by_creator(mira, lost))), newest()
    record = db.session.scalars(select(CorrectionRecord)).one()
    assert (dispute.status, record.status, entries(before)) == ("to_confirm", "submitted", [])
    db.session.commit()
    assert dispute.order_ref in browse("adam").get("/admin/disputes").text, "it still waits for the platform"
    assert dispute.order_ref not in browse("adam").get("/admin/disputes?status=to_decide").text
    with pytest.raises(NotAllowed):
        correction_record.approve(record, seen="", by=identity("adam"), at=AT + 3 * DAY)
    correction_record.reject(record, by=identity("sam"), at=AT + 3 * DAY)
    assert dispute.status == "to_decide"
    ruled(dispute, at=AT + 4 * DAY)
    record = rulings.waiting_correction(dispute)  # type: ignore[assignment]
    seen = correction_record.fingerprint(correction_record.preview(record, by=identity("sam"), at=AT).sums)
    correction_record.approve(record, seen=seen, by=identity("sam"), at=AT + 5 * DAY)
    assert (dispute.status, dispute.outcome) == ("decided", "for_creator")
    assert decisions(lost)[-1][3] == "Adam, Sam"
    balanced()


def test_one_appeal_by_who_lost_and_somebody_else_decides(lost: Sale, mira: Creator) -> None:
    dispute = ruled(answered(by_creator(mira, lost)), FOR_BRAND)
    with pytest.raises(NotFound):
        exchange.appeal(dispute, SAID, side="brand", by=identity("olga"), at=AT + 3 * DAY)
    exchange.appeal(dispute, SAID, side="creator", by=identity("mira"), at=AT + 3 * DAY)
    db.session.commit()
    with pytest.raises(NotAllowed, match="somebody else decides on the appeal"):
        ruled(dispute, FOR_CREATOR, at=AT + 4 * DAY)
    db.session.rollback()
    become("sam", Role.ADMIN)
    ruled(dispute, FOR_CREATOR, who="sam", at=AT + 4 * DAY)
    assert dispute.outcome == "for_creator"
    with pytest.raises(Conflict, match="one appeal"):
        exchange.appeal(dispute, SAID, side="brand", by=identity("olga"), at=AT + 5 * DAY)


def test_the_time_to_appeal_ends(lost: Sale, mira: Creator) -> None:
    dispute = ruled(answered(by_creator(mira, lost)), FOR_BRAND)
    with pytest.raises(Conflict, match="the decision stands"):
        exchange.appeal(dispute, SAID, side="creator", by=identity("mira"), at=AT + 16 * DAY)


def test_who_opened_it_takes_it_back_and_may_open_it_again(lost: Sale, mira: Creator) -> None:
    dispute = by_creator(mira, lost)
    with pytest.raises(Conflict, match="a dispute about this already"):
        by_creator(mira, lost)
    with pytest.raises(NotFound):
        exchange.retract(dispute, side="brand", by=identity("olga"), at=AT)
    exchange.retract(dispute, side="creator", by=identity("mira"), at=AT)
    with pytest.raises(WrongStatus):
        exchange.add(dispute, SAID, side="creator", by=identity("mira"), at=AT)
    assert by_creator(mira, lost).id != dispute.id


def test_who_has_no_part_finds_nothing_to_dispute(lost: Sale, lumen: Brand, kettle: Brand, joon: Creator) -> None:
    for side, reason in (("creator", "not_credited"), ("creator", "fraud")):
        with pytest.raises(NotFound):
            exchange.open_about_line(side, joon, lost, reason, SAID, by=identity("joon"), at=AT)
    with pytest.raises(NotFound):
        missing(joon, kettle)
    with pytest.raises(Conflict, match="Nobody earns on this sale"):
        by_brand(lost)


def test_too_late_is_too_late(lost: Sale, mira: Creator) -> None:
    with pytest.raises(Conflict, match="for 90 days"):
        by_creator(mira, lost, at=market.NOON + 91 * DAY + timedelta(seconds=1))


def test_the_database_lets_nothing_that_was_said_or_ruled_be_changed(lost: Sale, mira: Creator) -> None:
    dispute = ruled(answered(by_creator(mira, lost)), FOR_BRAND)
    for verb in (
        "update dispute_message set body = 'x'",
        "delete from dispute_message",
        "update dispute_ruling set outcome = 'for_creator'",
        "update dispute_file set shared = true",
        "update dispute set reason = 'fraud'",
        "delete from dispute",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), raw().transaction():
            raw().execute(verb)
    for verb in ("status = 'open'", "status = 'to_decide'", "outcome = null"):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(f"update dispute set {verb} where id = {dispute.id}"))
    assert db.session.scalar(select(Person.name).where(Person.id == identity("mira").person_id)) == "Mira"


def test_an_empty_message_is_refused(lost: Sale, mira: Creator) -> None:
    with pytest.raises(BadInput, match="Write what happened"):
        exchange.add(by_creator(mira, lost), Said("  "), side="creator", by=identity("mira"), at=AT)


def appealed(dispute: Dispute, side: str, wish: Wish) -> Dispute:
    """Who lost appeals, and another admin decides."""
    become("sam", Role.ADMIN)
    who = identity("olga" if side == "brand" else "mira")
    exchange.appeal(dispute, SAID, side=side, by=who, at=AT + 3 * DAY)
    db.session.commit()
    return ruled(dispute, wish, who="sam", at=AT + 4 * DAY)


def earned() -> int:
    return sum(amount for kind, _, _, amount, _ in entries(0) if kind == "commission")


@pytest.mark.parametrize("remedy", ["recalculate", "take_away"])
def test_an_appeal_that_is_won_takes_back_what_was_awarded(lost: Sale, mira: Creator, remedy: str) -> None:
    dispute = ruled(answered(by_creator(mira, lost)))
    assert earned() == 1_000
    with pytest.raises(BadInput, match="does not follow"):
        appealed(dispute, "brand", FOR_BRAND)
    ruled(dispute, replace(FOR_BRAND, remedy=remedy), who="sam", at=AT + 4 * DAY)
    assert (dispute.outcome, earned()) == ("for_brand", 0)
    balanced()


def test_an_appeal_that_is_won_gives_back_what_was_taken_away(won: Sale, mira: Creator) -> None:
    dispute = ruled(answered(by_brand(won)), Wish("for_brand", "take_away", "Her own card."))
    appealed(dispute, "creator", Wish("for_creator", "recalculate", "It was a fan."))
    assert (dispute.outcome, earned(), decisions(won)[-1][2]) == ("for_creator", 1_000, "coupon_code")
    balanced()


def test_an_appeal_that_is_lost_leaves_the_books_alone(lost: Sale, mira: Creator) -> None:
    dispute, before = ruled(answered(by_creator(mira, lost))), newest()
    appealed(dispute, "brand", replace(FOR_CREATOR, remedy="no_change"))
    assert (dispute.outcome, earned(), entries(before)) == ("for_creator", 1_000, [])


def test_a_missing_order_that_is_lost_on_appeal_is_withdrawn(lumen: Brand, mira: Creator, contract: Contract) -> None:
    dispute = ruled(answered(missing(mira, lumen)), replace(FOR_CREATOR, base_minor=10_000))
    assert earned() == 1_000
    appealed(dispute, "brand", replace(FOR_BRAND, remedy="recalculate"))
    assert earned() == 0
    balanced()


def test_silence_gives_back_nothing_that_was_rejected(won: Sale, mira: Creator) -> None:
    rejecting.reject(won.brand_id, won.id, Reason.ORDER_CANCELLED, "Never paid.", by=identity("olga"), at=AT)
    dispute = by_creator(mira, won)
    tend_disputes(dispute.answer_by)
    assert (dispute.status, earned()) == ("to_decide", 0)
    ruled(dispute, replace(FOR_CREATOR, remedy="recalculate"), at=dispute.answer_by + DAY)
    assert earned() == 1_000
    balanced()


def test_what_was_ruled_is_not_rejected(lost: Sale, mira: Creator) -> None:
    ruled(answered(by_creator(mira, lost)))
    with pytest.raises(Conflict, match="appeal against the decision"):
        rejecting.reject(lost.brand_id, lost.id, Reason.FRAUD, "No.", by=identity("olga"), at=AT + 3 * DAY)
    db.session.rollback()
    assert earned() == 1_000


def test_a_ruling_keeps_a_day_that_was_moved(won: Sale, lumen: Brand, mira: Creator) -> None:
    db.session.execute(text("update terms set in_stream_bps = 2000"))
    dates.approve_early(lumen, won.id, "A good month.", by=identity("olga"), at=AT)
    before = newest()
    ruled(answered(by_creator(mira, won, "wrong_rate")), replace(FOR_CREATOR, label="in_stream"))
    assert [(day, amount) for kind, _, day, amount, _ in entries(before) if kind == "commission"] == [
        (AT.date(), 1_000)
    ]
    balanced()


def test_what_silence_decides_above_the_limit_waits_and_the_platform_is_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch, lost: Sale, mira: Creator
) -> None:
    monkeypatch.setitem(app.extensions, "streamcut", replace(settings(), correction_limit=1_000))
    dispute = by_creator(mira, lost)
    tend_disputes(dispute.answer_by)
    assert (dispute.status, earned()) == ("to_confirm", 0)
    assert ("dispute_waiting", "adam") in told()
