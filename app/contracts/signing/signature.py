"""Both sides sign frozen terms: with their name as they type it and a one-time code from their mail (rules.md B17).

The second signature makes the contract in the same transaction. Whoever signs, voids or is late locks the agreement
first.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask_babel import gettext
from sqlalchemy import func, select, update

from app import outbox
from app.contracts.models import Agreement, AgreementStatus, OfferRound, Signature, SigningCode
from app.contracts.sides import must_bind, sides_of
from app.contracts.signing.enacting import enact
from app.contracts.signing.freezing import freeze, intact
from app.database import db, lock
from app.errors import BadInput, Conflict, NotAllowed, TooMany, WrongStatus
from app.ledger import funding
from app.outbox import Event, Reader
from app.security import Identity
from app.transitions import move
from app.users import codes
from app.users.trail import record
from app.web.texts import required_text
from app.words import word
from config import settings

__all__ = ["SignatureEntry", "freeze", "intact", "send_code", "sign", "signatures", "void"]

LASTS = timedelta(minutes=10)
MOST_TRIES = 5  # of one code
MOST_CODES = 5  # for one person and agreement in an hour, so that new codes don't make more tries
HOUR = timedelta(hours=1)
LONGEST_NAME, LONGEST_BROWSER, LONGEST_REASON = 200, 300, 2_000


@dataclass(frozen=True)
class SignatureEntry:
    """What somebody signs with: the name as it was typed, the code from the mail, and from where it came."""

    name: str
    code: str
    address: str
    browser: str


def send_code(agreement: Agreement, *, by: Identity, at: datetime) -> None:
    """Lets a code be mailed to `by` to sign this agreement with, good for 10 minutes; codes sent before are void. The
    caller commits, for tries are counted outside the transaction that signs.

    Raises NotAllowed, WrongStatus when there is nothing to sign, TooMany.
    """
    agreement = lock(agreement)
    _must_be_open(agreement)
    if not sides_of(by, agreement.brand_id, agreement.creator_id):
        raise NotAllowed(gettext("Only an owner of the brand, the creator or their agent can sign this."))
    own = (SigningCode.agreement_id == agreement.id, SigningCode.person_id == by.person_id)
    recent = db.session.scalars(select(SigningCode.made_at).where(*own, SigningCode.made_at > at - HOUR)).all()
    if len(recent) >= MOST_CODES:
        wait = min(recent) + HOUR - at
        minutes = ceil(wait.total_seconds() / 60)
        raise TooMany(
            gettext("That was too many codes: wait %(minutes)s minutes and try again.", minutes=minutes),
            retry_after=ceil(wait.total_seconds()),
        )
    db.session.execute(update(SigningCode).where(*own, SigningCode.used_at.is_(None)).values(used_at=at))
    purpose, nonce = f"sign {agreement.id} {by.person_id}", codes.nonce()
    hashed = _hash(agreement, by, codes.code_of(purpose, nonce))
    code = SigningCode(agreement_id=agreement.id, person_id=by.person_id, code_hash=hashed)
    code.made_at, code.expires_at, code.tries = at, at + LASTS, 0
    db.session.add(code)
    db.session.flush()
    facts = {
        "purpose": purpose,  # the code follows from these two when the letter is rendered: it lies in no table
        "nonce": nonce,
        "person": by.name,
        "kind": agreement.kind,
        "brand": agreement.brand.name,
        "creator": agreement.creator.name,
        "hash": agreement.sha256.hex(),
    }
    event = Event("agreement.code", "agreement", agreement.id, code.id)
    reader = Reader(by.email, by.language, by.person_id)
    outbox.write(event, [reader], facts, at=at, good_until=code.expires_at)


def sign(agreement: Agreement, entry: SignatureEntry, *, side: str, by: Identity, at: datetime) -> Agreement:
    """Signs for a side, with the name kept as it was typed. The second signature enacts the agreement.

    Raises NotAllowed for who may not bind the side, WrongStatus when it is signed or void, BadInput for an empty name
    or a wrong code, TooMany after 5 tries, Conflict when the text was tampered with, and what enact does.
    """
    agreement = lock(agreement)
    must_bind(by, side, agreement.brand_id, agreement.creator_id)
    _must_be_open(agreement)
    _must_be_next(agreement, side, by)
    name = entry.name
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(gettext("Type your full name, in at most %(count)s characters.", count=LONGEST_NAME))
    if not intact(agreement):
        raise Conflict(gettext("The text has changed since it was frozen, so it can't be signed: tell the admin."))
    use_code(agreement, by, entry.code, at)
    row = Signature(agreement_id=agreement.id, side=side, person_id=by.person_id, name=name, signed_at=at)
    row.address, row.browser = entry.address, entry.browser.replace("\x00", "")[:LONGEST_BROWSER]
    row.sha256 = agreement.sha256
    db.session.add(row)
    db.session.flush()
    record("sign", "agreement", agreement.id, by=by, at=at, side=side, sha256=agreement.sha256.hex())
    if len(signatures(agreement)) == 2:
        contract = enact(agreement, at=at)
        record("enact", "contract", contract.id, by=by, at=at, agreement=agreement.id)
    return agreement


def void(agreement: Agreement, *, reason: str, by: Identity, at: datetime) -> Agreement:
    """Gives up an agreement that not both have signed; what its offer reserved is free again. Either side may.

    Raises NotAllowed, WrongStatus when it is signed or void, BadInput without a reason.
    """
    agreement = lock(agreement)
    if not sides_of(by, agreement.brand_id, agreement.creator_id):
        raise NotAllowed(gettext("Only an owner of the brand, the creator or their agent can cancel this."))
    _must_be_open(agreement)
    reason = required_text(reason, gettext("Say why: the other side will read it."), LONGEST_REASON)
    move(agreement, AgreementStatus.VOID)
    agreement.voided_at, agreement.void_reason = at, reason
    db.session.flush()
    offer_id = db.session.scalar(select(OfferRound.offer_id).where(OfferRound.id == agreement.offer_round_id))
    if offer_id is not None:
        funding.release("offer", offer_id, at=at)
    record("void", "agreement", agreement.id, by=by, at=at, reason=agreement.void_reason)
    return agreement


def signatures(agreement: Agreement) -> list[Signature]:
    """Who has signed so far, the first one first."""
    query = select(Signature).where(Signature.agreement_id == agreement.id)
    return list(db.session.scalars(query.order_by(Signature.signed_at, Signature.id)))


def _must_be_open(agreement: Agreement) -> None:
    if agreement.status != AgreementStatus.TO_SIGN:
        status = word(agreement.status)
        raise WrongStatus(gettext("There is nothing to sign here: this is “%(status)s”.", status=status))


def _must_be_next(agreement: Agreement, side: str, by: Identity) -> None:
    """One signature a side, and two people: nobody makes a contract with themselves."""
    for signed in signatures(agreement):
        if signed.side == side:
            raise WrongStatus(gettext("%(name)s has signed for this side already.", name=signed.name))
        if signed.person_id == by.person_id:
            raise NotAllowed(gettext("You have signed for the other side: somebody else has to sign for this one."))


def use_code(agreement: Agreement, by: Identity, code: str, at: datetime) -> None:
    """Counts the try in a transaction of its own, before its outcome is known: the one that signs may be undone, and
    however many come at once, no more than 5 get through."""
    own = (SigningCode.agreement_id == agreement.id, SigningCode.person_id == by.person_id)
    live = (*own, SigningCode.used_at.is_(None), SigningCode.expires_at > at)
    with db.engine.begin() as connection:
        one_more = update(SigningCode).where(*live, SigningCode.tries < MOST_TRIES).values(tries=SigningCode.tries + 1)
        tried = connection.execute(one_more.returning(SigningCode.id, SigningCode.code_hash)).one_or_none()
    if tried is None:
        if db.session.scalar(select(func.count()).where(*live)):
            raise TooMany(gettext("That was the wrong code too many times: ask for a new one."))
        raise BadInput(gettext("No code is valid now: ask for a new one."))
    typed = "".join(code.split())
    if not hmac.compare_digest(tried.code_hash, _hash(agreement, by, typed)):
        raise BadInput(gettext("That code is wrong: check the mail or request a new one."))
    used = update(SigningCode).where(SigningCode.id == tried.id, SigningCode.used_at.is_(None)).values(used_at=at)
    if not db.session.execute(used.returning(SigningCode.id)).all():
        raise BadInput(gettext("No code is valid now: ask for a new one."))


def _hash(agreement: Agreement, by: Identity, code: str) -> str:
    """What is kept of a code. Six digits are few, so the key is what keeps a reader of the table from finding them."""
    text = f"signing code {agreement.id} {by.person_id} {code}"
    return hmac.new(settings().secret_key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
