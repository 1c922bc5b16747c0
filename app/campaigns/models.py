"""Campaigns and who takes part. Constraints: migration 0022."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contracts.models import Contract, Offer
from app.contracts.terms.sheet import Sheet
from app.database import Base, Currency, Instant, PublicId, Reference
from app.users.models import Brand, Creator
from app.words import Word

STANDS = timedelta(days=30)  # so long an invitation may be answered


class CampaignStatus(Word):
    """Where a campaign stands."""

    DRAFT = "draft", _("Draft"), "quiet"
    PUBLISHED = "published", _("Published"), "good"
    CLOSED = "closed", _("Closed"), "quiet"
    CANCELLED = "cancelled", _("Cancelled"), "quiet"


class CampaignEntry(Word):
    """Who can take part in a campaign."""

    OPEN = "open", _("Open"), "warn"
    INVITED = "invited", _("By invitation"), "info"


class ApplicationStatus(Word):
    """Where a creator's application stands."""

    APPLIED = "applied", _("Applied"), "info"
    ADMITTED = "admitted", _("Accepted"), "good"
    REJECTED = "rejected", _("Rejected"), "bad"
    RETRACTED = "retracted", _("Withdrawn"), "quiet"


class ApproachStatus(Word):
    """Where a brand's invitation stands."""

    UNANSWERED = "unanswered", _("Not answered yet"), "info"
    AGREED = "agreed", _("Agreed"), "good"
    REFUSED = "refused", _("Refused"), "bad"
    LAPSED = "lapsed", _("Expired"), "quiet"


class TermsFrom(Word):
    """Whose terms a creator takes part by (rules.md B6)."""

    CONTRACT = "contract", _("Contract"), "quiet"
    TARGETED = "targeted", _("The invitation's terms"), "quiet"
    OPEN = "open", _("Open"), "warn"


class Campaign(Base):
    """What a brand looks for creators for: the brief, whom it wants, what it can spend, and the terms it offers.

    `budget` is for all creators together, `hour_ceiling` the most an hour live may cost, in minor units of `currency`;
    `hours` is what each creator is to stream.
    """

    __tablename__ = "campaign"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        CampaignStatus.DRAFT: frozenset({CampaignStatus.PUBLISHED, CampaignStatus.CANCELLED}),
        CampaignStatus.PUBLISHED: frozenset({CampaignStatus.CLOSED, CampaignStatus.CANCELLED}),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    title: Mapped[str] = mapped_column(Text)
    brief: Mapped[str] = mapped_column(Text, server_default="")
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text))
    markets: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    platforms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    ages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    currency: Mapped[str] = mapped_column(Currency)
    budget: Mapped[int] = mapped_column(BigInteger)
    hour_ceiling: Mapped[int | None] = mapped_column(BigInteger)
    hours: Mapped[int] = mapped_column(server_default="8")
    most_creators: Mapped[int | None]
    entry: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    questions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    status: Mapped[str] = mapped_column(Text, server_default="draft")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()

    @property
    def sheet(self) -> Sheet:
        """The terms that are offered."""
        return Sheet.of(self.terms)


class CampaignProduct(Base):
    """A product that the campaign is about."""

    __tablename__ = "campaign_product"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(Reference, primary_key=True)


class Application(Base):
    """A creator asks to take part."""

    __tablename__ = "application"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        ApplicationStatus.APPLIED: frozenset(set(ApplicationStatus) - {ApplicationStatus.APPLIED})
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    message: Mapped[str] = mapped_column(Text, server_default="")
    answers: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    status: Mapped[str] = mapped_column(Text, server_default="applied")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    campaign: Mapped[Campaign] = relationship()
    creator: Mapped[Creator] = relationship()


class Approach(Base):
    """A brand's invitation to a creator: to a campaign, or just to talk."""

    __tablename__ = "approach"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        ApproachStatus.UNANSWERED: frozenset(set(ApproachStatus) - {ApproachStatus.UNANSWERED})
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    message: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text, server_default="unanswered")
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
    campaign: Mapped[Campaign | None] = relationship()

    @property
    def stands_until(self) -> datetime:
        """The instant from which it can't be answered any more."""
        return self.sent_at + STANDS


class Participation(Base):
    """A creator takes part: under the contract the pair has, or by an offer that is to become one."""

    __tablename__ = "participation"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    terms_from: Mapped[str] = mapped_column(Text)
    terms_campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    joined_at: Mapped[datetime] = mapped_column(Instant)
    campaign: Mapped[Campaign] = relationship(foreign_keys=[campaign_id])
    creator: Mapped[Creator] = relationship()
    contract: Mapped[Contract | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
