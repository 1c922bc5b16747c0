"""Effort that no stream shows: claimed by the creator, reviewed by the brand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.models import Contract, Effort
from app.contracts.terms import effort
from app.database import db
from app.errors import BadInput, NotAllowed, WrongStatus
from app.users.models import AuditEvent
from tests import market
from tests.cast import Cast
from tests.payouts.at_once import at_once
from tests.payouts.people import identity

AT = datetime(2026, 6, 20, 22, 30, tzinfo=UTC)  # the 21st in Amsterdam


@pytest.fixture
def contract(cast: Cast) -> Contract:
    return market.contract(cast.brands["lumen"], cast.creators["mira"], date(2026, 6, 1), date(2026, 8, 31))


def claimed(contract: Contract, what: str = "posts", day: int = 20, quantity: int = 2, proof: str = "a link") -> Effort:
    return effort.claim(contract, what, date(2026, 6, day), quantity, proof, by=identity("mira"), at=AT)


def test_a_claim_stands_as_claimed_until_the_brand_counts_it(contract: Contract) -> None:
    made = claimed(contract)
    assert (made.status, made.quantity, made.claimed_at, made.reviewed_at) == ("claimed", 2, AT, None)
    assert effort.review(made, True, "", by=identity("olga"), at=AT).status == "counted"
    assert (made.reviewed_by, made.note) == (identity("olga").person_id, None)
    assert list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))[-2:] == ["claim", "count"]


def test_a_refusal_says_why(contract: Contract) -> None:
    made = claimed(contract)
    with pytest.raises(BadInput, match="why you refuse"):
        effort.review(made, False, "  ", by=identity("olga"), at=AT)
    assert effort.review(made, False, "not about us", by=identity("olga"), at=AT).status == "refused"
    assert made.note == "not about us"


def test_what_is_reviewed_is_reviewed_once(contract: Contract) -> None:
    made = claimed(contract)
    effort.review(made, True, "", by=identity("olga"), at=AT)
    with pytest.raises(WrongStatus):
        effort.review(made, False, "on second thought", by=identity("max"), at=AT)


def test_two_who_review_at_once_come_to_one_review(app: Flask, contract: Contract) -> None:
    made = claimed(contract).id
    db.session.commit()

    def decide(count: bool) -> Effort:
        return effort.review(db.session.get_one(Effort, made), count, "so it is", by=identity("olga"), at=AT)

    ends = at_once([lambda: decide(True), lambda: decide(False)])
    assert sorted(isinstance(end, WrongStatus) for end in ends) == [False, True]


def test_nobody_reviews_their_own_claim(contract: Contract) -> None:
    with pytest.raises(NotAllowed, match="yourself"):
        effort.review(claimed(contract), True, "", by=identity("mira"), at=AT)


def test_today_is_the_contracts_own_today(contract: Contract) -> None:
    assert claimed(contract, day=21).done_on == date(2026, 6, 21)
    with pytest.raises(BadInput, match="not come yet"):
        claimed(contract, day=22)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"what": "applause"}, "Choose what was done"),
        ({"quantity": 0}, "how much was done"),
        ({"quantity": 1441}, "how much was done"),
        ({"proof": " \n "}, "where it can be seen"),
        ({"proof": "x" * 1001}, "Write at most 1000"),
    ],
)
def test_a_claim_that_can_not_be_checked_is_refused(contract: Contract, given: dict[str, object], match: str) -> None:
    with pytest.raises(BadInput, match=match):
        claimed(contract, **given)  # type: ignore[arg-type]


def test_a_day_outside_the_contract_is_refused(contract: Contract) -> None:
    with pytest.raises(BadInput, match="does not cover"):
        effort.claim(contract, "posts", date(2026, 5, 31), 1, "a link", by=identity("mira"), at=AT)
