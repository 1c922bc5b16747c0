"""The VAT of an invoice is paid out with what it is on, and what a credit note takes back is set off."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from app.database import db, raw
from app.invoicing import issuing
from app.payouts.batches.assembly import assemble
from app.payouts.models import Payout
from app.users.models import Brand, Creator
from tests.invoicing.taxed import agreed, profile
from tests.payouts.books import bank, earn, fund
from tests.payouts.people import identity

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_a_batch_pays_net_and_vat_less_what_was_credited(lumen: Brand, mira: Creator) -> None:
    profile(lumen), profile(mira)
    agreed(lumen, mira)
    fund(lumen, 100_000)
    bank(mira), bank(None)
    earn(lumen, mira, 10_000, date(2026, 10, 9), cause=7001)
    issuing.self_bill(lumen, mira, "EUR", date(2026, 10, 1), at=AT)
    earn(lumen, mira, -1_000, date(2026, 10, 20), cause=7001, seq=2)
    issuing.self_bill(lumen, mira, "EUR", date(2026, 10, 1), at=AT)
    by = identity("mo").person_id
    assemble(
        raw(),
        currency="EUR",
        cutoff_on=date(2026, 11, 14),
        minimum=1000,
        by=by,
        at=datetime(2026, 11, 15, 9, tzinfo=UTC),
    )
    assert list(db.session.scalars(select(Payout.amount))) == [9_000 + 1_890]
