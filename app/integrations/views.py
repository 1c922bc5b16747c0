"""Where others bring events, and what the platform's admin sees of those that could not be handled."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import NotFound
from app.integrations import inbox, stripe_events
from app.integrations.blueprint import blueprint
from app.integrations.models import EventStatus
from app.security import ANYBODY, Role, csrf, identity, local_path, require
from app.stripe_gateway import is_live
from app.web import query_args
from config import settings

ADMIN = frozenset({Role.ADMIN})
READERS = ADMIN | {Role.AUDITOR}


@blueprint.post("/webhooks/stripe")
@require(ANYBODY)
def stripe_webhook() -> ResponseReturnValue:
    """Stripe brings an event: its signature is checked over the raw bytes, it is stored and answered, handled later."""
    config, at = settings(), clock.now()
    if not config.has_stripe or not config.stripe_webhook_secret:
        raise NotFound(gettext("There is no such page, or it is not yours."))
    body = request.get_data()
    secrets = config.stripe_webhook_secret.split(",")
    stripe_events.check_signature(body, request.headers.get("Stripe-Signature", ""), secrets, at=at)
    event = stripe_events.read(body)
    drop = "" if event.livemode == is_live(config) else "It is of the other mode: test or live."
    inbox.keep(event, body.decode(), at=at, drop=drop)
    db.session.commit()
    return "", 204


csrf.exempt(stripe_webhook)  # it is signed instead


@blueprint.get("/admin/events")
@require(READERS)
def events() -> ResponseReturnValue:
    """What came in and is not handled, or what else the address asks for."""
    status = query_args.choice(request.args, "status", [*EventStatus, "all"])
    wanted = inbox.events_matching(status or "", query_args.text(request.args, "q") or "")
    return render_template(
        "integrations/events.html",
        page=db.paginate(wanted, error_out=False),
        statuses=EventStatus,
        masked=inbox.masked,
        may=identity().has(ADMIN),
    )


@blueprint.post("/admin/events/<int:event>/retry")
@require(ADMIN)
def event_retry(event: int) -> ResponseReturnValue:
    """Tries one again, at once."""
    inbox.retry(event, by=identity(), at=clock.now())
    return _done(gettext("It is tried again now."))


@blueprint.post("/admin/events/<int:event>/drop")
@require(ADMIN)
def event_drop(event: int) -> ResponseReturnValue:
    """Gives one up, with a reason."""
    inbox.drop(event, request.form.get("reason", ""), by=identity(), at=clock.now())
    return _done(gettext("Dropped: it is not tried again."))


def _done(message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(local_path(request.form.get("back") or url_for("integrations.events")))
