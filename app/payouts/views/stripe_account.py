"""Getting paid by Stripe: a creator's account there, from asking for it to unlinking it.

Stripe's own page asks who they are. People go there by a link and come back by one; how the account stands then is
asked of Stripe.
"""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.payouts.blueprint import blueprint
from app.payouts.forms import PasswordForm
from app.payouts.sending import accounts, emptying
from app.payouts.sending.models import AccountStatus
from app.payouts.views.account import SELF, check_password
from app.security import PLATFORM, identity, require
from app.stripe_gateway import gateway
from app.users.models import Creator
from app.users.scope import creator_for
from config import settings


@blueprint.get("/creators/<uuid:creator>/stripe")
@require(SELF | PLATFORM)
def stripe_account(creator: UUID) -> ResponseReturnValue:
    """Whether the creator is paid by Stripe, and what is missing."""
    payee = creator_for(identity(), creator, SELF, read=True)
    return _page(payee, PasswordForm())


@blueprint.post("/creators/<uuid:creator>/stripe")
@require(SELF)
def stripe_account_ask(creator: UUID) -> ResponseReturnValue:
    """Opens an account at Stripe for the creator. It changes where money goes, so the password is asked for again."""
    payee, at = creator_for(identity(), creator, SELF), clock.now()
    stripe = gateway(settings())
    check_password(request.form.get("password", ""), at)
    row = accounts.ask(payee, by=identity(), at=at)
    db.session.commit()
    accounts.open_at_stripe(row, stripe, identity().email, at=at)
    db.session.commit()
    return redirect(url_for("payouts.stripe_account", creator=creator))


@blueprint.get("/creators/<uuid:creator>/stripe/go")
@require(SELF)
def stripe_account_go(creator: UUID) -> ResponseReturnValue:
    """On to Stripe's page, by an address that works once; Stripe sends people here again when it has expired. Who has
    not begun, or can't, is shown the page that says so."""
    payee, at = creator_for(identity(), creator, SELF), clock.now()
    row = accounts.current(payee)
    if row is None or not settings().has_stripe:
        return redirect(url_for("payouts.stripe_account", creator=creator))
    stripe = gateway(settings())
    accounts.open_at_stripe(row, stripe, identity().email, at=at)
    db.session.commit()
    address_of = settings().address_of
    address = stripe.account_link(
        row.account or "",
        refresh_url=address_of(url_for("payouts.stripe_account_go", creator=creator)),
        return_url=address_of(url_for("payouts.stripe_account_back", creator=creator)),
    )
    return redirect(address)


@blueprint.get("/creators/<uuid:creator>/stripe/back")
@require(SELF)
def stripe_account_back(creator: UUID) -> ResponseReturnValue:
    """Back from Stripe's page: asks Stripe how the account stands."""
    payee, at = creator_for(identity(), creator, SELF), clock.now()
    row = accounts.current(payee)
    if row is not None and settings().has_stripe:
        accounts.look(row, gateway(settings()), at=at, hold=settings().bank_hold)
        db.session.commit()
    return redirect(url_for("payouts.stripe_account", creator=creator))


@blueprint.post("/creators/<uuid:creator>/stripe/unlink")
@require(SELF)
def stripe_account_unlink(creator: UUID) -> ResponseReturnValue:
    """The creator's money does not go there any more; another account may be opened then. What lies on one that can't
    be paid out is brought back first."""
    payee, at = creator_for(identity(), creator, SELF), clock.now()
    check_password(request.form.get("password", ""), at)
    unlink = emptying.ask if settings().has_stripe else accounts.unlink
    row = unlink(payee, by=identity(), at=at)
    db.session.commit()
    if row.unlinked_at:
        flash(gettext("Unlinked. Enter a bank account, or open another account at Stripe."), "success")
    else:
        flash(gettext("The money that still lies there is brought back first; then it is unlinked by itself."), "info")
    return redirect(url_for("payouts.stripe_account", creator=creator))


@blueprint.app_template_global()
def stripe_is_set_up() -> bool:
    """Whether this platform pays by Stripe at all."""
    return settings().has_stripe


def _page(payee: Creator, form: PasswordForm) -> str:
    row = accounts.current(payee)
    return render_template(
        "payouts/stripe_account.html",
        creator=payee,
        account=row,
        ready=row is not None and row.status == AccountStatus.ACTIVE,
        form=form,
        own=payee.id in identity().creator_ids(SELF),
        hours=settings().bank_change_hold_hours,
    )
