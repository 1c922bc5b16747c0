"""Terms that a brand keeps under a name, to begin offers with. They are as unchecked as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.contracts.models import OfferTemplate
from app.contracts.offers.drafts import lockable
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.errors import BadInput, NotFound
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record

LONGEST_NAME = 80


def save(
    brand: Brand, name: str, sheet: Sheet, locked: Sequence[str] = (), *, by: Identity, at: datetime
) -> OfferTemplate:
    """Keeps terms and locked fields under a name; what was kept under the same name is replaced. BadInput."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(gettext("Give the template a name of 1 to %(count)s characters.", count=LONGEST_NAME))
    values = {
        "terms": sheet.as_json(),
        "locked_fields": lockable(locked),
        "made_by": by.person_id,
        "made_at": at,
    }
    row = insert(OfferTemplate).values(brand_id=brand.id, name=name, **values)
    row = row.on_conflict_do_update(index_elements=["brand_id", "name"], set_=values)
    stored = row.returning(OfferTemplate)
    template = db.session.scalars(stored, execution_options={"populate_existing": True}).one()
    record("save", "offer_template", template.id, by=by, at=at, name=name, brand=brand.handle)
    return template


def templates_of(brand: Brand) -> Sequence[OfferTemplate]:
    """The brand's templates by name."""
    return db.session.scalars(
        select(OfferTemplate).where(OfferTemplate.brand_id == brand.id).order_by(OfferTemplate.name)
    ).all()


def get_template(brand: Brand, public_id: UUID) -> OfferTemplate:
    """The brand's template with this public id; NotFound otherwise."""
    query = select(OfferTemplate).where(OfferTemplate.brand_id == brand.id, OfferTemplate.public_id == public_id)
    template = db.session.scalar(query)
    if template is None:
        raise NotFound(gettext("There is no such template, or it is not yours."))
    return template


def remove(template: OfferTemplate, *, by: Identity, at: datetime) -> None:
    """Throws a template away; offers that began with it stay as they are."""
    record("remove", "offer_template", template.id, by=by, at=at, name=template.name)
    db.session.delete(template)
    db.session.flush()
