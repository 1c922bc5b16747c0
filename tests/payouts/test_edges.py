"""Where money going out could be counted at the wrong edge: exactly the minimum, a hold that is over, the day on which
money becomes payable, and two people who mark the last payouts at once."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, raw
from app.payouts import holds, transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, NobodyToPay, assemble
from app.payouts.jobs import assemble_monthly
from app.payouts.models import Payout, PayoutBatch
from app.payouts.overview import Due, differences, dues
from tests.cast import Cast
from tests.ledger.paid import paid_out
from tests.payouts.at_once import in_thread
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_as, hand_over, identity
from tests.programs import somebody_waits, until

LATER = AT + timedelta(hours=2)
NEXT_DAY = AT + timedelta(days=1)


def draft(minimum: int = 1000, currency: str = "EUR") -> PayoutBatch:
    """A batch by mo, committed."""
    made = assemble(raw(), currency=currency, cutoff_on=CUTOFF, minimum=minimum, by=identity("mo").person_id, at=AT)
    db.session.commit()
    return db.session.get_one(PayoutBatch, made)


def amounts(batch: PayoutBatch) -> list[int]:
    return list(db.session.scalars(select(Payout.amount).where(Payout.batch_id == batch.id).order_by(Payout.amount)))


def test_exactly_the_minimum_is_paid(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    fund(lumen, 100_000)
    for creator, iban, amount in ((cast.creators["mira"], IBANS[0], 1000), (cast.creators["joon"], IBANS[1], 999)):
        bank(creator, iban)
        earn(lumen, creator, amount)
    assert amounts(draft()) == [1000]


@pytest.mark.parametrize(("left", "pays"), [(1000, True), (999, False)])
def test_exactly_the_minimum_beside_an_unfunded_brand_is_paid(cast: Cast, left: int, pays: bool) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    fund(lumen, 100_000)
    bank(mira)
    earn(lumen, mira, left)
    earn(kettle, mira, 7000, currency="EUR")
    if pays:
        assert amounts(draft()) == [left]
    else:
        with pytest.raises(NobodyToPay):
            draft()


def submitted_batch(cast: Cast, earners: dict[str, str]) -> PayoutBatch:
    """A batch that waits for a second person; each brand pays one creator."""
    bank(None, IBANS[3])
    for iban, (brand, name) in zip(IBANS, earners.items(), strict=False):
        creator = cast.creators[name]
        fund(cast.brands[brand], 100_000, currency="EUR")
        bank(creator, iban, by=cast.people["sam"].id)
        earn(cast.brands[brand], creator, 5000, currency="EUR")
    batch = draft()
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    db.session.commit()
    return batch


def approve(batch: PayoutBatch) -> list[str]:
    seen = (batch.fingerprint or b"").hex()
    reasons = approve_as("che", batch.public_id, seen=seen, at=LATER)
    db.session.commit()
    return reasons


def test_a_hold_that_was_released_keeps_no_batch_from_approval(cast: Cast) -> None:
    """Nor does it count a payout twice."""
    batch = submitted_batch(cast, {"lumen": "mira", "kettle": "joon"})
    for _ in range(2):
        holds.place(cast.creators["mira"], "asked", by=identity("mo"), at=AT)
        holds.release(cast.creators["mira"], by=identity("mo"), at=AT)
    db.session.commit()
    assert approve(batch) == []
    assert batch.status == "approved"


@pytest.mark.usefixtures("plain_files")
def test_two_who_mark_the_last_two_payouts_at_once_complete_the_batch(
    app: Flask, cast: Cast, owner_connection: psycopg.Connection[object]
) -> None:
    """Each would see the other's payout still open: the batch's row makes one wait for the other. Two brands pay, so
    that no balance of theirs does."""
    batch = submitted_batch(cast, {"lumen": "mira", "kettle": "joon"})
    approve(batch)
    hand_over(batch, at=LATER)
    one, other = (payout.public_id for payout in db.session.scalars(select(Payout)))
    transfers.mark(one, "paid", by=identity("mo"), at=NEXT_DAY)
    ended: list[bool] = []

    def rival() -> str:
        try:
            status = str(transfers.mark(other, "paid", by=identity("adam"), at=NEXT_DAY).status)
            db.session.commit()
            return status
        finally:
            ended.append(True)

    outcome = in_thread(app, rival)
    until(lambda: bool(ended) or somebody_waits(owner_connection))
    db.session.commit()
    assert outcome() == "paid"
    db.session.refresh(batch)
    assert batch.status == "completed"


def test_money_is_payable_from_its_own_day_on(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    for days, amount in enumerate((100, 20, 3)):
        earn(lumen, mira, amount, CUTOFF + timedelta(days=days))
    found = [dues(raw(), on=CUTOFF + timedelta(days=days)) for days in range(-1, 3)]
    assert found == [
        [Due("EUR", pending, payable, 0, 0, 0)] for pending, payable in ((123, 0), (23, 100), (3, 120), (0, 123))
    ]


def test_what_one_owes_back_does_not_lessen_what_another_is_due(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    earn(lumen, cast.creators["mira"], 500)
    earn(lumen, cast.creators["joon"], -200)
    assert dues(raw(), on=CUTOFF) == [Due("EUR", 0, 500, 200, 0, 0)]


@pytest.mark.parametrize(
    ("amount", "kinds"), [(1500, []), (1501, ["much_more"]), (500, []), (499, ["much_less"]), (1000, [])]
)
def test_a_payout_that_differs_much_from_the_last_one_is_marked(cast: Cast, amount: int, kinds: list[str]) -> None:
    """Over half more, or under half."""
    mira = cast.creators["mira"]
    paid_out(cast, {mira: 1000})
    fund(cast.brands["lumen"], amount)
    earn(cast.brands["lumen"], mira, amount)
    assert marked(draft(minimum=1)) == kinds


def test_a_payout_to_another_account_is_marked(cast: Cast) -> None:
    mira = cast.creators["mira"]
    paid_out(cast, {mira: 1000})
    bank(mira, IBANS[1], at=AT - timedelta(days=9))
    fund(cast.brands["lumen"], 1000)
    earn(cast.brands["lumen"], mira, 1000)
    assert marked(draft()) == ["other_account"]


def test_a_payout_after_one_that_came_back_is_a_first_one(cast: Cast) -> None:
    """Nor is one in another currency, or somebody else's, the last one."""
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    paid_out(cast, {mira: 1000, joon: 400}, returned=[mira])
    assert marked(draft()) == ["new_payee"]


def test_the_monthly_job_looks_at_what_is_payable_by_its_cut_off_alone(cast: Cast) -> None:
    """Not at what comes on the day after, nor at what a creator owes back to one brand beside what another owes."""
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    bank(mira)
    for currency, days, amount in (("EUR", 0, 5000), ("GBP", 1, 5000), ("JPY", 0, -5000)):
        fund(lumen, 100_000, currency=currency)
        earn(lumen, mira, amount, CUTOFF + timedelta(days=days), currency=currency)
    earn(lumen, mira, -5000, currency="SEK")
    fund(kettle, 5000, currency="SEK")
    earn(kettle, mira, 5000, currency="SEK")
    db.session.commit()
    assemble_monthly(at=AT)
    assert db.session.scalars(select(PayoutBatch.currency).order_by(PayoutBatch.currency)).all() == ["EUR", "SEK"]


def test_a_batch_pays_to_the_newest_of_a_creators_accounts(cast: Cast) -> None:
    """What has left the draft is not frozen, nor are payouts of another batch."""
    lumen, mira, joon = cast.brands["lumen"], cast.creators["mira"], cast.creators["joon"]
    bank(None, IBANS[3])
    fund(lumen, 100_000)
    for creator, ibans in ((mira, (IBANS[2], IBANS[1])), (joon, IBANS[:1])):
        for days, iban in zip((30, 20), ibans, strict=False):
            bank(creator, iban, at=AT - timedelta(days=days), by=cast.people["sam"].id)
        earn(lumen, creator, 5000)
    fund(lumen, 5000, currency="JPY")
    earn(lumen, mira, 5000, currency="JPY")
    draft(currency="JPY")
    batch = draft()
    (dropped,) = db.session.scalars(select(Payout).where(Payout.creator_id == joon.id))
    transfers.mark(dropped.public_id, "dropped", reason="asked to wait", by=identity("mo"), at=AT)
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    db.session.commit()
    frozen = db.session.execute(select(Payout.creator_id, Payout.currency, Payout.holder, Payout.iban)).all()
    assert {tuple(row) for row in frozen} == {
        (mira.id, "EUR", "Mira Live", IBANS[1]),
        (mira.id, "JPY", None, None),
        (joon.id, "EUR", None, None),
    }


def marked(batch: PayoutBatch) -> list[str]:
    """How the only payout of the batch differs from the one before."""
    by_payout, counts = differences(raw(), batch.id)
    (difference,) = by_payout.values()
    assert dict(counts) == dict.fromkeys(difference.kinds, 1)
    return difference.kinds
