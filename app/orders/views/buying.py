"""From the reservation to Stripe's page, and back.

Who has filled in where it goes follows a link to Stripe: a form that led to another site would be stopped by the
browser. Coming back books nothing: Stripe tells that by a webhook.
"""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.catalog import naming
from app.database import db
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.orders import links, paying, reservations
from app.orders.blueprint import blueprint
from app.orders.forms import DetailsForm
from app.orders.models import CAME, Purchase, PurchaseStatus
from app.orders.selling import Seller, seller_of
from app.orders.visitors import visitor_key
from app.security import ANYBODY, require
from app.stripe_gateway import Refused, gateway
from config import settings

WAITED_FOR = frozenset({PurchaseStatus.PAYING, PurchaseStatus.ON_ITS_WAY})


@blueprint.get("/orders/r/<token>")
@require(ANYBODY)
def reservation(token: str) -> ResponseReturnValue:
    """What is reserved, for how long, by whom it is sold, and what is to be filled in or paid."""
    row = _row(token)
    if row.status in CAME:
        return redirect(url_for("orders.order", token=links.token(links.ORDER, row.public_id)))
    seller = _seller(row)
    form = DetailsForm(email=row.email, name=row.buyer, street=row.street, postcode=row.postcode, town=row.town)
    form.country.data = row.country or seller.ships_to[0]
    return _page(row, seller, form.offer(seller.ships_to))


@blueprint.post("/orders/r/<token>")
@require(ANYBODY)
def reservation_fill_in(token: str) -> ResponseReturnValue:
    """Who buys, and where it goes."""
    row, at = _row(token), clock.now()
    seller = _seller(row)
    form = DetailsForm().offer(seller.ships_to)
    if form.validate_on_submit():
        try:
            paying.fill_in(row, form.buyer(), seller, at=at)
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(url_for("orders.reservation", token=token), 303)
    return _page(_row(token), seller, form), 422


@blueprint.get("/orders/r/<token>/pay")
@require(ANYBODY)
def reservation_pay(token: str) -> ResponseReturnValue:
    """On to Stripe's page. What can't be paid any more leads to our own, which says so."""
    row, at = _row(token), clock.now()
    own = url_for("orders.reservation", token=token)
    if not settings().has_stripe:  # whose page says so
        return redirect(own)
    stripe = gateway(settings())
    try:
        paying.begin(row, at=at)
    except WrongStatus as error:
        db.session.rollback()
        flash(error.sentence, "danger")
        return redirect(own)
    wanted, url = paying.request(row), row.url
    db.session.commit()  # the row is there before Stripe is asked, and nothing is held meanwhile
    if not url:
        try:
            made = stripe.create_checkout(**wanted)
        except Refused:
            flash(gettext("Stripe does not take this payment now: try again, or reserve again."), "danger")
            return redirect(own)
        paying.opened(_row(token), made)
        db.session.commit()
        url = made.url
    return redirect(url)


@blueprint.post("/orders/r/<token>/let-go")
@require(ANYBODY)
def reservation_let_go(token: str) -> ResponseReturnValue:
    """The buyer does not want it: it goes to whoever comes next."""
    status = reservations.let_go(_row(token), at=clock.now())
    db.session.commit()
    if status == PurchaseStatus.LET_GO:
        flash(gettext("You have given it back."), "success")
    elif status == PurchaseStatus.PAYING:
        flash(gettext("It is given back once Stripe has said that nobody has paid for it."), "success")
    elif status in CAME:
        flash(gettext("This is paid already, so it can’t be given back here."), "danger")
    else:
        flash(gettext("Nothing was given back."), "danger")
    return redirect(url_for("orders.reservation", token=token), 303)


def _row(token: str) -> Purchase:
    """What the address is about; the plain number is good enough for whoever reserved it."""
    try:
        public_id = UUID(token)
    except ValueError:
        return reservations.find(links.public_id(links.RESERVATION, token))
    row = reservations.find(public_id)
    if row.visitor != visitor_key():
        raise NotFound(gettext("There is no such order."))
    return row


def _seller(row: Purchase) -> Seller:
    seller = seller_of(row.brand)
    if seller is None:
        raise Conflict(gettext("This can’t be bought here: ask %(brand)s.", brand=row.brand.name))
    return seller


def _page(row: Purchase, seller: Seller, form: DetailsForm) -> str:
    """Who comes back from paying before Stripe has told us of it reads that it is being looked at."""
    at = clock.now()
    coming = row.status == PurchaseStatus.ON_ITS_WAY or (row.status in WAITED_FOR and "paid" in request.args)
    return render_template(
        "orders/reservation.html",
        row=row,
        seller=seller,
        form=form,
        token=request.view_args["token"] if request.view_args else "",
        coming=coming,
        may_pay=reservations.holds(row, at) and not coming,
        left=max(0, int((row.holds_until - at).total_seconds())),
        filled_in=bool(row.street) and "change" not in request.args and not form.errors and not form.form_errors,
        show=row.show,
        naming=naming,
        has_stripe=settings().has_stripe,
    )
