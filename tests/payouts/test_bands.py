"""How many approve a batch: by amount, brand and currency, one band up for a first batch and for a jump."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.database import db, raw
from app.errors import BadInput
from app.payouts import transfers
from app.payouts.batches import approval, bands
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.batches.bands import Bands, Need
from app.payouts.models import PayoutBatch
from app.users.models import AuditEvent, Brand
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_batch, hand_over, identity

Browse = Callable[[str], FlaskClient]
PAY_DAY = AT + timedelta(days=1)


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    """A brand with money, and two creators with accounts."""
    lumen = cast.brands["lumen"]
    fund(lumen, 100_000_000)
    bank(None, IBANS[3])
    for name, iban in (("mira", IBANS[0]), ("joon", IBANS[1])):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
    return lumen


def assembled(currency: str = "EUR") -> PayoutBatch:
    made = assemble(raw(), currency=currency, cutoff_on=CUTOFF, minimum=1, by=identity("mo").person_id, at=AT)
    db.session.commit()
    return db.session.get_one(PayoutBatch, made)


def needed(batch: PayoutBatch) -> int:
    """Submitted: what the database has counted, which is what the page said of the draft."""
    said = max(need.approvers for need in bands.needs(raw(), batch.id))
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    db.session.commit()
    assert batch.approvers == said
    return said


def paid_before(lumen: Brand, cast: Cast, amount: int, names: tuple[str, ...] = ("mira", "joon")) -> None:
    """An earlier batch of the brand that was paid."""
    for name in names:
        earn(lumen, cast.creators[name], amount)
    batch = assembled()
    approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
    approve_batch(batch, at=AT)
    hand_over(batch, at=AT)
    transfers.mark_rest_paid(batch, by=identity("mo"), at=PAY_DAY)
    db.session.commit()


# -- the bands that come with the product --


@pytest.mark.parametrize(
    ("amount", "first", "expected"),
    [
        (100_000, True, 1),  # the second band
        (100_001, True, 2),  # the second, and up
        (100_000, False, 1),
        (100_001, False, 1),
        (2_500_000, False, 1),
        (2_500_001, False, 2),
    ],
)
def test_the_whole_batch_falls_into_a_band_and_a_first_batch_one_higher(
    lumen: Brand, cast: Cast, amount: int, first: bool, expected: int
) -> None:
    if not first:
        paid_before(lumen, cast, 2_000_000)  # so large that nothing of today jumps
    earn(lumen, cast.creators["mira"], amount)
    assert needed(assembled()) == expected


def test_a_first_batch_says_so_until_there_was_one(lumen: Brand, cast: Cast) -> None:
    earn(lumen, cast.creators["mira"], 5000)
    draft = assembled()
    assert [(need.brand, need.amount, need.first) for need in bands.needs(raw(), draft.id)] == [
        (None, 5000, False),
        ("Lumen Lighting", 5000, True),
    ]
    approval.cancel(draft.public_id, by=identity("mo"), at=AT)
    paid_before(lumen, cast, 5000)
    earn(lumen, cast.creators["mira"], 5000)
    assert not any(need.first for need in bands.needs(raw(), assembled().id))


@pytest.mark.parametrize(("amount", "jumps"), [(1_799_999, False), (1_800_000, True)])
def test_three_times_the_largest_of_twelve_months_goes_one_band_up(
    lumen: Brand, cast: Cast, amount: int, jumps: bool
) -> None:
    paid_before(lumen, cast, 600_000)
    earn(lumen, cast.creators["mira"], amount)
    assert needed(assembled()) == (2 if jumps else 1)


def test_a_payout_of_longer_ago_is_no_measure(lumen: Brand, cast: Cast) -> None:
    paid_before(lumen, cast, 1000)
    raw().execute("update payout set status_at = status_at - interval '13 months'")
    earn(lumen, cast.creators["mira"], 50_000)
    assert not any(need.jump for need in bands.needs(raw(), assembled().id))


# -- what an admin sets --


def set_bands(of: Brand | None, limits: tuple[int, int], people: list[int], currency: str = "EUR") -> None:
    bands.set_bands(of, currency, Bands(*limits, people), by=identity("adam"), at=AT)
    db.session.commit()


def test_a_brands_own_bands_count_for_its_part_and_the_platforms_for_the_whole(lumen: Brand, cast: Cast) -> None:
    paid_before(lumen, cast, 50_000)
    kettle = cast.brands["kettle"]
    set_bands(lumen, (10_000, 20_000), [1, 2, 3])
    set_bands(kettle, (1, 2), [5, 5, 5])  # pays nothing here
    set_bands(lumen, (0, 0), [5, 5, 5], "GBP")  # another currency
    earn(lumen, cast.creators["mira"], 15_000)
    assert needed(assembled()) == 2
    set_bands(None, (10_000, 12_000), [1, 1, 4])
    earn(lumen, cast.creators["joon"], 15_000)
    assert needed(assembled()) == 4


def test_the_newest_bands_count_and_not_for_what_is_submitted(lumen: Brand, cast: Cast) -> None:
    earn(lumen, cast.creators["mira"], 5000)
    batch = assembled()
    set_bands(None, (0, 0), [3, 3, 3])
    assert needed(batch) == 3
    set_bands(None, (100_000, 2_500_000), [1, 1, 2])
    db.session.refresh(batch)
    assert batch.approvers == 3
    approval.recall(batch.public_id, reason="rules", by=identity("mo"), at=AT)
    db.session.refresh(batch)
    assert batch.approvers is None
    assert needed(batch) == 1


@pytest.mark.parametrize(
    ("limits", "people"),
    [((5, 4), [1, 1, 1]), ((1, 2), [0, 1, 1]), ((1, 2), [2, 1, 1]), ((1, 2), [1, 2, 1]), ((1, 2), [1, 1, 6])],
)
def test_bands_that_can_not_be_are_refused(cast: Cast, limits: tuple[int, int], people: list[int]) -> None:
    with pytest.raises(BadInput):
        bands.set_bands(None, "EUR", Bands(*limits, people), by=identity("adam"), at=AT)
    with pytest.raises(BadInput, match="not a currency"):
        bands.set_bands(None, "EURO", Bands(1, 2, [1, 1, 1]), by=identity("adam"), at=AT)


def test_a_reason_names_the_brand_and_why_it_is_one_band_up() -> None:
    need = Need("Lumen", 150_000, 3, first=True, jump=True, approvers=2, currency="EUR")
    assert bands.reason(need) == (
        "Lumen pays €1,500.00. It is this brand’s first batch: one band up. A payout is three times its creator’s "
        "largest in twelve months: one band up. 2 people approve it."
    )


# -- the page --

FORM: dict[str, Any] = {
    **{"brand": "", "currency": "EUR", "first_limit": "500", "second_limit": "5,000.00"},
    **{"first_approvers": "1", "second_approvers": "2", "third_approvers": "3"},
}
PATH = "/finance/approval-rules"


def test_an_admin_sets_bands_and_finance_reads_them(browse: Browse, cast: Cast) -> None:
    adam = browse("adam")
    assert "€25,000.00" in adam.get(PATH).text
    lumen = str(cast.brands["lumen"].public_id)
    for brand in ("", lumen):
        assert adam.post(PATH, data=FORM | {"brand": brand}).status_code == 302
    page = browse("mo").get(PATH).text
    for words in ("€500.00", "€5,000.00", "Lumen Lighting", "1, 2, above 3", "Adam"):
        assert words in page
    assert "Set approval rules" not in page
    events = db.session.query(AuditEvent).filter_by(action="set_bands").order_by(AuditEvent.id).all()
    assert [(event.object_kind, event.by_name) for event in events] == [("platform", "Adam"), ("brand", "Adam")]
    assert events[0].detail["approvers"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"first_limit": "lots"}, "lots"),
        ({"second_limit": "499"}, "The second limit is below the first"),
        ({"second_approvers": "4"}, "for more money never fewer"),
        ({"first_approvers": "9"}, "Not a valid choice"),
        ({"brand": "nobody"}, "Not a valid choice"),
    ],
)
def test_a_wrong_form_comes_back_with_a_sentence(browse: Browse, cast: Cast, data: dict[str, str], words: str) -> None:
    answer = browse("adam").post(PATH, data=FORM | data)
    assert answer.status_code == 422
    assert words in answer.text
