"""Offers, their rounds and templates; agreements and signatures. Constraints: migration 0014."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contracts.models.contract import Contract
from app.contracts.terms.sheet import Sheet
from app.database import Base, Instant, PublicId
from app.users.models import Brand, Creator, Person
from app.words import Word


class RoundStatus(Word):
    """Where a version of an offer stands."""

    DRAFT = "draft", _("Draft"), "quiet"
    SENT = "sent", _("Sent"), "info"
    VIEWED = "viewed", _("Seen"), "info"
    COUNTERED = "countered", _("Countered"), "info"
    ACCEPTED = "accepted", _("Accepted"), "good"
    DECLINED = "declined", _("Declined"), "bad"
    EXPIRED = "expired", _("Expired"), "quiet"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "bad"
    SUPERSEDED = "superseded", _("Replaced by a newer one"), "quiet"


# what an open version may become: answered, over, or taken back
ANSWERS = frozenset(
    {
        RoundStatus.COUNTERED,
        RoundStatus.ACCEPTED,
        RoundStatus.DECLINED,
        RoundStatus.EXPIRED,
        RoundStatus.WITHDRAWN,
        RoundStatus.SUPERSEDED,
    }
)


class AgreementKind(Word):
    """What is signed."""

    CONTRACT = "contract", _("Contract"), "quiet"
    AMENDMENT = "amendment", _("Amendment"), "quiet"


class AgreementStatus(Word):
    """Where an agreement stands."""

    TO_SIGN = "to_sign", _("To be signed"), "warn"
    SIGNED = "signed", _("Signed"), "good"
    VOID = "void", _("Void"), "quiet"


class Offer(Base):
    """A negotiation of a brand with a creator: about a new contract, or about an amendment of `contract`."""

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    title: Mapped[str] = mapped_column(Text)
    locked_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
    contract: Mapped[Contract | None] = relationship()


class OfferRound(Base):
    """One whole version of an offer's terms, by one side."""

    __tablename__ = "offer_round"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        RoundStatus.DRAFT: frozenset({RoundStatus.SENT, RoundStatus.WITHDRAWN}),
        RoundStatus.SENT: ANSWERS | {RoundStatus.VIEWED},
        RoundStatus.VIEWED: ANSWERS,
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    nr: Mapped[int]
    side: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    message: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text, server_default=RoundStatus.DRAFT)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    viewed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    offer: Mapped[Offer] = relationship()
    maker: Mapped[Person] = relationship(foreign_keys=[made_by])

    @property
    def sheet(self) -> Sheet:
        """The terms of this round."""
        return Sheet.of(self.terms)


class OfferTemplate(Base):
    """Terms a brand keeps under a name, to begin an offer with."""

    __tablename__ = "offer_template"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    locked_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def sheet(self) -> Sheet:
        """The terms that are kept."""
        return Sheet.of(self.terms)


class Agreement(Base):
    """Frozen terms with their text and hash, to be signed by both: a contract, or an amendment of one."""

    __tablename__ = "agreement"
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        AgreementStatus.TO_SIGN: frozenset({AgreementStatus.SIGNED, AgreementStatus.VOID})
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    offer_round_id: Mapped[int | None] = mapped_column(ForeignKey("offer_round.id"))
    kind: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes]
    status: Mapped[str] = mapped_column(Text, server_default=AgreementStatus.TO_SIGN)
    made_at: Mapped[datetime] = mapped_column(Instant)
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()
    contract: Mapped[Contract | None] = relationship()

    @property
    def sheet(self) -> Sheet:
        """The terms that were frozen."""
        return Sheet.of(self.terms)


class Signature(Base):
    """Who signed an agreement for which side: name as typed, when, from where, and the hash of what was signed."""

    __tablename__ = "signature"
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    side: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    address: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes]


class SigningCode(Base):
    """A one-time code mailed to somebody who wants to sign; only its hash is kept."""

    __tablename__ = "signing_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[datetime | None] = mapped_column(Instant)
