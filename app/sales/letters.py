"""Letters about corrections: to each creator whose commission changes, and to the brand that pays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from flask_babel.speaklater import LazyString

from app import outbox
from app.database import db
from app.formatting import money
from app.notifications import readers
from app.outbox import Event
from app.sales.corrections import Sum
from app.sales.models import CorrectionRecord
from app.security import BRAND
from app.users.models import Brand, Creator


def write(record: CorrectionRecord, sums: Sequence[Sum], *, at: datetime) -> None:
    """Writes to everybody whose money the correction changes, once for each brand, as `sums` say (in their order)."""
    facts = {"what": record.what, "reason": record.reason}
    for brand_id, of_brand in groupby(sums, key=lambda each: each.brand_id):
        brand, changes = db.session.get_one(Brand, brand_id), list(of_brand)
        about = {**facts, "brand": brand.name, "path": f"/brands/{brand.public_id}/sales", "amounts": _amounts(changes)}
        event = Event("correction.charged", "correction", record.id, brand_id)
        outbox.write(event, readers.brand_readers(brand_id, BRAND), about, at=at)
        for creator_id in sorted({each.creator_id for each in changes if each.creator_id is not None}):
            creator = db.session.get_one(Creator, creator_id)
            theirs = [each for each in changes if each.creator_id == creator_id]
            about = {**facts, "brand": brand.name, "creator": creator.name, "amounts": _amounts(theirs)}
            about["path"] = f"/creators/{creator.public_id}/earnings"
            event = Event("correction.booked", "correction", record.id, f"{brand_id} {creator_id}")
            outbox.write(event, readers.creator_readers(creator_id), about, at=at)


def _amounts(sums: Sequence[Sum]) -> LazyString:
    """The sums by currency, in the reader's language."""
    totals: dict[str, int] = {}
    for each in sums:
        totals[each.currency] = totals.get(each.currency, 0) + each.amount
    return LazyString(lambda: ", ".join(money(amount, currency) for currency, amount in sorted(totals.items())))
