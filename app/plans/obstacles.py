"""What keeps a creator out of a plan: work that is on its way already, a shut door, or an exclusivity."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range

from app.campaigns import participants, participation
from app.campaigns.models import Campaign
from app.contracts import periods
from app.contracts.models import Agreement, Contract, Offer, OfferRound, Terms
from app.contracts.offers.rounds import OPEN
from app.contracts.periods import period_of, start_of
from app.database import db, raw, rows
from app.users.models import Creator


def obstacles(campaign: Campaign, ids: Collection[int], *, at: datetime) -> dict[int, str]:
    """Those of the creators who can't be planned, with a word of what is in the way: `joined`, `drafted`, `applied`,
    `not_open`, `not_here`, `offered` (an offer is on its way), `closed` (a contract that covers only some of the days).
    Neither an invitation nor a contract of the pair is in the way. An exclusivity is looked for by `closed`."""
    wanted = set(ids)
    found = rows(raw(), "app.plans", "out_of_reach", {"creators": sorted(wanted)})
    words = {each.id: "not_open" if each.here else "not_here" for each in found}
    words |= dict.fromkeys(wanted & set(_offered_to(campaign.brand_id)), "offered")
    partly = {each.creator_id for each in _met(campaign, at) if not _covers(each, campaign, at)}
    words |= dict.fromkeys(wanted & partly, "closed")
    return words | {creator: word for creator, word in _involved(campaign, wanted, at).items() if word != "invited"}


def invited(campaign: Campaign, ids: Collection[int], *, at: datetime) -> set[int]:
    """Those who are invited and have not answered yet."""
    return {each for each, word in _involved(campaign, set(ids), at).items() if word == "invited"}


def closed(campaign: Campaign, creators: Sequence[Creator], *, at: datetime) -> set[int]:
    """Those whom an exclusivity keeps out, the campaign's own or another's."""
    return {each.id for each in creators if participation.conflicts(campaign, each, at)}


def contracts(campaign: Campaign, ids: Collection[int], *, at: datetime) -> dict[int, tuple[Contract, Terms]]:
    """The pairs' contracts that cover the campaign's days which are left, with the terms that count on the first of
    them, by creator: who has one takes part by it."""
    met = {each.creator_id: each for each in _met(campaign, at) if _covers(each, campaign, at)}
    met = {creator: met[creator] for creator in set(ids) & set(met)}
    first = start_of(_days(campaign, at))
    query = select(Terms).where(Terms.contract_id.in_([each.id for each in met.values()]), Terms.valid.contains(first))
    terms = {each.contract_id: each for each in db.session.scalars(query)}
    return {creator: (each, terms[each.id]) for creator, each in met.items() if each.id in terms}


def _involved(campaign: Campaign, ids: set[int], at: datetime) -> dict[int, str]:
    some = {each.creator_id for each in rows(raw(), "app.plans", "involved", {"campaign": campaign.id})}
    return participants.involved(campaign.id, ids & some, at=at)


def _met(campaign: Campaign, at: datetime) -> Sequence[Contract]:
    """The brand's contracts in the campaign's days; of several of one pair the first, as `contract_for` takes it."""
    query = select(Contract).where(Contract.brand_id == campaign.brand_id)
    found = db.session.scalars(
        query.where(Contract.period.overlaps(_days(campaign, at))).order_by(Contract.starts_on.desc())
    )
    return list({each.creator_id: each for each in found}.values())


def _covers(contract: Contract, campaign: Campaign, at: datetime) -> bool:
    days = _days(campaign, at)
    return start_of(contract.period) <= start_of(days) and periods.end_of(contract.period) >= periods.end_of(days)


def _days(campaign: Campaign, at: datetime) -> Range[datetime]:
    sheet = participation.from_today(campaign, at)
    return period_of(sheet.starts_on, sheet.ends_on, sheet.timezone)


def _offered_to(brand_id: int) -> Sequence[int]:
    """Those with whom an offer of the brand's is open, or is to be signed."""
    query = select(Offer.creator_id).join(OfferRound, OfferRound.offer_id == Offer.id)
    query = query.outerjoin(Agreement, Agreement.offer_round_id == OfferRound.id)
    open_ = or_(OfferRound.status.in_(("draft", *OPEN)), Agreement.status == "to_sign")
    query = query.where(Offer.brand_id == brand_id, Offer.contract_id.is_(None), open_)
    return db.session.scalars(query.distinct()).all()
