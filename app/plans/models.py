"""Plans for a budget. Constraints: migrations 0025 and 0062."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.campaigns.models import Campaign
from app.database import Base, Instant, PublicId
from app.words import Word


class PlanMethod(Word):
    """How a plan was found."""

    EXACT = "exact", _("The best of all selections, by these forecasts"), "good"
    GREEDY = "greedy", _("A good selection, not proven the best"), "info"


class Plan(Base):
    """Whom a budget could buy: the wishes, the choice, and what is expected of it in minor units; `others` are the next
    best, each with what it lacked. What the rows hold: app/plans/plans.py."""

    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    wishes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    method: Mapped[str] = mapped_column(Text)
    gap: Mapped[float | None]
    seconds: Mapped[float]
    expected: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[int] = mapped_column(BigInteger)
    low: Mapped[int | None] = mapped_column(
        BigInteger
    )  # what it brings in four of five cases, and the chance of a loss
    high: Mapped[int | None] = mapped_column(BigInteger)
    loss: Mapped[float | None]
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    others: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    considered: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    drafted_at: Mapped[datetime | None] = mapped_column(Instant)
    campaign: Mapped[Campaign] = relationship()
