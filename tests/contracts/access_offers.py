"""The routes of offers, agreements and what is done with a contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from app import clock
from app.contracts.changes import lifecycle
from app.contracts.models import Contract, Offer
from app.contracts.offers import negotiation, templates
from app.contracts.offers.negotiation import Version
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.security import BRAND, CREATOR, PLATFORM, Role
from tests import market
from tests.access import Kind, Row, Side
from tests.contracts.dealing import (
    CREATORS,
    OWNERS,
    agreed,
    drafted,
    filled,
    proposed,
    terms,
)
from tests.payouts.people import identity

OWNER = frozenset({Role.BRAND_OWNER})
DEALERS = OWNER | {Role.BRAND_MEMBER}
WHY = {"seen": "1", "reason": "it has to be"}
DAYS = (date(2070, 1, 1), date(2070, 12, 31))


def _later(side: Side) -> Contract:
    """A contract that came by file and has years to go, so that it can be changed and paused whatever the day is."""
    return market.contract(side.brand, side.creator, *DAYS, ref=f"L {side.word}")


def _contract(side: Side) -> Contract:
    return db.session.scalars(select(Contract).where(Contract.public_id == side.value("later_contract"))).one()


def _sheet(side: Side) -> Sheet:
    """Terms for days on which the pair has no contract."""
    return terms(side.brand, clauses=side.word, starts_on=date(2080, 1, 1), ends_on=date(2080, 6, 30))


def _offer(side: Side, *, title: str = "") -> Offer:
    """Sent by the brand, and seen by the creator, so that looking at it changes nothing any more."""
    made = proposed(side.brand, side.creator, _sheet(side), title=f"{side.word} {title}", message=side.word)
    negotiation.view(made, side="creator", at=clock.now())
    return made


def _countered(side: Side) -> Offer:
    """It is the brand's turn."""
    made = _offer(side, title="countered")
    who = identity(CREATORS[side.creator.handle])
    other = replace(_sheet(side), hold_days=1)
    negotiation.counter(made, Version(other, side.word), side="creator", seen=1, by=who, at=clock.now())
    negotiation.view(made, side="brand", at=clock.now())
    return made


def _amending(side: Side) -> Sheet:
    return replace(lifecycle.current_sheet(_contract(side)), effective_on=date(2070, 6, 1), hold_days=1)


def _creators_draft(side: Side) -> Offer:
    about: dict[str, Any] = {"side": "creator", "contract": _contract(side), "title": side.word}
    return drafted(side.brand, side.creator, _amending(side), **about)


def _creators_offer(side: Side) -> Offer:
    made = _creators_draft(side)
    who = identity(CREATORS[side.creator.handle])
    negotiation.send(made, side="creator", by=who, at=clock.now())
    return made


def _template(side: Side) -> object:
    owner = identity(OWNERS[side.brand.handle])
    return templates.save(side.brand, side.word, terms(side.brand), by=owner, at=clock.now()).public_id


def _pause(side: Side, asking: str) -> object:
    who = identity(OWNERS[side.brand.handle] if asking == "brand" else CREATORS[side.creator.handle])
    about: dict[str, Any] = {"side": asking, "by": who, "at": clock.now()}
    return lifecycle.ask_pause(_contract(side), date(2070, 3, 1), date(2070, 3, 9), side.word, **about).public_id


def _new(side: Side) -> Any:
    return filled(_sheet(side), title="New", creator=side.creator.handle)


def _answer(side: Side) -> Any:
    return filled(_sheet(side), seen="1", days="14", hold_days="2")


def _counter(side: Side) -> Any:
    return filled(_sheet(side), seen="2", days="14", hold_days="2")


def _change(side: Side) -> Any:
    return filled(_amending(side), title="Change")


def _better(side: Side) -> Any:
    return filled(_amending(side), hold_days="0")


KINDS = {
    "offer": Kind(lambda side: _offer(side).public_id),
    "draft_offer": Kind(lambda side: drafted(side.brand, side.creator, _sheet(side), title=side.word).public_id),
    "countered_offer": Kind(lambda side: _countered(side).public_id),
    "creators_draft": Kind(lambda side: _creators_draft(side).public_id),
    "creators_offer": Kind(lambda side: _creators_offer(side).public_id),
    "agreement": Kind(lambda side: agreed(_offer(side, title="agreed")).public_id),
    "template": Kind(_template),
    "later_contract": Kind(lambda side: _later(side).public_id),
    "pause": Kind(lambda side: _pause(side, "creator")),
    "brands_pause": Kind(lambda side: _pause(side, "brand")),
}
LATER = {"contract": "later_contract"}
DRAFT, COUNTERED = {"offer": "draft_offer"}, {"offer": "countered_offer"}
CREATORS_DRAFT, CREATORS_OFFER = {"offer": "creators_draft"}, {"offer": "creators_offer"}
PAUSE = WHY | {"first_on": "2070-05-01", "last_on": "2070-05-09"}
ENDED = WHY | {"how": "fraud", "confirmed": "1"}  # refused: the contract has not begun
LEGAL = {"name": "Some Ltd", "address": "1 Street\nTown", "country": "NL", "email": "law@some.example"}
SIGNED = {"name": "Somebody", "code": "000000"}  # no code is known to be right: the door, not the lock, is tried here

ROWS = [
    Row("contracts.brand_offers", "GET", BRAND | PLATFORM),
    Row("contracts.creator_offers", "GET", CREATOR | PLATFORM),
    Row("desks.brand_offer", "GET", BRAND | PLATFORM),
    Row("desks.creator_offer", "GET", CREATOR | PLATFORM),
    Row("desks.brand_offer_creators", "GET", DEALERS),
    Row("contracts.brand_offer_new", "GET", DEALERS),
    Row("contracts.brand_offer_create", "POST", DEALERS, form=_new),
    Row("contracts.brand_offer_edit", "GET", DEALERS, args=DRAFT),
    Row("contracts.creator_offer_edit", "GET", CREATOR, args=CREATORS_DRAFT),
    Row("contracts.brand_offer_update", "POST", DEALERS, args=DRAFT, form=_new),
    Row("contracts.creator_offer_update", "POST", CREATOR, args=CREATORS_DRAFT, form=_change),
    Row("desks.brand_offer_send", "POST", DEALERS, args=DRAFT, form={"days": "14"}),
    Row("desks.creator_offer_send", "POST", CREATOR, args=CREATORS_DRAFT, form={"days": "14"}),
    Row("contracts.brand_offer_counter_new", "GET", DEALERS),
    Row("contracts.creator_offer_counter_new", "GET", CREATOR),
    Row("contracts.brand_offer_counter_create", "POST", DEALERS, args=COUNTERED, form=_counter),
    Row("contracts.creator_offer_counter_create", "POST", CREATOR, form=_answer),
    Row("desks.brand_offer_accept", "POST", DEALERS, args=COUNTERED, form={"seen": "2"}),
    Row("desks.creator_offer_accept", "POST", CREATOR, form={"seen": "1"}),
    Row("desks.brand_offer_decline", "POST", DEALERS, args=COUNTERED, form=WHY | {"seen": "2"}),
    Row("desks.creator_offer_decline", "POST", CREATOR, form=WHY),
    Row("desks.brand_offer_withdraw", "POST", DEALERS, form=WHY),
    Row("desks.creator_offer_withdraw", "POST", CREATOR, args=CREATORS_OFFER, form=WHY),
    Row("contracts.brand_legal_details", "GET", OWNER),
    Row("contracts.creator_legal_details", "GET", CREATOR),
    Row("contracts.brand_legal_details_update", "POST", OWNER, form=LEGAL),
    Row("contracts.creator_legal_details_update", "POST", CREATOR, form=LEGAL),
    Row("contracts.brand_offer_templates", "GET", BRAND | PLATFORM),
    Row("contracts.brand_offer_template_create", "POST", DEALERS, form={"name": "Kept"}),
    Row("contracts.brand_offer_template_delete", "POST", DEALERS),
    Row("contracts.brand_agreement", "GET", BRAND | PLATFORM),
    Row("contracts.creator_agreement", "GET", CREATOR | PLATFORM),
    Row("contracts.brand_agreement_file", "GET", BRAND | PLATFORM),
    Row("contracts.creator_agreement_file", "GET", CREATOR | PLATFORM),
    Row("contracts.brand_agreement_code_create", "POST", OWNER),
    Row("contracts.creator_agreement_code_create", "POST", CREATOR),
    Row("contracts.brand_agreement_sign", "POST", OWNER, form=SIGNED, also=(422,)),
    Row("contracts.creator_agreement_sign", "POST", CREATOR, form=SIGNED, also=(422,)),
    Row("contracts.brand_agreement_void", "POST", OWNER, form=WHY),
    Row("contracts.creator_agreement_void", "POST", CREATOR, form=WHY),
    Row("contracts.brand_contract_change_new", "GET", DEALERS, args=LATER),
    Row("contracts.creator_contract_change_new", "GET", CREATOR, args=LATER),
    Row("contracts.brand_contract_change_create", "POST", DEALERS, args=LATER, form=_change),
    Row("contracts.creator_contract_change_create", "POST", CREATOR, args=LATER, form=_change),
    Row("contracts.brand_contract_improve_new", "GET", OWNER, args=LATER),
    Row("contracts.brand_contract_improve_create", "POST", OWNER, args=LATER, form=_better),
    Row("contracts.brand_contract_end_new", "GET", OWNER, args=LATER),
    Row("contracts.creator_contract_end_new", "GET", CREATOR, args=LATER),
    Row("contracts.brand_contract_end_create", "POST", OWNER, args=LATER, form=ENDED, also=(409,)),
    Row("contracts.creator_contract_end_create", "POST", CREATOR, args=LATER, form=ENDED, also=(409,)),
    Row("contracts.brand_pause_new", "GET", OWNER, args=LATER),
    Row("contracts.creator_pause_new", "GET", CREATOR, args=LATER),
    Row("contracts.brand_pause_create", "POST", OWNER, args=LATER, form=PAUSE),
    Row("contracts.creator_pause_create", "POST", CREATOR, args=LATER, form=PAUSE),
    Row("contracts.brand_pause_answer", "POST", OWNER, args=LATER, form={"answer": "agree"}),
    Row(
        "contracts.creator_pause_answer",
        "POST",
        CREATOR,
        args=LATER | {"pause": "brands_pause"},
        form={"answer": "agree"},
    ),
]
