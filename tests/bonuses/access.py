"""The routes of a contract's month: the statement, effort, what lies above a cap."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.bonuses import settlement
from app.contracts.models import Contract
from app.contracts.terms import effort
from app.database import db, raw, rows
from app.security import BRAND, CREATOR, PLATFORM, Role
from tests import market
from tests.access import Form, Kind, Row, Side
from tests.bonuses.promising import promise
from tests.contracts.dealing import CREATORS
from tests.payouts.people import identity

MARCH = date(2019, 3, 1)
AT = datetime(2019, 5, 1, tzinfo=UTC)
OWNER = frozenset({Role.BRAND_OWNER})


def _contract(side: Side) -> Contract:
    """A retainer of a year that no other contract of the side has; a cap of 0."""
    made = market.contract(side.brand, side.creator, date(2019, 1, 1), date(2019, 12, 31), ref=f"S {side.word}")
    made.cap_month = 0
    promise(made, "retainer", 10_000, conditions={"no_open_breach": 0})
    db.session.flush()
    for stage in ("provisional", "final"):
        settlement.evaluate(raw(), MARCH, stage=stage, at=AT, contracts=[made.id])
    return made


def _found(side: Side) -> Contract:
    public_id = side.value("stated_contract")
    return db.session.query(Contract).filter_by(public_id=public_id).one()


def _effort(side: Side) -> object:
    who = identity(CREATORS[side.creator.handle])
    return effort.claim(_found(side), "posts", MARCH, 3, side.word, by=who, at=AT).public_id


def _capped(side: Side) -> Form:
    awards = rows(raw(), "app.bonuses", "awards", {"contract": _found(side).id, "month": MARCH})
    return {"bonus": str(awards[-1].bonus_month_id)}


KINDS = {
    "stated_contract": Kind(lambda side: _contract(side).public_id),
    "stated_effort": Kind(_effort),
    "month": Kind(lambda _side: "2019-03", missing="2019-13"),
}
STATED = {"contract": "stated_contract"}
CLAIM = {"what": "posts", "done_on": "2019-03-05", "quantity": "2", "proof": "a link"}

ROWS = [
    Row("bonuses.brand_statement", "GET", BRAND | PLATFORM, args=STATED),
    Row("bonuses.creator_statement", "GET", CREATOR | PLATFORM, args=STATED),
    Row("bonuses.creator_effort_create", "POST", CREATOR, args=STATED, form=CLAIM),
    Row(
        "bonuses.brand_effort_review",
        "POST",
        OWNER | {Role.BRAND_MEMBER},
        args=STATED | {"effort": "stated_effort"},
        form={"answer": "count"},
    ),
    Row("bonuses.brand_above_cap_approve", "POST", OWNER, args=STATED, form=_capped),
]
