"""A brand's shops: connecting them, their keys, what they have sent, and what of it was not understood."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import abandon, db, single_statements
from app.errors import BadInput, Conflict, NotFound
from app.integrations import care, inbox
from app.integrations.blueprint import blueprint
from app.integrations.forms import IgnoreForm
from app.integrations.masking import shown
from app.integrations.models import UNHANDLED, EventStatus, WebhookEvent
from app.integrations.shops import connecting, keys, receiving, signing
from app.integrations.shops.forms import ErasureForm, KeyForm, ShopForm
from app.integrations.shops.models import Shop, ShopKind, ShopStatus
from app.integrations.shops.sources import MOST_BYTES, SHOPS
from app.integrations.source import Refused
from app.integrations.views.receiving import body_within
from app.security import ANYBODY, BRAND, PLATFORM, Role, csrf, identity, require
from app.users.models import Brand
from app.users.scope import brand_for

KEEPERS = frozenset({Role.BRAND_OWNER})  # who may see where keys go, and change them


@blueprint.post("/webhooks/shops/<uuid:shop>")
@require(ANYBODY)
def shop_receive(shop: UUID) -> ResponseReturnValue:
    """Keeps a delivery whose signature is right and answers 204 once that is committed; else 400 and one sentence."""
    with single_statements() as connection:
        return _received(connection, receiving.door_at(connection, shop))


def _received(connection: receiving.Connection, door: receiving.Door | None) -> ResponseReturnValue:
    if door is None:
        raise NotFound(gettext("There is no such page, or it is not yours."))
    content = body_within(MOST_BYTES)
    if content is None:
        return Response(
            f"{gettext('This is larger than an event of this source may be.')}\n", 413, mimetype="text/plain"
        )
    if door.kind == ShopKind.WOOCOMMERCE and set(request.form) == {"webhook_id"}:
        return Response(status=200)  # sent unsigned when a webhook is saved, and it wants to hear 200
    names = signing.SCHEMES[door.kind].names
    headers = {name: request.headers[name] for name in names if name in request.headers}
    at = clock.now()
    try:
        if receiving.receive(connection, door, content, headers, at=at):
            inbox.wake(connection)
    except Refused as refused:
        source = replace(SHOPS[door.kind], name=receiving.counted_as(door.kind, door.shop_id))
        inbox.count_refusal(source, refused.reason, at=at)
        db.session.commit()
        return Response(f"{refused.sentence}\n", refused.status, mimetype="text/plain")
    return Response(status=204)


csrf.exempt(shop_receive)  # its signature says who sent it


@blueprint.get("/brands/<uuid:brand>/shops")
@require(BRAND | PLATFORM)
def brand_shops(brand: UUID) -> ResponseReturnValue:
    """The brand's shops."""
    owner = brand_for(identity(), brand, read=True)
    listed = connecting.shops_of(owner)
    return render_template(
        "integrations/shops.html",
        brand=owner,
        shops=listed,
        received=connecting.last_received(listed),
        may_change=_may_change(owner),
    )


@blueprint.get("/brands/<uuid:brand>/shops/new")
@require(KEEPERS)
def shop_new(brand: UUID) -> ResponseReturnValue:
    """The form for a shop."""
    owner = brand_for(identity(), brand, KEEPERS)
    return render_template("integrations/shop_new.html", brand=owner, form=ShopForm(kind=ShopKind.SHOPIFY))


@blueprint.post("/brands/<uuid:brand>/shops/new")
@require(KEEPERS)
def shop_create(brand: UUID) -> ResponseReturnValue:
    """Connects it, and shows where the shop has to deliver."""
    owner, form = brand_for(identity(), brand, KEEPERS), ShopForm()
    if form.validate_on_submit():
        try:
            shop = connecting.connect(owner, form.draft(), by=identity(), at=clock.now())
        except (BadInput, Conflict) as error:
            abandon()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(
                gettext("%(shop)s is connected as soon as it delivers to the address below.", shop=shop.name), "success"
            )
            return redirect(url_for("integrations.shop", brand=brand, shop=shop.public_id), 303)
    return render_template("integrations/shop_new.html", brand=owner, form=form), 422


@blueprint.get("/brands/<uuid:brand>/shops/erase")
@require(KEEPERS)
def shop_buyer(brand: UUID) -> ResponseReturnValue:
    """The form for a buyer who asks to be forgotten."""
    owner = brand_for(identity(), brand, KEEPERS)
    return render_template("integrations/shop_buyer.html", brand=owner, form=ErasureForm())


@blueprint.post("/brands/<uuid:brand>/shops/erase")
@require(KEEPERS)
def shop_buyer_erase(brand: UUID) -> ResponseReturnValue:
    """Has what the brand's shops have sent about the buyer erased."""
    owner, form = brand_for(identity(), brand, KEEPERS), ErasureForm()
    if not form.validate_on_submit():
        return render_template("integrations/shop_buyer.html", brand=owner, form=form), 422
    asked = connecting.erase_buyer(owner, form.buyer.data or "", by=identity(), at=clock.now())
    db.session.commit()
    told = gettext(
        "What your shops have sent of this buyer is erased within minutes: each shop’s page shows the event"
        " buyer.erase."
    )
    flash(told if asked else gettext("You have no shops: there is nothing to erase."), "success")
    return redirect(url_for("integrations.brand_shops", brand=brand), 303)


@blueprint.get("/brands/<uuid:brand>/shops/<uuid:shop>")
@require(BRAND | PLATFORM)
def shop(brand: UUID, shop: UUID) -> ResponseReturnValue:
    """One shop: address, keys, how it stands, its last events and doubts."""
    owner = brand_for(identity(), brand, read=True)
    return _page(owner, connecting.shop_of(owner, shop), KeyForm())


@blueprint.post("/brands/<uuid:brand>/shops/<uuid:shop>/keys")
@require(KEEPERS)
def shop_key_add(brand: UUID, shop: UUID) -> ResponseReturnValue:
    """Adds a key beside the others."""
    owner, form = brand_for(identity(), brand, KEEPERS), KeyForm()
    row = connecting.shop_of(owner, shop)
    if form.validate_on_submit():
        try:
            keys.add(row, form.secret.data or "", by=identity(), at=clock.now())
        except (BadInput, Conflict) as error:
            form.secret.errors = [error.sentence]
        else:
            db.session.commit()
            flash(gettext("The key is added."), "success")
            return redirect(url_for("integrations.shop", brand=brand, shop=shop), 303)
    return _page(owner, row, form), 422


@blueprint.post("/brands/<uuid:brand>/shops/<uuid:shop>/keys/<int:key>/remove")
@require(KEEPERS)
def shop_key_remove(brand: UUID, shop: UUID, key: int) -> ResponseReturnValue:
    """Takes a key away."""
    owner = brand_for(identity(), brand, KEEPERS)
    keys.remove(connecting.shop_of(owner, shop), key, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The key is removed: what is signed with it is refused."), "success")
    return redirect(url_for("integrations.shop", brand=brand, shop=shop), 303)


@blueprint.post("/brands/<uuid:brand>/shops/<uuid:shop>/off")
@require(KEEPERS)
def shop_off(brand: UUID, shop: UUID) -> ResponseReturnValue:
    """Takes no deliveries any more."""
    return _turn(brand, shop, ShopStatus.DISCONNECTED, gettext("The shop is disconnected; what it brought stays."))


@blueprint.post("/brands/<uuid:brand>/shops/<uuid:shop>/on")
@require(KEEPERS)
def shop_on(brand: UUID, shop: UUID) -> ResponseReturnValue:
    """Takes deliveries again."""
    return _turn(brand, shop, ShopStatus.CONNECTED, gettext("The shop is connected again."))


@blueprint.post("/brands/<uuid:brand>/shops/<uuid:shop>/test")
@require(KEEPERS)
def shop_test(brand: UUID, shop: UUID) -> ResponseReturnValue:
    """Sends an order of nobody the way of a real one."""
    owner = brand_for(identity(), brand, KEEPERS)
    connecting.send_test(connecting.shop_of(owner, shop), at=clock.now())
    db.session.commit()
    flash(gettext("A test event is on its way: it appears below, and is handled within seconds."), "success")
    return redirect(url_for("integrations.shop", brand=brand, shop=shop), 303)


@blueprint.get("/brands/<uuid:brand>/shops/<uuid:shop>/events/<uuid:event>")
@require(BRAND | PLATFORM)
def shop_event(brand: UUID, shop: UUID, event: UUID) -> ResponseReturnValue:
    """One event of the shop: what came, masked, and what became of it."""
    owner = brand_for(identity(), brand, read=True)
    row = connecting.shop_of(owner, shop)
    return _event_page(owner, row, connecting.event_of(row, event), IgnoreForm())


@blueprint.post("/brands/<uuid:brand>/shops/<uuid:shop>/events/<uuid:event>/retry")
@require(KEEPERS)
def shop_event_retry(brand: UUID, shop: UUID, event: UUID) -> ResponseReturnValue:
    """Has the worker try it again, at once."""
    row = connecting.shop_of(brand_for(identity(), brand, KEEPERS), shop)
    care.retry(connecting.event_of(row, event), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The event is tried again now."), "success")
    return redirect(url_for("integrations.shop_event", brand=brand, shop=shop, event=event), 303)


@blueprint.post("/brands/<uuid:brand>/shops/<uuid:shop>/events/<uuid:event>/ignore")
@require(KEEPERS)
def shop_event_ignore(brand: UUID, shop: UUID, event: UUID) -> ResponseReturnValue:
    """Leaves it, with a reason."""
    owner, form = brand_for(identity(), brand, KEEPERS), IgnoreForm()
    row = connecting.shop_of(owner, shop)
    target = connecting.event_of(row, event)
    if not form.validate_on_submit():
        return _event_page(owner, row, target, form), 422
    care.ignore(target, form.reason.data or "", by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The event is ignored."), "success")
    return redirect(url_for("integrations.shop_event", brand=brand, shop=shop, event=event), 303)


def _turn(brand: UUID, shop: UUID, status: ShopStatus, told: str) -> ResponseReturnValue:
    owner = brand_for(identity(), brand, KEEPERS)
    connecting.turn(connecting.shop_of(owner, shop), status, by=identity(), at=clock.now())
    db.session.commit()
    flash(told, "success")
    return redirect(url_for("integrations.shop", brand=brand, shop=shop), 303)


def _page(owner: Brand, row: Shop, form: KeyForm) -> str:
    at = clock.now()
    return render_template(
        "integrations/shop.html",
        brand=owner,
        shop=row,
        form=form,
        address=connecting.address_of(row),
        topics=connecting.TOPICS[row.kind],
        standing=connecting.standing(row, at=at),
        events=db.session.scalars(connecting.events_of(row).limit(connecting.SHOWN)).all(),
        doubts=db.session.scalars(connecting.doubts_of(row).limit(connecting.SHOWN)).all(),
        refusals=connecting.refusals(row, at=at),
        unhandled=connecting.unhandled(row),
        may_change=_may_change(owner),
    )


def _event_page(owner: Brand, row: Shop, event: WebhookEvent, form: IgnoreForm) -> str:
    may_act = _may_change(owner)
    return render_template(
        "integrations/shop_event.html",
        brand=owner,
        shop=row,
        event=event,
        content=shown(event.body.body) if event.body else "",
        form=form,
        may_retry=may_act and event.status != EventStatus.HANDLED and event.body is not None,
        may_ignore=may_act and event.status in UNHANDLED,
    )


def _may_change(owner: Brand) -> bool:
    return owner.id in identity().brand_ids(KEEPERS)
