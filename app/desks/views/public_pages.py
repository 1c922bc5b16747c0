"""The pages of creators and brands that others look at: who they are, and what the books say of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.catalog import naming
from app.catalog.assortment import categories_of
from app.creators import (
    availability,
    channels,
    pay_record,
    profiles,
    results,
)
from app.database import db
from app.desks.alike_rows import alike_rows
from app.desks.blueprint import blueprint
from app.errors import NotFound
from app.ranking import fatigue_words, market_fit
from app.sales.splits import rules
from app.samples import sample_record
from app.security import ANYBODY, BRAND, PLATFORM, Identity, Role, require, signed_in
from app.users import claims
from app.users.models import Brand, Creator


@blueprint.get("/market/creators/<uuid:shown>")
@require(ANYBODY)
def creator_page(shown: UUID) -> ResponseReturnValue:
    """A creator with their channels, prices, days that are free, and results. A page that is not published is there for
    brands, the platform and the creator themself."""
    who, at = signed_in(), clock.now()
    creator = db.session.scalar(select(Creator).where(Creator.public_id == shown))
    profile = profiles.profile_of(creator.id) if creator else None
    if creator is None or not ((profile and profile.public) or _may_look(who, creator)):
        raise NotFound(gettext("There is no such creator, or their page is not published."))
    readers = _readers(who, creator)
    return render_template(
        "desks/creator_page.html",
        creator=creator,
        profile=profile,
        channels=channels.figures_of(creator.id),
        categories=profiles.categories_of(creator.id),
        prices=profiles.prices_of(creator.id),
        closed=availability.closed_periods(creator, at=at, readers=readers or ()),
        results=results.verified(creator.id, at=at, readers=readers),
        markets=market_fit.markets_of(creator.id),
        fatigue=fatigue_words.fatigue_of(creator.id, readers=readers, insider=_insider(who, creator)),
        samples=sample_record.record_of(creator.id, at),
        own=who is not None and creator.id in who.creator_ids(),
        stranger=readers is None,
        claimed=claims.states(Creator, [creator.id], at=at)[creator.id] == "claimed",
        desk=_desk(who),
        alike=alike_rows(creator, readers or ()) if _compares(who) else None,
        naming=naming,
    )


@blueprint.get("/market/brands/<uuid:shown>")
@require(ANYBODY)
def brand_page(shown: UUID) -> ResponseReturnValue:
    """A brand with its record as a payer. Everybody may read it."""
    brand = db.session.scalar(select(Brand).where(Brand.public_id == shown))
    if brand is None:
        raise NotFound(gettext("There is no such brand."))
    return render_template(
        "desks/brand_page.html",
        brand=brand,
        profile=profiles.brand_profile_of(brand.id),
        categories=categories_of(brand.id),
        rule=rules.rule_of(brand.id),
        record=pay_record.pay_record_of(brand.id, at=clock.now()),
        naming=naming,
    )


def _may_look(who: Identity | None, creator: Creator) -> bool:
    return _insider(who, creator) or (who is not None and who.has(BRAND))


def _insider(who: Identity | None, creator: Creator) -> bool:
    """Whether somebody is of the creator themself or of the platform."""
    return who is not None and (who.has(PLATFORM) or creator.id in who.creator_ids())


def _compares(who: Identity | None) -> bool:
    """Whether somebody looks for creators: for a brand, or on behalf of the platform."""
    return who is not None and who.has(BRAND | PLATFORM)


def _desk(who: Identity | None) -> Brand | None:
    """The one brand for which somebody may make an offer and keep notes; None where it could be several."""
    ids = who.brand_ids({Role.BRAND_OWNER, Role.BRAND_MEMBER}) if who else frozenset()
    return db.session.get(Brand, next(iter(ids))) if len(ids) == 1 else None


def _readers(who: Identity | None, creator: Creator) -> Sequence[int] | None:
    """The brands somebody reads for; none for the platform and the creator themself; None: it may be anybody."""
    return sorted(who.brand_ids()) if who is not None and _may_look(who, creator) else None
