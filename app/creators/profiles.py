"""What creators and brands say of themselves: a creator's profile with categories and asking prices, a brand's page."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from blinker import Namespace
from flask_babel import gettext
from sqlalchemy import delete, select

from app.catalog.taxonomy import CATEGORY, Word, tree
from app.creators.models import (
    AskingPrice,
    BrandProfile,
    PriceUnit,
    Profile,
    ProfileCategory,
)
from app.database import db
from app.errors import BadInput
from app.money import CURRENCIES
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.trail import record

LONGEST, KEYWORDS, LONGEST_KEYWORD, LONGEST_WEBSITE = 4000, 30, 60, 300
MOST = 10**13  # minor units, as everywhere (formats.md)
WEBSITE = re.compile(r"https?://[^\s<>\"'\\@]+\.[^\s<>\"'\\@]+")
creators_changed = Namespace().signal("creators-changed")  # their ids, at=: in the transaction of the change
Prices = Mapping[tuple[str, str], int]  # (per, currency): minor units


@dataclass(frozen=True)
class ProfileDraft:
    """What a creator says of themselves. `categories` are codes of the tree, `prices` minor units."""

    about: str = ""
    keywords: Sequence[str] = ()
    categories: Sequence[str] = ()
    open_to_offers: bool = True
    public: bool = False
    ask_commission_bps: int | None = None
    prices: Prices = field(default_factory=dict)


def profile_of(creator_id: int) -> Profile | None:
    """What the creator says of themselves; None where nothing was said."""
    return db.session.get(Profile, creator_id)


def not_asking(creator_ids: Collection[int]) -> frozenset[int]:
    """Those of the creators who want no offers and invitations now."""
    query = select(Profile.creator_id).where(Profile.creator_id.in_(creator_ids), Profile.open_to_offers.is_(False))
    return frozenset(db.session.scalars(query))


def save_profile(creator: Creator, draft: ProfileDraft, *, by: Identity, at: datetime) -> Profile:
    """Stores the profile in place of what was said before.

    BadInput for a text or a list that is too long, an unknown category, and a price that can't be.
    """
    about, words = _about(draft.about), _keywords(draft.keywords)
    categories = [tree(CATEGORY).word(code) for code in dict.fromkeys(draft.categories)]
    _check_prices(draft.prices, draft.ask_commission_bps)
    profile = profile_of(creator.id) or Profile(creator_id=creator.id)
    profile.about, profile.keywords, profile.ask_commission_bps = about, words, draft.ask_commission_bps
    profile.open_to_offers, profile.public = draft.open_to_offers, draft.public
    profile.changed_by, profile.changed_at = by.person_id, at
    db.session.add(profile)
    db.session.execute(delete(ProfileCategory).where(ProfileCategory.creator_id == creator.id))
    db.session.execute(delete(AskingPrice).where(AskingPrice.creator_id == creator.id))
    db.session.add_all([ProfileCategory(creator_id=creator.id, node_id=word.id) for word in categories])
    db.session.add_all(
        [
            AskingPrice(creator_id=creator.id, per=per, currency=currency, amount=amount)
            for (per, currency), amount in draft.prices.items()
        ]
    )
    db.session.flush()
    record("save", "profile", creator.id, by=by, at=at, public=draft.public, open_to_offers=draft.open_to_offers)
    return profile


def categories_of(creator_id: int) -> list[Word]:
    """The categories the creator says they are at home in, in the tree's order."""
    query = select(ProfileCategory.node_id).where(ProfileCategory.creator_id == creator_id)
    chosen = frozenset(db.session.scalars(query))
    return [word for word in tree(CATEGORY).words if word.id in chosen]


def prices_of(creator_id: int) -> dict[tuple[str, str], int]:
    """What the creator asks: (per, currency) to minor units, in the order of PriceUnit and by currency."""
    asking_prices = db.session.scalars(select(AskingPrice).where(AskingPrice.creator_id == creator_id)).all()
    units = list[str](PriceUnit)
    ordered = sorted(asking_prices, key=lambda price: (units.index(price.per), price.currency))
    return {(price.per, price.currency): price.amount for price in ordered}


def brand_profile_of(brand_id: int) -> BrandProfile | None:
    """What the brand says of itself; None where nothing was said."""
    return db.session.get(BrandProfile, brand_id)


def save_brand_profile(brand: Brand, *, about: str, website: str, by: Identity, at: datetime) -> BrandProfile:
    """Stores what the brand says of itself. BadInput for a text that is too long and an address that is none."""
    website = website.strip()
    if website and (len(website) > LONGEST_WEBSITE or not WEBSITE.fullmatch(website)):
        raise BadInput(gettext("Enter the full address of the website, like https://www.example.com."))
    profile = brand_profile_of(brand.id) or BrandProfile(brand_id=brand.id)
    profile.about, profile.website = _about(about), website
    profile.changed_by, profile.changed_at = by.person_id, at
    db.session.add(profile)
    db.session.flush()
    record("save", "brand_profile", brand.id, by=by, at=at)
    return profile


def _about(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise BadInput(gettext("That text is too long: use at most %(count)s characters.", count=LONGEST))
    return text


def _keywords(words: Sequence[str]) -> list[str]:
    """Without the spaces around and those that say the same again."""
    distinct: dict[str, str] = {}
    for word in (" ".join(word.split()) for word in words):
        if len(word) > LONGEST_KEYWORD or not word.isprintable():
            raise BadInput(gettext("“%(text)s” is too long for a keyword: use a word or two.", text=word[:40]))
        if word:
            distinct.setdefault(word.casefold(), word)
    if len(distinct) > KEYWORDS:
        raise BadInput(gettext("Choose at most %(count)s keywords.", count=KEYWORDS))
    return list(distinct.values())


def _check_prices(prices: Prices, ask_commission_bps: int | None) -> None:
    for (per, currency), amount in prices.items():
        if per not in frozenset(PriceUnit) or currency not in CURRENCIES or not 0 < amount <= MOST:
            raise BadInput(gettext("Enter an asking price above zero, or leave it empty."))
    if ask_commission_bps is not None and not 0 <= ask_commission_bps <= 10_000:
        raise BadInput(gettext("A rate lies between 0 and 100 percent."))
