"""A creator joins a campaign: under the contract the pair has, or by an offer with the campaign's terms that is to
become one (rules.md B14 and B6).

One pair has one contract at a time, so campaigns of a brand whose days meet share an offer, which reaches as far as all
of them do, in days and in work. Whose terms it has is told by app/campaigns/precedence.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.campaigns import campaigns, participants
from app.campaigns.models import Campaign, CampaignEntry, Participation, TermsFrom
from app.campaigns.participants import Participant
from app.campaigns.precedence import (
    Entry,
    meet,
    overlap,
    winner,
)
from app.catalog.taxonomy import CATEGORY, tree
from app.contracts import periods
from app.contracts.exclusivity import closures
from app.contracts.models import Contract, Offer
from app.contracts.offers import negotiation
from app.contracts.offers.rounds import OPEN
from app.contracts.periods import period_of, start_of
from app.contracts.terms.sheet import Scope, Sheet
from app.contracts.terms.sheet_rules import TREES
from app.database import db, lock
from app.errors import Conflict
from app.security import Identity
from app.users.models import Creator
from app.users.sides import Side
from app.users.trail import record

DAYS = 14  # to answer the offer
Terms = dict[str, Any]  # of a participation: what it is by, and whose terms that has
Reach = tuple[date, date, Scope]  # the days and the work of a campaign that shares an offer


def join(campaign: Campaign, creator: Creator, *, by: Identity, at: datetime) -> Participation:
    """The creator takes part from now on. `by` is the person of the brand who has invited or admitted them: the offer,
    where one is needed, is theirs, and is sent at once. One that is drafted for them already is that offer.

    Conflict when the campaign is over or full, when they take part already, when an exclusivity is in the way
    (`about["conflicts"]`), or when a contract or an offer of the pair covers only some of the days.
    """
    lock(campaign)
    db.session.execute(select(Creator.id).where(Creator.id == creator.id).with_for_update(key_share=True))
    before = participants.participant_of(campaign.id, creator.id)
    drafted = before if before is not None and not before.shown and before.lives(at) else None
    _must_have_room(campaign, before, drafted, at)
    sheet = from_today(campaign, at)
    contract = contract_for(campaign, creator, at)
    _must_be_clear(creator, campaign, sheet, contract)
    if contract is not None:
        if drafted is not None:
            _give_way(drafted, campaign, by=by, at=at)
        terms: Terms = {"contract_id": contract.id, "terms_from": TermsFrom.CONTRACT, "terms_campaign_id": campaign.id}
    elif drafted is not None:
        terms = _shared(drafted, sheet, by=by, at=at)
    else:
        terms = _by_offer(campaign, creator, sheet, by=by, at=at)
    joined = _written(campaign, creator, terms, at)
    detail = {"campaign": campaign.title, "creator": creator.handle, "terms": joined.terms_from}
    record("join", "participation", joined.id, by=by, at=at, **detail)
    return joined


def take_up(campaign: Campaign, creator: Creator, offer: Offer, *, at: datetime) -> Participation:
    """The creator is to take part by this offer, a draft as yet, of which they know nothing before it is sent."""
    return _written(campaign, creator, _own_terms(campaign, offer), at)


def from_today(campaign: Campaign, at: datetime) -> Sheet:
    """The campaign's terms for the days of it that are left."""
    sheet = campaign.sheet
    return replace(sheet, starts_on=max(sheet.starts_on, clock.today(sheet.timezone, at=at)))


def contract_for(campaign: Campaign, creator: Creator, at: datetime) -> Contract | None:
    """The pair's contract that covers the campaign's days which are left; its own rates win, and the campaign is an
    annex to it. None where the pair has none in these days; Conflict where it covers only some of them."""
    sheet = from_today(campaign, at)
    days = period_of(sheet.starts_on, sheet.ends_on, sheet.timezone)
    pair = select(Contract).where(Contract.brand_id == campaign.brand_id, Contract.creator_id == creator.id)
    met = db.session.scalars(pair.where(Contract.period.overlaps(days)).order_by(Contract.starts_on)).first()
    if met is None or (start_of(met.period) <= start_of(days) and periods.end_of(met.period) >= periods.end_of(days)):
        return met
    raise Conflict(
        gettext(
            "Your contract from %(first)s to %(last)s covers only some of the campaign's days. Change the "
            "contract's days first.",
            first=met.starts_on.isoformat(),
            last=met.ends_on.isoformat(),
        )
    )


def conflicts(campaign: Campaign, creator: Creator, at: datetime) -> list[str]:
    """What an exclusivity has against it, a sentence each (rules.md B14): nothing is written. What `contract_for` says
    against it too."""
    try:
        contract = contract_for(campaign, creator, at)
        _must_be_clear(creator, campaign, from_today(campaign, at), contract)
    except Conflict as error:
        return [error.sentence]
    return []


def _must_have_room(campaign: Campaign, before: Participant | None, drafted: Participant | None, at: datetime) -> None:
    """Who is there already by a draft has their place."""
    if not campaigns.admits(campaign, at):
        raise Conflict(gettext("This campaign no longer accepts creators."))
    if drafted is not None:
        return
    if before is not None and before.counts(at):
        raise Conflict(gettext("This creator already takes part in this campaign."))
    if campaign.most_creators is not None and campaigns.joined(campaign.id, at=at) >= campaign.most_creators:
        raise Conflict(gettext("The campaign is full: the maximum number of creators has joined."))


def _must_be_clear(creator: Creator, campaign: Campaign, sheet: Sheet, contract: Contract | None) -> None:
    """Under a contract only the work is new; what the contract closes is in force already."""
    wanted = replace(sheet, exclusivity=None) if contract else sheet
    except_contract = contract.id if contract else None
    clashes = closures.conflicts(creator.id, campaign.brand_id, wanted, except_contract=except_contract)
    if clashes:
        sentences = [closures.sentence(clash, sheet.timezone) for clash in clashes]
        raise Conflict(" ".join(dict.fromkeys(sentences)), conflicts=clashes)


def _written(campaign: Campaign, creator: Creator, terms: Terms, at: datetime) -> Participation:
    """The pair's row, in the place of one that has come to nothing."""
    of_pair = select(Participation).where(
        Participation.campaign_id == campaign.id, Participation.creator_id == creator.id
    )
    participation = db.session.scalar(of_pair) or Participation(campaign_id=campaign.id, creator_id=creator.id)
    participation.joined_at = at
    _by(participation, terms)
    return participation


def _by(participation: Participation, terms: Terms) -> None:
    for name, value in ({"contract_id": None, "offer_id": None} | terms).items():
        setattr(participation, name, value)
    db.session.add(participation)
    db.session.flush()
    db.session.expire(participation, ["contract", "offer"])


def _own_terms(campaign: Campaign, offer: Offer) -> Terms:
    return {"offer_id": offer.id, "terms_from": terms_word(campaign), "terms_campaign_id": campaign.id}


def _by_offer(campaign: Campaign, creator: Creator, sheet: Sheet, *, by: Identity, at: datetime) -> Terms:
    """By a new offer, or by that of another campaign of the brand which goes first."""
    new, near = entry(campaign, at), _near(campaign, creator, at)
    agreed = [each for each, _theirs in near if each.agreement is not None]
    wins = winner(new, [theirs for _each, theirs in near])
    if agreed or wins is not new:
        return _shared((agreed or [each for each, theirs in near if theirs is wins])[0], sheet, by=by, at=at)
    for each, _theirs in near:
        _give_way(each, campaign, by=by, at=at)
    reach = [(theirs.starts_on, theirs.ends_on, _work(each)) for each, theirs in near]
    draft = negotiation.OfferDraft(_reaching(sheet, reach), campaign.title)
    offer = negotiation.begin(campaign.brand, creator, draft, by=by, at=at)
    negotiation.send(offer, side=Side.BRAND, by=by, at=at, days=DAYS)
    terms = _own_terms(campaign, offer)
    for each, _theirs in near:
        _by(each.participation, terms)
    return terms


def _near(campaign: Campaign, creator: Creator, at: datetime) -> list[tuple[Participant, Entry]]:
    """Who of the pair's participations lives by an offer that the campaign has to share or replace, the first joined
    first: those it meets, and those which share an offer with one of them.

    Conflict where the offer is for the same days and for something else. A draft of that kind is in nobody's way: the
    creator does not know of it.
    """
    new = entry(campaign, at)
    standing = participants.of_pair(campaign.brand_id, creator.id)
    live = [(each, _entry_of(each, at)) for each in standing if each.lives(at)]
    days = [(each, other) for each, other in live if overlap(new, other) and (each.shown or meet(new, other))]
    if any(not meet(new, other) for _each, other in days):
        raise _busy()
    offers = {each.participation.offer_id for each, _other in days}
    return [(each, other) for each, other in live if each.participation.offer_id in offers]


def _shared(other: Participant, sheet: Sheet, *, by: Identity, at: datetime) -> Terms:
    """By the offer of another campaign, with more days and work where it has too few; a draft is sent."""
    round_, joined = other.round, other.participation
    offer = joined.offer
    if round_ is None or offer is None:
        raise _busy()
    whole = _reaching(round_.sheet, [(sheet.starts_on, sheet.ends_on, sheet.work)])
    if not other.shown:
        today = max(whole.starts_on, clock.today(whole.timezone, at=at))
        negotiation.edit(offer, replace(whole, starts_on=today), message=round_.message, by=by, at=at)
        negotiation.send(offer, side=Side.BRAND, by=by, at=at, days=DAYS)
    elif whole != round_.sheet:
        if round_.side != Side.BRAND or round_.status not in OPEN:
            raise _busy()
        version = negotiation.Version(whole, round_.message)
        negotiation.revise(offer, version, side=Side.BRAND, by=by, at=at)
    return {
        "offer_id": offer.id,
        "terms_from": joined.terms_from,
        "terms_campaign_id": joined.terms_campaign_id,
    }


def _give_way(each: Participant, campaign: Campaign, *, by: Identity, at: datetime) -> None:
    """Closes the offer of a campaign that is open to all: that of the one by invitation comes in its place."""
    round_, offer = each.round, each.participation.offer
    if round_ is None or offer is None:
        return
    latest = negotiation.latest(offer)
    if latest.status not in ("draft", *OPEN):
        return  # closed with another campaign that shared it
    reason = gettext("Replaced by the terms of “%(title)s”, a campaign by invitation.", title=campaign.title)
    if latest.side == Side.BRAND:
        negotiation.withdraw(offer, side=Side.BRAND, reason=reason, by=by, at=at)
    else:
        negotiation.decline(offer, side=Side.BRAND, seen=latest.nr, reason=reason, by=by, at=at)


def entry(campaign: Campaign, at: datetime) -> Entry:
    """The campaign as precedence looks at it, with the days that are left."""
    spans = tuple((word.lo, word.hi) for word in tree(CATEGORY).covering(campaign.categories))
    return Entry(
        campaign.id,
        campaign.entry == CampaignEntry.INVITED,
        from_today(campaign, at).starts_on,
        campaign.ends_on,
        spans,
    )


def terms_word(campaign: Campaign) -> str:
    """`targeted` for the terms of a campaign by invitation, `open` for those of one that is open to all."""
    return TermsFrom.TARGETED if campaign.entry == CampaignEntry.INVITED else TermsFrom.OPEN


def _entry_of(each: Participant, at: datetime) -> Entry:
    """A campaign that was joined; it may have got the terms of one by invitation."""
    return replace(entry(each.participation.campaign, at), targeted=each.participation.terms_from == TermsFrom.TARGETED)


def _reaching(sheet: Sheet, others: Sequence[Reach]) -> Sheet:
    """The sheet, with days and work that reach as far as all of these."""
    return replace(
        sheet,
        starts_on=min([sheet.starts_on, *(first for first, _last, _scope in others)]),
        ends_on=max([sheet.ends_on, *(last for _first, last, _scope in others)]),
        work=_united(sheet.work, [scope for _first, _last, scope in others]),
    )


def _united(scope: Scope, others: Sequence[Scope]) -> Scope:
    """The scope with what of the others it does not hold."""
    return Scope(
        **{
            each.name: _with(
                each.name, getattr(scope, each.name), [c for other in others for c in getattr(other, each.name)]
            )
            for each in fields(Scope)
        }
    )


def _with(name: str, codes: tuple[str, ...], more: Sequence[str]) -> tuple[str, ...]:
    of = tree(TREES[name])
    held = [of.word(code) for code in codes]
    new = [word.code for word in map(of.word, more) if not any(o.lo <= word.lo and word.hi <= o.hi for o in held)]
    return tuple(word.code for word in of.covering(dict.fromkeys([*codes, *new]))) if new else codes


def _work(each: Participant) -> Scope:
    return each.round.sheet.work if each.round else each.participation.campaign.sheet.work


def _busy() -> Conflict:
    return Conflict(gettext("Another offer between you covers some of these days. Answer or withdraw that one first."))
