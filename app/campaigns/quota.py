"""How many creators a brand may write to in seven days: it grows with what creators have sold for it (rules.md,
"Outreach quota").

What they sold is read from the months that are worked out each night (table `outcome`): the last three whole ones and
the running one, in UTC. So it is of last night, and reaches back three to four months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.campaigns.models import Approach
from app.database import db, raw, statement
from app.money import exponent
from app.users.models import Brand

BASE, MOST = 50, 1_000  # messages a week: of a brand that has sold nothing, and of any brand
STEP = 1_000  # units of the brand's currency that bring one message more
WEEK, MONTHS = timedelta(days=7), 3  # whole months, beside the running one


@dataclass(frozen=True)
class Quota:
    """A brand's messages of the last seven days, and how many it may send in seven. `net` is what it rests on: what
    creators sold this month and in the three before, settled and after refunds, in minor units of `currency`."""

    most: int
    sent: int
    net: int
    currency: str

    @property
    def left(self) -> int:
        """How many more it may send now."""
        return max(0, self.most - self.sent)

    @property
    def step(self) -> int:
        """What brings one message more, in minor units."""
        return step(self.currency)


def quota_of(brand: Brand, *, at: datetime) -> Quota:
    """The brand's quota at the instant `at`."""
    values = {"brand": brand.id, "currency": brand.currency, "months": MONTHS, "on": at.astimezone(UTC).date()}
    row = raw().execute(statement("app.campaigns", "brought"), values).fetchone()
    net = int(row[0]) if row else 0
    sent = select(func.count()).where(Approach.brand_id == brand.id, Approach.sent_at > at - WEEK)
    return Quota(most(net, brand.currency), int(db.session.execute(sent).scalar_one()), net, brand.currency)


def most(net: int, currency: str) -> int:
    """The messages of seven days that a net of so many minor units allows."""
    return min(MOST, BASE + max(0, net) // step(currency))


def step(currency: str) -> int:
    """What brings one message more, in minor units of the currency."""
    return STEP * int(10 ** exponent(currency))
