"""An offer before it is sent: begun and changed by one side, unseen by the other (rules.md B15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.contracts.models import Contract, Offer, OfferRound, RoundStatus
from app.contracts.offers import round_moves
from app.contracts.offers.rounds import offer_not_found
from app.contracts.terms.labels import FIELDS
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.errors import BadInput, NotAllowed
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.sides import Side
from app.users.trail import record

LONGEST_TITLE = 140


@dataclass(frozen=True)
class OfferDraft:
    """What an offer begins with: its terms, what it is called, which fields the other side can't change, a message."""

    sheet: Sheet
    title: str
    locked: Sequence[str] = ()
    message: str = ""


def begin(
    brand: Brand,
    creator: Creator,
    draft: OfferDraft,
    *,
    contract: Contract | None = None,
    side: str = Side.BRAND,
    by: Identity,
    at: datetime,
) -> Offer:
    """A new offer with its first round as a draft, which only its side sees.

    With `contract`, one of the pair, it is about a change of it; only that may a creator begin, without locked fields.
    The terms are checked when they are sent. BadInput, NotAllowed, NotFound for another pair's contract.
    """
    if side != Side.BRAND and contract is None:
        raise NotAllowed(
            gettext("Only a brand can make the first offer; a creator can propose a change to a contract.")
        )
    if contract is not None and (contract.brand_id, contract.creator_id) != (brand.id, creator.id):
        raise offer_not_found()
    offer = Offer(
        brand_id=brand.id,
        creator_id=creator.id,
        contract_id=contract.id if contract else None,
        title=_titled(draft.title),
        locked_fields=lockable(draft.locked, side),
        made_by=by.person_id,
        made_at=at,
    )
    db.session.add(offer)
    db.session.flush()
    round_moves.add(offer, 1, side, draft.sheet, draft.message, by=by, at=at)
    record("begin", "offer", offer.id, by=by, at=at, title=offer.title, brand=brand.handle, creator=creator.handle)
    return offer


def edit(
    offer: Offer,
    sheet: Sheet,
    *,
    message: str,
    title: str | None = None,
    locked: Sequence[str] | None = None,
    by: Identity,
    at: datetime,
) -> OfferRound:
    """Writes other terms into the draft; also another title and other locked fields, where given.

    WrongStatus once it was sent.
    """
    draft = round_moves.newest(offer)
    round_moves.must_have_status(draft, RoundStatus.DRAFT)
    draft.terms, draft.message = sheet.as_json(), round_moves.trimmed(message)
    draft.made_by, draft.made_at = by.person_id, at
    if title is not None:
        offer.title = _titled(title)
    if locked is not None:
        offer.locked_fields = lockable(locked, draft.side)
    db.session.flush()
    record("edit", "offer", offer.id, by=by, at=at)
    return draft


def lockable(fields: Sequence[str], side: str = Side.BRAND) -> list[str]:
    """The fields a brand may lock, in the order of the sheet; BadInput for others, NotAllowed for a creator."""
    if fields and side != Side.BRAND:
        raise NotAllowed(gettext("Only the brand may lock fields."))
    if not set(fields) <= set(FIELDS):
        raise BadInput(gettext("We don't know one of the fields you locked: choose them from the list."))
    return [name for name in FIELDS if name in fields]


def _titled(title: str) -> str:
    title = " ".join(title.split())
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        raise BadInput(gettext("Give the offer a name of 1 to %(count)s characters.", count=LONGEST_TITLE))
    return title
