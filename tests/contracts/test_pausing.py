"""A contract rests on the days that one side asked for and the other agreed to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.changes import lifecycle
from app.contracts.models import Contract, Pause
from app.database import db
from app.errors import BadInput, Conflict, NotAllowed, WrongStatus
from tests.cast import Cast
from tests.contracts.signing import SHEET, signed
from tests.payouts.people import identity
from tests.users.mails import mails

NOW = datetime(2026, 7, 15, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 7, 20), date(2026, 8, 9)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    return signed(SHEET, cast.brands["lumen"], cast.creators["mira"])


def ask(contract: Contract, first: date = FIRST, last: date = LAST, **more: Any) -> Pause:
    about = {"reason": "Holiday", "side": "creator", "by": identity("mira"), "at": NOW, **more}
    return lifecycle.ask_pause(contract, first, last, **about)


def answer(pause: Pause, agree: bool = True, side: str = "brand", who: str = "olga", at: datetime = NOW) -> Pause:
    return lifecycle.answer_pause(pause, agree, side, identity(who), at)


def test_one_side_asks_and_the_other_agrees(contract: Contract, cast: Cast) -> None:
    pause = ask(contract)
    assert (pause.status, pause.side, pause.asked_by) == ("asked", "creator", cast.people["mira"].id)
    answer(pause)
    assert (pause.status, pause.answered_by, pause.answered_at) == ("agreed", cast.people["olga"].id, NOW)
    db.session.commit()


def test_or_refuses(contract: Contract) -> None:
    pause = ask(contract, side="brand", by=identity("olga"))
    assert answer(pause, agree=False, side="creator", who="ada").status == "refused"
    db.session.commit()


def test_each_is_told(contract: Contract, app: Flask) -> None:
    before = len(mails(app))
    answer(ask(contract))
    told = [(mail["To"], mail.get_content()) for mail in mails(app)[before:]]
    assert sorted(to for to, _ in told) == ["ada@cast.example", "mira@cast.example", "olga@cast.example"]
    assert all("20 July 2026" in body and "9 August 2026" in body for _, body in told)
    assert "Mira Live asks" in dict(told)["olga@cast.example"]
    assert ": Agreed." in dict(told)["mira@cast.example"]


def test_nobody_answers_for_the_side_that_asked(contract: Contract) -> None:
    pause = ask(contract)
    with pytest.raises(BadInput, match="Your side requested this pause"):
        answer(pause, side="creator", who="ada")
    for who in ("max", "kim", "mira", "sam"):
        with pytest.raises(NotAllowed):
            answer(pause, who=who)
    with pytest.raises(NotAllowed):
        ask(contract, by=identity("joon"))


def test_an_answer_is_given_once(contract: Contract) -> None:
    pause = ask(contract)
    answer(pause)
    with pytest.raises(WrongStatus, match="This pause is already “Agreed”"):
        answer(pause, agree=False)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 7, 14), LAST),
        (LAST, FIRST),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 1, 2)),
    ],
)
def test_its_days_are_to_come_and_lie_within_the_contract(first: date, last: date, contract: Contract) -> None:
    with pytest.raises(BadInput, match="choose other days"):
        ask(contract, first, last)


def test_it_may_begin_today(contract: Contract) -> None:
    assert ask(contract, NOW.date(), NOW.date()).first_on == NOW.date()


def test_it_needs_a_reason_and_a_contract_that_runs(contract: Contract) -> None:
    with pytest.raises(BadInput, match="Say why"):
        ask(contract, reason=" ")
    with pytest.raises(Conflict, match="has ended"):
        ask(contract, at=datetime(2027, 1, 1, tzinfo=UTC))


def test_no_day_rests_twice(contract: Contract) -> None:
    first, second, third = (
        ask(contract),
        ask(contract, LAST, date(2026, 8, 20)),
        ask(contract, date(2026, 9, 1), date(2026, 9, 2)),
    )
    answer(first)
    with pytest.raises(Conflict, match="is already paused on some of these days"):
        answer(second)
    answer(second, agree=False)
    answer(third)
    db.session.commit()
    assert [each.status for each in db.session.scalars(select(Pause).order_by(Pause.id))] == [
        "agreed",
        "refused",
        "agreed",
    ]


def test_months_that_are_being_paid_are_left_alone(contract: Contract) -> None:
    pause = ask(contract)
    with pytest.raises(Conflict, match="a month that is over"):
        answer(pause, at=datetime(2026, 8, 1, tzinfo=UTC))
    assert answer(pause, agree=False, at=datetime(2026, 8, 1, tzinfo=UTC)).status == "refused"


def test_a_pause_beyond_the_new_end_is_not_agreed_to(contract: Contract) -> None:
    pause = ask(contract)
    fraud = lifecycle.Termination("cause", "x", cause="fraud")
    lifecycle.end(contract, fraud, side="brand", by=identity("olga"), at=NOW)
    with pytest.raises(Conflict, match="ends before the pause does"):
        answer(pause)
