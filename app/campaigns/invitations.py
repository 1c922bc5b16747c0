"""Approaches: a brand invites creators to a campaign, one or many at once, or just to talk; they answer within 30 days.

A brand's messages are few (app/campaigns/quota.py), and at most five reach a creator who has not answered (rules.md,
"Outreach quota"). An application, an offer that was agreed on and a contract are answers too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, Subquery, func, select, union_all, update
from sqlalchemy.orm import joinedload

from app.campaigns import (
    campaigns,
    letters,
    participants,
    participation,
    quota,
)
from app.campaigns.campaign_rules import LONGEST_MESSAGE
from app.campaigns.models import STANDS, Application, Approach, ApproachStatus, Campaign
from app.contracts.models import Contract, Offer, OfferRound
from app.creators import profiles
from app.database import db, lock
from app.errors import BadInput, Conflict, NotFound
from app.security import Identity
from app.transitions import move
from app.users.memberships import reachable
from app.users.models import Brand, Creator, Person
from app.users.sides import Side
from app.users.trail import record
from app.web.texts import optional_text

REMEMBERED = timedelta(days=90)  # so long a message that lapsed counts
MOST_UNANSWERED = 5  # messages of a brand to a creator
MOST_AT_ONCE = 500
REASONS = {  # why somebody was not written to
    "joined": _("already takes part"),
    "drafted": _("has a draft offer from you: send it"),
    "applied": _("has applied: accept the application"),
    "invited": _("is already invited"),
    "refused": _("has declined this campaign"),
    "not_open": _("is not open to offers"),
    "not_here": _("has no user account yet"),
    "five": _("has not answered five of your messages"),
    "quota": _("exceeds your weekly message limit"),
}


@dataclass(frozen=True)
class Invited:
    """What came of writing to creators: the messages that were sent, and who got none, with a word of REASONS."""

    sent: list[Approach]
    skipped: list[tuple[Creator, str]]


def invite(
    brand: Brand, creators: Sequence[Creator], campaign: Campaign | None, message: str, *, by: Identity, at: datetime
) -> Invited:
    """Writes to creators, the first first, as far as the quota reaches; who may not be written to is skipped with the
    reason. BadInput without a creator, without a word where there is no campaign, or for too many; Conflict when the
    campaign takes nobody any more; NotFound for another brand's."""
    if not 0 < len(creators) <= MOST_AT_ONCE:
        raise BadInput(gettext("Choose 1 to %(most)s creators.", most=MOST_AT_ONCE))
    if campaign is not None:
        if campaign.brand_id != brand.id:
            raise NotFound(gettext("There is no such campaign, or it is not yours."))
        campaigns.must_take(lock(campaign), at)
    words = optional_text(message, LONGEST_MESSAGE)
    if campaign is None and not words:
        raise BadInput(gettext("Write a message: without a campaign it is all the creator sees."))
    db.session.execute(select(Brand.id).where(Brand.id == brand.id).with_for_update(key_share=True))
    wanted = list({each.id: each for each in creators}.values())
    refused = _refused(brand, [each.id for each in wanted], campaign, at)
    left = quota.quota_of(brand, at=at).left
    sent: list[Approach] = []
    skipped: list[tuple[Creator, str]] = []
    for creator in wanted:
        reason = refused.get(creator.id) or ("quota" if len(sent) >= left else "")
        if reason:
            skipped.append((creator, reason))
        else:
            sent.append(_approach(brand, creator, campaign, words, by=by, at=at))
    db.session.add_all(sent)
    db.session.flush()
    kind, number = ("campaign", campaign.id) if campaign else ("brand", brand.id)
    record("invite", kind, number, by=by, at=at, creators=[each.creator.handle for each in sent])
    for approach in sent:
        letters.write_invitation(approach, Side.CREATOR, "invited" if campaign else "approached", at=at, reason=words)
    return Invited(sent, skipped)


def answer(approach: Approach, agree: bool, reason: str = "", *, by: Identity, at: datetime) -> Approach:
    """The creator says yes, which lets them join the campaign where there is one, or no, with a word if they like.

    WrongStatus when it is answered or has lapsed, Conflict after 30 days, and what `participation.join` raises.
    """
    if approach.campaign is not None:
        lock(approach.campaign)  # first, as who cancels it does
    lock(approach)
    words = optional_text(reason, LONGEST_MESSAGE)
    if approach.status == ApproachStatus.UNANSWERED and at >= approach.stands_until:
        raise Conflict(gettext("This invitation expired after 30 days."))
    move(approach, ApproachStatus.AGREED if agree else ApproachStatus.REFUSED)
    approach.answered_by, approach.answered_at, approach.reason = by.person_id, at, words or None
    db.session.flush()
    record("agree" if agree else "refuse", "approach", approach.id, by=by, at=at)
    if agree and approach.campaign is not None:
        participation.join(approach.campaign, approach.creator, by=_sender(approach), at=at)
    what = ("agreed", "refused") if approach.campaign is not None else ("willing", "unwilling")
    letters.write_invitation(approach, Side.BRAND, what[0 if agree else 1], at=at, reason=words)
    return approach


def lapse(*, at: datetime) -> int:
    """Closes what nobody answered within 30 days; returns how many."""
    old = update(Approach).where(Approach.status == ApproachStatus.UNANSWERED, Approach.sent_at <= at - STANDS)
    done = old.values(status=ApproachStatus.LAPSED, answered_at=at).returning(Approach.id)
    lapsed = db.session.scalars(done, execution_options={"synchronize_session": False}).all()
    if lapsed:
        db.session.expire_all()
        record("lapse", "approach", None, by=None, at=at, count=len(lapsed))
    return len(lapsed)


def open_for(creator: Creator, *, at: datetime) -> Sequence[Approach]:
    """What waits for the creator's answer and can still be answered, the newest first."""
    unanswered = _whole().where(Approach.creator_id == creator.id, Approach.status == ApproachStatus.UNANSWERED)
    approaches = db.session.scalars(unanswered.where(Approach.sent_at > at - STANDS))
    return [each for each in approaches if each.campaign is None or campaigns.admits(each.campaign, at)]


def of_campaign(campaign_id: int) -> Sequence[Approach]:
    """The invitations to a campaign, the newest first."""
    return db.session.scalars(_whole().where(Approach.campaign_id == campaign_id)).all()


def newest(campaign_id: int, creator_id: int) -> Approach | None:
    """The last invitation of a creator to a campaign; None when there is none."""
    of_pair = _whole().where(Approach.campaign_id == campaign_id, Approach.creator_id == creator_id)
    return db.session.scalars(of_pair.limit(1)).first()


def get_invitation(creator: Creator, public_id: UUID) -> Approach:
    """The creator's invitation with this public id; NotFound otherwise."""
    approach = db.session.scalar(
        select(Approach).where(Approach.creator_id == creator.id, Approach.public_id == public_id)
    )
    if approach is None:
        raise NotFound(gettext("There is no such invitation, or it is not yours."))
    return approach


def _whole() -> Select[Approach]:
    parts = joinedload(Approach.creator), joinedload(Approach.brand), joinedload(Approach.campaign)
    return select(Approach).options(*parts).order_by(Approach.id.desc())


def _approach(
    brand: Brand, creator: Creator, campaign: Campaign | None, words: str, *, by: Identity, at: datetime
) -> Approach:
    approach = Approach(brand=brand, creator=creator, campaign=campaign, message=words)
    approach.status, approach.sent_by, approach.sent_at = ApproachStatus.UNANSWERED, by.person_id, at
    return approach


def _refused(brand: Brand, ids: Collection[int], campaign: Campaign | None, at: datetime) -> dict[int, str]:
    """Those of these creators who may not be written to, each with the word of REASONS that counts most."""
    reasons = dict.fromkeys(_silent(brand, ids, at), "five")
    reasons |= dict.fromkeys(set(ids) - reachable(ids), "not_here")
    reasons |= dict.fromkeys(profiles.not_asking(ids), "not_open")
    if campaign is not None:
        no = select(Approach.creator_id).where(
            Approach.campaign_id == campaign.id, Approach.status == ApproachStatus.REFUSED
        )
        reasons |= dict.fromkeys(db.session.scalars(no.where(Approach.creator_id.in_(ids))), "refused")
        reasons |= participants.involved(campaign.id, ids, at=at)
    return reasons


def _silent(brand: Brand, ids: Collection[int], at: datetime) -> Sequence[int]:
    """Those who have five messages of the brand since they last answered; what lapsed counts for 90 days."""
    last = _answers(brand, ids)
    query = select(Approach.creator_id).outerjoin(last, last.c.creator_id == Approach.creator_id)
    query = query.where(Approach.brand_id == brand.id, Approach.creator_id.in_(ids))
    query = query.where((Approach.status != ApproachStatus.LAPSED) | (Approach.sent_at > at - REMEMBERED))
    query = query.where(last.c.at.is_(None) | (Approach.sent_at > last.c.at))
    return db.session.scalars(query.group_by(Approach.creator_id).having(func.count() >= MOST_UNANSWERED)).all()


def _answers(brand: Brand, ids: Collection[int]) -> Subquery:
    """When each of these creators last had to do with the brand by their own will: they answered a message, applied,
    and agreed on or signed something (creator_id, at)."""
    answered = select(Approach.creator_id, Approach.answered_at.label("at")).where(
        Approach.brand_id == brand.id, Approach.status.in_((ApproachStatus.AGREED, ApproachStatus.REFUSED))
    )
    applied = select(Application.creator_id, Application.made_at).join(Campaign)
    agreed = select(Offer.creator_id, OfferRound.closed_at).join(OfferRound, OfferRound.offer_id == Offer.id)
    signed = select(Contract.creator_id, func.coalesce(Contract.signed_at, Contract.recorded_at))
    every = union_all(
        answered,
        applied.where(Campaign.brand_id == brand.id),
        agreed.where(Offer.brand_id == brand.id, OfferRound.status == "accepted"),
        signed.where(Contract.brand_id == brand.id),
    ).subquery()
    last = select(every.c.creator_id, func.max(every.c.at).label("at")).where(every.c.creator_id.in_(ids))
    return last.group_by(every.c.creator_id).subquery()


def _sender(approach: Approach) -> Identity:
    """The person who invited, whose offer it becomes."""
    person = db.session.get_one(Person, approach.sent_by)
    return Identity(person.id, person.name, person.email, person.language, person.timezone, "", frozenset())
