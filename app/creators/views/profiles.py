"""What creators and brands say of themselves: the pages on which they write it."""

from __future__ import annotations

from uuid import UUID

from babel.numbers import get_territory_currencies
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.catalog import naming
from app.contracts.models import Contract
from app.creators import (
    channels,
    pay_record,
    profiles,
    results,
    search,
)
from app.creators.blueprint import blueprint
from app.creators.channels import ChannelFigures
from app.creators.forms.profiles import (
    BrandProfileForm,
    ChannelForm,
    NewChannelForm,
    ProfileForm,
    currencies_sent,
    profile_form,
)
from app.creators.profiles import creators_changed
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound
from app.money import CURRENCIES
from app.security import BRAND, CREATOR, PLATFORM, Role, identity, require
from app.users.models import Brand, Creator
from app.users.scope import brand_for, creator_for
from app.web import query_args
from app.web.versions import hold

OWNER = frozenset({Role.BRAND_OWNER})
HOME_CURRENCY = "EUR"  # of a creator whose country nobody knows


@blueprint.get("/creators/<uuid:creator>/profile")
@require(CREATOR | PLATFORM)
def creator_profile(creator: UUID) -> ResponseReturnValue:
    """What the creator says of themselves, to be changed, and their channels with where each figure comes from."""
    who = creator_for(identity(), creator, read=True)
    return _profile_page(who, _stored(who, query_args.choice(request.args, "currency", CURRENCIES)))


@blueprint.post("/creators/<uuid:creator>/profile")
@require(CREATOR)
def creator_profile_update(creator: UUID) -> ResponseReturnValue:
    """Stores what was written."""
    who = creator_for(identity(), creator)
    form = profile_form(sorted(currencies_sent(request.form)))
    if form.validate_on_submit():
        who = hold(who)
        if form.outdated(_stored(who)):
            return _profile_page(who, form), 409
        try:
            profiles.save_profile(who, form.draft(), by=identity(), at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            _found_at_once(who)
            db.session.commit()
            flash(gettext("Saved. Searches and campaigns use it from now on."), "success")
            return redirect(url_for("creators.creator_profile", creator=creator), 303)
    return _profile_page(who, form), 422


@blueprint.post("/creators/<uuid:creator>/channels")
@require(CREATOR)
def creator_channel_create(creator: UUID) -> ResponseReturnValue:
    """Adds a channel, and leads on to its figures."""
    who, form = creator_for(identity(), creator), NewChannelForm()
    if form.validate_on_submit():
        about = {"platform": form.platform.data, "name": form.name.data}
        try:
            added = channels.add(who, **about, by=identity(), at=clock.now())
        except (BadInput, Conflict) as error:
            form.form_errors.append(error.sentence)
        else:
            _found_at_once(who)
            db.session.commit()
            return redirect(url_for("creators.creator_channel", creator=creator, channel=added.id), 303)
    return _profile_page(who, _stored(who), form), 422


def _found_at_once(creator: Creator) -> None:
    """Searches, shortlists and the creator's own campaigns take up what was said, which nights do for everybody."""
    at = clock.now()
    creators_changed.send([creator.id], at=at)
    search.rebuild(raw(), [creator.id], at=at)


@blueprint.get("/creators/<uuid:creator>/channels/<int:channel>")
@require(CREATOR | PLATFORM)
def creator_channel(creator: UUID, channel: int) -> ResponseReturnValue:
    """A channel's figures with their sources and days, to be brought up to date."""
    who = creator_for(identity(), creator, read=True)
    figures = _channel(who, channel)
    form = _stored_channel(figures)
    form.measured_on.data = clock.today(who.timezone)
    return _channel_page(who, figures, form)


@blueprint.post("/creators/<uuid:creator>/channels/<int:channel>")
@require(CREATOR)
def creator_channel_update(creator: UUID, channel: int) -> ResponseReturnValue:
    """Notes the figures as the creator's own words."""
    who = creator_for(identity(), creator)
    figures, form = _channel(who, channel), ChannelForm()
    if form.validate_on_submit():
        hold(figures.channel)
        figures = _channel(who, channel)
        if form.outdated(_stored_channel(figures)):
            return _channel_page(who, figures, form), 409
        try:
            changed = channels.save_channel(figures.channel, form.measurement(), by=identity(), at=clock.now())
        except BadInput as error:
            db.session.rollback()
            who = creator_for(identity(), creator)
            figures = _channel(who, channel)
            form.form_errors.append(error.sentence)
        else:
            _found_at_once(who)
            db.session.commit()
            flash(gettext("Saved.") if changed else gettext("Nothing has changed."), "success")
            return redirect(url_for("creators.creator_profile", creator=creator), 303)
    return _channel_page(who, figures, form), 422


@blueprint.get("/brands/<uuid:brand>/profile")
@require(BRAND | PLATFORM)
def brand_profile(brand: UUID) -> ResponseReturnValue:
    """What the brand says of itself, its record as creators see it, and who may show what they sold for it alone."""
    owner = brand_for(identity(), brand, read=True)
    return _brand_page(owner, _stored_brand(owner))


@blueprint.post("/brands/<uuid:brand>/profile")
@require(OWNER)
def brand_profile_update(brand: UUID) -> ResponseReturnValue:
    """Stores what was written."""
    owner, form = brand_for(identity(), brand, OWNER), BrandProfileForm()
    if form.validate_on_submit():
        owner = hold(owner)
        if form.outdated(_stored_brand(owner)):
            return _brand_page(owner, form), 409
        about = {"about": form.about.data or "", "website": form.website.data or ""}
        try:
            profiles.save_brand_profile(owner, **about, by=identity(), at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for("creators.brand_profile", brand=brand), 303)
    return _brand_page(owner, form), 422


@blueprint.post("/brands/<uuid:brand>/consents")
@require(OWNER)
def brand_consent_update(brand: UUID) -> ResponseReturnValue:
    """Lets a creator show what was sold for the brand alone (`give` is sent), or no longer."""
    owner = brand_for(identity(), brand, OWNER)
    chosen, give = query_args.identifier(request.form, "creator"), bool(request.form.get("give"))
    creator = db.session.scalar(select(Creator).where(Creator.public_id == chosen))
    if creator is None:
        raise NotFound(gettext("There is no such creator, or you have no contract with them."))
    results.consent(owner, creator, give=give, by=identity(), at=clock.now())
    db.session.commit()
    if give:
        flash(gettext("%(name)s can now show sales for your brand.", name=creator.name), "success")
    else:
        flash(gettext("%(name)s can no longer show sales for your brand.", name=creator.name), "success")
    return redirect(url_for("creators.brand_profile", brand=brand), 303)


def _currencies(who: Creator, more: str | None) -> list[str]:
    """In which currencies a creator may want to name prices: those they have, their country's, their brands'."""
    own = get_territory_currencies(who.country)[:1] or [HOME_CURRENCY]
    worked = select(Brand.currency).join(Contract, Contract.brand_id == Brand.id)
    of_brands = db.session.scalars(worked.where(Contract.creator_id == who.id).distinct()).all()
    priced = [currency for _per, currency in profiles.prices_of(who.id)]
    candidates = dict.fromkeys([*own, *sorted(of_brands), *priced, *([more] if more else [])])
    return [currency for currency in candidates if currency in CURRENCIES]


def _stored(who: Creator, more: str | None = None) -> ProfileForm:
    """The form with what is stored, and with prices in one currency more."""
    form = profile_form(_currencies(who, more), formdata=None, obj=profiles.profile_of(who.id))
    form.categories.data = [word.code for word in profiles.categories_of(who.id)]
    prices = profiles.prices_of(who.id)
    for field in form.price_fields():
        per, currency = field.name.split("_")[1:]
        field.data = prices.get((per, currency))
    return form.seal()


def _stored_channel(figures: ChannelFigures) -> ChannelForm:
    """The form with a channel's figures as they are stored."""
    form = ChannelForm(formdata=None)
    form.fill(figures)
    return form.seal()


def _stored_brand(owner: Brand) -> BrandProfileForm:
    """The form with what the brand says of itself."""
    return BrandProfileForm(formdata=None, obj=profiles.brand_profile_of(owner.id)).seal()


def _channel(who: Creator, number: int) -> ChannelFigures:
    matching = (each for each in channels.figures_of(who.id) if each.channel.id == number)
    known = next(matching, None)
    if known is None:
        raise NotFound(gettext("There is no such channel, or it is not yours."))
    return known


def _profile_page(who: Creator, form: ProfileForm, channel_form: NewChannelForm | None = None) -> str:
    return render_template(
        "creators/creator_profile.html",
        creator=who,
        form=form,
        channel_form=channel_form or NewChannelForm(formdata=None),
        channels=channels.figures_of(who.id),
        may_write=who.id in identity().creator_ids(),
        naming=naming,
    )


def _channel_page(who: Creator, known: ChannelFigures, form: ChannelForm) -> str:
    return render_template(
        "creators/creator_channel.html",
        creator=who,
        known=known,
        form=form,
        may_write=who.id in identity().creator_ids(),
        naming=naming,
    )


def _brand_page(owner: Brand, form: BrandProfileForm) -> str:
    return render_template(
        "creators/brand_profile.html",
        brand=owner,
        form=form,
        record=pay_record.pay_record_of(owner.id, at=clock.now()),
        hidden=pay_record.hidden(owner),
        consents=results.consents(owner),
        may_write=owner.id in identity().brand_ids(OWNER),
    )
