"""Who takes part in a campaign, and how far each has come on the way to a contract: what pages and other verbs read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.contracts.models import Agreement, Contract, OfferRound
from app.database import db
from app.matching.models import Application, Approach, Participation


@dataclass(frozen=True)
class Participant:
    """Somebody who takes part: by `contract`, or by an offer whose newest version is `round`; once that is accepted,
    `agreement` is what both sign."""

    participation: Participation
    contract: Contract | None
    round: OfferRound | None
    agreement: Agreement | None

    @property
    def status(self) -> str:
        """Where it stands, as a word of the database: `contract`, or the status of the agreement or of the offer."""
        if self.contract is not None:
            return "contract"
        if self.agreement is not None:
            return self.agreement.status
        return self.round.status if self.round else "draft"


def of_campaign(campaign_id: int) -> list[Participant]:
    """Everybody who takes part in a campaign, the first joined first."""
    return _standing(Participation.campaign_id == campaign_id)


def one(campaign_id: int, creator_id: int) -> Participant | None:
    """How a creator takes part in a campaign; None when they don't."""
    found = _standing(Participation.campaign_id == campaign_id, Participation.creator_id == creator_id)
    return found[0] if found else None


def of_pair(brand_id: int, creator_id: int) -> list[Participant]:
    """How a creator takes part in the campaigns of a brand, the first joined first."""
    return _standing(Participation.campaign.has(brand_id=brand_id), Participation.creator_id == creator_id)


def involved(campaign_id: int, creator_ids: Collection[int]) -> dict[int, str]:
    """What those of these creators have to do with a campaign who have: `joined`, `received` (an application that
    waits) or `invited` (without an answer as yet)."""
    states: dict[int, str] = {}
    for state, query in (
        ("invited", select(Approach.creator_id).where(Approach.status == "unanswered")),
        ("received", select(Application.creator_id).where(Application.status == "received")),
        ("joined", select(Participation.creator_id)),
    ):
        table = query.column_descriptions[0]["entity"]
        mine = query.where(table.campaign_id == campaign_id, table.creator_id.in_(creator_ids))
        states |= dict.fromkeys(db.session.scalars(mine), state)
    return states


def _standing(*where: object) -> list[Participant]:
    pair = joinedload(Participation.creator), joinedload(Participation.contract), joinedload(Participation.offer)
    query = select(Participation).where(*where).options(*pair).order_by(Participation.id)  # type: ignore[arg-type]
    found = db.session.scalars(query).all()
    newest = _rounds({each.offer_id for each in found if each.offer_id is not None})
    agreements = _agreements({round_.id for round_ in newest.values()})
    return [_participant(each, newest, agreements) for each in found]


def _participant(each: Participation, newest: dict[int, OfferRound], agreements: dict[int, Agreement]) -> Participant:
    round_ = newest.get(each.offer_id or 0)
    agreement = agreements.get(round_.id) if round_ else None
    contract = each.contract or (agreement.contract if agreement else None)
    return Participant(each, contract, round_, agreement)


def _rounds(offer_ids: Collection[int]) -> dict[int, OfferRound]:
    """The newest version of each of these offers."""
    query = select(OfferRound).where(OfferRound.offer_id.in_(offer_ids)).order_by(OfferRound.nr)
    return {each.offer_id: each for each in db.session.scalars(query)} if offer_ids else {}  # the last one stays


def _agreements(round_ids: Collection[int]) -> dict[int, Agreement]:
    query = select(Agreement).where(Agreement.offer_round_id.in_(round_ids)).options(joinedload(Agreement.contract))
    return {each.offer_round_id or 0: each for each in db.session.scalars(query)} if round_ids else {}
