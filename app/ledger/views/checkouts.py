"""Topping up by card, iDEAL or direct debit on a page of Stripe's.

Who has filled in how much goes there by a link (a form that led to another site would be stopped by the browser), and
comes back by one. Coming back books nothing: Stripe tells that by a webhook.
"""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.errors import BadInput
from app.ledger import checkouts
from app.ledger.blueprint import blueprint
from app.ledger.forms import CheckoutForm
from app.ledger.models import NOT_BEGUN, Checkout, CheckoutStatus, TopUp
from app.ledger.views.top_ups import BRAND_MONEY, funds_page
from app.security import PLATFORM, identity, require
from app.stripe_gateway import gateway
from app.users.models import Brand
from app.users.scope import brand_for
from app.web import query_args
from config import settings


@blueprint.post("/brands/<uuid:brand>/funds/payments")
@require(BRAND_MONEY)
def checkout_ask(brand: UUID) -> ResponseReturnValue:
    """Notes how much is to be paid. Stripe is asked once somebody goes on to it."""
    owner, at, form = brand_for(identity(), brand, BRAND_MONEY), clock.now(), CheckoutForm()
    gateway(settings())
    form.offer(sorted(checkouts.CURRENCIES))
    if form.validate_on_submit():
        try:
            row = checkouts.ask(owner, form.minor, form.currency.data, by=identity(), at=at)
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(url_for("ledger.checkout", brand=brand, checkout=row.public_id))
    return funds_page(owner, form), 422


@blueprint.get("/brands/<uuid:brand>/funds/payments/<uuid:checkout>")
@require(BRAND_MONEY | PLATFORM)
def checkout(brand: UUID, checkout: UUID) -> ResponseReturnValue:
    """Where one payment stands, and the way to Stripe as long as it is not paid."""
    owner, at = brand_for(identity(), brand, BRAND_MONEY, read=True), clock.now()
    row = checkouts.find(owner, checkout)
    return _page(owner, row, may_pay=checkouts.may_go_on(row, at))


@blueprint.get("/brands/<uuid:brand>/funds/payments/<uuid:checkout>/go")
@require(BRAND_MONEY)
def checkout_go(brand: UUID, checkout: UUID) -> ResponseReturnValue:
    """On to Stripe's page. What can't be paid any more leads to our own, which says so."""
    owner, at = brand_for(identity(), brand, BRAND_MONEY), clock.now()
    row = checkouts.find(owner, checkout)
    page = url_for("ledger.checkout", brand=brand, checkout=checkout)
    if not checkouts.may_go_on(row, at):
        return redirect(page)
    stripe, config = gateway(settings()), settings()
    title = f"{config.platform_name} {row.reference}"  # in no language: the same request must stay the same
    checkouts.open_at_stripe(row, stripe, title=title, page=config.address_of(page), at=at)
    db.session.commit()
    return redirect(row.url if row.status == CheckoutStatus.OPEN and row.url else page)


@blueprint.get("/finance/top-ups/payments")
@require(PLATFORM)
def checkout_list() -> ResponseReturnValue:
    """All payments at Stripe, those that came and were not booked first."""
    query = select(Checkout).options(joinedload(Checkout.brand), joinedload(Checkout.asker))
    if status := query_args.choice(request.args, "status", list(CheckoutStatus)):
        query = query.where(Checkout.status == status)
    query = query.order_by((Checkout.status == CheckoutStatus.REFUSED).desc(), Checkout.id.desc())
    return render_template("ledger/checkouts.html", page=db.paginate(query), statuses=list(CheckoutStatus))


def _page(owner: Brand, row: Checkout, *, may_pay: bool) -> str:
    """Who comes back from paying before Stripe has told us of it reads that the money is on its way."""
    coming = row.status == CheckoutStatus.ON_ITS_WAY or (row.status in NOT_BEGUN and "paid" in request.args)
    top_up = db.session.scalar(select(TopUp).where(TopUp.checkout_id == row.id))
    return render_template(
        "ledger/checkout.html",
        brand=owner,
        checkout=row,
        top_up=top_up,
        coming=coming,
        may_pay=may_pay and not coming and owner.id in identity().brand_ids(BRAND_MONEY),
        finance=identity().has(PLATFORM),
    )
