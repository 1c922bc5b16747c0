"""What is being agreed in the demo market: monthly money that was promised and evaluated, and offers that wait for an
answer. All of it through the verbs that people use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.bonuses import settlement
from app.clock import first_of_next_month
from app.contracts import parties
from app.contracts.changes import lifecycle
from app.contracts.models import Contract
from app.contracts.offers import negotiation
from app.contracts.terms.sheet import (
    Bonus,
    Condition,
    Exclusivity,
    Scope,
    Sheet,
    Step,
)
from app.database import db, raw
from app.security import Identity
from app.users.models import Brand, Creator

ANSWERED_LATER = timedelta(days=2)  # so long have the offers been waiting


def promise(owner: Identity, now: datetime, at: datetime) -> None:
    """Lumenhuis gives Mira a guarantee and a threshold from the first of last month; better terms need no consent."""
    contract = _contract("LUMENHUIS-MIRA")
    guarantee = Bonus("guarantee", 120_000, (Condition("valid_minutes", 480), Condition("no_open_breach")))
    steps = (Step(400_000, rate_bps=1600), Step(800_000, rate_bps=1800))
    threshold = Bonus("threshold", measure="net_sales", period="month", tiering="marginal", steps=steps)
    sheet = replace(lifecycle.current_sheet(contract), bonuses=(guarantee, threshold))
    lifecycle.amend_by_notice(contract, replace(sheet, effective_on=last_month(now.date())), by=owner, at=at)


# Where they live by law: as invented as they are.
TOWNS = {
    "NL": "1017 ZZ Amsterdam",
    "DE": "20099 Hamburg",
    "GB": "London E1 9ZZ",
    "FR": "75099 Paris",
    "BE": "2099 Antwerpen",
}


def introduce(by: Identity, at: datetime) -> None:
    """Every party has filled in what stands in its contracts."""
    everybody: list[Brand | Creator] = [*db.session.scalars(select(Brand).order_by(Brand.id))]
    everybody += db.session.scalars(select(Creator).order_by(Creator.id))
    for party in everybody:
        address = f"900 Market Street\n{TOWNS.get(party.country, 'Harbour Town')}"
        email = f"contracts@{party.handle}.example"
        parties.save_details(party, parties.PartyDetails(party.name, address, party.country, email), by=by, at=at)


def evaluate(now: datetime) -> None:
    """What the nights would have evaluated and reserved by now."""
    for stage in ("provisional", "final"):
        for month in settlement.months_due(raw(), stage, at=now):
            settlement.evaluate(raw(), month, stage=stage, at=now)
    settlement.reserve(raw(), now.date().replace(day=1), at=now)


def wait(brand: Identity, agent: Identity, now: datetime) -> None:
    """One offer waits for Mira, one change of a contract for Lumenhuis."""
    at = now - ANSWERED_LATER
    _offer_creams(brand, now, at)
    _ask_for_more(agent, now, at)


def last_month(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return first_of_next_month(day)


def _offer_creams(by: Identity, now: datetime, at: datetime) -> None:
    brand = db.session.scalars(select(Brand).where(Brand.handle == "nordhaut")).one()
    creator = db.session.scalars(select(Creator).where(Creator.handle == "mira")).one()
    begins = next_month(now.date())
    sheet = Sheet(
        starts_on=begins,
        ends_on=begins + timedelta(days=180),
        timezone=brand.timezone,
        currency=brand.currency,
        commission_bps=1200,
        in_stream_bps=1500,
        coupons=("MIRASKIN",),
        work=Scope(("beauty.skincare",), ("tiktok", "instagram"), ("NL", "DE"), ("live",)),
        exclusivity=Exclusivity("category", Scope(("beauty",)), cool_off_days=30, fee=15_000),
        bonuses=(Bonus("guarantee", 80_000, (Condition("valid_minutes", 360),)),),
        goal="Skin care for the winter",
        clauses="Mira tries at least one of the creams in every show and says what it costs.",
    )
    draft = negotiation.OfferDraft(
        sheet,
        "Skin care for the winter",
        locked=("exclusivity", "hold_days"),
        message="We loved your lamp shows. Would you show our creams?",
    )
    offer = negotiation.begin(brand, creator, draft, by=by, at=at)
    negotiation.send(offer, side="brand", by=by, at=at)


def _ask_for_more(by: Identity, now: datetime, at: datetime) -> None:
    contract = _contract("LUMENHUIS-NOOR")
    begins = next_month(now.date())
    wanted = replace(
        lifecycle.current_sheet(contract), in_stream_bps=1600, bonuses=(Bonus("retainer", 30_000),), effective_on=begins
    )
    draft = negotiation.OfferDraft(
        wanted, "A second show each week", message="Noor can do two shows a week from next month."
    )
    about: dict[str, Any] = {"contract": contract, "side": "creator", "by": by, "at": at}
    offer = negotiation.begin(contract.brand, contract.creator, draft, **about)
    negotiation.send(offer, side="creator", by=by, at=at)


def _contract(ref: str) -> Contract:
    return db.session.scalars(select(Contract).where(Contract.ref == ref)).one()
