"""Where a brand sells: the places to which links may lead, told by the brand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.database import db
from app.errors import Conflict, NotFound
from app.security import Identity
from app.tracking import destinations
from app.tracking.models import BrandDomain
from app.users.models import Brand
from app.users.trail import record
from config import settings

MOST = 20  # places of one brand


def local() -> bool:
    """Whether the product runs on the machine of who tries it out, where a shop may run as well."""
    return urlsplit(settings().base_url).hostname in ("localhost", "127.0.0.1")


def domains_of(brand_id: int) -> Sequence[BrandDomain]:
    """The brand's places, the first one first: there its shop begins."""
    return db.session.scalars(
        select(BrandDomain).where(BrandDomain.brand_id == brand_id).order_by(BrandDomain.id)
    ).all()


def add(brand: Brand, text: str, *, by: Identity, at: datetime) -> str:
    """Adds a place where the brand sells, and returns it; adding one twice changes nothing. BadInput where it is none,
    Conflict where there are MOST already."""
    domain = destinations.domain_of(text, local=local())
    if len(domains_of(brand.id)) >= MOST:
        raise Conflict(gettext("There are %(most)s domains already: remove one first.", most=MOST))
    row = {"brand_id": brand.id, "domain": domain, "added_by": by.person_id, "added_at": at}
    made = db.session.execute(insert(BrandDomain).values(row).on_conflict_do_nothing().returning(BrandDomain.id))
    if made.scalar() is not None:
        record("add domain", "brand", brand.id, by=by, at=at, domain=domain)
    return domain


def domain_of(brand: Brand, domain_id: int) -> BrandDomain:
    """A place of the brand; NotFound where it has no such."""
    query = select(BrandDomain).where(BrandDomain.brand_id == brand.id, BrandDomain.id == domain_id)
    row = db.session.scalar(query)
    if row is None:
        raise NotFound(gettext("There is no such domain, or it is not yours."))
    return row


def spoken(domain: str) -> str:
    """A domain as people write it, with the letters that stand behind xn--."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def remove(brand: Brand, domain_id: int, *, by: Identity, at: datetime) -> str:
    """Takes a place away: links to it lead nowhere from then on. Returns it; NotFound where the brand has no such."""
    row = domain_of(brand, domain_id)
    db.session.delete(row)
    db.session.flush()
    record("remove domain", "brand", brand.id, by=by, at=at, domain=row.domain)
    return row.domain
