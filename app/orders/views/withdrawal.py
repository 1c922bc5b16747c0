"""An order as its buyer reads it, without an account, and the way to withdraw: chosen, confirmed, with a receipt."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.catalog import naming
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.orders import fulfilment, links, refunding, reservations, withdrawing
from app.orders.blueprint import blueprint
from app.orders.forms import PiecesForm
from app.orders.models import CAME, Purchase
from app.orders.selling import seller_of
from app.security import ANYBODY, require


@blueprint.get("/orders/<token>")
@require(ANYBODY)
def order(token: str) -> ResponseReturnValue:
    """What was bought, of whom, where it is, what went back, and the way to withdraw."""
    row = _row(token)
    return render_template(
        "orders/order.html",
        row=row,
        token=token,
        seller=seller_of(row.brand),
        refunds=fulfilment.refunds_of(row),
        may_withdraw=withdrawing.may(row, clock.now()),
        until=withdrawing.until(row),
        show=row.show,
        naming=naming,
    )


@blueprint.get("/orders/<token>/withdraw")
@require(ANYBODY)
def withdraw_form(token: str) -> ResponseReturnValue:
    """How much of the order is withdrawn from."""
    row = _row(token)
    return _page(row, token, PiecesForm(pieces=row.pieces_left))


@blueprint.post("/orders/<token>/withdraw")
@require(ANYBODY)
def withdraw(token: str) -> ResponseReturnValue:
    """First shows what is declared; with `confirmed` it is, and the order's page is the receipt."""
    row, form = _row(token), PiecesForm()
    if not form.validate_on_submit():
        return _page(row, token, form), 422
    if not 1 <= form.pieces.data <= row.pieces_left:
        form.form_errors.append(gettext("Choose from 1 to %(most)s pieces.", most=row.pieces_left))
        return _page(row, token, form), 422
    if not request.form.get("confirmed"):
        return _page(row, token, form, chosen=form.pieces.data)
    try:
        withdrawing.withdraw(row, form.pieces.data, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(_row(token), token, form), error.status
    db.session.commit()
    return redirect(url_for("orders.order", token=token, _anchor="receipt"), 303)


def _row(token: str) -> Purchase:
    row = reservations.find(links.public_id(links.ORDER, token))
    if row.status not in CAME:
        raise NotFound(gettext("There is no such order."))
    return row


def _page(row: Purchase, token: str, form: PiecesForm, chosen: int = 0) -> str:
    at = clock.now()
    return render_template(
        "orders/withdraw.html",
        row=row,
        token=token,
        form=form,
        chosen=chosen,
        amount=refunding.money_of(row, chosen),
        may_withdraw=withdrawing.may(row, at),
        until=withdrawing.until(row),
        seller=seller_of(row.brand),
    )
