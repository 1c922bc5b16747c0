"""The routes of profiles, and of the pages of creators and brands that others look at."""

from __future__ import annotations

from dataclasses import replace

from app import clock
from app.creators import channels, profiles
from app.creators.profiles import ProfileDraft
from app.security import ANYBODY, BRAND, CREATOR, PLATFORM, Role
from app.streams.models import Channel
from tests import market
from tests.access import Kind, Row, Side
from tests.contracts.dealing import CREATORS
from tests.payouts.people import identity

OWNER = frozenset({Role.BRAND_OWNER})
CATEGORIES, DAY = ["beauty.skincare"], "2026-03-01"


def _channel(side: Side) -> Channel:
    who = identity(CREATORS[side.creator.handle])
    return channels.add(side.creator, platform="tiktok", name=f"c-{side.word}", by=who, at=clock.now())


def _shown_creator(side: Side) -> object:
    """A creator who has published their page."""
    draft = ProfileDraft(side.word, [side.word], CATEGORIES, public=True)
    draft = replace(draft, ask_commission_bps=1000, prices={("hour", "EUR"): 10_000})
    profiles.save_profile(side.creator, draft, by=identity(CREATORS[side.creator.handle]), at=clock.now())
    return side.creator.public_id


def _shown_brand(side: Side) -> object:
    who = identity("adam")
    profiles.save_brand_profile(side.brand, about=side.word, website="https://example.com", by=who, at=clock.now())
    return side.brand.public_id


def _dealing_brand(side: Side) -> object:
    """A brand that has a contract with the side's creator."""
    market.contract(side.brand, side.creator)
    return side.brand.public_id


def _consent(side: Side) -> dict[str, object]:
    return {"creator": str(side.creator.public_id), "give": "1"}


KINDS = {
    "channel": Kind(lambda side: _channel(side).id, missing=999_999_999),
    "dealing_brand": Kind(_dealing_brand),
    "shown_creator": Kind(_shown_creator),
    "shown_brand": Kind(_shown_brand),
}
PROFILE = {"about": "Lamps, live.", "keywords": "lamps", "categories": ["home"], "price_hour_EUR": "150.00"}
FIGURES = {"measured_on": DAY, "followers": "1200", "audience_countries": "NL 60"}

ROWS = [
    Row("creators.creator_profile", "GET", CREATOR | PLATFORM),
    Row("creators.creator_profile_update", "POST", CREATOR, form=PROFILE),
    Row("creators.creator_channel_create", "POST", CREATOR, form={"platform": "youtube", "name": "Another"}),
    Row("creators.creator_channel", "GET", CREATOR | PLATFORM),
    Row("creators.creator_channel_update", "POST", CREATOR, form=FIGURES),
    Row("creators.brand_profile", "GET", BRAND | PLATFORM),
    Row("creators.brand_profile_update", "POST", OWNER, form={"about": "Lamps.", "website": "https://example.com"}),
    Row("creators.brand_consent_update", "POST", OWNER, args={"brand": "dealing_brand"}, form=_consent),
    Row("desks.creator_page", "GET", ANYBODY, args={"shown": "shown_creator"}),
    Row("desks.brand_page", "GET", ANYBODY, args={"shown": "shown_brand"}),
]
