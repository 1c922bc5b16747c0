"""Disputes. Constraints: migration 0058."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId, Reference
from app.users.models import Brand, Creator
from app.users.sides import Side, other_side
from app.words import Word


class DisputeStatus(Word):
    """Where a dispute stands: it waits for the other side, then for the platform."""

    OPEN = "open", _("Open"), "warn"
    TO_DECIDE = "to_decide", _("With the platform"), "info"
    TO_CONFIRM = "to_confirm", _("Waiting for a second person"), "warn"
    DECIDED = "decided", _("Decided"), "good"
    RETRACTED = "retracted", _("Withdrawn"), "quiet"


RUNNING = (DisputeStatus.OPEN, DisputeStatus.TO_DECIDE, DisputeStatus.TO_CONFIRM)


class DisputeReason(Word):
    """What is wrong: the first four are a creator's, the rest a brand's."""

    NOT_CREDITED = "not_credited", _("I brought this buyer")
    WRONG_RATE = "wrong_rate", _("The rate is wrong")
    WRONG_AMOUNT = "wrong_amount", _("The amount or a refund is wrong")
    MISSING_SALE = "missing_sale", _("The order is missing")
    SALE_CANCELLED = "sale_cancelled", _("The order was cancelled or not paid")
    OWN_PURCHASE = "own_purchase", _("The creator bought it")
    COUNTED_TWICE = "counted_twice", _("The order is counted twice")
    NOT_AGREED = "not_agreed", _("Outside the agreed terms")
    TRIAL_ORDER = "trial_order", _("A test order")
    FRAUD = "fraud", _("Fraud"), "bad"
    SOMETHING_ELSE = "something_else", _("Something else")


REASONS = {
    Side.CREATOR: (DisputeReason.NOT_CREDITED, DisputeReason.WRONG_RATE, DisputeReason.WRONG_AMOUNT),
    Side.BRAND: tuple(DisputeReason)[4:],
}


class DisputeOutcome(Word):
    """In whose favour a dispute was decided."""

    FOR_CREATOR = "for_creator", _("For the creator"), "good"
    FOR_BRAND = "for_brand", _("For the brand"), "info"


class DisputeRemedy(Word):
    """What follows from a ruling in the books."""

    AWARD = "award", _("The creator earns on the sale")
    RECALCULATE = "recalculate", _("Decide the sale again by what is recorded now")
    TAKE_AWAY = "take_away", _("Nobody earns on the sale")
    NO_CHANGE = "no_change", _("Nothing changes")


class MessageKind(Word):
    """What a message of a dispute is."""

    OPENING = "opening", _("Opened")
    REPLY = "reply", _("Answer")
    ADDITION = "addition", _("Added")
    SILENCE = "silence", _("Not answered in time")
    CONCLUSION = "conclusion", _("Decision")
    SECOND_LOOK = "second_look", _("Appeal")
    RETRACTION = "retraction", _("Taken back")


class Dispute(Base):
    """What a creator and a brand do not agree on about an order: one line of it, or an order that is missing."""

    __tablename__ = "dispute"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        DisputeStatus.OPEN: frozenset({DisputeStatus.TO_DECIDE, DisputeStatus.RETRACTED}),
        DisputeStatus.TO_DECIDE: frozenset({DisputeStatus.TO_CONFIRM, DisputeStatus.DECIDED, DisputeStatus.RETRACTED}),
        DisputeStatus.TO_CONFIRM: frozenset({DisputeStatus.DECIDED, DisputeStatus.TO_DECIDE}),
        DisputeStatus.DECIDED: frozenset({DisputeStatus.TO_DECIDE}),  # by an appeal, once
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    opened_by: Mapped[str] = mapped_column(Text)
    order_ref: Mapped[str] = mapped_column(Reference)
    sale_id: Mapped[int | None] = mapped_column(BigInteger)
    line_ref: Mapped[str | None] = mapped_column(Reference)
    sold_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    answer_by: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    silent: Mapped[bool] = mapped_column(server_default="false")
    agreed: Mapped[bool] = mapped_column(server_default="false")
    decide_by: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(Text)
    appeal_by: Mapped[datetime | None] = mapped_column(Instant)
    appealed_at: Mapped[datetime | None] = mapped_column(Instant)
    appealed_by: Mapped[str | None] = mapped_column(Text)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()

    @property
    def title(self) -> str:
        """What it is about: the order, and the line where it is about one."""
        if self.line_ref is None:
            return str(gettext("Dispute %(nr)s: order %(order)s", nr=self.id, order=self.order_ref))
        return str(
            gettext(
                "Dispute %(nr)s: order %(order)s, line %(line)s", nr=self.id, order=self.order_ref, line=self.line_ref
            )
        )

    @property
    def answers(self) -> Side:
        """The side that was asked."""
        return other_side(self.opened_by)

    @property
    def loser(self) -> Side | None:
        """The side against which it stands decided; it may appeal."""
        if self.outcome is None:
            return None
        return Side.BRAND if self.outcome == DisputeOutcome.FOR_CREATOR else Side.CREATOR


class DisputeMessage(Base):
    """What a side, or the platform, said. Both sides read it; it never changes."""

    __tablename__ = "dispute_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    side: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    said_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)
    files: Mapped[list[DisputeFile]] = relationship(order_by="DisputeFile.id")


class DisputeFile(Base):
    """Evidence that came with a message; what is not shared is for the platform and for who brought it."""

    __tablename__ = "dispute_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    message_id: Mapped[int] = mapped_column(ForeignKey("dispute_message.id"))
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool]
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class DisputeRuling(Base):
    """What was ruled, and what follows in the books. With a sum it records an order that never came."""

    __tablename__ = "dispute_ruling"
    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    nr: Mapped[int] = mapped_column(SmallInteger)
    outcome: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("terms.id"))
    base_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Currency)
    sold_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    ruled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ruled_at: Mapped[datetime] = mapped_column(Instant)
    dispute: Mapped[Dispute] = relationship()
