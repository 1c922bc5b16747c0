"""How the people of the demo market meet: what they say of themselves, campaigns, an application, an invitation, a
sample and a list. All of it through the verbs that people use; the night's work is done once at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import clock
from app.campaigns import applications, campaigns, invitations
from app.campaigns.campaign_rules import Draft
from app.campaigns.models import Campaign
from app.contracts.terms.sheet import Bonus, Scope, Sheet
from app.creators import (
    channels,
    profiles,
    search,
    shortlists,
)
from app.creators.channels import Measurement
from app.creators.profiles import ProfileDraft
from app.database import db, raw
from app.demo.voices import ABOUT, PROFILES, ProfileText
from app.desks import alike_rows
from app.ranking import creator_scores
from app.ranking.backtests import running
from app.samples import samples
from app.samples.samples import SampleRequest
from app.security import Identity
from app.streams.models import Channel
from app.users.models import Brand, Creator

People = Callable[[str], Identity]  # by address
OWNER, CREAMS, TEA, AGENT, AGENCY, ADMIN = (
    f"{name}@demo.example" for name in ("brand", "creams", "tea", "agent", "agency", "admin")
)


def meet(person_of: People, now: datetime) -> None:
    """Lets them meet in the last week before `now`. The caller commits."""
    week = now - timedelta(days=7)
    for handle, said in PROFILES.items():
        _introduce(_creator(handle), said, person_of(AGENT if handle in ("mira", "noor") else AGENCY), week)
    for handle, about in ABOUT.items():
        profiles.save_brand_profile(_brand(handle), about=about, website="", by=person_of(ADMIN), at=week)
    winter = _campaign("lumenhuis", WINTER, person_of(OWNER), now, week)
    care = _campaign("nordhaut", CARE, person_of(CREAMS), now, week)
    _campaign("brewster", TEATIME, person_of(TEA), now, week)
    _talk(winter, care, person_of, now)
    _keep(person_of(OWNER), now)
    wanted = SampleRequest("NH-SERUM", message="I would like to try the serum for a week before I show it.")
    samples.request(_creator("mira"), _brand("nordhaut"), wanted, by=person_of(AGENT), at=now - timedelta(days=1))
    creator_scores.refresh(raw(), at=now)
    search.rebuild(raw(), at=now)
    alike_rows.compare(now)
    this_month = now.date().replace(day=1)
    running.run(raw(), cut_on=clock.first_of_last_month(this_month), until_on=this_month, by_name="Anna Vos", at=now)


@dataclass(frozen=True)
class Wanted:
    """A campaign in few words: days from today, money in minor units of the brand's currency."""

    title: str
    brief: str
    categories: tuple[str, ...]
    markets: tuple[str, ...]
    languages: tuple[str, ...]
    keywords: tuple[str, ...]
    days: tuple[int, int]
    budget: int
    ceiling: int
    hours: int
    commission_bps: int
    retainer: int
    entry: str
    products: tuple[str, ...]
    questions: tuple[str, ...] = ()


WINTER = Wanted(
    "Light for dark evenings",
    "Show how one lamp changes a room. Two shows of two hours, at home, in the dark.",
    ("home",),
    ("NL", "BE"),
    ("nl",),
    ("sfeerverlichting", "interieur"),
    (10, 70),
    600_000,
    20_000,
    8,
    1_300,
    0,
    "open",
    ("LH-ARC", "LH-PEBBLE"),
    ("Which room would you show?",),
)
CARE = Wanted(
    "Winter skin, calm skin",
    "Explain the night serum to people whose skin hurts in winter.",
    ("beauty.skincare",),
    ("DE", "NL"),
    (),
    ("huidverzorging", "gevoelige huid"),
    (14, 90),
    900_000,
    25_000,
    10,
    1_500,
    25_000,
    "invited",
    ("NH-SERUM", "NH-CREAM"),
)
TEATIME = Wanted(
    "Tea for the long weekend",
    "A tasting of three teas, with the box of twelve as the thing to buy.",
    ("food",),
    ("GB",),
    ("en",),
    ("tea tasting",),
    (7, 40),
    300_000,
    15_000,
    6,
    1_400,
    0,
    "open",
    ("BF-BOX",),
)


def _introduce(creator: Creator, profile: ProfileText, by: Identity, at: datetime) -> None:
    prices = {("hour", profile.currency): profile.hour} if profile.hour else {}
    draft = ProfileDraft(
        about=profile.about,
        keywords=profile.keywords,
        categories=profile.categories,
        public=True,
        ask_commission_bps=1_000,
        prices=prices,
    )
    profiles.save_profile(creator, draft, by=by, at=at)
    channel = db.session.scalars(select(Channel).where(Channel.creator_id == creator.id)).one()
    measurement = Measurement(
        measured_on=at.date(),
        followers=channel.followers,
        average_views=channel.average_views,
        average_live_viewers=channel.average_live_viewers,
        engagement_bps=channel.engagement_bps,
        audience_countries=profile.audience or {},
        audience_ages={"18-24": 2_400, "25-34": 4_100, "35-44": 2_000},
    )
    channels.save_channel(channel, measurement, by=by, at=at)


def _campaign(handle: str, wanted: Wanted, by: Identity, now: datetime, at: datetime) -> Campaign:
    brand, begin, end = _brand(handle), *(now.date() + timedelta(days=days) for days in wanted.days)
    draft = Draft(
        title=wanted.title,
        brief=wanted.brief,
        categories=wanted.categories,
        markets=wanted.markets,
        languages=wanted.languages,
        keywords=wanted.keywords,
        starts_on=begin,
        ends_on=end,
        currency=brand.currency,
        budget=wanted.budget,
        hour_ceiling=wanted.ceiling,
        hours=wanted.hours,
        entry=wanted.entry,
        questions=wanted.questions,
        products=wanted.products,
    )
    campaign = campaigns.create(brand, draft, _terms(brand, wanted, begin, end), by=by, at=at)
    return campaigns.publish(campaign, by=by, at=at + timedelta(hours=1))


def _terms(brand: Brand, wanted: Wanted, begin: date, end: date) -> Sheet:
    bonuses = (Bonus("retainer", wanted.retainer),) if wanted.retainer else ()
    return Sheet(
        starts_on=begin,
        ends_on=end,
        timezone=brand.timezone,
        currency=brand.currency,
        commission_bps=wanted.commission_bps - 300,
        in_stream_bps=wanted.commission_bps,
        work=Scope(wanted.categories, ("all",), wanted.markets, ("live",)),
        bonuses=bonuses,
        goal=wanted.title,
    )


def _talk(winter: Campaign, care: Campaign, person_of: People, now: datetime) -> None:
    """Kaat applies to Lumenhuis, Nordhaut invites Noor and Femke is asked by Lumenhuis."""
    applications.apply(
        winter,
        _creator("kaat"),
        message="I never did lamps, but my evenings are dark too.",
        answers=["My kitchen: it has one bulb."],
        by=person_of(AGENCY),
        at=now - timedelta(days=3),
    )
    words = "You read labels aloud: ours is short."
    invitations.invite(care.brand, [_creator("noor")], care, words, by=person_of(CREAMS), at=now - timedelta(days=2))
    words = "Would you show a lamp in a tent?"
    invitations.invite(
        winter.brand, [_creator("femke")], winter, words, by=person_of(OWNER), at=now - timedelta(days=2)
    )


def _keep(owner: Identity, now: datetime) -> None:
    """What Lumenhuis notes about creators."""
    brand, at = _brand("lumenhuis"), now - timedelta(days=4)
    spring = shortlists.create(brand, "Spring shows", by=owner, at=at)
    shortlists.add(spring, [_creator("kaat"), _creator("femke")], by=owner, at=at)
    shortlists.set_tags(brand, _creator("kaat"), ["Flemish", "new"], by=owner, at=at)
    shortlists.note(brand, _creator("kaat"), "Met at a fair in Ghent. Shows on Sundays only.", by=owner, at=at)


def _brand(handle: str) -> Brand:
    return db.session.scalars(select(Brand).where(Brand.handle == handle)).one()


def _creator(handle: str) -> Creator:
    return db.session.scalars(select(Creator).where(Creator.handle == handle)).one()
