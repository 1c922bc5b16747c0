"""Links and their clicks for tests, as tests/market.py makes the rest. Every builder flushes, none commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db
from app.tracking.clicks import click_visitor, new_click_id
from app.tracking.models import BrandDomain, Link, Touch
from app.users.models import Brand, Person
from tests.market import LONG_AGO, NOON, file_import, numbers, touch

SHOP = "shop.example"


def domain(brand: Brand, name: str = SHOP) -> BrandDomain:
    """A place where the brand sells."""
    anybody = db.session.scalars(select(Person.id).order_by(Person.id)).first()
    made = BrandDomain(brand_id=brand.id, domain=name, added_by=anybody, added_at=LONG_AGO)
    db.session.add(made)
    db.session.flush()
    return made


def link(contract: Contract, code: str = "", **columns: Any) -> Link:
    """A link of the contract to the shop's page of lamps."""
    anybody = db.session.scalars(select(Person.id).order_by(Person.id)).first()
    row = {"destination": f"https://{SHOP}/lamps", "status_at": LONG_AGO, "made_by": anybody, "made_at": LONG_AGO}
    row |= {"code": code or f"code{next(numbers)}", "import_id": file_import("touches", contract.brand)} | columns
    pair = {"brand_id": contract.brand_id, "creator_id": contract.creator_id}
    made = Link(contract_id=contract.id, **pair, **row)
    db.session.add(made)
    db.session.flush()
    return made


def clicked(link: Link, at: datetime = NOON, **columns: Any) -> Touch:
    """Somebody has clicked the link, and is known by the click alone; the click id is the touch's `ref`."""
    click = new_click_id()
    row: dict[str, Any] = {"ref": click, "link_id": link.id, "import_id": link.import_id, "stream": link.stream}
    return touch(link.brand, link.creator, click_visitor(link.brand.handle, click), at=at, **row | columns)
