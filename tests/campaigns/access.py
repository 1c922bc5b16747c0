"""The routes of campaigns, applications and invitations."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.campaigns import applications, invitations
from app.campaigns.models import Campaign, CampaignEntry
from app.database import db
from app.security import BRAND, CREATOR, PLATFORM, Role
from tests.access import Kind, Row, Side
from tests.campaigns import campaigning
from tests.contracts.dealing import OWNERS
from tests.payouts.people import identity

DEALERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})
DAYS: dict[str, Any] = {"starts_on": date(2070, 1, 1), "ends_on": date(2070, 6, 30)}


def _by(side: Side) -> Any:
    return identity(OWNERS[side.brand.handle])


def _published(side: Side, title: str = "") -> Campaign:
    """By invitation, so that the other side's creator does not see it."""
    about: dict[str, Any] = {
        "entry": CampaignEntry.INVITED,
        "brief": side.word,
        "title": f"{side.word} {title}",
        **DAYS,
    }
    return campaigning.published(side.brand, at=clock.now(), who=OWNERS[side.brand.handle], **about)


def _invited(side: Side, campaign: Campaign) -> Any:
    about: dict[str, Any] = {"by": _by(side), "at": clock.now()}
    (made,) = invitations.invite(side.brand, [side.creator], campaign, side.word, **about).sent
    return made


def _draft(side: Side) -> object:
    about: dict[str, Any] = {"title": side.word, **DAYS}
    return campaigning.campaign(side.brand, at=clock.now(), who=OWNERS[side.brand.handle], **about).public_id


def _campaign(side: Side) -> object:
    """With an invitation that waits."""
    made = _published(side)
    _invited(side, made)
    return made.public_id


def _refused(side: Side) -> Campaign:
    """The creator has said no to it, so that they see it and may think better of it."""
    made = _published(side, "refused")
    invitations.answer(_invited(side, made), False, side.word, by=_by(side), at=clock.now())
    return made


def _applied(side: Side) -> object:
    """The campaign of the side's application."""
    made = _refused(side)
    about: dict[str, Any] = {"message": side.word, "answers": [], "by": _by(side), "at": clock.now()}
    applications.apply(made, side.creator, **about)
    return made.public_id


def _application(side: Side) -> object:
    chosen = select(Campaign.id).where(Campaign.public_id == UUID(str(side.value("applied_campaign"))))
    made = applications.newest(db.session.scalars(chosen).one(), side.creator.id)
    assert made
    return made.public_id


def _approach(side: Side) -> object:
    return _invited(side, _published(side, "approach")).public_id


def _new(side: Side) -> dict[str, str]:
    days = {name: value.isoformat() for name, value in DAYS.items()}
    terms = {"commission_bps": "10", "window_days": "14", "hold_days": "30", "language": "en", "exclusivity": ""}
    wanted = {"title": "New", "categories": "home.lighting", "markets": "NL", "budget": "100", "hours": "8"}
    return {**days, **terms, **wanted, "entry": "open"}


KINDS = {
    "campaign": Kind(_campaign),
    "draft_campaign": Kind(_draft),
    "refused_campaign": Kind(lambda side: _refused(side).public_id),
    "applied_campaign": Kind(_applied),
    "application": Kind(_application),
    "approach": Kind(_approach),
}
DRAFT, APPLIED = {"campaign": "draft_campaign"}, {"campaign": "applied_campaign"}
WHY = {"reason": "it has to be"}

ROWS = [
    Row("campaigns.brand_campaigns", "GET", BRAND | PLATFORM),
    Row("campaigns.brand_campaign_new", "GET", DEALERS),
    Row("campaigns.brand_campaign_create", "POST", DEALERS, form=_new),
    Row("campaigns.brand_campaign_edit", "GET", DEALERS, args=DRAFT),
    Row("campaigns.brand_campaign_update", "POST", DEALERS, args=DRAFT, form=_new),
    Row("campaigns.brand_campaign", "GET", BRAND | PLATFORM),
    Row("campaigns.brand_campaign_publish", "POST", DEALERS, args=DRAFT),
    Row("campaigns.brand_campaign_close", "POST", DEALERS),
    Row("campaigns.brand_campaign_cancel", "POST", DEALERS, form=WHY),
    Row("campaigns.brand_campaign_invite", "POST", DEALERS, form=lambda side: {"creator": str(side.creator.public_id)}),
    Row("campaigns.brand_application_admit", "POST", DEALERS, args=APPLIED),
    Row("campaigns.brand_application_reject", "POST", DEALERS, args=APPLIED, form=WHY),
    Row("campaigns.creator_campaign", "GET", CREATOR | PLATFORM),
    Row("campaigns.creator_application_create", "POST", CREATOR, args={"campaign": "refused_campaign"}, form=WHY),
    Row("campaigns.creator_application_retract", "POST", CREATOR),
    Row("campaigns.creator_approach_answer", "POST", CREATOR, form={"answer": "agree"}),
]
