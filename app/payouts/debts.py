"""What creators owe back after refunds of what was paid (rules.md B11): carried from payout to payout with its cause,
repaid by a share of what they earn, and written off after twelve months in which nothing moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from flask_babel import gettext

from app.database import db, raw, rows, statement
from app.ledger import posting
from app.sales.settlement import hold_still
from app.users.models import Creator

MOST = 50  # causes on a page


class Debt(NamedTuple):
    """What a creator owes a brand in a currency, and what of theirs is earned and not paid yet; minor units. At most
    `share_bps` of each payout repays it; it lapses on a day, unless what is earned makes good for it."""

    brand_id: int
    brand: UUID
    name: str
    currency: str
    owed: int
    earned: int
    share_bps: int
    lapses_on: date | None


class Cause(NamedTuple):
    """What a debt comes from: a line of an order, a bonus, VAT, or what a payout carried over (of these `orders`)."""

    brand_id: int
    brand: UUID
    currency: str
    kind: str
    cause: int
    at: datetime
    amount: int
    order_ref: str | None
    line_ref: str | None
    payout: UUID | None
    cutoff_on: date | None
    orders: list[str] | None


class Offset(NamedTuple):
    """What a payout repaid of a debt to a brand: of `earned` at most `share_bps`; minor units."""

    brand_id: int
    brand: UUID
    name: str
    earned: int
    share_bps: int
    repaid: int
    carried: int


class WriteOff(NamedTuple):
    """A debt that has lapsed."""

    brand: UUID
    name: str
    creator: str
    currency: str
    amount: int
    written_off_on: date


class Account(NamedTuple):
    """All that a creator reads about debts: what is owed, its causes, and what has lapsed."""

    debts: Sequence[Debt]
    causes: Sequence[Cause]
    lapsed: Sequence[WriteOff]

    def causes_of(self, debt: Debt) -> list[Cause]:
        """The causes of one debt."""
        return [each for each in self.causes if (each.brand_id, each.currency) == (debt.brand_id, debt.currency)]


LAPSED = """
select b.public_id as brand, b.name, c.name as creator, w.currency, w.amount, w.written_off_on
from debt_write_off w join brand b on b.id = w.brand_id join creator c on c.id = w.creator_id
where (%(creator)s::int is null or w.creator_id = %(creator)s) and (%(brand)s::int is null or w.brand_id = %(brand)s)
order by w.id desc limit 50
"""


def account(creator: Creator, *, on: date, brand_id: int | None = None) -> Account:
    """What the creator owes brands (or one of them) on the UTC day `on`, why, and what has lapsed."""
    values = {"creator": creator.id, "brand": brand_id, "on": on, "most": MOST}
    debts = rows(raw(), "app.payouts", "debts", values, Debt)
    causes = rows(raw(), "app.payouts", "debt_causes", values, Cause) if debts else []
    return Account(debts, causes, lapsed(creator_id=creator.id, brand_id=brand_id))


def lapsed(*, creator_id: int | None = None, brand_id: int | None = None) -> Sequence[WriteOff]:
    """The latest debts that were written off: a creator's, a brand's, or of the pair."""
    found = raw().execute(LAPSED, {"creator": creator_id, "brand": brand_id}).fetchall()
    return [WriteOff(*row) for row in found]


def repaid_by(brand_id: int, payouts: Collection[UUID]) -> dict[UUID, Offset]:
    """What these payouts repaid of debts to the brand, by payout."""
    found = rows(raw(), "app.payouts", "offsets_of", {"brand": brand_id, "payouts": list(payouts)}) if payouts else []
    return {row.payout: Offset(*row[1:]) for row in found}


def offsets(payout_id: int) -> Sequence[Offset]:
    """What a payout repaid of debts, by brand."""
    return rows(raw(), "app.payouts", "offsets", {"payout": payout_id}, Offset)


def of_batch(batch_id: int) -> tuple[int, int, int]:
    """How many payouts of a batch repay debts, what they repay, and what is carried over; minor units."""
    (row,) = rows(raw(), "app.payouts", "offsets_of_batch", {"batch": batch_id})
    return int(row.payouts), int(row.repaid), int(row.carried)


def write_off(at: datetime) -> str:
    """The nightly job: writes off what has lapsed, each debt in a transaction of its own; commits, and says how many.

    The brand bears it: its funds had the commission back when the sale was refunded, although the creator kept the
    money. Running it twice writes nothing twice, since what is written off is not owed any more.
    """
    on, done = at.astimezone(UTC).date(), 0
    everybody = {"brand": None, "creator": None, "currency": None, "on": on}
    for debt in rows(raw(), "app.payouts", "lapsing", everybody):
        done += _write_one_off(raw(), debt, on=on, at=at)
        db.session.commit()
    return str(gettext("%(number)s debts were written off.", number=done))


def _write_one_off(connection: psycopg.Connection[Any], debt: Any, *, on: date, at: datetime) -> int:
    """Writes one debt off if it is owed still, while nobody assembles the currency or settles for the brand."""
    hold_still(connection, debt.brand_id, debt.currency)
    wanted = {"brand": debt.brand_id, "creator": debt.creator_id, "currency": debt.currency, "on": on}
    found = rows(connection, "app.payouts", "lapsing", wanted)
    posting.open_posting(connection)
    for row in found:
        connection.execute(statement("app.payouts", "write_off"), row._asdict() | {"on": on, "at": at})
    posting.post(connection, at=at)
    return len(found)
