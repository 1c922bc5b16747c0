"""One commission as its entries say, locked against assemblies and settlement while somebody acts on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import gettext

from app.database import query_rows, raw, statement
from app.errors import NotFound, WrongStatus
from app.sales.commissions.models import Standing
from app.sales.settlement import hold_still
from app.words import word

Line = tuple[int, int]  # a sale line: its brand and its number
OPEN = frozenset({Standing.PENDING, Standing.PAYABLE})  # nothing of it is in a payout, and nobody keeps it back


@dataclass(frozen=True)
class Commission:
    """What a creator earns with a line: what of it is unpaid, in minor units, from which day, and where it stands."""

    brand_id: int
    sale_id: int
    creator_id: int
    source: str
    order_ref: str
    line_ref: str
    currency: str
    net: int
    unpaid: int
    taken: int  # entries in live payouts
    available_on: date
    standing: str


def commission_of(brand_id: int, sale_id: int, *, today: date) -> Commission | None:
    """The commission of the line's last creator as of the UTC day `today`; None when it never was a creator's."""
    return commissions([(brand_id, sale_id)], today=today).get((brand_id, sale_id))


def commissions(lines: Collection[Line], *, today: date) -> dict[Line, Commission]:
    """The same of many lines; those that never were a creator's are not in it."""
    values = {"brands": [brand for brand, _ in lines], "sales": [sale for _, sale in lines], "today": today}
    found = query_rows(raw(), statement("app.sales", "commissions"), values, Commission) if lines else []
    return {(each.brand_id, each.sale_id): each for each in found}


def locked(brand_id: int, sale_id: int, *, at: datetime) -> Commission:
    """The same while nobody assembles its currency or settles its brand. Raises NotFound when there is none."""
    currency = (
        raw().execute("select currency from sale where brand_id = %s and id = %s", [brand_id, sale_id]).fetchone()
    )
    if currency is not None:
        hold_still(raw(), brand_id, currency[0])
        if found := commission_of(brand_id, sale_id, today=at.astimezone(UTC).date()):
            return found
    raise NotFound(gettext("There is no such commission, or it is not yours."))


def expect(commission: Commission, *standings: str) -> None:
    """Raises WrongStatus when the commission stands somewhere else."""
    if commission.standing not in standings:
        raise WrongStatus(
            gettext(
                "This commission is “%(standing)s”: that can’t be done any more.", standing=word(commission.standing)
            )
        )
