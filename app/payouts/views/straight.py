"""Paid straight to the bank by Stripe: a creator has it set up for their bank account, and ends it.

Stripe's own page asks who they are. The money goes to the bank details that stand here, so no password is asked for.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import Unavailable
from app.payouts.blueprint import blueprint
from app.payouts.sending import recipients
from app.payouts.sending.models import StripeRecipient
from app.payouts.views.account import SELF
from app.security import identity, require
from app.stripe_gateway import gateway
from app.users.models import Creator
from app.users.scope import creator_for
from config import settings


@blueprint.post("/creators/<uuid:creator>/bank-details/stripe")
@require(SELF)
def recipient_ask(creator: UUID) -> ResponseReturnValue:
    """Asks Stripe to pay to the creator's bank account, then goes on to its page."""
    payee, at = creator_for(identity(), creator, SELF), clock.now()
    if not settings().pays_to_banks:
        raise Unavailable(gettext("This platform does not pay to banks by Stripe."))
    row = recipients.ask(payee, by=identity(), at=at)
    db.session.commit()
    recipients.open_at_stripe(row, gateway(settings()), identity().email, at=at)
    db.session.commit()
    return redirect(url_for("payouts.recipient_go", creator=creator))


@blueprint.get("/creators/<uuid:creator>/bank-details/stripe/go")
@require(SELF)
def recipient_go(creator: UUID) -> ResponseReturnValue:
    """On to Stripe's page, by an address that works once. Who has not begun, or can't, is shown their bank details."""
    payee, at = creator_for(identity(), creator, SELF), clock.now()
    row = recipients.current(payee)
    if row is None or not settings().pays_to_banks:
        return redirect(url_for("payouts.bank_details", creator=creator))
    stripe = gateway(settings())
    recipients.open_at_stripe(row, stripe, identity().email, at=at)
    db.session.commit()
    address_of = settings().address_of
    address = stripe.account_link(
        row.account or "",
        refresh_url=address_of(url_for("payouts.recipient_go", creator=creator)),
        return_url=address_of(url_for("payouts.recipient_back", creator=creator)),
    )
    return redirect(address)


@blueprint.get("/creators/<uuid:creator>/bank-details/stripe/back")
@require(SELF)
def recipient_back(creator: UUID) -> ResponseReturnValue:
    """Back from Stripe's page: asks Stripe how it stands."""
    payee, at = creator_for(identity(), creator, SELF), clock.now()
    row = recipients.current(payee)
    if row is not None and settings().pays_to_banks:
        recipients.look(row, gateway(settings()), at=at)
        db.session.commit()
    return redirect(url_for("payouts.bank_details", creator=creator))


@blueprint.post("/creators/<uuid:creator>/bank-details/stripe/end")
@require(SELF)
def recipient_end(creator: UUID) -> ResponseReturnValue:
    """The bank account is paid by bank file again."""
    payee = creator_for(identity(), creator, SELF)
    recipients.end(payee, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Ended: our bank pays to your account again."), "success")
    return redirect(url_for("payouts.bank_details", creator=creator))


@blueprint.app_template_global()
def way_to_bank(creator: Creator) -> dict[str, Any] | None:
    """What the page of bank details shows of Stripe's way there; None where there is none and none is offered."""
    row: StripeRecipient | None = recipients.current(creator)
    if row is None and not settings().pays_to_banks:
        return None
    fits = row is not None and recipients.fits(row)
    return {
        "row": row,
        "fits": fits,
        "ready": fits and row is not None and row.status == "active" and row.method is not None,
        "offered": settings().pays_to_banks,
    }
