"""Brands whose money does not cover what the next payout run pays: told before the run leaves them out (B20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app import outbox
from app.database import db, raw, rows, statement
from app.notifications.readers import brand_readers
from app.security import Role
from app.users.models import Brand


class Shortage(NamedTuple):
    """What a brand lacks in one currency, in minor units."""

    brand_id: int
    currency: str
    amount: int


def shortages(run_on: date, brand: Brand | None = None, own: Mapping[int, date] = {}) -> list[Shortage]:
    """Who lacks money for the run of that day, which pays what is payable the day before; of one brand, or of all.
    `own` are the days of brands whose next run is another."""
    values: dict[str, object] = {"cutoff_on": run_on - timedelta(days=1), "brand": brand.id if brand else None}
    values |= {"own": list(own), "cutoffs": [day - timedelta(days=1) for day in own.values()]}
    return rows(raw(), "app.ledger", "shortages", values, Shortage)


def warn(run_on: date, *, at: datetime, own: Mapping[int, date] = {}) -> int:
    """Notes who lacks money for that run (or for their `own` next one) and who no more does, and writes to each brand
    once per shortage. Returns how many brands were written to; the caller commits."""
    lacking, told = shortages(run_on, own=own), 0
    still = {"brands": [each.brand_id for each in lacking], "currencies": [each.currency for each in lacking]}
    raw().execute(statement("app.ledger", "end_shortages"), {"at": at, **still})
    for each in lacking:
        day = own.get(each.brand_id, run_on)
        values = {"brand": each.brand_id, "currency": each.currency, "amount": each.amount, "run_on": day, "at": at}
        noted = raw().execute(statement("app.ledger", "note_shortage"), values).fetchone()
        if noted and noted[1]:
            _write(each, noted[0], day, at)
            told += 1
    return told


def _write(shortage: Shortage, number: int, run_on: date, at: datetime) -> None:
    """To those who answer for the brand's money."""
    brand = db.session.get_one(Brand, shortage.brand_id)
    facts = {
        "brand": brand.name,
        "amount": shortage.amount,
        "currency": shortage.currency,
        "run_on": run_on,
        "path": f"/brands/{brand.public_id}/funds",
    }
    whom = brand_readers(brand.id, {Role.BRAND_OWNER, Role.BRAND_FINANCE})
    outbox.write(outbox.Event("funds.short", "shortage", number), whom, facts, at=at)
