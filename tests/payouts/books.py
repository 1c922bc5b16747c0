"""Money for tests of payouts, straight into the books: what was earned, topped up, and where it may be paid to."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from app.database import db, raw
from app.ledger.posting import open_posting, post
from app.payouts.models import BankDetail
from app.users.models import Brand, Creator

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
CUTOFF = date(2026, 11, 14)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
IBANS = ["NL91ABNA0417164300", "DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606"]
causes = itertools.count(1_000_000)  # away from what is settled in the same test


def _post(brand: Brand, debit: str, credit: str, amount: int, currency: str, **columns: Any) -> None:
    row = {"creator": None, "available_on": None, "cause": next(causes), "seq": 1} | columns
    if amount < 0:
        debit, credit, amount = credit, debit, -amount
    open_posting(raw())
    raw().execute(
        "insert into posting values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [brand.id, debit, credit, row["creator"], amount, currency]
        + [row[name] for name in ("kind", "cause", "seq", "available_on")]
        + [LONG_AGO],
    )
    post(raw(), at=row.get("at", LONG_AGO))


def earn(
    brand: Brand, creator: Creator, amount: int, available_on: date = CUTOFF, *, currency: str = "", **columns: Any
) -> None:
    """A commission; a negative amount is a refund's difference."""
    row = {"kind": "commission", "creator": creator.id, "available_on": available_on} | columns
    _post(brand, "brand_funds", "creator", amount, currency or brand.currency, **row)


def fund(brand: Brand, amount: int, *, currency: str = "") -> None:
    """The brand's money on the platform's account."""
    _post(brand, "bank", "brand_funds", amount, currency or brand.currency, kind="top_up")


def charge(brand: Brand, amount: int, *, currency: str = "") -> None:
    """The platform's fee."""
    _post(brand, "brand_funds", "platform_revenue", amount, currency or brand.currency, kind="fee")


def bank(creator: Creator | None, iban: str = IBANS[0], holder: str = "", at: datetime = LONG_AGO, by: int = 1) -> None:
    """Bank details; without a creator the platform's own."""
    holder = holder or (creator.name if creator else "Streamcut B.V.")
    of = creator.id if creator else None
    db.session.add(BankDetail(creator_id=of, holder=holder, iban=iban, recorded_at=at, recorded_by=by))
    db.session.flush()


def balances(currency: str = "EUR") -> dict[tuple[str, int, int], int]:
    """(account, brand id, creator id or 0) to the sum over all days, without zeros."""
    rows = raw().execute(
        "select account, brand_id, creator_id, sum(amount)::bigint from balance where currency = %s"
        " group by 1, 2, 3 having sum(amount) <> 0",
        [currency],
    )
    return {(account, brand, creator): amount for account, brand, creator, amount in rows}
