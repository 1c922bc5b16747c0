"""The click: a reservation, or a place in line where there is nothing left."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput, Conflict, NotFound, TooMany
from app.orders import links, paying, reservations, waiting
from app.orders.blueprint import blueprint
from app.orders.forms import WaitForm
from app.orders.holding import HOLD
from app.orders.models import WaitingStatus
from app.orders.offers import Offer, offer_of
from app.orders.reservations import SoldOut
from app.orders.visitors import visitor_key
from app.security import ANYBODY, client_address, require
from app.streams.models import Selling, Show
from app.streams.shows import show_by_public_id
from app.stripe_gateway import gateway
from app.users import attempts
from app.web.numbers import read_whole
from config import settings

MOST_CLICKS, WINDOW = 300, HOLD  # from one address, behind which many viewers may be


@blueprint.post("/live/<uuid:show>/items/<int:item>/reserve")
@require(ANYBODY)
def reserve(show: UUID, item: int) -> ResponseReturnValue:
    """Holds pieces and leads to the page on which they are paid."""
    shown, at, visitor = show_by_public_id(show), clock.now(), visitor_key()
    _offer(shown, item)
    gateway(settings())  # where nobody can pay nothing is reserved
    _spend_click()
    quantity = _quantity()
    try:
        row = reservations.reserve(shown, item, quantity, visitor, at)
    except SoldOut as error:
        db.session.rollback()
        waiting.note_missed(shown, item, quantity, visitor, at=at)
        db.session.commit()
        return _sold_out_page(shown, item, WaitForm(quantity=quantity), error.sentence), 409
    except (BadInput, Conflict) as error:
        db.session.rollback()
        flash(error.sentence, "danger")
        return redirect(f"/live/{show}", 303)
    db.session.commit()
    return redirect(url_for("orders.reservation", token=links.token(links.RESERVATION, row.public_id)), 303)


@blueprint.get("/live/<uuid:show>/items/<int:item>/wait")
@require(ANYBODY)
def wait_form(show: UUID, item: int) -> ResponseReturnValue:
    """What is sold out, and how to wait for it."""
    return _sold_out_page(show_by_public_id(show), item, WaitForm(), "")


@blueprint.post("/live/<uuid:show>/items/<int:item>/wait")
@require(ANYBODY)
def wait(show: UUID, item: int) -> ResponseReturnValue:
    """Puts the viewer in line for the next piece."""
    shown, at, form = show_by_public_id(show), clock.now(), WaitForm()
    _offer(shown, item)
    _spend_click()
    if form.validate_on_submit():
        try:
            email = paying.checked_email(form.email.data or "")
            row = waiting.join(shown, item, form.quantity.data, visitor_key(), email, at=at)
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(url_for("orders.place", token=links.token(links.PLACE, row.public_id)), 303)
    return _sold_out_page(shown, item, form, ""), 422


@blueprint.get("/orders/w/<token>")
@require(ANYBODY)
def place(token: str) -> ResponseReturnValue:
    """Where somebody stands in line; who is offered a piece is led to it."""
    row = waiting.find(links.public_id(links.PLACE, token))
    offered = row.purchase if row.status == WaitingStatus.OFFERED else None
    reservation = links.token(links.RESERVATION, offered.public_id) if offered else ""
    show = db.session.get_one(Show, row.show_id)
    offer = offer_of(show, row.item_id, clock.now())
    return render_template(
        "orders/place.html",
        row=row,
        token=token,
        place=waiting.place(row),
        reservation=reservation,
        offer=offer,
        show=show,
    )


@blueprint.post("/orders/w/<token>/leave")
@require(ANYBODY)
def leave(token: str) -> ResponseReturnValue:
    """Somebody does not wait any longer."""
    waiting.leave(waiting.find(links.public_id(links.PLACE, token)))
    db.session.commit()
    flash(gettext("You are not in line any more."), "success")
    return redirect(url_for("orders.place", token=token), 303)


def _quantity() -> int:
    """How many pieces the form asks for; one where it does not say."""
    try:
        return min(read_whole(request.form.get("quantity") or "1"), reservations.MOST_AT_ONCE)
    except ValueError as error:
        raise BadInput(str(error)) from None


def _spend_click() -> None:
    """Counts a click of this address; TooMany where somebody reserves for sport."""
    at = clock.now()
    try:
        attempts.spend([attempts.Limit(f"reserve:{client_address()}", MOST_CLICKS, WINDOW)], at=at)
    except TooMany:
        db.session.rollback()
        raise
    db.session.commit()


def _offer(show: Show, item: int) -> Offer:
    """What a click is about. NotFound while the show has nothing of the kind on offer."""
    offer = offer_of(show, item, clock.now())
    if offer is None:
        raise NotFound(gettext("This is not on offer in this show."))
    return offer


def _sold_out_page(show: Show, item: int, form: WaitForm, why: str) -> str:
    offer = _offer(show, item)
    may_wait = offer.selling == Selling.RESERVE
    return render_template("orders/sold_out.html", show=show, offer=offer, form=form, why=why, may_wait=may_wait)
