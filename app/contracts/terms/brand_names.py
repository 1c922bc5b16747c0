"""What the brands are called that terms name by their handles."""

from __future__ import annotations

from sqlalchemy import select

from app.contracts.terms.sheet import Sheet
from app.database import db
from app.users.models import Brand


def brand_names(*sheets: Sheet | None) -> dict[str, str]:
    """The names, by handle, of the rivals and of the brands that may pass in these sheets' exclusivities; a handle that
    nobody has is left out."""
    closed = [sheet.exclusivity for sheet in sheets if sheet and sheet.exclusivity]
    handles = {handle for each in closed for handle in (*each.rivals, *(carved.brand for carved in each.carve_outs))}
    if not handles:
        return {}
    names = db.session.execute(select(Brand.handle, Brand.name).where(Brand.handle.in_(handles)))
    return dict(list(names))
