"""Self-billing agreements: a creator lets a brand write their invoices (VAT Directive art. 224; rules.md B24).

Both sides sign the same frozen text with their full name, like a contract. Without one in force no invoice is written.
It stops to count when a side ends it, or by itself when a VAT number changes: the view
self_billing_state says how far each is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.contracts.sides import must_bind, owned_by
from app.database import db, lock, raw, rows, statement
from app.errors import Conflict, NotAllowed, NotFound, WrongStatus
from app.invoicing import profiles
from app.invoicing.countries import Way, decide, pack_of
from app.invoicing.models import SelfBillingAgreement, SelfBillingEnd, SelfBillingSignature, TaxProfile
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.trail import record
from app.web.texts import checked_name, required_text
from app.words import Word

TEXT_VERSION = 1  # of `_text`: raise it whenever a sentence changes
LONGEST_BROWSER, LONGEST_REASON = 300, 2_000


class AgreementState(Word):
    """How far self-billing between a brand and a creator is."""

    NOT_ASKED = "not_asked", _("Not agreed"), "quiet"
    UNSIGNED = "unsigned", _("Waiting for signatures"), "warn"
    IN_FORCE = "in_force", _("In force"), "good"
    OUTDATED = "outdated", _("A VAT number changed: sign a new one"), "bad"
    GIVEN_UP = "given_up", _("No longer wanted"), "quiet"


@dataclass(frozen=True)
class Pair:
    """A brand and a creator who have a contract, or earned together, and how far self-billing between them is."""

    brand_id: int
    creator_id: int
    public_id: UUID  # of the other side
    name: str
    state: str
    agreement: UUID | None


@dataclass(frozen=True)
class Stamp:
    """Where a signature came from."""

    address: str
    browser: str


def pairs(party: Brand | Creator) -> list[Pair]:
    """Everybody the party may agree with, by name."""
    side = "brand" if isinstance(party, Brand) else "creator"
    return rows(raw(), "app.invoicing", "pairs", {"side": side, "party": party.id}, Pair)


def agreement_with(public_id: UUID, party: Brand | Creator) -> SelfBillingAgreement:
    """The agreement of this address, when it is the party's; NotFound otherwise."""
    query = select(SelfBillingAgreement).where(
        SelfBillingAgreement.public_id == public_id, owned_by(party, SelfBillingAgreement)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(gettext("There is no such agreement, or it is not yours."))
    return found


def state_of(agreement: SelfBillingAgreement) -> str:
    """How far this very agreement is; one that a newer one replaced is outdated."""
    row = raw().execute(statement("app.invoicing", "agreement_state"), {"agreement": agreement.id}).fetchone()
    return str(row[0]) if row else AgreementState.OUTDATED


def propose(brand: Brand, creator: Creator, *, side: str, by: Identity, at: datetime) -> SelfBillingAgreement:
    """Freezes a text for both to sign, in the language of the creator's country.

    Raises NotAllowed, Conflict while one is signed or waits, or a side has no tax details, or the law of the creator's
    country or what they are allow no self-billing.
    """
    must_bind(by, side, brand.id, creator.id)
    lock(creator)  # two who propose at once make one
    newest = newest_of(brand.id, creator.id)
    if newest is not None and state_of(newest) in (AgreementState.UNSIGNED, AgreementState.IN_FORCE):
        raise Conflict(gettext("There is an agreement already: sign it, or end it first."))
    mine, theirs = profiles.profile_of(creator), profiles.profile_of(brand)
    for profile, party in ((mine, creator), (theirs, brand)):
        if profile is None:
            raise Conflict(gettext("%(name)s has not filled in the tax details yet.", name=party.name))
    assert mine is not None and theirs is not None  # noqa: S101, PT018 - the loop has seen to it
    _must_be_possible(mine, theirs)
    language = pack_of(mine.country).language
    row = SelfBillingAgreement(brand_id=brand.id, creator_id=creator.id, text_version=TEXT_VERSION, language=language)
    row.brand_profile_id, row.creator_profile_id = theirs.id, mine.id
    row.body = _text(theirs, mine, language)
    row.sha256 = hashlib.sha256(row.body.encode()).digest()
    row.made_by, row.made_at = by.person_id, at
    db.session.add(row)
    db.session.flush()
    record("propose", "self_billing_agreement", row.id, by=by, at=at, sha256=row.sha256.hex())
    return row


def sign(
    agreement: SelfBillingAgreement, name: str, *, side: str, by: Identity, at: datetime, stamp: Stamp
) -> SelfBillingSignature:
    """Signs for a side, with the name kept as it was typed; once both have, the agreement is in force.

    Raises NotAllowed for who may not bind the side or signed for the other, BadInput for an empty name, WrongStatus
    when there is nothing (any more) to sign, Conflict when the text is not the one that was frozen.
    """
    lock(agreement.creator)  # the agreement itself never changes, so nobody may lock it
    must_bind(by, side, agreement.brand_id, agreement.creator_id)
    signed = signatures(agreement)
    if state_of(agreement) != AgreementState.UNSIGNED or any(each.side == side for each in signed):
        raise WrongStatus(gettext("There is nothing left for you to sign here."))
    if any(each.person_id == by.person_id for each in signed):
        raise NotAllowed(gettext("You signed for the other side, so somebody else must sign for this one."))
    if hashlib.sha256(agreement.body.encode()).digest() != agreement.sha256:
        raise Conflict(gettext("The text has changed since it was frozen, so it can't be signed: tell the admin."))
    row = SelfBillingSignature(agreement_id=agreement.id, side=side, person_id=by.person_id, name=checked_name(name))
    row.sha256, row.signed_at, row.address = agreement.sha256, at, stamp.address
    row.browser = stamp.browser.replace("\x00", "")[:LONGEST_BROWSER]
    db.session.add(row)
    db.session.flush()
    record("sign", "self_billing_agreement", agreement.id, by=by, at=at, side=side, sha256=row.sha256.hex())
    return row


def end(agreement: SelfBillingAgreement, reason: str, *, side: str, by: Identity, at: datetime) -> None:
    """From now on no invoice is written under it; those that were issued stay.

    Raises NotAllowed, BadInput without a reason, WrongStatus when it counts no more.
    """
    lock(agreement.creator)  # the agreement itself never changes, so nobody may lock it
    must_bind(by, side, agreement.brand_id, agreement.creator_id)
    if state_of(agreement) not in (AgreementState.UNSIGNED, AgreementState.IN_FORCE):
        raise WrongStatus(gettext("This agreement counts no more."))
    reason = required_text(reason, gettext("Give a reason. Others will read it."), LONGEST_REASON)
    row = SelfBillingEnd(agreement_id=agreement.id, side=side, reason=reason, ended_by=by.person_id, ended_at=at)
    db.session.add(row)
    db.session.flush()
    record("end", "self_billing_agreement", agreement.id, by=by, at=at, reason=reason)


def newest_of(brand_id: int, creator_id: int) -> SelfBillingAgreement | None:
    """The newest agreement of a pair."""
    query = select(SelfBillingAgreement).where(
        SelfBillingAgreement.brand_id == brand_id, SelfBillingAgreement.creator_id == creator_id
    )
    return db.session.scalar(query.order_by(SelfBillingAgreement.id.desc()).limit(1))


def signatures(agreement: SelfBillingAgreement) -> list[SelfBillingSignature]:
    """Who has signed so far, the first one first."""
    query = select(SelfBillingSignature).where(SelfBillingSignature.agreement_id == agreement.id)
    return list(db.session.scalars(query.order_by(SelfBillingSignature.signed_at, SelfBillingSignature.side)))


def ending_of(agreement: SelfBillingAgreement) -> SelfBillingEnd | None:
    """How it was ended; None while nobody has."""
    return db.session.get(SelfBillingEnd, agreement.id)


def _must_be_possible(creator: TaxProfile, brand: TaxProfile) -> None:
    way = decide(profiles.facts_of(creator), profiles.facts_of(brand)).way
    sentences = {
        Way.STATEMENT: gettext(
            "No VAT invoice is needed here: a private person, or somebody outside the EU’s VAT, gets a monthly "
            "statement instead."
        ),
        Way.OWN_INVOICE: gettext(
            "The law of the creator’s country lets nobody else write their invoices: they are paid against their own."
        ),
        Way.INCOMPLETE: gettext(
            "A VAT number is missing: across a border both need one, and in most countries a small business too. "
            "Fill it in under “Tax details”."
        ),
    }
    if way in sentences:
        raise Conflict(sentences[way])


def _text(brand: TaxProfile, creator: TaxProfile, language: str) -> str:
    """The agreement in plain words: a title, then numbered sentences. The same facts always give the same text."""
    pack = pack_of(creator.country)
    with force_locale(language):
        title = gettext(
            "Agreement on self-billing between %(brand)s and %(creator)s", brand=brand.name, creator=creator.name
        )
        sentences = [
            gettext("The customer: %(party)s.", party=_party(brand)),
            gettext("The supplier: %(party)s.", party=_party(creator)),
            gettext(
                "The customer writes the invoices for what the supplier earns with it on the platform, in the "
                "supplier’s name and for the supplier’s account. The supplier writes none for the same."
            ),
            gettext(
                "The invoices are numbered by customer and year without gaps, and carry the words “%(words)s”.",
                words=pack.self_billed,
            ),
            gettext(
                "The supplier may object to an invoice within %(days)s days after it was issued. It then has no "
                "effect, and the platform settles the dispute.",
                days=pack.object_days,
            ),
            gettext("Who says nothing within that time accepts the invoice."),
            gettext(
                "What was invoiced and is taken back later, for example after a refund, is corrected by a credit note."
            ),
            gettext(
                "Each side tells the other at once when its VAT number or VAT scheme changes. A changed VAT number "
                "ends this agreement, and a new one is signed."
            ),
            gettext("Either side may end this agreement at any time for the invoices to come."),
        ]
    return "\n\n".join([title, *(f"{nr}. {sentence}" for nr, sentence in enumerate(sentences, 1))]) + "\n"


def _party(profile: TaxProfile) -> str:
    address = f"{profile.name}, {profile.street}, {profile.postcode} {profile.town}, {profile.country}"
    if not profile.vat_number:
        return str(gettext("%(address)s, without a VAT number", address=address))
    return str(gettext("%(address)s, VAT number %(number)s", address=address, number=profile.vat_number))


def other_of(party: Brand | Creator, public_id: UUID) -> tuple[Brand, Creator]:
    """The brand and the creator of a pair of which the address names the other side; NotFound for strangers."""
    if public_id not in {pair.public_id for pair in pairs(party)}:
        raise NotFound(gettext("There is no such brand or creator among those you work with."))
    if isinstance(party, Brand):
        return party, db.session.scalars(select(Creator).where(Creator.public_id == public_id)).one()
    return db.session.scalars(select(Brand).where(Brand.public_id == public_id)).one(), party
