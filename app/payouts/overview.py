"""What finance and creators look at: figures and rows, read by statements over sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import psycopg
from sqlalchemy import Select, func, or_, select

from app.database import db, query_rows, rows
from app.payouts.models import BY_STRIPE, Payout, PayoutBatch, PayoutSkip, PayoutStatus
from app.users.models import AuditEvent

Connection = psycopg.Connection[Any]
Row = TypeVar("Row")


class Due(NamedTuple):
    """The money of all creators in one currency, in minor units."""

    currency: str
    pending: int
    payable: int
    owed_back: int
    held: int  # of single commissions, until somebody decides
    in_transit: int


class Difference(NamedTuple):
    """How a payout differs from the one before: new_payee, other_account, much_more, much_less."""

    payout_id: int
    amount: int
    last_amount: int | None
    kinds: list[str]


class Compared(NamedTuple):
    """All payouts of a batch that differ from the one before in the same way: what they come to, now and last time."""

    kind: str
    number: int
    amount: int
    last_amount: int


class Use(NamedTuple):
    """A brand's money on the platform's account before a batch, what the batch takes of it, and the rest."""

    brand: UUID
    name: str
    before: int
    amount: int
    rest: int


class Part(NamedTuple):
    """What a payout pays for one brand."""

    brand_id: int
    brand: UUID
    name: str
    entries: int
    amount: int


class PaidEntry(NamedTuple):
    """One entry that a payout pays; of a commission also the sale line."""

    brand_id: int
    brand: UUID
    name: str
    id: int
    kind: str
    cause: int
    available_on: date
    recorded_at: datetime
    amount: int
    order_ref: str | None
    line_ref: str | None
    sold_at: datetime | None


class Moved(NamedTuple):
    """What a payout did in the books."""

    kind: str
    debit: str
    credit: str
    amount: int
    recorded_at: datetime


class Place(NamedTuple):
    """Where a creator's money goes as of now: to a bank account, or to an account at Stripe."""

    creator_id: int
    holder: str | None
    iban: str | None
    account: str | None


class Count(NamedTuple):
    """How many of a status or reason, and what they come to."""

    name: str
    number: int
    amount: int


def dues(connection: Connection, *, on: date) -> list[Due]:
    """All creators' money by currency; the UTC day `on` splits pending from payable."""
    return rows(connection, "app.payouts", "dues", {"on": on}, Due)


def differences(connection: Connection, batch_id: int) -> tuple[dict[int, Difference], Counter[str]]:
    """How the payouts of a batch differ from those before, by payout id, and how many of each kind."""
    differences = rows(connection, "app.payouts", "differences", {"batch": batch_id}, Difference)
    return {row.payout_id: row for row in differences}, Counter(kind for row in differences for kind in row.kinds)


def compared(different: Iterable[Difference]) -> list[Compared]:
    """The differences of a batch by kind, in the order in which they are worth a look."""
    found: dict[str, list[Difference]] = {kind: [] for kind in ("new_payee", "other_account", "much_more", "much_less")}
    for row in different:
        for kind in row.kinds:
            found[kind].append(row)
    return [
        Compared(kind, len(rows), sum(row.amount for row in rows), sum(row.last_amount or 0 for row in rows))
        for kind, rows in found.items()
        if rows
    ]


def against_funds(connection: Connection, batch_id: int) -> list[Use]:
    """What a batch takes of each brand's money, the scarcest first; other open batches have had theirs already."""
    return rows(connection, "app.payouts", "against_funds", {"batch": batch_id}, Use)


def parts(connection: Connection, payout_id: int) -> list[Part]:
    """What a payout pays, by brand."""
    return rows(connection, "app.payouts", "parts", {"payout": payout_id}, Part)


def entries(connection: Connection, payout_id: int, *, page: int, size: int) -> list[PaidEntry]:
    """The single entries of a payout, `size` a page."""
    return rows(
        connection,
        "app.payouts",
        "entries",
        {"payout": payout_id, "limit": size, "offset": (page - 1) * size},
        PaidEntry,
    )


def moves(connection: Connection, payout_id: int) -> list[Moved]:
    """What a payout did in the books."""
    return rows(connection, "app.payouts", "moves", {"payout": payout_id}, Moved)


def places(connection: Connection, creators: Collection[int]) -> dict[int, Place]:
    """Where the money of these creators goes as of now, by creator; without those who have entered nothing."""
    query = "select creator_id, holder, iban, account from payment_destination where creator_id = any(%(creators)s)"
    return {row.creator_id: row for row in query_rows(connection, query, {"creators": list(creators)}, Place)}


def by_status(batch_id: int) -> list[Count]:
    """The payouts of a batch by status."""
    return _counts(select(Payout.status, func.count(), func.sum(Payout.amount)).where(Payout.batch_id == batch_id))


def by_reason(batch_id: int) -> list[Count]:
    """The creators passed over in a batch by reason."""
    skipped = select(PayoutSkip.reason, func.count(), func.sum(PayoutSkip.amount))
    return _counts(skipped.where(PayoutSkip.batch_id == batch_id))


def history(batch: PayoutBatch) -> Select[AuditEvent]:
    """Who did what with a batch and its payouts, the earliest first."""
    of_batch = (AuditEvent.object_kind == "payout_batch") & (AuditEvent.object_id == batch.id)
    payouts = select(Payout.id).where(Payout.batch_id == batch.id)
    of_payouts = (AuditEvent.object_kind == "payout") & AuditEvent.object_id.in_(payouts)
    return select(AuditEvent).where(or_(of_batch, of_payouts)).order_by(AuditEvent.at, AuditEvent.id)


def _counts(query: Any) -> list[Count]:
    column = query.selected_columns[0]
    return [
        Count(name, number, int(amount))
        for name, number, amount in db.session.execute(query.group_by(column).order_by(column))
    ]


def open_by_rail(batches: Sequence[int]) -> dict[tuple[int, str], int]:
    """How many payouts of these batches are approved and have no end yet, by batch and rail."""
    query = select(Payout.batch_id, Payout.rail, func.count()).group_by(Payout.batch_id, Payout.rail)
    query = query.where(Payout.batch_id.in_(batches), Payout.status == PayoutStatus.SENT)
    return {(batch, rail or ""): number for batch, rail, number in db.session.execute(query)}


def at_bank(batch_id: int) -> Count:
    """The payouts of a batch that a bank is to pay and has not said anything of: Stripe's are not among them."""
    query = select(func.count(), func.coalesce(func.sum(Payout.amount), 0))
    of_bank = (Payout.batch_id == batch_id, Payout.status == PayoutStatus.SENT, Payout.rail.not_in(BY_STRIPE))
    number, amount = db.session.execute(query.where(*of_bank)).one()
    return Count(PayoutStatus.SENT, number, int(amount))
