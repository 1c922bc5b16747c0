"""What Stripe keeps of our money: booked against what the platform has earned, and shown by month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.database import raw, rows, statement
from app.ledger import posting

PATIENCE = timedelta(days=3)  # for so long a fee waits for the record of ours that says whose payment it was for


class Month(NamedTuple):
    """Stripe's fees of a month and currency, in minor units; `volume` is what was paid to us there."""

    month: date
    currency: str
    volume: int
    payments: int
    cost: int
    booked: int

    @property
    def waiting(self) -> int:
        """What is not booked yet."""
        return self.cost - self.booked


def book(*, at: datetime) -> int:
    """Books the fees that are not booked yet, each once; returns how many. A fee for a payment of ours stands in the
    books of its brand, any other in those of the platform itself (brand 0). The caller commits."""
    posting.open_posting(raw())
    raw().execute(statement("app.payouts", "provider_fees_due"), {"at": at, "patient_until": at - PATIENCE})
    return posting.post(raw(), at=at)


def months(zone: str) -> list[Month]:
    """The last 24 months and currencies with movements, the newest first, by the calendar of `zone`."""
    return rows(raw(), "app.payouts", "provider_months", {"zone": zone}, Month)
