"""A brand hears that its money does not cover the next payouts before they leave it out, once per shortage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.ledger import shortages
from app.ledger.jobs import note_funding
from app.ledger.payout_day import next_payout_day
from app.outbox import Letter
from app.users.models import Brand
from config import settings
from tests.cast import Cast
from tests.payouts.books import charge, earn, fund

NIGHT = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)
RUN = date(2026, 11, 15)


def letters() -> list[tuple[str, str]]:
    query = select(Letter).where(Letter.event == "funds.short").order_by(Letter.id)
    return [(row.address.split("@")[0], str(row.facts["amount"])) for row in db.session.scalars(query)]


def night(days: int = 0) -> str:
    return note_funding(NIGHT + timedelta(days=days))


@pytest.mark.parametrize(
    ("today", "day", "expected"),
    [
        (date(2026, 11, 3), 15, RUN),
        (RUN, 15, RUN),
        (date(2026, 11, 16), 15, date(2026, 12, 15)),
        (date(2026, 12, 16), 15, date(2027, 1, 15)),
        (date(2027, 2, 3), 31, date(2027, 2, 28)),
        (date(2027, 1, 31), 31, date(2027, 1, 31)),
    ],
)
def test_the_next_run_is_on_the_payout_day_or_the_months_last(
    app: Flask, today: date, day: int, expected: date
) -> None:
    config = replace(settings(), payout_day=day)
    assert next_payout_day(config, datetime.combine(today, time(0), ZoneInfo(config.platform_timezone))) == expected


def test_once_the_batches_are_assembled_the_next_run_is_a_month_later(app: Flask) -> None:
    after = datetime.combine(RUN, time(settings().payout_hour), ZoneInfo(settings().platform_timezone))
    assert next_payout_day(settings(), after) == date(2026, 12, 15)
    assert next_payout_day(settings(), after - timedelta(seconds=1)) == RUN


def test_only_what_is_payable_by_the_run_counts(cast: Cast, lumen: Brand) -> None:
    fund(lumen, 5000)
    charge(lumen, 500)
    earn(lumen, cast.creators["mira"], 3000, RUN - timedelta(days=1))
    earn(lumen, cast.creators["joon"], 9000, RUN)  # the run pays up to the day before
    assert shortages.shortages(RUN) == []
    earn(lumen, cast.creators["joon"], 2000, date(2026, 11, 1))
    assert shortages.shortages(RUN) == [(lumen.id, "EUR", 500)]
    assert shortages.shortages(RUN, cast.brands["kettle"]) == []


def test_who_owes_money_back_does_not_lessen_what_others_get(cast: Cast, lumen: Brand) -> None:
    fund(lumen, 1000)
    earn(lumen, cast.creators["mira"], 3000)
    earn(lumen, cast.creators["joon"], -2500)
    assert [each.amount for each in shortages.shortages(RUN)] == [2000]


def test_each_shortage_is_told_once_until_it_ends(cast: Cast, lumen: Brand) -> None:
    earn(lumen, cast.creators["mira"], 3000)
    assert "1 brands were warned" in night()
    assert letters() == [("olga", "3000"), ("bea", "3000")]
    earn(lumen, cast.creators["mira"], 1000)
    assert "0 brands were warned" in night(1)
    assert raw().execute("select amount, ended_at from shortage").fetchall() == [(4000, None)]
    fund(lumen, 10_000)
    night(2)
    assert raw().execute("select ended_at is null from shortage").fetchall() == [(False,)]
    earn(lumen, cast.creators["joon"], 9000)
    assert "1 brands were warned" in night(3)
    assert letters()[2:] == [("olga", "3000"), ("bea", "3000")]


def test_the_brands_home_says_what_to_send_and_until_when(
    cast: Cast, lumen: Brand, browse: Callable[[str], FlaskClient]
) -> None:
    earn(lumen, cast.creators["mira"], 3000)
    db.session.commit()
    with time_machine.travel(NIGHT, tick=True):
        page = browse("bea").get(f"/brands/{lumen.public_id}").text
    assert "Send €30.00 before 15 Nov 2026, or the payouts of that day leave your creators out" in page.replace(
        "\xa0", " "
    )
