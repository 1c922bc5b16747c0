"""Agreements frozen and signed by the cast, as short as a test wants them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from app.contracts.models import Agreement, Contract, Offer, OfferRound
from app.contracts.signing import signature
from app.contracts.signing.signature import SignatureEntry
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.users.models import Brand, Creator
from tests.payouts.people import identity
from tests.users.mails import latest

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
SHEET = Sheet(date(2026, 6, 11), date(2026, 12, 31), "Europe/Amsterdam", "EUR", 1000)
SIGNERS = {"lumen": "olga", "kettle": "kim", "mira": "mira", "joon": "joon"}
FROM = {"address": "203.0.113.7", "browser": "Test/1.0"}


def frozen(
    sheet: Sheet, brand: Brand, creator: Creator, *, contract: Contract | None = None, at: datetime = AT, **more: Any
) -> Agreement:
    """An agreement to sign: a contract, or an amendment of `contract`. Committed, for codes are tried outside."""
    kind = "amendment" if contract else "contract"
    made = signature.freeze(brand, creator, sheet, kind=kind, contract=contract, at=at, **more)
    db.session.commit()
    return made


def offered(sheet: Sheet, brand: Brand, creator: Creator, *, contract: Contract | None = None) -> OfferRound:
    """A round of an offer that could become an agreement. Committed."""
    olga = identity("olga").person_id
    offer = Offer(brand_id=brand.id, creator_id=creator.id, title="An offer", made_by=olga, made_at=AT)
    offer.contract_id = contract.id if contract else None
    round_ = OfferRound(offer=offer, nr=1, side="brand", terms=sheet.as_json(), made_by=olga, made_at=AT)
    db.session.add(round_)
    db.session.commit()
    return round_


def code_for(agreement: Agreement, who: str, at: datetime = AT) -> str:
    """Asks for a code and reads it in the mail."""
    signature.send_code(agreement, by=identity(who), at=at)
    db.session.commit()
    return latest_code(who)


def latest_code(who: str) -> str:
    """The code in the newest mail to somebody."""
    body = latest(f"{who}@cast.example").get_content()
    found = re.search(r"\b(\d{6})\b", body)
    assert found, body
    return found[1]


def sign(agreement: Agreement, side: str, who: str, *, name: str = "", at: datetime = AT, **more: Any) -> Agreement:
    """Somebody signs for a side with a code of their own; not committed."""
    code = more.pop("code", None) or code_for(agreement, who, at)
    entry = SignatureEntry(name or f"{who.title()} of the Cast", code, **{**FROM, **more})
    return signature.sign(agreement, entry, side=side, by=identity(who), at=at)


def signed(
    sheet: Sheet, brand: Brand, creator: Creator, *, contract: Contract | None = None, at: datetime = AT
) -> Contract:
    """The contract, made or changed by an agreement that both sign. Committed."""
    agreement = frozen(sheet, brand, creator, contract=contract, at=at)
    sign(agreement, "brand", SIGNERS[brand.handle], at=at)
    sign(agreement, "creator", SIGNERS[creator.handle], at=at)
    db.session.commit()
    assert agreement.contract is not None
    return agreement.contract
