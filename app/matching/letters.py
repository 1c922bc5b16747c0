"""Letters about campaigns and samples to the people of one side, with the way to their own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.contracts.letters import one_line, path, write
from app.contracts.rounds import BRAND
from app.matching.models import Application, Approach, Campaign, Sample
from app.outbox import Event
from app.users.models import Brand, Creator


@dataclass
class Pair:
    """Whom a letter is between."""

    brand_id: int
    creator_id: int


def of_application(application: Application, side: str, what: str, *, at: datetime, reason: object = "") -> None:
    """Writes to a side that somebody has applied for a campaign, or was admitted or rejected; `reason` is what the
    other side wrote with it."""
    campaign, creator = application.campaign, application.creator
    event = Event(f"campaign.{what}", "application", application.id)
    _of_campaign(event, campaign, creator, side, at=at, reason=reason)


def of_approach(approach: Approach, side: str, what: str, *, at: datetime, reason: object = "") -> None:
    """The same about a brand's message to a creator, with a campaign (invited, called_off, agreed, refused) or without
    one (approached, willing, unwilling)."""
    event = Event(f"campaign.{what}", "approach", approach.id)
    if approach.campaign is not None:
        _of_campaign(event, approach.campaign, approach.creator, side, at=at, reason=reason)
        return
    page = "offers" if side == BRAND else "campaigns"
    _write(event, approach.brand, approach.creator, side, page, at=at, title="", reason=reason)


def of_sample(
    sample: Sample, side: str, what: str, *, at: datetime, until: datetime | None = None, reason: object = ""
) -> None:
    """Writes to a side what happened to a sample at the instant `at`; `until` and `reason` are filled in where the
    letter has a place for them."""
    event, page = Event(f"sample.{what}", "sample", sample.id, at.isoformat()), f"samples/{sample.public_id}"
    about = {"product": one_line(sample.product_name), "until": until, "reason": reason}
    _write(event, sample.brand, sample.creator, side, page, at=at, **about)


def _of_campaign(
    event: Event, campaign: Campaign, creator: Creator, side: str, *, at: datetime, reason: object
) -> None:
    page = f"campaigns/{campaign.public_id}"
    _write(event, campaign.brand, creator, side, page, at=at, title=campaign.title, reason=reason)


def _write(
    event: Event, brand: Brand, creator: Creator, side: str, page: str, *, at: datetime, **facts: object
) -> None:
    who, owner = (creator.name, brand) if side == BRAND else (brand.name, creator)
    facts |= {"who": one_line(who), "path": path(side, owner, page)}
    write(event, Pair(brand.id, creator.id), side, facts, at=at)
