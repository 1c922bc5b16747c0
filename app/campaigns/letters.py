"""Letters about campaigns to the people of one side, with the way to their own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.campaigns.models import Application, Approach, Campaign
from app.contracts.letters import one_line, path, write
from app.outbox import Event
from app.users.models import Brand, Creator
from app.users.sides import Side


@dataclass
class Pair:
    """Whom a letter is between."""

    brand_id: int
    creator_id: int


def write_application(application: Application, side: str, what: str, *, at: datetime, reason: object = "") -> None:
    """Writes to a side that somebody has applied for a campaign, or was admitted or rejected; `reason` is what the
    other side wrote with it."""
    event = Event(f"campaign.{what}", "application", application.id)
    _write_campaign(event, application.campaign, application.creator, side, at=at, reason=reason)


def write_invitation(approach: Approach, side: str, what: str, *, at: datetime, reason: object = "") -> None:
    """The same about a brand's message to a creator, with a campaign (invited, called_off, agreed, refused) or without
    one (approached, willing, unwilling)."""
    event = Event(f"campaign.{what}", "approach", approach.id)
    if approach.campaign is not None:
        _write_campaign(event, approach.campaign, approach.creator, side, at=at, reason=reason)
        return
    page = "offers" if side == Side.BRAND else "campaigns"
    write_side(event, approach.brand, approach.creator, side, page, at=at, title="", reason=reason)


def write_side(
    event: Event, brand: Brand, creator: Creator, side: str, page: str, *, at: datetime, **facts: object
) -> None:
    """Writes to the people of a side about its `page` (a path under its desk); `facts` fill the letter's places."""
    who, owner = (creator.name, brand) if side == Side.BRAND else (brand.name, creator)
    facts |= {"who": one_line(who), "path": path(side, owner, page)}
    write(event, Pair(brand.id, creator.id), side, facts, at=at)


def _write_campaign(
    event: Event, campaign: Campaign, creator: Creator, side: str, *, at: datetime, reason: object
) -> None:
    page = f"campaigns/{campaign.public_id}"
    write_side(event, campaign.brand, creator, side, page, at=at, title=campaign.title, reason=reason)
