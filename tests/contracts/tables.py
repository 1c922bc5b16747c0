"""An offer on the table, for tests: lumen (olga) and mira, and a sheet that may be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.contracts.models import Offer, OfferRound
from app.contracts.offers import negotiation
from app.contracts.offers.negotiation import OfferDraft, Version
from app.contracts.terms.sheet import Bonus, Scope, Sheet
from tests.cast import Cast
from tests.payouts.people import identity

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
WORK = Scope(("home.lighting",), ("tiktok",), ("NL",), ("live",))
SHEET = Sheet(date(2026, 6, 1), date(2026, 12, 31), "Europe/Amsterdam", "EUR", 1000, work=WORK)
PROMISING = replace(SHEET, bonuses=(Bonus("retainer", 200_000), Bonus("guarantee", 300_000)))
OTHER = replace(SHEET, commission_bps=1200)
PEOPLE = {"brand": "olga", "creator": "mira"}


def person_of(side: str) -> dict[str, Any]:
    """Who acts for a side, and when, as the verbs take it."""
    return {"by": identity(PEOPLE[side]), "at": LATER}


def a_draft(cast: Cast, sheet: Sheet = SHEET, **about: Any) -> Offer:
    """Olga has begun an offer to mira."""
    draft = drafted(sheet, about)
    acting = {"by": identity(PEOPLE[about.get("side", "brand")]), "at": AT} | about
    return negotiation.begin(cast.brands["lumen"], cast.creators["mira"], draft, **acting)


def drafted(sheet: Sheet, about: dict[str, Any]) -> OfferDraft:
    """The draft that `about` speaks of, whose other keys stay in it."""
    spoken = {name: about.pop(name) for name in ("title", "locked", "message") if name in about}
    return OfferDraft(sheet, **{"title": "Spring lamps"} | spoken)


def an_offer(cast: Cast, sheet: Sheet = SHEET, **about: Any) -> Offer:
    """It lies before mira: round 1, sent by the brand."""
    offer = a_draft(cast, sheet, **about)
    side = about.get("side", "brand")
    negotiation.send(offer, side=side, by=identity(PEOPLE[side]), at=AT)
    return offer


def counter(offer: Offer, side: str, sheet: Sheet, **about: Any) -> OfferRound:
    """The side answers the newest round with other terms."""
    version = Version(sheet, **{name: about.pop(name) for name in ("message", "days") if name in about})
    acting = {"seen": negotiation.latest(offer).nr} | person_of(side) | about
    return negotiation.counter(offer, version, side=side, **acting)


def accept(offer: Offer, side: str = "creator", **about: Any) -> Any:
    """The side says yes to the newest round."""
    told = {"seen": negotiation.latest(offer).nr} | person_of(side) | about
    return negotiation.accept(offer, side=side, **told)


def statuses(offer: Offer) -> list[str]:
    """Of all rounds, the oldest first."""
    return [round_.status for round_ in negotiation.rounds(offer)]
