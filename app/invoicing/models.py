"""Tax profiles, self-billing agreements, invoices. Constraints, and the triggers that let none of it change: migration
0040."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Currency, Instant, PublicId
from app.users.models import Brand, Creator
from app.words import Word


class TaxKind(Word):
    """What somebody is for the tax office."""

    COMPANY = "company", _("Company")
    SOLE_TRADER = "sole_trader", _("Sole trader")
    PRIVATE_PERSON = "private_person", _("Private person")


class VatScheme(Word):
    """Whether somebody adds VAT to what they sell."""

    VAT_STANDARD = "vat_standard", _("Charges VAT")
    SMALL_BUSINESS = "small_business", _("Small-business scheme, no VAT")
    NO_VAT = "no_vat", _("Not in business, no VAT")


class TaxCase(Word):
    """How an invoice is taxed (rules.md B24)."""

    DOMESTIC = "domestic", _("VAT of the country")
    DOMESTIC_EXEMPT = "domestic_exempt", _("Exempt: small-business scheme")
    REVERSE_CHARGE = "reverse_charge", _("Reverse charge")
    OUTSIDE_SCOPE = "outside_scope", _("Outside the scope of VAT")


class InvoiceKind(Word):
    """Who bills whom for what."""

    SELF_BILLED = "self_billed", _("Self-billed invoice"), "good"
    SELF_BILLED_CREDIT = "self_billed_credit", _("Self-billed credit note"), "warn"
    FEE_INVOICE = "fee_invoice", _("Invoice for the platform’s fee"), "info"
    FEE_CREDIT = "fee_credit", _("Credit note for the platform’s fee"), "warn"


class InvoiceTrouble(Word):
    """What has become of an invoice."""

    DISPUTED = "disputed", _("Disputed"), "bad"


class TaxProfile(Base):
    """Who a creator or a brand is for the tax office, as a version: the newest counts. Without either: the platform."""

    __tablename__ = "tax_profile"
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str] = mapped_column(Text)
    town: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Currency)
    scheme: Mapped[str] = mapped_column(Text)
    vat_number: Mapped[str | None] = mapped_column(Text)
    tax_number: Mapped[str | None] = mapped_column(Text)
    born_on: Mapped[date | None]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class SelfBillingAgreement(Base):
    """A creator lets a brand write their invoices; the text, and the profiles it names, are frozen."""

    __tablename__ = "self_billing_agreement"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"))
    brand_profile_id: Mapped[int] = mapped_column(ForeignKey("tax_profile.id"))
    creator_profile_id: Mapped[int] = mapped_column(ForeignKey("tax_profile.id"))
    text_version: Mapped[int]
    language: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator] = relationship()


class SelfBillingSignature(Base):
    """Who signed such an agreement for which side, and when."""

    __tablename__ = "self_billing_signature"
    agreement_id: Mapped[int] = mapped_column(ForeignKey("self_billing_agreement.id"), primary_key=True)
    side: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)


class SelfBillingEnd(Base):
    """A side no longer wants it; what was issued stays."""

    __tablename__ = "self_billing_end"
    agreement_id: Mapped[int] = mapped_column(ForeignKey("self_billing_agreement.id"), primary_key=True)
    side: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    ended_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime] = mapped_column(Instant)


class InvoiceSeries(Base):
    """The last number given in a brand's year; brand 0 is the platform's own series."""

    __tablename__ = "invoice_series"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(server_default="0")


class Invoice(Base):
    """An invoice or a credit note as it was issued. Amounts are minor units above zero, on a credit note too."""

    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(PublicId, server_default="gen_random_uuid()")
    kind: Mapped[str] = mapped_column(Text)
    series: Mapped[int]
    year: Mapped[int]
    nr: Mapped[int]
    number: Mapped[str] = mapped_column(Text)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("creator.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("self_billing_agreement.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    cancels: Mapped[bool] = mapped_column(server_default="false")
    month: Mapped[date]
    currency: Mapped[str] = mapped_column(Currency)
    tax_case: Mapped[str] = mapped_column(Text)
    type_code: Mapped[str] = mapped_column(Text)
    net: Mapped[int]
    tax: Mapped[int]
    rate_bps: Mapped[int]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    object_until: Mapped[date]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
    brand: Mapped[Brand] = relationship()
    creator: Mapped[Creator | None] = relationship()
    corrects: Mapped[Invoice | None] = relationship(remote_side=[id])

    @property
    def gross(self) -> int:
        """What is to be paid, or on a credit note taken back: net and VAT."""
        return self.net + self.tax

    @property
    def is_credit(self) -> bool:
        """Whether it takes back what an invoice said."""
        return self.corrects_id is not None


class InvoiceEntry(Base):
    """An entry of the books that an invoice stands for."""

    __tablename__ = "invoice_entry"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))


class InvoiceObjection(Base):
    """The creator does not agree with an invoice: it has no effect from then on, and finance settles it."""

    __tablename__ = "invoice_objection"
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    objected_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    objected_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    invoice: Mapped[Invoice] = relationship()


class TaxReminder(Base):
    """A creator was asked for their tax details, for the first or the second time."""

    __tablename__ = "tax_reminder"
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True)
    sent_on: Mapped[date]
    blocks_on: Mapped[date]
    sent_at: Mapped[datetime] = mapped_column(Instant)
