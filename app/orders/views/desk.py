"""The brand's desk of orders: what is to be sent, sent and given back. Only the brand's own people see who bought."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.catalog import naming
from app.database import db
from app.errors import BadInput, Conflict
from app.money import Money
from app.orders import fulfilment, sending, withdrawing
from app.orders.blueprint import blueprint
from app.orders.forms import RefundForm, ShipForm
from app.orders.fulfilment import Wanted
from app.orders.models import CAME, Purchase, PurchaseStatus
from app.security import BRAND, OWNERS, Role, identity, require
from app.users.models import Brand
from app.users.scope import brand_for
from app.web import choices, query_args
from app.web.downloads import csv_download

SENDERS = OWNERS | {Role.BRAND_MEMBER}
STATUSES = tuple(status for status in PurchaseStatus if status in CAME)
COLUMNS = (
    "order status paid_at show creator sku product pieces refunded_pieces unit_price total vat_percent currency "
    "email name street postcode town country shipped_at tracking"
).split()


@blueprint.get("/brands/<uuid:brand>/orders")
@require(BRAND)
def brand_orders(brand: UUID) -> ResponseReturnValue:
    """The brand's orders, the latest first, filtered by the address."""
    owner = brand_for(identity(), brand)
    return render_template(
        "orders/orders.html",
        brand=owner,
        pagination=db.paginate(fulfilment.orders_of(owner, _wanted(owner))),
        statuses=choices.options(STATUSES),
        filtered=any(request.args.get(name) for name in ("status", "q", "from", "to")),
    )


@blueprint.get("/brands/<uuid:brand>/orders.csv")
@require(BRAND)
def brand_orders_csv(brand: UUID) -> Response:
    """The same orders as a file for whoever packs."""
    owner = brand_for(identity(), brand)
    rows = db.session.scalars(fulfilment.orders_of(owner, _wanted(owner))).unique().all()
    return csv_download(f"orders-{owner.handle}.csv", COLUMNS, [_line(row) for row in rows])


@blueprint.get("/brands/<uuid:brand>/orders/<uuid:order>")
@require(BRAND)
def brand_order(brand: UUID, order: UUID) -> ResponseReturnValue:
    """One order: who bought, where its money goes, what is to be done."""
    owner = brand_for(identity(), brand)
    row = fulfilment.order_of(owner, order)
    return _page(owner, row, ShipForm(), RefundForm(pieces=row.pieces_left))


@blueprint.post("/brands/<uuid:brand>/orders/<uuid:order>/ship")
@require(SENDERS)
def brand_order_ship(brand: UUID, order: UUID) -> ResponseReturnValue:
    """It has left the house."""
    owner, form = brand_for(identity(), brand, SENDERS), ShipForm()
    row = fulfilment.order_of(owner, order)
    if not form.validate_on_submit():
        return _page(owner, row, form, RefundForm(formdata=None, pieces=row.pieces_left)), 422
    try:
        fulfilment.ship(row, form.tracking.data or "", by=identity(), at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        row = fulfilment.order_of(owner, order)
        return _page(owner, row, form, RefundForm(formdata=None, pieces=row.pieces_left)), error.status
    db.session.commit()
    flash(gettext("Marked as shipped. The buyer gets a letter."), "success")
    return redirect(url_for("orders.brand_order", brand=brand, order=order), 303)


@blueprint.post("/brands/<uuid:brand>/orders/<uuid:order>/refund")
@require(OWNERS)
def brand_order_refund(brand: UUID, order: UUID) -> ResponseReturnValue:
    """Money goes back to the buyer because the brand wants it."""
    owner, form = brand_for(identity(), brand, OWNERS), RefundForm()
    row = fulfilment.order_of(owner, order)
    if not form.validate_on_submit():
        return _page(owner, row, ShipForm(formdata=None), form), 422
    try:
        fulfilment.refund(row, form.pieces.data, form.words.data or "", by=identity(), at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(owner, fulfilment.order_of(owner, order), ShipForm(formdata=None), form), error.status
    db.session.commit()
    flash(gettext("The money goes back by itself. The buyer gets a letter when it has."), "success")
    return redirect(url_for("orders.brand_order", brand=brand, order=order), 303)


@blueprint.post("/brands/<uuid:brand>/orders/<uuid:order>/refunds/<uuid:refund>/again")
@require(OWNERS)
def brand_order_refund_again(brand: UUID, order: UUID, refund: UUID) -> ResponseReturnValue:
    """Sends a refund once more that Stripe or the buyer's bank had refused."""
    owner = brand_for(identity(), brand, OWNERS)
    row = fulfilment.order_of(owner, order)
    sending.again(fulfilment.find_refund(row, refund), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("It is sent again."), "success")
    return redirect(url_for("orders.brand_order", brand=brand, order=order), 303)


def _wanted(owner: Brand) -> Wanted:
    first, before = query_args.period(request.args, owner.timezone)
    return Wanted(
        query_args.choice(request.args, "status", STATUSES), query_args.text(request.args, "q"), first, before
    )


def _line(row: Purchase) -> list[object]:
    money = [f"{Money(amount, row.currency).major():f}" for amount in (row.unit_price, row.total)]
    return [
        *(row.reference, row.status, _stamp(row.paid_at), row.show.title, row.creator.name, row.sku, row.name),
        *(row.quantity, row.refunded_pieces, *money, f"{row.vat_bps / 100:g}", row.currency, row.email, row.buyer),
        *(row.street, row.postcode, row.town, row.country, _stamp(row.shipped_at), row.tracking or ""),
    ]


def _stamp(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


def _page(owner: Brand, row: Purchase, ship: ShipForm, refund: RefundForm) -> str:
    who = identity()
    return render_template(
        "orders/brand_order.html",
        brand=owner,
        row=row,
        ship=ship,
        refund=refund,
        refunds=fulfilment.refunds_of(row),
        split=fulfilment.split_of(row),
        until=withdrawing.until(row),
        may_ship=row.status == PurchaseStatus.PAID and owner.id in who.brand_ids(SENDERS),
        may_refund=row.sale_id is not None and row.pieces_left > 0 and owner.id in who.brand_ids(OWNERS),
        may_bind=owner.id in who.brand_ids(OWNERS),
        show=row.show,
        naming=naming,
    )
