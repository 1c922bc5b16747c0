"""A sample is asked for, decided, sent and arrives; time closes what nobody does; its value is booked once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import current_app
from sqlalchemy import select

from app.contracts.models import Gift
from app.contracts.terms import gifts
from app.database import db
from app.errors import BadInput, Conflict, WrongStatus
from app.samples import fulfilment, sample_record, samples
from app.samples.models import Sample
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity
from tests.samples.sampling import (
    ARRIVED,
    ASKED,
    DUE,
    arrived,
    asked,
    sent,
)
from tests.users.mails import mails

DAY = timedelta(days=1)


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    market.product(cast.brands["lumen"], "LAMP", price=Decimal("19.995"))
    return cast.brands["lumen"]


def letters(to: str) -> list[str]:
    return [mail["Subject"] for mail in mails(current_app) if mail["To"] == f"{to}@cast.example"]


# -- asking --


def test_a_request_holds_what_it_is_worth_and_tells_the_brand(lumen: Brand, mira: Creator) -> None:
    made = asked(lumen, mira, quantity=3, message=" For my show ")
    assert (made.status, made.value, made.currency, made.product_name) == ("requested", 5999, "EUR", "Lamp")
    assert (made.message, made.decide_by) == ("For my show", ASKED + 7 * DAY)
    assert letters("olga")[-1] == letters("max")[-1] == "Mira Live requests a sample: Lamp"
    assert letters("bea") == []


def test_what_can_not_be_asked_for_is_refused_with_a_reason(lumen: Brand, mira: Creator) -> None:
    with pytest.raises(BadInput, match="no such product"):
        asked(lumen, mira, "NONE")
    for number in (0, 101):
        with pytest.raises(BadInput, match="1 to 100"):
            asked(lumen, mira, quantity=number)
    asked(lumen, mira)
    with pytest.raises(Conflict, match="already have an open sample"):
        asked(lumen, mira)


def test_five_requests_may_wait_for_a_brand(lumen: Brand, mira: Creator) -> None:
    for number in range(6):
        market.product(lumen, f"P{number}")
    for number in range(5):
        asked(lumen, mira, f"P{number}")
    with pytest.raises(Conflict, match="five open requests"):
        asked(lumen, mira, "P5")


# -- deciding, sending, arriving --


def test_it_goes_from_a_request_to_the_day_until_which_it_is_to_be_shown(lumen: Brand, mira: Creator) -> None:
    made = arrived(lumen, mira)
    assert (made.status, made.tracking, made.delivered_at, made.due_at) == ("delivered", "3S-1", ARRIVED, DUE)
    assert letters("mira")[-2:] == ["Your sample is approved: Lamp", "Your sample is on its way: Lamp"]
    assert letters("olga")[-1] == "A sample has arrived: Lamp"
    with pytest.raises(WrongStatus):
        samples.ship(made, by=identity("olga"), at=DUE)


def test_a_brand_may_say_no_also_after_it_had_said_yes_but_not_without_a_reason(lumen: Brand, mira: Creator) -> None:
    made = asked(lumen, mira)
    with pytest.raises(BadInput, match="Give a reason"):
        samples.reject(made, "  ", by=identity("olga"), at=ASKED)
    samples.approve(made, by=identity("olga"), at=ASKED)
    samples.reject(made, "Sold out", by=identity("olga"), at=ASKED + DAY)
    assert (made.status, made.reason) == ("rejected", "Sold out")
    assert asked(lumen, mira, at=ASKED + DAY).status == "requested"


def test_after_seven_days_a_request_lapses_and_can_not_be_approved(lumen: Brand, mira: Creator) -> None:
    market.product(lumen, "B")
    made, young = asked(lumen, mira), asked(lumen, mira, "B", ASKED + DAY)
    assert samples.expire(at=ASKED + 7 * DAY - timedelta(seconds=1)) == 0
    with pytest.raises(Conflict, match="seven days"):
        samples.approve(made, by=identity("olga"), at=ASKED + 7 * DAY)
    assert samples.expire(at=ASKED + 7 * DAY) == 1
    assert (made.status, young.status) == ("lapsed", "requested")
    assert letters("mira")[-1:] == ["A sample request has lapsed: Lamp"]
    assert samples.expire(at=ASKED + 7 * DAY) == 0


def test_what_is_approved_and_not_sent_or_sent_and_lost_ends_after_thirty_days(lumen: Brand, mira: Creator) -> None:
    for sku in "BC":
        market.product(lumen, sku)
    approved, shipped, there = asked(lumen, mira), sent(lumen, mira, "B"), arrived(lumen, mira, "C")
    samples.approve(approved, by=identity("olga"), at=ASKED + 3 * DAY)
    samples.expire(at=ASKED + 32 * DAY - timedelta(seconds=1))
    assert (approved.status, shipped.status, there.status) == ("approved", "shipped", "missed")
    assert samples.expire(at=ASKED + 32 * DAY) == 1
    assert letters("mira")[-1] == letters("olga")[-1] == "A sample has not arrived: B"
    assert samples.expire(at=ASKED + 33 * DAY) == 1
    assert letters("mira")[-1] == letters("olga")[-1] == "A sample was never sent: Lamp"
    assert (approved.status, shipped.status, approved.missed_at, shipped.missed_at) == ("lapsed", "lapsed", None, None)
    assert samples.expire(at=ASKED + 90 * DAY) == 0
    assert sample_record.records_of([mira.id], ASKED + 90 * DAY) == {}  # one case, and two that are none
    assert asked(lumen, mira, "B", ASKED + 90 * DAY).status == "requested"


def test_thirty_days_begin_anew_for_what_is_to_be_sent_again(lumen: Brand, mira: Creator) -> None:
    made = fulfilment.appeal(arrived(lumen, mira), "Broken", by=identity("mira"), at=ARRIVED)
    fulfilment.decide_appeal(made, "again", "Sorry", by=identity("olga"), at=ARRIVED + 6 * DAY)
    assert samples.expire(at=ARRIVED + 36 * DAY - timedelta(seconds=1)) == 0
    assert samples.expire(at=ARRIVED + 36 * DAY) == 1
    assert made.status == "lapsed"


def test_a_creator_takes_a_request_back_until_it_is_on_its_way(lumen: Brand, mira: Creator) -> None:
    made = samples.retract(asked(lumen, mira), by=identity("mira"), at=ASKED)
    assert (made.status, letters("olga")[-1]) == ("retracted", "Mira Live withdrew a sample request: Lamp")
    again = samples.approve(asked(lumen, mira), by=identity("olga"), at=ASKED)
    assert samples.retract(again, by=identity("mira"), at=ASKED).status == "retracted"
    with pytest.raises(WrongStatus):
        samples.retract(sent(lumen, mira), by=identity("mira"), at=ASKED + 3 * DAY)


# -- its value --


def test_the_value_is_booked_as_a_gift_when_it_is_sent_and_only_once(lumen: Brand, mira: Creator) -> None:
    made = sent(lumen, mira, quantity=2)
    booked = db.session.scalars(select(Gift)).one()
    assert (booked.what, booked.value, booked.cause) == ("2 × Lamp", 3999, made.public_id)
    gifts.book(lumen, mira, gifts.Goods(made.public_id, "again", 1, "EUR", booked.given_on), at=ASKED)
    assert gifts.total(lumen.id, mira.id, 2026, "EUR") == 3999
    assert gifts.total(lumen.id, mira.id, 2026, "GBP") == gifts.total(lumen.id, mira.id, 2025, "EUR") == 0


def test_goods_beyond_a_countrys_limit_wait_for_a_contract(lumen: Brand, mira: Creator) -> None:
    mira.country = "FR"
    for sku, price in (("A", "799.99"), ("B", "200.00"), ("C", "0.01")):
        market.product(lumen, sku, price=Decimal(price))
    assert [finding.level for finding in samples.findings(asked(lumen, mira, "A"), ASKED)] == ["ok"]
    samples.approve(_newest(), by=identity("olga"), at=ASKED)
    samples.ship(_newest(), by=identity("olga"), at=ASKED)
    (finding,) = samples.findings(sent(lumen, mira, "B"), ASKED)
    assert (finding.level, "€999.99 of €1,000.00 in 2026" in finding.sentence) == ("warn", True)
    last = asked(lumen, mira, "C")
    with pytest.raises(Conflict, match="takes a signed contract"):
        samples.approve(last, by=identity("olga"), at=ASKED)
    assert last.status == "requested"
    mira.country = "NL"
    assert samples.findings(last, ASKED) == []


def _newest() -> Sample:
    return db.session.scalars(select(Sample).order_by(Sample.id.desc())).all()[0]
