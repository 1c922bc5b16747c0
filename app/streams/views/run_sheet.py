"""The run sheet of a show, line by line: put on, described, moved, taken off."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.catalog.models import Product
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.streams import planning, run_sheet
from app.streams.blueprint import blueprint
from app.streams.forms import LineForm
from app.streams.models import ShowItem
from app.streams.run_sheet import Line
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web.versions import hold


@party_page(blueprint, "POST", "shows/<uuid:show>/items", DEALERS)
def show_item_create(party: Party, show: UUID) -> ResponseReturnValue:
    """Puts a product on the run sheet, with its price of today as the announced one."""
    target = planning.get_show(party.owner, show)
    product = _product(party, request.form.get("product", ""))
    line = Line(announced_price=product.price)
    deed = partial(run_sheet.add, target, product, line)
    return _done(party, show, deed, gettext("“%(product)s” is on the run sheet.", product=product.name))


@party_page(blueprint, "GET", "shows/<uuid:show>/items/<int:item>", DEALERS)
def show_item(party: Party, show: UUID, item: int) -> ResponseReturnValue:
    """One line, to be described."""
    target = planning.get_show(party.owner, show)
    line = run_sheet.get_item(target, item, party.owner)
    form = LineForm(line)
    form.fill(line)
    return render_template("streams/item.html", party=party, show=target, item=line, form=form)


@party_page(blueprint, "POST", "shows/<uuid:show>/items/<int:item>", DEALERS)
def show_item_update(party: Party, show: UUID, item: int) -> ResponseReturnValue:
    """Changes what stands beside a product."""
    target = planning.get_show(party.owner, show)
    line = run_sheet.get_item(target, item, party.owner)
    form, status = LineForm(line), 422
    if form.validate_on_submit() and form.outdated(LineForm(hold(line), formdata=None).fill(line)):
        db.session.rollback()
        status = 409
    elif not form.errors:
        try:
            run_sheet.describe(line, form.line(), by=party.person, at=clock.now(), side=party.owner)
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Saved."), "success")
            return redirect(party.url("show", show=show), 303)
    return render_template("streams/item.html", party=party, show=target, item=line, form=form), status


@party_page(blueprint, "POST", "shows/<uuid:show>/items/<int:item>/move", DEALERS)
def show_item_move(party: Party, show: UUID, item: int) -> ResponseReturnValue:
    """Moves a product one place up or down."""
    line = _line(party, show, item)
    return _done(party, show, partial(run_sheet.move, line, request.form.get("direction", "")))


@party_page(blueprint, "POST", "shows/<uuid:show>/items/<int:item>/remove", DEALERS)
def show_item_remove(party: Party, show: UUID, item: int) -> ResponseReturnValue:
    """Takes a product off the run sheet."""
    line = _line(party, show, item)
    name = line.product.name
    return _done(party, show, partial(run_sheet.remove, line), gettext("“%(product)s” is taken off.", product=name))


def _line(party: Party, show: UUID, item: int) -> ShowItem:
    return run_sheet.get_item(planning.get_show(party.owner, show), item, party.owner)


def _product(party: Party, chosen: str) -> Product:
    """The product `<brand id>:<id>` of a list; a brand's own alone."""
    brand, _colon, number = chosen.partition(":")
    known = brand.isdecimal() and number.isdecimal() and max(len(brand), len(number)) < 16
    if not known:
        raise BadInput(gettext("Choose a product."))
    product = db.session.get(Product, (int(brand), int(number)))
    if product is None or (party.side == Side.BRAND and product.brand_id != party.owner.id):
        raise NotFound(gettext("There is no such product, or it is not yours."))
    return product


def _done(party: Party, show: UUID, deed: Callable[..., object], sentence: str = "") -> ResponseReturnValue:
    """Does it and goes back to the run sheet, with a word on it or why it could not be done."""
    try:
        deed(by=party.person, at=clock.now(), side=party.owner)
    except (BadInput, Conflict) as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        if sentence:
            flash(sentence, "success")
    return redirect(party.url("show", show=show, _anchor="run-sheet"), 303)
