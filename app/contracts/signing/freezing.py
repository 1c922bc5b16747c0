"""Freezes terms: with their text and one hash over both, which is what people sign (rules.md B17)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import select

from app.contracts.changes import amending
from app.contracts.models import Agreement, AgreementKind, AgreementStatus, Contract, Offer, OfferRound, Signature
from app.contracts.signing import body
from app.contracts.terms.sheet import Sheet, fingerprint
from app.database import db
from app.users.models import Brand, Creator


def freeze(
    brand: Brand,
    creator: Creator,
    sheet: Sheet,
    *,
    kind: str,
    contract: Contract | None = None,
    round_id: int | None = None,
    at: datetime,
) -> Agreement:
    """An agreement to be signed by both: a `contract`, or an `amendment` of `contract`. Its language is the sheet's.

    An amendment has to be one that can be made now (see amending.check): BadInput, Conflict.
    """
    if kind == AgreementKind.AMENDMENT and contract is not None:
        amending.check(contract, sheet, at=at)
        amending.must_be_fresh(contract, _begun(round_id) or at)
    text = body.text(sheet, brand, creator, sheet.language)
    agreement = Agreement(
        brand_id=brand.id,
        creator_id=creator.id,
        contract_id=contract.id if contract else None,
        offer_round_id=round_id,
        kind=kind,
        terms=sheet.as_json(),
        body=text,
        language=sheet.language,
        sha256=fingerprint(sheet, text),
        status=AgreementStatus.TO_SIGN,
        made_at=at,
    )
    db.session.add(agreement)
    db.session.flush()
    return agreement


def _begun(round_id: int | None) -> datetime | None:
    """When the offer of a round was begun."""
    query = select(Offer.made_at).join(OfferRound, OfferRound.offer_id == Offer.id)
    return db.session.scalar(query.where(OfferRound.id == round_id)) if round_id is not None else None


def intact(agreement: Agreement) -> bool:
    """Whether text and terms, read anew from the database, still give the hash that was stored, and that was signed.

    The terms are hashed as they are stored, so that a field that sheets learn later breaks no seal.
    """
    columns = select(Agreement.terms, Agreement.body, Agreement.sha256).where(Agreement.id == agreement.id)
    terms, text, stored = db.session.execute(columns).one()
    written = json.dumps(terms, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    computed = hashlib.sha256(text.encode() + b"\0" + written.encode()).digest()
    signed = db.session.scalars(select(Signature.sha256).where(Signature.agreement_id == agreement.id))
    return {computed, *signed} == {stored}
