"""What a brand should do next, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import exists, func, select

from app.catalog.models import Product
from app.database import db
from app.desks.models import Upload
from app.formatting import money
from app.ledger.funding import Funds
from app.sales.models import DueAside
from app.streams.models import Stream
from app.users.models import Brand


def for_brand(brand: Brand, funds: Sequence[Funds]) -> list[tuple[str, str]]:
    """Sentences with the address where it is done."""
    found: list[tuple[str, str]] = []
    for each in funds:
        if each.lacking:
            said = gettext("Send %(amount)s to cover what you owe", amount=money(each.lacking, each.currency))
            found.append((said, url_for("ledger.funds", brand=brand.public_id)))
    uploads = url_for("desks.brand_uploads", brand=brand.public_id)
    mine = select(func.count()).select_from(Upload).where(Upload.brand_id == brand.id, Upload.status == "previewed")
    if waiting := db.session.scalar(mine):
        said = ngettext("%(num)d upload waits for your yes or no", "%(num)d uploads wait for your yes or no", waiting)
        found.append((said, uploads))
    aside = select(func.count()).where(DueAside.brand_id == brand.id, DueAside.resolved_at.is_(None))
    if lines := db.session.scalar(aside):
        said = ngettext("%(num)d sale could not be settled", "%(num)d sales could not be settled", lines)
        found.append((said, url_for("desks.brand_sales", brand=brand.public_id)))
    if not db.session.scalar(select(exists().where(Product.brand_id == brand.id))):
        found.append((gettext("Upload your products, and say which earn no commission"), uploads))
    if not db.session.scalar(select(exists().where(Stream.brand_id == brand.id))):
        found.append((gettext("Upload your streams, so that sales made in them are recognised"), uploads))
    return found
