"""Reading offers and their rounds. A draft is seen by the side that writes it, and by nobody else."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Select, exists, or_, select

from app.contracts.models import Offer, OfferRound, RoundStatus
from app.contracts.sides import owned_by
from app.database import db
from app.errors import NotFound
from app.users.models import Brand, Creator
from app.users.sides import Side

OPEN = (RoundStatus.SENT, RoundStatus.VIEWED)  # somebody may answer


def visible(round_: OfferRound, side: str) -> bool:
    """Whether a side may see a round: its own, and what was sent to it."""
    return round_.side == side or round_.sent_at is not None


def latest(offer: Offer) -> OfferRound:
    """The newest round, whoever made it; the only one that may be open."""
    newest = select(OfferRound).where(OfferRound.offer_id == offer.id).order_by(OfferRound.nr.desc()).limit(1)
    return db.session.scalars(newest).one()


def rounds(offer: Offer, side: str | None = None) -> list[OfferRound]:
    """All rounds, the oldest first; for a side only those it may see."""
    query = select(OfferRound).where(OfferRound.offer_id == offer.id).order_by(OfferRound.nr)
    return [each for each in db.session.scalars(query) if side is None or visible(each, side)]


def offers_of(owner: Brand | Creator) -> Select[Offer]:
    """The offers a brand or creator may see, the newest first."""
    side = Side.BRAND if isinstance(owner, Brand) else Side.CREATOR
    seen = exists().where(
        OfferRound.offer_id == Offer.id, or_(OfferRound.side == side, OfferRound.sent_at.is_not(None))
    )
    return select(Offer).where(owned_by(owner, Offer), seen).order_by(Offer.id.desc())


def get_offer(owner: Brand | Creator, public_id: UUID) -> Offer:
    """The offer with this public id, as the brand or creator may see it; NotFound otherwise."""
    offer = db.session.scalar(offers_of(owner).where(Offer.public_id == public_id))
    if offer is None:
        raise offer_not_found()
    return offer


def offer_not_found() -> NotFound:
    """What somebody reads who asks for an offer that is not there for them."""
    return NotFound(gettext("There is no such offer, or it is not yours."))
