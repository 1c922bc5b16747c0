"""Shows as far on their way as a test wants them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.catalog.models import Product
from app.contracts.models import Contract
from app.database import db
from app.streams import shows
from app.streams.models import Show, ShowBrand, ShowItem
from app.users.models import Brand, Creator
from tests import market
from tests.payouts.people import identity

PLANNED = market.NOON  # when a show of these is to begin, and begins


def planned(creator: Creator, *, skus: dict[Brand, tuple[str, ...]], at: datetime = PLANNED, **columns: Any) -> Show:
    """A planned show of these products; brands without a contract with the creator get one."""
    row = {"title": "Evening light", "planned_minutes": 120, "platform": "own", "player": "own", "language": "en"}
    row |= {"status": "planned", "made_by": identity("mira").person_id, "made_at": at, "changed_at": at} | columns
    show = Show(creator_id=creator.id, planned_start=at, **row)
    db.session.add(show)
    db.session.flush()
    position = 0
    for brand, wanted in skus.items():
        contract = _contract(brand, creator)
        db.session.add(ShowBrand(show_id=show.id, brand_id=brand.id, contract_id=contract.id))
        db.session.flush()
        for sku in wanted:
            position += 1
            product_id = _product(brand, sku).id
            db.session.add(ShowItem(show_id=show.id, position=position, brand_id=brand.id, product_id=product_id))
    db.session.flush()
    return show


def on_air(creator: Creator, *, skus: dict[Brand, tuple[str, ...]], at: datetime = PLANNED, **columns: Any) -> Show:
    """The same on air, begun by mira."""
    return shows.begin(planned(creator, skus=skus, at=at, **columns), at=at, by=identity("mira"))


def _contract(brand: Brand, creator: Creator) -> Contract:
    found = db.session.scalar(
        select(Contract).where(Contract.brand_id == brand.id, Contract.creator_id == creator.id).limit(1)
    )
    return found or market.contract(brand, creator)


def _product(brand: Brand, sku: str) -> Product:
    found = db.session.scalar(select(Product).where(Product.brand_id == brand.id, Product.sku == sku))
    return found or market.product(brand, sku)
