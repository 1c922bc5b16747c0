"""Guarantees and quotas follow what the record of a show proves, and what people decide about it."""

from __future__ import annotations

from datetime import timedelta

from app.database import db
from app.streams import advertising, quarters, shows
from app.streams.models import Show, Stream
from app.users.models import Brand, Creator
from tests import market
from tests.bonuses.promising import AFTER_JUNE, JUNE, LATER, TENTH, booked, final, promise, provisional
from tests.payouts.people import identity
from tests.streams.showing import on_air

QUARTER = timedelta(minutes=15)


def two_hours(lumen: Brand, mira: Creator, *, silent: int) -> Show:
    """A show of eight quarters in which the word on advertising lacks in the last `silent`."""
    show, by = on_air(mira, skus={lumen: ("LAMP",)}, at=TENTH), identity("mira")
    shows.pin_next(show, at=TENTH, by=by)
    for number in range(8 - silent):
        advertising.say(show, at=TENTH + number * QUARTER, by=by)
    return shows.end(show, at=TENTH + 8 * QUARTER, by=by)


def test_a_quota_of_minutes_pays_for_what_the_record_proves_and_more_once_it_is_decided(
    lumen: Brand, mira: Creator
) -> None:
    contract = market.contract(lumen, mira)
    quota = promise(contract, "quota", 80_000, conditions={"valid_minutes": 120}, mode="scaled")
    show = two_hours(lumen, mira, silent=2)
    provisional()
    assert booked(quota, JUNE) == [60_000]  # 90 of 120 minutes
    stream = db.session.get_one(Stream, shows.brands_of(show)[0].stream_id)
    review = quarters.claim(stream, 6, "It was said aloud", by=identity("mira"), at=TENTH + timedelta(days=1))
    quarters.decide(review, True, "We heard it", by=identity("olga"), at=AFTER_JUNE)
    final(at=LATER)
    assert booked(quota, JUNE) == [60_000, 10_000]


def test_a_disputed_quarter_lowers_a_guarantee_until_the_platform_has_decided(lumen: Brand, mira: Creator) -> None:
    contract = market.contract(lumen, mira)
    guarantee = promise(contract, "guarantee", 80_000, conditions={"valid_minutes": 120}, mode="scaled")
    show = two_hours(lumen, mira, silent=0)
    stream = db.session.get_one(Stream, shows.brands_of(show)[0].stream_id)
    review = quarters.dispute(stream, 0, "Nobody was there", by=identity("olga"), at=TENTH + timedelta(days=1))
    provisional()
    assert booked(guarantee) == [70_000]  # 105 of 120 minutes
    quarters.decide(review, True, "The recording shows the host", by=identity("adam"), at=AFTER_JUNE)
    final(at=LATER)
    assert booked(guarantee) == [70_000, 10_000]
