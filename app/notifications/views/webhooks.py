"""A brand's webhooks: endpoints, their secrets, what was sent and answered, and sending again."""

from __future__ import annotations

import json
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.notifications.blueprint import blueprint
from app.notifications.forms import WebhookForm
from app.notifications.webhooks import endpoints, log
from app.notifications.webhooks.models import DeliveryStatus, Endpoint
from app.notifications.webhooks.sending import OFF_AT
from app.notifications.webhooks.types import TRIAL, TYPES
from app.security import BRAND, OWNERS, PLATFORM, Role, identity, require
from app.users.models import Brand
from app.users.scope import brand_for
from app.web import query_args
from app.web.versions import hold
from config import settings

SAMPLE = """from standardwebhooks import Webhook

event = Webhook(secret).verify(request.get_data(), request.headers)"""
TRIERS = OWNERS | {Role.BRAND_MEMBER}  # who sends a test event, or an event again


@blueprint.get("/brands/<uuid:brand>/webhooks")
@require(BRAND | PLATFORM)
def brand_webhooks(brand: UUID) -> ResponseReturnValue:
    """The brand's endpoints, and what was sent to them."""
    owner = brand_for(identity(), brand, read=True)
    wanted = log.deliveries(
        owner,
        endpoint=query_args.identifier(request.args, "webhook"),
        type=query_args.choice(request.args, "type", [*TYPES, TRIAL]),
        status=query_args.choice(request.args, "status", list(DeliveryStatus)),
    )
    page = db.paginate(wanted, error_out=False)
    return render_template(
        "notifications/webhooks.html",
        brand=owner,
        endpoints=endpoints.endpoints_of(owner),
        page=page,
        last=log.last_attempts(page.items),
        types=[*TYPES, TRIAL],
        statuses=DeliveryStatus,
        may_change=owner.id in identity().brand_ids(OWNERS),
        loopback=settings().webhook_loopback,
    )


@blueprint.get("/brands/<uuid:brand>/webhooks/new")
@require(OWNERS)
def brand_webhook_new(brand: UUID) -> ResponseReturnValue:
    """The form for another endpoint."""
    return _form(brand_for(identity(), brand, OWNERS), None, WebhookForm())


@blueprint.post("/brands/<uuid:brand>/webhooks")
@require(OWNERS)
def brand_webhook_create(brand: UUID) -> ResponseReturnValue:
    """Adds an endpoint, and leads to its secret."""
    owner, form = brand_for(identity(), brand, OWNERS), WebhookForm()
    if not form.validate_on_submit():
        return _form(owner, None, form), 422
    try:
        made = endpoints.add(owner, form.url.data or "", form.types.data or (), by=identity(), at=clock.now())
    except BadInput as error:
        db.session.rollback()
        form.url.errors = [error.sentence]
        return _form(brand_for(identity(), brand, OWNERS), None, form), 422
    db.session.commit()
    flash(gettext("The webhook is on. Give this secret to the program that receives it."), "success")
    return redirect(url_for("notifications.brand_webhook_secrets", brand=brand, webhook=made.public_id), 303)


@blueprint.get("/brands/<uuid:brand>/webhooks/<uuid:webhook>")
@require(BRAND | PLATFORM)
def brand_webhook(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """One endpoint: whether it is on, what it wants, and what it answered last."""
    owner = brand_for(identity(), brand, read=True)
    endpoint = endpoints.endpoint_of(owner, webhook)
    latest = list(db.session.scalars(log.deliveries(owner, endpoint=webhook).limit(20)))
    return render_template(
        "notifications/webhook.html",
        brand=owner,
        endpoint=endpoint,
        deliveries=latest,
        last=log.last_attempts(latest),
        most=OFF_AT,
        types=TYPES,
        may_change=owner.id in identity().brand_ids(OWNERS),
        may_try=owner.id in identity().brand_ids(TRIERS),
    )


@blueprint.get("/brands/<uuid:brand>/webhooks/<uuid:webhook>/edit")
@require(OWNERS)
def brand_webhook_edit(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """The form to change one."""
    owner = brand_for(identity(), brand, OWNERS)
    endpoint = endpoints.endpoint_of(owner, webhook)
    return _form(owner, endpoint, _stored(endpoint).seal())


@blueprint.post("/brands/<uuid:brand>/webhooks/<uuid:webhook>/edit")
@require(OWNERS)
def brand_webhook_update(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """Changes one."""
    owner = brand_for(identity(), brand, OWNERS)
    endpoint, form = hold(endpoints.endpoint_of(owner, webhook)), WebhookForm()
    if not form.validate_on_submit():
        return _form(owner, endpoint, form), 422
    if form.outdated(_stored(endpoint)):
        return _form(owner, endpoint, form), 409
    try:
        endpoints.change(endpoint, form.url.data or "", form.types.data or (), by=identity(), at=clock.now())
    except BadInput as error:
        db.session.rollback()
        form.url.errors = [error.sentence]
        owner = brand_for(identity(), brand, OWNERS)
        return _form(owner, endpoints.endpoint_of(owner, webhook), form), 422
    db.session.commit()
    flash(gettext("The webhook is changed."), "success")
    return redirect(url_for("notifications.brand_webhook", brand=brand, webhook=webhook), 303)


@blueprint.get("/brands/<uuid:brand>/webhooks/<uuid:webhook>/secrets")
@require(OWNERS)
def brand_webhook_secrets(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """The secrets that sign now, for owners alone."""
    owner = brand_for(identity(), brand, OWNERS)
    endpoint = endpoints.endpoint_of(owner, webhook)
    secrets = endpoints.secrets_of(endpoint, at=clock.now())
    about = {"brand": owner, "endpoint": endpoint, "secrets": secrets, "sample": SAMPLE}
    return render_template("notifications/webhook_secrets.html", **about)


@blueprint.post("/brands/<uuid:brand>/webhooks/<uuid:webhook>/secrets")
@require(OWNERS)
def brand_webhook_rotate(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """Makes a new secret; the old one signs beside it for a day."""
    endpoint = endpoints.endpoint_of(brand_for(identity(), brand, OWNERS), webhook)
    endpoints.rotate(endpoint, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("There is a new secret. For 24 hours both sign, so that you can exchange it in peace."), "success")
    return redirect(url_for("notifications.brand_webhook_secrets", brand=brand, webhook=webhook), 303)


@blueprint.post("/brands/<uuid:brand>/webhooks/<uuid:webhook>/off")
@require(OWNERS)
def brand_webhook_off(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """Switches one off."""
    endpoints.switch_off(
        endpoints.endpoint_of(brand_for(identity(), brand, OWNERS), webhook), by=identity(), at=clock.now()
    )
    db.session.commit()
    flash(gettext("The webhook is off. Nothing is sent, and new events are not kept for it."), "success")
    return redirect(url_for("notifications.brand_webhook", brand=brand, webhook=webhook), 303)


@blueprint.post("/brands/<uuid:brand>/webhooks/<uuid:webhook>/on")
@require(OWNERS)
def brand_webhook_on(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """Switches one on again."""
    endpoints.switch_on(
        endpoints.endpoint_of(brand_for(identity(), brand, OWNERS), webhook), by=identity(), at=clock.now()
    )
    db.session.commit()
    flash(gettext("The webhook is on again. What has waited is sent now."), "success")
    return redirect(url_for("notifications.brand_webhook", brand=brand, webhook=webhook), 303)


@blueprint.post("/brands/<uuid:brand>/webhooks/<uuid:webhook>/test")
@require(TRIERS)
def brand_webhook_test(brand: UUID, webhook: UUID) -> ResponseReturnValue:
    """Sends a test event, and leads to what came of it."""
    endpoint = endpoints.endpoint_of(brand_for(identity(), brand, TRIERS), webhook)
    event = endpoints.send_test(endpoint, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The test event is being sent."), "success")
    return redirect(url_for("notifications.brand_webhook_event", brand=brand, event=event.public_id), 303)


@blueprint.get("/brands/<uuid:brand>/webhooks/events/<uuid:event>")
@require(BRAND | PLATFORM)
def brand_webhook_event(brand: UUID, event: UUID) -> ResponseReturnValue:
    """One event: its body, and every attempt to deliver it."""
    owner = brand_for(identity(), brand, read=True)
    row = log.event_of(owner, event)
    deliveries = log.deliveries_of(row)
    return render_template(
        "notifications/webhook_event.html",
        brand=owner,
        event=row,
        content=json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
        deliveries=deliveries,
        urls={each.endpoint_id: each.endpoint.url for each in deliveries},
        attempts=log.attempts_of(row),
        waiting=any(each.status == DeliveryStatus.WAITING and each.endpoint.off_as is None for each in deliveries),
        may_try=owner.id in identity().brand_ids(TRIERS),
    )


@blueprint.post("/brands/<uuid:brand>/webhooks/<uuid:webhook>/events/<uuid:event>/again")
@require(TRIERS)
def brand_webhook_again(brand: UUID, webhook: UUID, event: UUID) -> ResponseReturnValue:
    """Sends an event to an endpoint once more."""
    owner = brand_for(identity(), brand, TRIERS)
    delivery = log.delivery_of(log.event_of(owner, event), endpoints.endpoint_of(owner, webhook))
    endpoints.send_again(delivery, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The event is sent again, with the same number and content."), "success")
    return redirect(url_for("notifications.brand_webhook_event", brand=brand, event=event), 303)


def _stored(endpoint: Endpoint) -> WebhookForm:
    return WebhookForm(formdata=None, data={"url": endpoint.url, "types": endpoint.types})


def _form(owner: Brand, endpoint: Endpoint | None, form: WebhookForm) -> str:
    return render_template(
        "notifications/webhook_form.html",
        brand=owner,
        endpoint=endpoint,
        form=form,
        types=TYPES,
        loopback=settings().webhook_loopback,
    )
