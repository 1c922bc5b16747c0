"""What keeps a creator out of a plan: work that is on its way already, a shut door, or an exclusivity."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range

from app.campaigns import participants, participation
from app.campaigns.models import Campaign
from app.contracts import periods
from app.contracts.models import Agreement, Contract, Offer, OfferRound, Terms
from app.contracts.offers.rounds import OPEN
from app.contracts.periods import period_of, start_of
from app.creators import profiles
from app.database import db
from app.users.memberships import reachable
from app.users.models import Creator

BATCH = 20_000  # creators of one statement


def obstacles(campaign: Campaign, ids: Collection[int], *, at: datetime) -> dict[int, str]:
    """Those of the creators who can't be planned, with a word of what is in the way: `joined`, `drafted`, `applied`,
    `not_open`, `not_here`, `offered` (an offer is on its way), `closed` (a contract that covers only some of the days).
    Neither an invitation nor a contract of the pair is in the way. An exclusivity is looked for by `closed`."""
    words: dict[int, str] = {}
    for some in _batches(ids):
        words |= dict.fromkeys(set(some) - reachable(some), "not_here")
        words |= dict.fromkeys(profiles.not_asking(some), "not_open")
        words |= dict.fromkeys(_offered_to(campaign.brand_id, some), "offered")
        words |= {each.creator_id: "closed" for each in _met(campaign, some, at) if not _covers(each, campaign, at)}
        involved = participants.involved(campaign.id, some, at=at)
        words |= {creator: word for creator, word in involved.items() if word != "invited"}
    return words


def invited(campaign: Campaign, ids: Collection[int], *, at: datetime) -> set[int]:
    """Those who are invited and have not answered yet."""
    words: dict[int, str] = {}
    for some in _batches(ids):
        words |= participants.involved(campaign.id, some, at=at)
    return {each for each, word in words.items() if word == "invited"}


def closed(campaign: Campaign, creators: Sequence[Creator], *, at: datetime) -> set[int]:
    """Those whom an exclusivity keeps out, the campaign's own or another's."""
    return {each.id for each in creators if participation.conflicts(campaign, each, at)}


def contracts(campaign: Campaign, ids: Collection[int], *, at: datetime) -> dict[int, tuple[Contract, Terms]]:
    """The pairs' contracts that cover the campaign's days which are left, with the terms that count on the first of
    them, by creator: who has one takes part by it."""
    found = (each for some in _batches(ids) for each in _met(campaign, some, at))
    met = {each.creator_id: each for each in found if _covers(each, campaign, at)}
    first = start_of(_days(campaign, at))
    query = select(Terms).where(Terms.contract_id.in_([each.id for each in met.values()]), Terms.valid.contains(first))
    terms = {each.contract_id: each for each in db.session.scalars(query)}
    return {creator: (each, terms[each.id]) for creator, each in met.items() if each.id in terms}


def _met(campaign: Campaign, ids: Collection[int], at: datetime) -> Sequence[Contract]:
    """The pairs' contracts in the campaign's days; of several of one pair the first, as `contract_for` takes it."""
    query = select(Contract).where(Contract.brand_id == campaign.brand_id, Contract.creator_id.in_(list(ids)))
    found = db.session.scalars(
        query.where(Contract.period.overlaps(_days(campaign, at))).order_by(Contract.starts_on.desc())
    )
    return list({each.creator_id: each for each in found}.values())


def _covers(contract: Contract, campaign: Campaign, at: datetime) -> bool:
    days = _days(campaign, at)
    return start_of(contract.period) <= start_of(days) and periods.end_of(contract.period) >= periods.end_of(days)


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    """Few enough at a time for one statement."""
    left = iter(ids)
    while some := list(islice(left, BATCH)):
        yield some


def _days(campaign: Campaign, at: datetime) -> Range[datetime]:
    sheet = participation.from_today(campaign, at)
    return period_of(sheet.starts_on, sheet.ends_on, sheet.timezone)


def _offered_to(brand_id: int, ids: Collection[int]) -> Sequence[int]:
    """Those with whom an offer of the brand's is open, or is to be signed."""
    query = select(Offer.creator_id).join(OfferRound, OfferRound.offer_id == Offer.id)
    query = query.outerjoin(Agreement, Agreement.offer_round_id == OfferRound.id)
    open_ = or_(OfferRound.status.in_(("draft", *OPEN)), Agreement.status == "to_sign")
    query = query.where(Offer.brand_id == brand_id, Offer.contract_id.is_(None), Offer.creator_id.in_(list(ids)), open_)
    return db.session.scalars(query.distinct()).all()
