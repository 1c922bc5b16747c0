"""Books in which everything has happened at least once, made through the product's own verbs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.bonuses.settlement import approve_above_cap
from app.contracts.models import Contract
from app.database import db, raw
from app.ledger import funding
from app.payouts import transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch
from app.sales.jobs import settle_due
from app.users.models import Brand
from tests import market
from tests.bonuses.promising import final, promise, provisional
from tests.cast import Cast
from tests.payouts.books import IBANS, bank
from tests.payouts.people import approve_as, hand_over, identity

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
CUTOFF = date(2026, 11, 14)
MONTH = date(2026, 5, 1)
YESTERDAY = AT - timedelta(days=1)
PAID_AT = AT + timedelta(days=1)  # the first day after on which banks settle
NOT_THE_ACCOUNT = "TM01: the file came too late"


def tell(cast: Cast) -> None:
    """Sales of two brands by two creators, refunds before and after payment, the house's lines and others that earn
    nothing, top-ups approved and rejected, payouts paid, failed, returned, dropped and waiting, a lonely refund, and
    bonuses."""
    lumen, kettle, mira, joon = *cast.brands.values(), *cast.creators.values()
    for creator in (mira, joon):
        bank(creator, IBANS[creator.id % 2], by=cast.people["sam"].id)
        for brand in (lumen, kettle):
            market.contract(brand, creator, coupons=(f"{creator.handle} {brand.handle}",))
    bank(None, IBANS[3])
    top_up(lumen, 100_000)
    top_up(kettle, 100_000)
    top_up(kettle, 100_000, currency="EUR", reference="euros")
    top_up(lumen, 7, approve=False, reference="not ours")
    paid = sell(lumen, "mira lumen", 10_000, 20_000)
    sell(lumen, "joon lumen", 10_000, 20_000, 333)
    sell(kettle, "mira kettle", 40_000, currency="EUR")
    sell(kettle, "joon kettle", 50_000)
    sell(lumen, None, 9_999)
    early = market.sale(lumen, 6_000, coupon="mira lumen")
    market.refund(early, 9_000)
    market.refund(market.sale(lumen, 500, coupon="joon lumen"), 100, currency="USD")
    late = sell(lumen, "mira lumen", 8_000, at=YESTERDAY)
    settle()
    first = assembled("EUR")
    release(first, mira="paid", joon="failed")
    release(assembled("GBP"), joon="returned")
    market.refund(late[0], 3_000, YESTERDAY)
    market.refund(early, 1)
    market.refund(paid[0], 2_500)
    settle()
    again = assembled("GBP")
    drop(again)
    assembled("EUR")
    assembled("GBP")
    bonuses(lumen)
    db.session.commit()


def bonuses(brand: Brand) -> None:
    """A retainer of the brand's contracts for one month, provisionally, finally, and for one of them above its cap."""
    for contract in db.session.scalars(select(Contract).where(Contract.brand_id == brand.id)):
        contract.cap_month = 4_000 if contract.creator.handle == "joon" else None
        promise(contract, "retainer", 5_000)
    provisional(MONTH, AT)
    final(MONTH, AT)
    capped = raw().execute("select bonus_month_id from award where stage = 'final' and outside > 0").fetchone()
    assert capped is not None
    approve_above_cap(capped[0], by=identity("olga"), at=AT)


def sell(brand: Brand, coupon: str | None, *bases: int, **columns: Any) -> list[Any]:
    """Sales of one import, each with the coupon."""
    brought = market.file_import("sales", brand)
    return [market.sale(brand, base, coupon=coupon, import_id=brought, **columns) for base in bases]


def top_up(brand: Brand, amount: int, *, approve: bool = True, currency: str = "", reference: str = "1") -> None:
    """Recorded by mo, decided by che."""
    currency = currency or brand.currency
    made = funding.record(brand, amount, currency, received_on=CUTOFF, reference=reference, by=identity("mo"), at=AT)
    funding.decide(made.public_id, approve=approve, by=identity("che"), at=AT, reason="" if approve else "no")


def settle() -> None:
    """Settles all there is; commits."""
    db.session.commit()
    settle_due()


def assembled(currency: str) -> PayoutBatch:
    """A draft by mo of all that is payable."""
    made = assemble(raw(), currency=currency, cutoff_on=CUTOFF, minimum=1, by=identity("mo").person_id, at=AT)
    return db.session.get_one(PayoutBatch, made)


def release(batch: PayoutBatch, **ends: str) -> None:
    """Submitted by mo, approved by che; then each creator's payout comes to its end, `returned` by way of `paid`."""
    made = approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    assert made.fingerprint
    seen = made.fingerprint.hex()
    assert approve_as("che", batch.public_id, seen=seen, at=AT) == []
    hand_over(batch, at=AT)
    for payout in _payouts(batch):
        for status in {"returned": ("paid", "returned")}.get(
            ends[payout.creator.handle], (ends[payout.creator.handle],)
        ):
            transfers.mark(payout.public_id, status, reason=NOT_THE_ACCOUNT, by=identity("mo"), at=PAID_AT)


def drop(batch: PayoutBatch) -> None:
    """Every payout of the draft is dropped."""
    for payout in _payouts(batch):
        transfers.mark(payout.public_id, "dropped", reason="so it was", by=identity("mo"), at=AT)


def _payouts(batch: PayoutBatch) -> list[Payout]:
    return list(db.session.scalars(select(Payout).where(Payout.batch_id == batch.id).order_by(Payout.id)))
