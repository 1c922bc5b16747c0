"""What is pending and what is payable on the days around the one on which money becomes payable, and what is paid."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from app.database import db, raw
from app.ledger.balances import Standing, export_balances, standings
from app.ledger.funding import funds
from app.payouts.batches.assembly import assemble
from tests.cast import Cast
from tests.ledger.paid import paid_out
from tests.payouts.books import AT, CUTOFF, bank, earn, fund

DAY = timedelta(days=1)


def exported(on: date) -> dict[str, int]:
    """Account to balance in the file `balances`, of creators alone."""
    out = io.BytesIO()
    export_balances(out, on=on)
    rows = csv.DictReader(io.StringIO(out.getvalue().decode()))
    return {row["account"]: int(row["balance_minor"]) for row in rows if row["creator"]}


def test_the_file_of_balances_calls_money_payable_from_its_own_day_on(cast: Cast) -> None:
    for days, amount in enumerate((100, 20)):
        earn(cast.brands["lumen"], cast.creators["mira"], amount, CUTOFF + days * DAY)
    db.session.commit()
    assert exported(CUTOFF - DAY) == {"creator_pending": 120}
    assert exported(CUTOFF) == {"creator_payable": 100, "creator_pending": 20}
    assert exported(CUTOFF + DAY) == {"creator_payable": 120}


def test_a_creators_money_is_payable_from_its_own_day_on(cast: Cast) -> None:
    mira = cast.creators["mira"]
    for days, amount in enumerate((100, 20)):
        earn(cast.brands["lumen"], mira, amount, CUTOFF + days * DAY)
    found = [standings(raw(), mira.id, on=CUTOFF + days * DAY) for days in (-1, 0, 1)]
    assert found == [[Standing("EUR", pending, payable, 0, 0)] for pending, payable in ((120, 0), (20, 100), (0, 120))]


def test_a_payout_that_came_back_is_not_paid(cast: Cast) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    paid_out(cast, {mira: 5000, joon: 3000}, returned=[mira])
    assert standings(raw(), mira.id, on=CUTOFF) == [Standing("EUR", 0, 5000, 0, 0)]
    assert standings(raw(), joon.id, on=CUTOFF) == [Standing("EUR", 0, 0, 0, 3000)]


def test_what_a_brand_has_in_batches_is_told_apart_from_what_it_owes(cast: Cast) -> None:
    """And another brand's money is another's, in each figure."""
    lumen, kettle, mira, joon = *cast.brands.values(), cast.creators["mira"], cast.creators["joon"]
    bank(mira)
    for brand, scale in ((lumen, 1), (kettle, 10)):
        fund(brand, 9000 * scale, currency="EUR")
        earn(brand, mira, 5000 * scale, currency="EUR")
        earn(brand, joon, -300 * scale, currency="EUR")
    assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=None, at=AT)
    for brand, scale in ((lumen, 1), (kettle, 10)):
        earn(brand, mira, 20 * scale, currency="EUR")
        earn(brand, mira, 4 * scale, CUTOFF + DAY, currency="EUR")
        (money,) = funds(raw(), on=CUTOFF, brands=[brand.id])
        found = (money.in_transit, money.payable, money.pending, money.owed_back, money.balance, money.cash)
        assert found == tuple(scale * amount for amount in (5000, 20, 4, 300, 9000 - 5024 + 300, 9000 - 5000))
