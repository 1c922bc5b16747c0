"""What a brand sells."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from app.catalog.blueprint import blueprint
from app.catalog.models import Product
from app.database import db
from app.formatting import unit_price
from app.security import BRAND, PLATFORM, identity, require
from app.users.scope import brand_for
from app.web import query_args


@blueprint.get("/brands/<uuid:brand>/products")
@require(BRAND | PLATFORM)
def brand_products(brand: UUID) -> ResponseReturnValue:
    """What the brand sells, and what of it earns a commission."""
    owner = brand_for(identity(), brand, read=True)
    query = select(Product).where(Product.brand_id == owner.id).order_by(Product.sku)
    if words := query_args.text(request.args, "q"):
        query = query.where(or_(Product.sku == words, Product.name.icontains(words, autoescape=True)))
    if choice := query_args.choice(request.args, "commissionable", ("yes", "no")):
        query = query.where(Product.commissionable.is_(choice == "yes"))
    pagination = db.paginate(query)
    return render_template("catalog/brand_products.html", brand=owner, pagination=pagination, unit_price=unit_price)
