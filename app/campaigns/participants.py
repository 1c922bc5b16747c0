"""Who takes part in a campaign, and how far each has come on the way to a contract: what pages and other verbs read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.campaigns.models import Application, ApplicationStatus, Approach, ApproachStatus, Participation
from app.contracts.models import Agreement, Contract, OfferRound
from app.contracts.offers.round_moves import has_expired
from app.contracts.offers.rounds import OPEN
from app.database import db


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

    @property
    def shown(self) -> bool:
        """Whether the creator knows of it: of an offer that was never sent they don't."""
        return self.contract is not None or (self.round is not None and self.round.sent_at is not None)

    def lives(self, at: datetime) -> bool:
        """Whether it is by an offer that may still become a contract."""
        if self.contract is not None or self.round is None:
            return False
        if self.agreement is not None:
            return self.agreement.status == "to_sign"
        return self.round.status in ("draft", *OPEN) and not has_expired(self.round, at)

    def counts(self, at: datetime) -> bool:
        """Whether they take part at this instant: by a contract, or by an offer that lives. `counting` asks the same
        of rows."""
        return self.contract is not None or self.lives(at)


def counting(at: datetime) -> ColumnElement[bool]:
    """The participations that count at this instant: by a contract, by what is signed or to be signed, or by an offer
    that was not declined, withdrawn or given up and whose time is not over."""
    rounds = select(OfferRound.id).outerjoin(Agreement, Agreement.offer_round_id == OfferRound.id)
    stands = OfferRound.status.in_(("draft", *OPEN)) & (OfferRound.expires_at.is_(None) | (OfferRound.expires_at > at))
    alive = rounds.where(
        OfferRound.offer_id == Participation.offer_id, or_(stands, Agreement.status.in_(("to_sign", "signed")))
    )
    return or_(Participation.contract_id.is_not(None), alive.correlate(Participation).exists())


def known() -> ColumnElement[bool]:
    """The participations that their creators know of: not those by an offer that was never sent."""
    sent = select(OfferRound.id).where(OfferRound.offer_id == Participation.offer_id, OfferRound.sent_at.is_not(None))
    return or_(Participation.contract_id.is_not(None), sent.correlate(Participation).exists())


def of_campaign(campaign_id: int) -> list[Participant]:
    """Everybody who takes part in a campaign, the first joined first."""
    return _standing(Participation.campaign_id == campaign_id)


def participant_of(campaign_id: int, creator_id: int) -> Participant | None:
    """How a creator takes part in a campaign; None when they don't."""
    standing = _standing(Participation.campaign_id == campaign_id, Participation.creator_id == creator_id)
    return standing[0] if standing else None


def of_pair(brand_id: int, creator_id: int) -> list[Participant]:
    """How a creator takes part in the campaigns of a brand, the first joined first."""
    return _standing(Participation.campaign.has(brand_id=brand_id), Participation.creator_id == creator_id)


def involved(campaign_id: int, creator_ids: Collection[int], *, at: datetime) -> dict[int, str]:
    """What those of these creators have to do with a campaign who have: `joined` (and it counts still), `drafted` (an
    offer that was never sent), `applied` (an application that waits) or `invited` (without an answer as yet)."""
    states: dict[int, str] = {}
    for state, query in (
        ("invited", select(Approach.creator_id).where(Approach.status == ApproachStatus.UNANSWERED)),
        ("applied", select(Application.creator_id).where(Application.status == ApplicationStatus.APPLIED)),
        ("drafted", select(Participation.creator_id).where(counting(at))),
        ("joined", select(Participation.creator_id).where(counting(at), known())),
    ):
        table = query.column_descriptions[0]["entity"]
        of_creators = query.where(table.campaign_id == campaign_id, table.creator_id.in_(creator_ids))
        states |= dict.fromkeys(db.session.scalars(of_creators), state)
    return states


def _standing(*where: object) -> list[Participant]:
    pair = joinedload(Participation.creator), joinedload(Participation.contract), joinedload(Participation.offer)
    query = select(Participation).where(*where).options(*pair).order_by(Participation.joined_at, Participation.id)  # type: ignore[arg-type]
    participations = db.session.scalars(query).all()
    newest = _rounds({each.offer_id for each in participations if each.offer_id is not None})
    agreements = _agreements({round_.id for round_ in newest.values()})
    return [_participant(each, newest, agreements) for each in participations]


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
