"""Campaigns as far on their way as a test wants them. Every builder flushes, none commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from app.campaigns import applications, campaigns, invitations
from app.campaigns.campaign_rules import Draft
from app.campaigns.models import Application, Approach, Campaign
from app.contracts.terms.sheet import Scope, Sheet
from app.database import db
from app.ledger import funding
from app.users.models import Brand, Creator, Membership, Person
from tests import market
from tests.payouts.people import identity

AT = market.NOON  # 10 March 2026
FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
OWNERS = {"lumen": "olga", "kettle": "kim"}
WORK = Scope(("home.lighting",), ("all",), ("NL",), ("live",))


def draft(brand: Brand, **changes: Any) -> Draft:
    """Lighting for the Netherlands, open to all, for three months."""
    plain = Draft("Spring lamps", ("home.lighting",), ("NL",), FIRST, LAST, brand.currency, 1_000_000)
    return replace(plain, **changes)


def terms(brand: Brand, **changes: Any) -> Sheet:
    """10 %, and nothing closed."""
    about: dict[str, Any] = {"timezone": brand.timezone, "currency": brand.currency, "work": WORK}
    return replace(Sheet(FIRST, LAST, commission_bps=1000, **about), **changes)


def campaign(brand: Brand, sheet: Sheet | None = None, *, at: datetime = AT, who: str = "", **changes: Any) -> Campaign:
    """A draft of a campaign."""
    by = identity(who or OWNERS[brand.handle])
    return campaigns.create(brand, draft(brand, **changes), sheet or terms(brand), by=by, at=at)


def published(
    brand: Brand, sheet: Sheet | None = None, *, at: datetime = AT, who: str = "", **changes: Any
) -> Campaign:
    """A campaign that creators may see."""
    made = campaign(brand, sheet, at=at, who=who, **changes)
    return campaigns.publish(made, by=identity(who or OWNERS[brand.handle]), at=at)


def funded(brand: Brand, amount: int = 100_000) -> None:
    """The brand has money to promise, so that the market shows its campaigns."""
    funding.set_credit(brand, brand.currency, amount, by=identity("che"), at=AT)


def applied(campaign: Campaign, creator: Creator, *, at: datetime = AT, **about: Any) -> Application:
    """The creator asks to take part."""
    told = {"message": "I know lamps", "answers": [], "by": identity("mira")} | about
    return applications.apply(campaign, creator, at=at, **told)


def invited(campaign: Campaign, creator: Creator, *, at: datetime = AT) -> Approach:
    """The brand invites the creator."""
    about: dict[str, Any] = {"by": identity(OWNERS[campaign.brand.handle]), "at": at}
    (made,) = invitations.invite(campaign.brand, [creator], campaign, "Your lamps!", **about).sent
    return made


def crowd(count: int, letter: str = "c") -> Sequence[Creator]:
    """So many more creators, each with somebody who reads their mail."""
    made = []
    for number in range(count):
        at = AT - timedelta(days=9)
        about: dict[str, Any] = {"country": "NL", "languages": ["nl"], "timezone": "Europe/Amsterdam"}
        creator = Creator(handle=f"{letter}{number}", name=f"Creator {number}", recorded_at=at, **about)
        person = Person(email=f"{letter}{number}@cast.example", name=f"C{number}", password_hash="-", created_at=at)
        db.session.add_all([creator, person])
        db.session.flush()
        db.session.add(Membership(person_id=person.id, role="creator", creator_id=creator.id, granted_at=at))
        made.append(creator)
    db.session.flush()
    return made
