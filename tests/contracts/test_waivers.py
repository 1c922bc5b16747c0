"""Waivers: the creator asks, the holder decides once, and what is granted is open to the database too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.contracts.exclusivity import claims, waivers
from app.contracts.exclusivity.closures import conflicts
from app.contracts.models import Contract, Waiver
from app.database import db, lock, raw
from app.errors import BadInput, Conflict, StreamcutError, WrongStatus
from app.security import Identity
from app.users.models import AuditEvent
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, SKIN, closing, sheet, signed
from tests.payouts.at_once import at_once

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
APRIL = {"first_on": date(2026, 4, 1), "last_on": date(2026, 4, 30)}
IN_APRIL = {"first": APRIL["first_on"], "last": APRIL["last_on"]}


def who(cast: Cast, name: str) -> Identity:
    person = cast.people[name]
    return Identity(person.id, person.name, person.email, "en", "UTC", "", frozenset())


@pytest.fixture
def held(cast: Cast) -> Contract:
    """Lumen has closed home and beauty to everybody else."""
    return signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, closing("home", "beauty")))


def asked(cast: Cast, held: Contract, **changes: Any) -> Waiver:
    given: dict[str, Any] = {**APRIL, "category": "beauty", "reason": "An old friend"} | changes
    brand = given.pop("brand", cast.brands["kettle"])
    return waivers.request_waiver(held, brand, waivers.WaiverRequest(**given), by=who(cast, "mira"), at=AT)


def free(cast: Cast, terms: Any) -> bool:
    return not conflicts(cast.creators["mira"].id, cast.brands["kettle"].id, terms)


def test_what_is_granted_is_open_for_these_days_and_that_category_and_no_more(cast: Cast, held: Contract) -> None:
    waiver = asked(cast, held)
    assert not free(cast, sheet(SKIN, **IN_APRIL)), "asking opens nothing"
    waivers.decide(waiver, grant=True, by=who(cast, "olga"), at=AT)
    assert waiver.status == "granted"
    assert free(cast, sheet(SKIN, **IN_APRIL))
    assert not free(cast, sheet(LIGHTS, **IN_APRIL))
    assert not free(cast, sheet(SKIN, first=date(2026, 4, 1), last=date(2026, 5, 1)))
    signed(cast.brands["kettle"], cast.creators["mira"], sheet(SKIN, **IN_APRIL))
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "waiver"))
    assert list(actions) == ["ask", "grant"]


def test_a_waiver_without_a_category_opens_them_all(cast: Cast, held: Contract) -> None:
    waivers.decide(asked(cast, held, category=None), grant=True, by=who(cast, "olga"), at=AT)
    assert free(cast, sheet(LIGHTS, **IN_APRIL))


def test_what_is_refused_or_withdrawn_stays_closed_and_is_decided_once(cast: Cast, held: Contract) -> None:
    refused = waivers.decide(asked(cast, held), grant=False, by=who(cast, "olga"), at=AT)
    withdrawn = waivers.withdraw(asked(cast, held), by=who(cast, "mira"), at=AT)
    assert (refused.status, withdrawn.status) == ("refused", "withdrawn")
    assert not free(cast, sheet(SKIN, **IN_APRIL))
    for waiver in (refused, withdrawn):
        with pytest.raises(WrongStatus):
            waivers.decide(waiver, grant=True, by=who(cast, "olga"), at=AT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_on": date(2026, 3, 31)}, "The last day lies before the first"),
        ({"first_on": date(2026, 3, 1), "last_on": date(2026, 3, 9)}, "Those days are over"),
        ({"reason": "  "}, "Say in a few words why"),
        ({"reason": "x" * 2001}, "Write at most 2000 characters"),
        ({"category": "food"}, "closes nothing to that brand"),
        ({"first_on": date(2026, 6, 1), "last_on": date(2026, 6, 2)}, "closes nothing to that brand"),
        ({"category": "nonsense"}, "is not one of our words"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(cast: Cast, held: Contract, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        asked(cast, held, **changes)


def test_a_brand_needs_no_waiver_of_its_own_and_nobody_asks_twice(cast: Cast, held: Contract) -> None:
    with pytest.raises(BadInput, match="closes nothing to that brand"):
        asked(cast, held, brand=cast.brands["lumen"])
    asked(cast, held)
    with pytest.raises(Conflict, match="asked for this already"):
        asked(cast, held, first_on=date(2026, 4, 30), last_on=date(2026, 5, 2))
    asked(cast, held, category="home")
    asked(cast, held, first_on=date(2026, 5, 1), last_on=date(2026, 5, 2))


def test_granting_and_withdrawing_at_once_leaves_one_answer(app: Flask, cast: Cast, held: Contract) -> None:
    olga, mira = who(cast, "olga"), who(cast, "mira")
    for n in range(1, 11):
        day = date(2026, 4, n)
        waiver = asked(cast, held, first_on=day, last_on=day).id
        db.session.commit()
        outcomes = at_once(
            [
                lambda waiver=waiver: (
                    waivers.decide(db.session.get_one(Waiver, waiver), grant=True, by=olga, at=AT).status
                ),
                lambda waiver=waiver: waivers.withdraw(db.session.get_one(Waiver, waiver), by=mira, at=AT).status,
            ]
        )
        assert sum(isinstance(outcome, StreamcutError) for outcome in outcomes) == 1
        db.session.expire_all()
        won = next(outcome for outcome in outcomes if isinstance(outcome, str))
        assert db.session.get_one(Waiver, waiver).status == won


def test_a_waiver_granted_while_the_contract_is_cut_does_not_bring_back_what_was_cut(
    app: Flask, cast: Cast, held: Contract
) -> None:
    olga, contract, ends = who(cast, "olga"), held.id, datetime(2026, 4, 30, 22, tzinfo=UTC)
    whole = held.period

    def cut() -> None:
        found = lock(db.session.get_one(Contract, contract))
        found.period = Range(found.period.lower, ends)
        claims.rewrite(found)

    for n in range(1, 11):
        waiver = asked(cast, held, first_on=date(2026, 4, n), last_on=date(2026, 4, n)).id
        db.session.commit()
        at_once(
            [cut, lambda waiver=waiver: waivers.decide(db.session.get_one(Waiver, waiver), grant=True, by=olga, at=AT)]
        )
        assert raw().execute("select max(upper(period)), count(distinct contract_id) from claim").fetchone() == (
            ends,
            1,
        )
        held.period = whole
        claims.rewrite(held)


@pytest.mark.parametrize("days", [{"last_on": date.max}, {"first_on": date.min}])
def test_for_ever_is_too_long(cast: Cast, held: Contract, days: dict[str, date]) -> None:
    with pytest.raises(BadInput, match="from 2000 to 2100"):
        asked(cast, held, **days)
