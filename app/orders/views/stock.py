"""What a brand has to sell to viewers: pieces, terms, and the prices of a show with what was wanted and not had."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import or_, select

from app import clock
from app.catalog.models import Product
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.orders import flash as flash_prices
from app.orders import fulfilment, prices, selling, stock, waiting
from app.orders.blueprint import blueprint
from app.orders.flash import Flash
from app.orders.forms import FlashForm, StockForm, TermsForm
from app.orders.offers import offers_of
from app.security import BRAND, OWNERS, Role, identity, require
from app.streams.models import Show, ShowBrand, ShowStatus
from app.streams.shows import show_by_public_id
from app.users.models import Brand
from app.users.scope import brand_for
from app.web import query_args
from app.web.numbers import read_amount

KEEPERS = OWNERS | {Role.BRAND_MEMBER}


@blueprint.get("/brands/<uuid:brand>/stock")
@require(BRAND)
def brand_stock(brand: UUID) -> ResponseReturnValue:
    """Every product with its pieces, and on what terms the brand sells."""
    owner = brand_for(identity(), brand)
    seller = selling.seller_of(owner)
    form = TermsForm().offer()
    if seller:
        form.vat.data, form.days.data, form.ships_to.data = seller.vat_bps, seller.delivery_days, list(seller.ships_to)
    return _stock_page(owner, form)


@blueprint.post("/brands/<uuid:brand>/stock/<int:product>")
@require(KEEPERS)
def brand_stock_count(brand: UUID, product: int) -> ResponseReturnValue:
    """Notes how many there are; nothing filled in: never sold out."""
    owner, form = brand_for(identity(), brand, KEEPERS), StockForm()
    found = db.session.get(Product, (owner.id, product))
    if found is None:
        raise NotFound(gettext("There is no such product, or it is not yours."))
    if not form.validate_on_submit():
        raise BadInput(form.pieces.errors[0] if form.pieces.errors else gettext("Enter how many pieces there are."))
    fulfilment.count(owner, found.sku, form.pieces.data, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("orders.brand_stock", brand=brand, q=request.args.get("q")), 303)


@blueprint.post("/brands/<uuid:brand>/selling-terms")
@require(OWNERS)
def brand_selling_terms(brand: UUID) -> ResponseReturnValue:
    """VAT, days for delivery, and where to."""
    owner, form = brand_for(identity(), brand, OWNERS), TermsForm().offer()
    if form.validate_on_submit():
        try:
            selling.set_terms(
                owner,
                vat_bps=form.vat.data,
                delivery_days=form.days.data,
                ships_to=form.ships_to.data or [],
                by=identity(),
                at=clock.now(),
            )
        except BadInput as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Saved. What is reserved already stays as it is."), "success")
            return redirect(url_for("orders.brand_stock", brand=brand), 303)
    return _stock_page(owner, form), 422


@blueprint.get("/brands/<uuid:brand>/shows/<uuid:show>/prices")
@require(BRAND)
def brand_show_prices(brand: UUID, show: UUID) -> ResponseReturnValue:
    """The brand's products in a show: prices, pieces, prices for minutes, and what was wanted and not had."""
    owner = brand_for(identity(), brand)
    return _prices_page(owner, _show_of(owner, show), FlashForm(), 0)


@blueprint.post("/brands/<uuid:brand>/shows/<uuid:show>/items/<int:item>/flash")
@require(KEEPERS)
def brand_flash(brand: UUID, show: UUID, item: int) -> ResponseReturnValue:
    """Begins a price for minutes."""
    owner, form = brand_for(identity(), brand, KEEPERS), FlashForm()
    shown = _show_of(owner, show)
    offer = next((each for each in offers_of(shown, clock.now()) if each.item_id == item), None)
    if offer is None or offer.brand_id != owner.id:
        raise NotFound(gettext("This is not on offer in this show."))
    if form.validate_on_submit():
        try:
            price = read_amount(form.price.data, offer.currency) if form.price.data else None
            wanted = Flash(form.seconds.data, price, form.percent.data, form.pieces.data, form.most.data)
            flash_prices.begin(shown, item, wanted, by=identity(), at=clock.now())
        except ValueError as error:
            form.form_errors.append(str(error))
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("The flash price runs."), "success")
            return redirect(url_for("orders.brand_show_prices", brand=brand, show=show), 303)
    return _prices_page(owner, _show_of(owner, show), form, item), 422


def _show_of(owner: Brand, public_id: UUID) -> Show:
    show = show_by_public_id(public_id)
    if db.session.get(ShowBrand, (show.id, owner.id)) is None:
        raise NotFound(gettext("There is no such show, or it is not yours."))
    return show


def _stock_page(owner: Brand, form: TermsForm) -> str:
    at = clock.now()
    query = select(Product).where(Product.brand_id == owner.id).order_by(Product.sku)
    if words := query_args.text(request.args, "q"):
        query = query.where(or_(Product.sku == words, Product.name.icontains(words, autoescape=True)))
    page = db.paginate(query)
    who = identity()
    return render_template(
        "orders/stock.html",
        brand=owner,
        pagination=page,
        pieces=stock.pieces_of(owner.id, [product.id for product in page.items], at),
        prices={product.id: prices.minor(product.price, product.currency) for product in page.items},
        form=form,
        seller=selling.seller_of(owner),
        may_count=owner.id in who.brand_ids(KEEPERS),
        may_set=owner.id in who.brand_ids(OWNERS),
    )


def _prices_page(owner: Brand, show: Show, form: FlashForm, item: int) -> str:
    at = clock.now()
    offers = [offer for offer in offers_of(show, at) if offer.brand_id == owner.id]
    own = {offer.item_id for offer in offers}
    return render_template(
        "orders/show_prices.html",
        brand=owner,
        show=show,
        offers=offers,
        lowest={o.item_id: prices.lowest_of_30_days(o.brand_id, o.product_id, o.currency, at=at) for o in offers},
        flashes=[each for each in flash_prices.flashes_of(show) if each.item_id in own],
        names={offer.item_id: offer.name for offer in offers},
        unmet=[row for row in waiting.unmet(show) if row[0] in own],
        form=form,
        item=item,
        may_set=show.status == ShowStatus.ON_AIR and owner.id in identity().brand_ids(KEEPERS),
    )
