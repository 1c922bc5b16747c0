"""Two days before commissions become payable by themselves brand and creator are told, by one letter a day (B1)."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel.speaklater import LazyString

from app import outbox
from app.database import db, raw, rows
from app.formatting import money
from app.notifications import readers
from app.outbox import Event
from app.sales.commissions.models import DECIDERS
from app.users.models import Brand, Creator

AHEAD = 2  # days


def warn(*, at: datetime) -> int:
    """Writes the letters for the day after tomorrow (UTC), and for tomorrow where a night was missed; each once.
    Returns how many digests there are. The caller commits."""
    today = at.astimezone(UTC).date()
    return sum(_warn_of(today + timedelta(days=ahead), at) for ahead in range(1, AHEAD + 1))


def _warn_of(day: date, at: datetime) -> int:
    of_brand: dict[int, list[Any]] = defaultdict(list)
    of_creator: dict[int, list[Any]] = defaultdict(list)
    for row in rows(raw(), "app.sales", "becoming_payable", {"day": day}):
        of_brand[row.brand_id].append(row)
        of_creator[row.creator_id].append(row)
    letters = []
    for brand_id, found in of_brand.items():
        brand = db.session.get_one(Brand, brand_id)
        facts = _facts(found, day) | {"brand": brand.name, "path": f"/brands/{brand.public_id}/sales"}
        event = Event("commissions.approving", "brand", brand_id, day)
        letters.append((event, readers.brand_readers(brand_id, DECIDERS), facts))
    for creator_id, found in of_creator.items():
        creator = db.session.get_one(Creator, creator_id)
        facts = _facts(found, day) | {"creator": creator.name, "path": f"/creators/{creator.public_id}/earnings"}
        event = Event("commissions.becoming_payable", "creator", creator_id, day)
        letters.append((event, readers.creator_readers(creator_id), facts))
    outbox.write_all(letters, at=at)
    return len(letters)


def _facts(found: list[Any], day: date) -> dict[str, object]:
    sums: dict[str, int] = defaultdict(int)
    for row in found:
        sums[row.currency] += row.amount
    amounts = LazyString(lambda: ", ".join(money(amount, currency) for currency, amount in sorted(sums.items())))
    return {"day_payable": day, "lines": sum(row.lines for row in found), "amounts": amounts}
