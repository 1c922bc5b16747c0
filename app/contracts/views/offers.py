"""The offers of a side, each with where it stands."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.contracts.blueprint import blueprint
from app.contracts.models import Agreement, Offer, OfferRound, RoundStatus
from app.contracts.offers import rounds
from app.database import db
from app.users.party_pages import Party, party_page
from app.web import choices, query_args

DIRECTIONS = ("received", "sent", "countered_by_them", "countered_by_us")


STATUSES = tuple(RoundStatus)


@party_page(blueprint, "GET", "offers")
def offers(party: Party) -> ResponseReturnValue:
    """The side's offers, the newest first, each with where it stands."""
    query = _listed(party)
    if status := query_args.choice(request.args, "status", STATUSES):
        query = query.where(OfferRound.status == status)
    if direction := query_args.choice(request.args, "direction", DIRECTIONS):
        query = query.where(_towards(direction, party.side))
    pagination = db.paginate(query)
    accepted = [each.id for each in pagination.items if each.status == RoundStatus.ACCEPTED]
    agreements = db.session.scalars(select(Agreement).where(Agreement.offer_round_id.in_(accepted)))
    return render_template(
        "contracts/offers.html",
        party=party,
        pagination=pagination,
        agreements={each.offer_round_id: each for each in agreements},
        statuses=choices.options(STATUSES),
        filtered=any(request.args.get(name) for name in ("status", "direction")),
    )


def _listed(party: Party) -> Select[OfferRound]:
    """The newest visible round of each of the side's offers, with the offer."""
    other = aliased(OfferRound)
    seen = or_(other.side == party.side, other.sent_at.is_not(None))
    newest = select(func.max(other.nr)).where(other.offer_id == OfferRound.offer_id, seen).scalar_subquery()
    own = rounds.offers_of(party.owner).order_by(None).with_only_columns(Offer.id)
    query = select(OfferRound).join(OfferRound.offer).where(Offer.id.in_(own), OfferRound.nr == newest)
    whole = contains_eager(OfferRound.offer)
    query = query.options(whole.joinedload(Offer.brand), whole.joinedload(Offer.creator), joinedload(OfferRound.maker))
    return query.order_by(Offer.id.desc())


def _towards(direction: str, side: str) -> Any:
    """Which way an offer went: by its first version, or by the one that answers another."""
    first = aliased(OfferRound)
    began = select(first.side).where(first.offer_id == OfferRound.offer_id, first.nr == 1).scalar_subquery()
    return {
        "received": began != side,
        "sent": began == side,
        "countered_by_them": and_(OfferRound.nr > 1, OfferRound.side != side),
        "countered_by_us": and_(OfferRound.nr > 1, OfferRound.side == side),
    }[direction]
