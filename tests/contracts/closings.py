"""Rows of the access table for the calendar: an exclusivity in years to come, a waiver of it, a case against it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app import clock
from app.contracts.exclusivity import breaches, waivers
from app.contracts.models import Breach, Contract
from app.database import db
from app.security import BRAND, CREATOR, PLATFORM, Role
from app.users.models import Brand
from tests import market
from tests.access import Kind, Row, Side
from tests.contracts.closing import LIGHTS, closing, sheet, signed
from tests.payouts.people import identity

OWNER = frozenset({Role.BRAND_OWNER})
HOLDER = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})
FIRST, LAST = date(2090, 1, 1), date(2090, 12, 31)


def bystander() -> Brand:
    """A brand of neither side."""
    found = db.session.scalar(select(Brand).where(Brand.handle == "bystander"))
    if found is None:
        found = Brand(handle="bystander", name="Bystander", country="NL", currency="EUR", timezone="UTC")
        found.recorded_at = market.LONG_AGO
        db.session.add(found)
        db.session.flush()
    return found


def exclusive(side: Side) -> Contract:
    """The side's contract that closes a category."""
    mine = Contract.brand_id == side.brand.id
    found = db.session.scalar(select(Contract).where(mine, Contract.starts_on == FIRST))
    return found or signed(side.brand, side.creator, sheet(LIGHTS, closing("home"), FIRST, LAST))


def _waiver(side: Side) -> object:
    request = waivers.WaiverRequest(FIRST, FIRST, side.word)
    waiver = waivers.request_waiver(exclusive(side), bystander(), request, by=identity("adam"), at=clock.now())
    return waiver.public_id


def _breach(side: Side) -> object:
    stream = market.stream(bystander(), side.creator, platform=side.word)
    number = breaches.open_case(exclusive(side).id, "stream", stream.id, at=clock.now())
    return db.session.get_one(Breach, number).public_id


def _bound_creator(side: Side) -> object:
    exclusive(side)
    bystander()
    return side.creator.public_id


def _asking(side: Side) -> dict[str, object]:
    days = {"first_on": "2090-03-01", "last_on": "2090-03-31"}
    contract = str(exclusive(side).public_id)
    return {"contract": contract, "brand": bystander().handle, "category": "", "reason": "a friend"} | days


KINDS = {"waiver": Kind(_waiver), "breach": Kind(_breach), "bound_creator": Kind(_bound_creator)}
ROWS = [
    Row("desks.creator_calendar", "GET", CREATOR | PLATFORM),
    Row("desks.waiver_create", "POST", CREATOR, args={"creator": "bound_creator"}, form=_asking),
    Row("desks.waiver_withdraw", "POST", CREATOR),
    Row("desks.breach_answer", "POST", CREATOR, form={"answer": "It was my own lamp."}),
    Row("desks.brand_calendar", "GET", BRAND | PLATFORM),
    Row("desks.waiver_decide", "POST", HOLDER, form={"decision": "granted"}),
    Row("desks.breach_decide", "POST", HOLDER, form={"decision": "dismissed", "note": "fine"}),
    Row("desks.brand_categories_update", "POST", OWNER, form={"categories": ["home", "food.tea"]}),
]
