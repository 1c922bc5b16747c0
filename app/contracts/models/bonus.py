"""The monthly money of a contract, and effort that no stream shows. Constraints: migration 0016."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contracts.models.contract import Contract
from app.contracts.terms.kinds import Mode
from app.database import Base, Currency, Instant, PublicId
from app.words import Word


class EffortKind(Word):
    """What may be claimed."""

    VALID_MINUTES = "valid_minutes", _("Valid streaming minutes"), "quiet"
    POSTS = "posts", _("Posts"), "quiet"


class EffortStatus(Word):
    """Where a claim of effort stands."""

    CLAIMED = "claimed", _("Claimed"), "warn"
    COUNTED = "counted", _("Counted"), "good"
    REFUSED = "refused", _("Refused"), "bad"


class BonusLine(Base):
    """One line of a contract's monthly money, in force from first_on to last_on by the contract's own days."""

    __tablename__ = "bonus"
    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    brand_id: Mapped[int]
    creator_id: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[int] = mapped_column(server_default="0")
    mode: Mapped[str] = mapped_column(Text, server_default=Mode.SCALED)
    counts_retainer: Mapped[bool] = mapped_column(server_default="false")
    measure: Mapped[str | None] = mapped_column(Text)
    period: Mapped[str | None] = mapped_column(Text)
    tiering: Mapped[str | None] = mapped_column(Text)
    sticky: Mapped[bool] = mapped_column(server_default="false")
    first_on: Mapped[date]
    last_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    steps: Mapped[list[BonusStep]] = relationship(order_by="BonusStep.nr")
    conditions: Mapped[list[BonusCondition]] = relationship(order_by="BonusCondition.what")


class BonusStep(Base):
    """A tier of a threshold."""

    __tablename__ = "bonus_step"
    bonus_id: Mapped[int] = mapped_column(ForeignKey("bonus.id"), primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True)
    from_value: Mapped[int]
    rate_bps: Mapped[int | None]
    amount: Mapped[int | None]


class BonusCondition(Base):
    """What must hold in a month for the line to be paid in full."""

    __tablename__ = "bonus_condition"
    bonus_id: Mapped[int] = mapped_column(ForeignKey("bonus.id"), primary_key=True)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    required: Mapped[int]


class Effort(Base):
    """Minutes or posts that no stream's record shows: claimed by the creator, reviewed by the brand."""

    __tablename__ = "effort"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        EffortStatus.CLAIMED: frozenset({EffortStatus.COUNTED, EffortStatus.REFUSED})
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    what: Mapped[str] = mapped_column(Text)
    done_on: Mapped[date]
    quantity: Mapped[int]
    proof: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default=EffortStatus.CLAIMED)
    claimed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    contract: Mapped[Contract] = relationship()
