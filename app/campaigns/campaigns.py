"""Campaigns: a brand says what it looks for creators for, publishes it, and ends it. Who may see one is told here too.

What a creator has agreed to is in their contract or offer; once a campaign is published its terms stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update

from app import clock
from app.campaigns import letters, participants
from app.campaigns.campaign_rules import (
    FROZEN,
    LONGEST_MESSAGE,
    Draft,
    problems,
)
from app.campaigns.models import (
    Application,
    ApplicationStatus,
    Approach,
    ApproachStatus,
    Campaign,
    CampaignEntry,
    CampaignProduct,
    CampaignStatus,
    Participation,
)
from app.catalog.models import Product
from app.contracts.terms.sheet import Sheet
from app.creators import pay_record
from app.database import db, lock
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.security import Identity
from app.transitions import move
from app.users.models import Brand, Creator
from app.users.trail import record
from app.web.texts import required_text
from app.words import word


def create(brand: Brand, draft: Draft, terms: Sheet, *, by: Identity, at: datetime) -> Campaign:
    """A new campaign, a draft as yet, which only the brand sees. `terms` are what it offers; their days and currency
    become the campaign's. BadInput with all of `campaign_rules.problems` in `about["problems"]`."""
    draft = draft.tidy()
    _check(brand, draft, terms, at)
    campaign = Campaign(brand_id=brand.id, made_by=by.person_id, made_at=at, **draft.columns())
    campaign.terms, campaign.status = draft.terms(terms).as_json(), CampaignStatus.DRAFT
    db.session.add(campaign)
    db.session.flush()
    _list_products(campaign, draft.products)
    record("create", "campaign", campaign.id, by=by, at=at, title=campaign.title)
    return campaign


def edit(campaign: Campaign, draft: Draft, terms: Sheet, *, by: Identity, at: datetime) -> Campaign:
    """Writes the campaign anew. Once it is published its terms and what is in FROZEN stay as they are: Conflict for
    another value. WrongStatus when it is over, BadInput as `create`."""
    lock(campaign)
    if campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.PUBLISHED):
        raise WrongStatus(gettext("This campaign is “%(now)s”. Create a new one.", now=word(campaign.status)))
    draft = draft.tidy()
    _check(campaign.brand, draft, terms, at)
    if campaign.status == CampaignStatus.PUBLISHED:
        _leave_frozen(campaign, draft, terms)
    for name, value in draft.columns().items():
        setattr(campaign, name, value)
    campaign.terms = draft.terms(terms).as_json()
    db.session.flush()
    _list_products(campaign, draft.products)
    record("edit", "campaign", campaign.id, by=by, at=at, title=campaign.title)
    return campaign


def publish(campaign: Campaign, *, by: Identity, at: datetime) -> Campaign:
    """From now on creators see it: all, or those who are invited. BadInput when it can't be as it stands any more."""
    lock(campaign)
    _check(campaign.brand, draft_of(campaign), campaign.sheet, at)
    move(campaign, CampaignStatus.PUBLISHED)
    campaign.published_at = at
    return _done(campaign, "publish", by=by, at=at)


def close(campaign: Campaign, *, by: Identity | None, at: datetime) -> Campaign:
    """Nobody can apply or be invited any more; what was asked before can still be answered."""
    lock(campaign)
    move(campaign, CampaignStatus.CLOSED)
    campaign.ended_at = at
    return _done(campaign, "close", by=by, at=at)


def cancel(campaign: Campaign, reason: str, *, by: Identity, at: datetime) -> Campaign:
    """Calls it off: applications are rejected for the reason, invitations lapse. Contracts and offers stay as they are.
    BadInput without a reason."""
    lock(campaign)
    why = required_text(reason, gettext("Give a reason. Everyone who applied will read it."), LONGEST_MESSAGE)
    move(campaign, CampaignStatus.CANCELLED)
    campaign.ended_at = at
    ended = {"decided_by": by.person_id, "decided_at": at, "reason": why}
    waiting = update(Application).where(
        Application.campaign_id == campaign.id, Application.status == ApplicationStatus.APPLIED
    )
    fresh = {"synchronize_session": False, "populate_existing": True}
    rejected = waiting.values(status=ApplicationStatus.REJECTED, **ended).returning(Application)
    for application in db.session.scalars(rejected, execution_options=fresh).all():
        letters.write_application(application, "creator", "rejected", at=at, reason=why)
    unanswered = update(Approach).where(
        Approach.campaign_id == campaign.id, Approach.status == ApproachStatus.UNANSWERED
    )
    lapsed = unanswered.values(status=ApproachStatus.LAPSED, answered_at=at, reason=why).returning(Approach)
    for approach in db.session.scalars(lapsed, execution_options=fresh).all():
        letters.write_invitation(approach, "creator", "called_off", at=at, reason=why)
    return _done(campaign, "cancel", by=by, at=at)


def close_past(*, at: datetime) -> int:
    """Closes the published campaigns whose last day is over where their brands are; returns how many."""
    past = select(Campaign).where(
        Campaign.status == CampaignStatus.PUBLISHED, Campaign.ends_on < at.date() + timedelta(days=1)
    )
    ended = [each for each in db.session.scalars(past.order_by(Campaign.id)).all() if over(each, at)]
    for campaign in ended:
        close(campaign, by=None, at=at)
    return len(ended)


def of_brand(brand_id: int) -> Select[Campaign]:
    """The brand's campaigns, the newest first."""
    return select(Campaign).where(Campaign.brand_id == brand_id).order_by(Campaign.id.desc())


def get_campaign(brand_id: int, public_id: UUID) -> Campaign:
    """The brand's campaign with this public id; NotFound otherwise."""
    campaign = db.session.scalar(of_brand(brand_id).where(Campaign.public_id == public_id))
    if campaign is None:
        raise _missing()
    return campaign


def for_creator(creator: Creator, public_id: UUID, *, at: datetime) -> Campaign:
    """The campaign with this public id, when the creator may see it; NotFound otherwise."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.public_id == public_id))
    if campaign is None or not visible_to(creator, campaign, at=at):
        raise _missing()
    return campaign


def visible_to(creator: Creator, campaign: Campaign, *, at: datetime) -> bool:
    """Whether the creator may see it: it is in the market, or they were invited, have applied, or took part and know of
    it: an offer that is only drafted for them tells them nothing."""
    if campaign.status == CampaignStatus.DRAFT:
        return False
    pair = select(Creator.id).join(Campaign, met()).where(Campaign.id == campaign.id, Creator.id == creator.id)
    return in_market(campaign, at=at) or db.session.scalar(pair) is not None


def met() -> ColumnElement[bool]:
    """The pairs of a creator and a campaign that is no draft in which the creator was invited, has applied, or takes or
    took part and knows of it."""
    involved = [
        exists().where(table.campaign_id == Campaign.id, table.creator_id == Creator.id).correlate(Campaign, Creator)
        for table in (Approach, Application, Participation)
    ]
    involved[-1] = involved[-1].where(participants.known())
    return and_(Campaign.status != CampaignStatus.DRAFT, or_(*involved))


def in_market(campaign: Campaign, *, at: datetime) -> bool:
    """Whether every creator may find it: published, open to all, not over, and its brand not hidden (rules.md B20)."""
    return takes(campaign, at) and campaign.entry == CampaignEntry.OPEN and not pay_record.hidden(campaign.brand)


def market(*, at: datetime) -> list[Campaign]:
    """All campaigns that every creator may find, the newest first."""
    today = at.date() - timedelta(days=1)  # where the day ends last
    published = select(Campaign).where(
        Campaign.status == CampaignStatus.PUBLISHED, Campaign.entry == CampaignEntry.OPEN, Campaign.ends_on >= today
    )
    listed = db.session.scalars(published.order_by(Campaign.published_at.desc(), Campaign.id.desc())).all()
    hidden = pay_record.hidden_among({each.brand_id for each in listed})
    return [each for each in listed if each.brand_id not in hidden and not over(each, at)]


def takes(campaign: Campaign, at: datetime) -> bool:
    """Whether it still takes applications and invitations."""
    return campaign.status == CampaignStatus.PUBLISHED and not over(campaign, at)


def admits(campaign: Campaign, at: datetime) -> bool:
    """Whether those who applied or were invited before can still come in: also once it is closed."""
    return campaign.status in (CampaignStatus.PUBLISHED, CampaignStatus.CLOSED) and not over(campaign, at)


def over(campaign: Campaign, at: datetime) -> bool:
    """Whether its last day has passed where the brand is."""
    return campaign.ends_on < clock.today(campaign.terms["timezone"], at=at)


def must_take(campaign: Campaign, at: datetime) -> None:
    """Returns when `takes` says yes; Conflict otherwise."""
    if not takes(campaign, at):
        raise Conflict(gettext("This campaign no longer accepts creators."))


def draft_of(campaign: Campaign) -> Draft:
    """The campaign as the brand wrote it."""
    values = {each.name: getattr(campaign, each.name) for each in fields(Draft) if each.name != "products"}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Draft(**{**values, **lists, "products": tuple(skus_of(campaign.id))})


def skus_of(campaign_id: int) -> list[str]:
    """The SKUs of the products it is about."""
    query = select(CampaignProduct.sku).where(CampaignProduct.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(CampaignProduct.sku)))


def products_of(campaign: Campaign) -> list[Product]:
    """The products it is about, by name, as far as the brand still lists them."""
    query = select(Product).where(Product.brand_id == campaign.brand_id, Product.sku.in_(skus_of(campaign.id)))
    return list(db.session.scalars(query.order_by(Product.name, Product.sku)))


def joined(campaign_id: int, *, at: datetime) -> int:
    """How many creators take part at this instant, with those an offer is only drafted for."""
    query = select(func.count()).where(Participation.campaign_id == campaign_id, participants.counting(at))
    return int(db.session.execute(query).scalar_one())


def _check(brand: Brand, draft: Draft, terms: Sheet, at: datetime) -> None:
    faults = problems(draft, terms, known_skus=_known(brand.id, draft.products), at=at)
    if faults:
        raise BadInput(faults[0][1], problems=faults)


def _known(brand_id: int, skus: Collection[str]) -> frozenset[str]:
    query = select(Product.sku).where(Product.brand_id == brand_id, Product.sku.in_(skus))
    return frozenset(db.session.scalars(query)) if skus else frozenset()


def _leave_frozen(campaign: Campaign, draft: Draft, terms: Sheet) -> None:
    was = draft_of(campaign)
    if any(getattr(was, name) != getattr(draft, name) for name in FROZEN) or draft.terms(terms) != campaign.sheet:
        raise Conflict(
            gettext(
                "This campaign is published, so its terms, days, categories, markets, questions and who can take "
                "part can’t change. Create a new campaign instead."
            )
        )


def _list_products(campaign: Campaign, skus: Collection[str]) -> None:
    db.session.execute(delete(CampaignProduct).where(CampaignProduct.campaign_id == campaign.id))
    db.session.add_all([CampaignProduct(campaign_id=campaign.id, sku=sku) for sku in skus])
    db.session.flush()


def _done(campaign: Campaign, action: str, *, by: Identity | None, at: datetime) -> Campaign:
    db.session.flush()
    record(action, "campaign", campaign.id, by=by, at=at, title=campaign.title)
    return campaign


def _missing() -> NotFound:
    return NotFound(gettext("There is no such campaign, or it is not for you."))
