"""Brands whose payouts are assembled on days of their own: drafts on these days, each once, also where one was missed;
and everything that tells a next day tells theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.creators.pay_record import Waited, on_time
from app.database import db, raw
from app.errors import BadInput
from app.ledger import jobs as ledger_jobs
from app.ledger import schedules
from app.ledger.models import PayoutSchedule, Rhythm
from app.ledger.payout_day import first_own_day_after, latest_day, next_assembly, next_payout_day
from app.payouts.jobs import assemble_monthly, assemble_scheduled
from app.payouts.models import Payout, PayoutBatch
from app.payouts.prospects import prospects
from app.processes.job_list import rules
from app.processes.timetable import due_at
from app.users.models import Brand
from config import settings
from tests.cast import Cast
from tests.payouts.books import IBANS, bank, charge, earn, fund
from tests.payouts.people import identity
from tests.payouts.test_pages import said

Browse = Callable[[str], FlaskClient]
ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 11, 18)  # a Wednesday
EARNED = date(2026, 11, 16)


def at(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)


def days(every: Rhythm, day: int, *, done: date = TODAY) -> PayoutSchedule:
    return PayoutSchedule(brand_id=1, every=every, day=day, set_by=1, set_on=done, done_until=done)


def put(brand: Brand, every: Rhythm | None, day: int = 0, *, on: date = TODAY) -> None:
    schedules.set_days(brand, every, day, config=settings(), by=identity("mo"), at=at(on))
    db.session.commit()


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Lumen owes mira 50.00 and joon 30.00, kettle owes mira 20.00; all of it is covered and payable."""
    for name in ("lumen", "kettle"):
        fund(cast.brands[name], 100_000, currency="EUR")
    bank(None, IBANS[3])
    for name, iban in zip(("mira", "joon"), IBANS, strict=False):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000, EARNED)
    earn(cast.brands["lumen"], cast.creators["joon"], 3000, EARNED)
    earn(cast.brands["kettle"], cast.creators["mira"], 2000, EARNED, currency="EUR")
    db.session.commit()
    return cast


def read(browser: FlaskClient, path: str) -> str:
    """The page without its tags."""
    return re.sub(r"<[^>]+>", "", said(browser, path))


def batches() -> list[tuple[int, int, bool]]:
    """What each draft comes to, how many payouts it has, and whether it is of brands with days of their own."""
    query = text(
        "select sum(p.amount)::bigint, count(*), b.own_days from payout_batch b join payout p on p.batch_id = b.id"
        " group by b.id order by b.id"
    )
    return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


# -- days --


def test_own_days_by_the_calendar() -> None:
    monday, last = days(Rhythm.WEEK, 1), days(Rhythm.MONTH, 31)
    for step in range(400):  # against a walk through the calendar
        today = date(2026, 1, 1) + timedelta(days=step)
        back, ahead = today, today + timedelta(days=1)
        while back.isoweekday() != 1:
            back -= timedelta(days=1)
        while ahead.isoweekday() != 1:
            ahead += timedelta(days=1)
        assert (latest_day(monday, today), first_own_day_after(monday, today)) == (back, ahead)
        ends = today + timedelta(days=1)
        while (ends + timedelta(days=1)).month == ends.month:
            ends += timedelta(days=1)
        assert first_own_day_after(last, today) == ends
        assert latest_day(last, ends) == ends


def test_the_next_assembly_of_a_brand_is_its_own_or_where_it_is_weekly_the_platforms(cast: Cast) -> None:
    config = settings()
    assert config.payout_day == 15
    weekly, monthly = days(Rhythm.WEEK, 1), days(Rhythm.MONTH, 28)
    assert next_payout_day(config, at(TODAY), weekly) == date(2026, 11, 23)
    assert next_payout_day(config, at(date(2026, 12, 14), 12), weekly) == date(2026, 12, 15), "the platform's"
    assert next_payout_day(config, at(TODAY), monthly) == date(2026, 11, 28)
    own, nightly = next_assembly(config, at(TODAY), weekly), rules()["assemble-own-days"]
    assert own == due_at(nightly, "2026-11-23", config.platform_timezone), "when the timetable runs the job"
    assert next_payout_day(config, own - timedelta(seconds=1), weekly) == date(2026, 11, 23)
    assert next_payout_day(config, own, weekly) == date(2026, 11, 30)


# -- assembly --


def test_on_a_brands_own_day_a_draft_of_its_money_alone_is_made_and_nothing_is_sent(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.WEEK, 4)
    assert assemble_scheduled(at(TODAY)) == "Nothing is due."
    assert "draft" in assemble_scheduled(at(TODAY + timedelta(days=1)))
    assert batches() == [(8000, 2, True)]
    (batch,) = db.session.scalars(select(PayoutBatch)).all()
    assert (batch.status, batch.made_by, batch.cutoff_on) == ("draft", None, TODAY)
    assert set(db.session.scalars(select(Payout.status))) == {"reserved"}
    assert raw().execute("select count(*) from payout_promise").fetchone() == (1,)


def test_running_twice_makes_no_second_draft_and_what_comes_later_waits_for_the_next_day(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.WEEK, 4)
    thursday = TODAY + timedelta(days=1)
    assemble_scheduled(at(thursday))
    earn(market.brands["lumen"], market.creators["mira"], 4000, EARNED, cause=7777)
    db.session.commit()
    assert assemble_scheduled(at(thursday, 9)) == "Nothing is due."
    assert assemble_scheduled(at(thursday + timedelta(days=6))) == "Nothing is due."
    assemble_scheduled(at(thursday + timedelta(days=7)))
    assert batches() == [(8000, 2, True), (4000, 1, True)], "a draft that waits keeps nobody"


def test_a_day_that_was_missed_is_made_up_for_once(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.MONTH, 20)
    late = date(2026, 11, 24)
    assert "draft" in assemble_scheduled(at(late))
    assert assemble_scheduled(at(late + timedelta(days=1))) == "Nothing is due."
    assert len(batches()) == 1


def test_a_day_of_the_month_of_its_own_keeps_a_brand_out_of_the_platforms_run(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.MONTH, 28)
    assemble_monthly(at=at(TODAY))
    assert batches() == [(2000, 1, False)]
    assemble_scheduled(at(date(2026, 11, 28)))
    assert batches() == [(2000, 1, False), (8000, 2, True)]


def test_a_weekly_brand_is_in_the_platforms_run_besides(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.WEEK, 4)
    assemble_monthly(at=at(TODAY))
    assert batches() == [(10_000, 2, False)]
    assert "Nobody" not in assemble_scheduled(at(TODAY + timedelta(days=1)))
    assert len(batches()) == 1


def test_a_draft_of_own_days_keeps_the_platforms_run_from_nothing(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.WEEK, 4)
    assemble_scheduled(at(TODAY + timedelta(days=1)))
    assemble_monthly(at=at(TODAY + timedelta(days=2)))
    assert batches() == [(8000, 2, True), (2000, 1, False)]


def test_while_somebody_assembles_the_currency_the_day_stays_due(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.WEEK, 4)
    thursday = TODAY + timedelta(days=1)
    with db.engine.connect() as other:
        other.execute(text("select pg_advisory_lock(7236002, hashtext('EUR'))"))
        assert "is being assembled" in assemble_scheduled(at(thursday))
        other.execute(text("select pg_advisory_unlock_all()"))
    assert batches() == []
    assert "draft" in assemble_scheduled(at(thursday + timedelta(days=1)))


def test_without_days_of_its_own_a_brand_is_as_before(market: Cast) -> None:
    put(market.brands["lumen"], Rhythm.MONTH, 28)
    put(market.brands["lumen"], None)
    assert schedules.of(market.brands["lumen"]) is None
    assemble_monthly(at=at(TODAY))
    assert batches() == [(10_000, 2, False)]
    for every, day in ((Rhythm.WEEK, 8), (Rhythm.MONTH, 0), (Rhythm.MONTH, 32)):
        with pytest.raises(BadInput):
            put(market.brands["lumen"], every, day)


# -- what tells a next day --


def test_a_creator_reads_each_day_with_what_goes_into_it(market: Cast, browse: Browse) -> None:
    put(market.brands["lumen"], Rhythm.WEEK, 4)
    found = prospects(market.creators["mira"], settings(), at=at(TODAY))
    assert [(each.day, [one.going for one in each.currencies]) for each in found] == [
        (date(2026, 11, 19), [5000]),
        (date(2026, 12, 15), [2000]),
    ]
    with time_machine.travel(at(TODAY), tick=True):
        page = read(browse("mira"), f"/creators/{market.creators['mira'].public_id}/payouts")
    assert "The next payout is made on 19 Nov 2026" in page
    assert "Another one is made on 15 Dec 2026" in page


def test_a_brand_is_warned_before_its_own_day(market: Cast, browse: Browse) -> None:
    lumen = market.brands["lumen"]
    charge(lumen, 99_000, currency="EUR")
    put(lumen, Rhythm.MONTH, 28)
    ledger_jobs.note_funding(at(TODAY))
    facts = raw().execute("select facts->>'run_on' from letter where event = 'funds.short' limit 1").fetchone()
    assert facts == ("2026-11-28",)
    with time_machine.travel(at(TODAY), tick=True):
        assert "put together next on 28 Nov 2026" in read(browse("olga"), f"/brands/{lumen.public_id}/funds")
        assert "before 28 Nov 2026" in read(browse("olga"), f"/brands/{lumen.public_id}")


def test_a_brand_is_on_time_by_its_own_days_once_they_are_set() -> None:
    own = days(Rhythm.WEEK, 4, done=date(2026, 11, 1))
    late = Waited(date(2026, 11, 16), date(2026, 12, 16), 1000, 1)
    assert on_time([late], 0, 15) == 10_000
    assert on_time([late], 0, 15, own) == 0
    before = Waited(date(2026, 10, 20), date(2026, 11, 16), 1000, 1)
    assert on_time([before], 0, 15, own) == 10_000, "they were set later"


# -- the page --


def test_finance_sets_and_takes_back_a_brands_days(market: Cast, browse: Browse) -> None:
    lumen, mo, page = market.brands["lumen"], browse("mo"), "/finance/payout-days"
    assert "is every brand’s day" in said(mo, page)
    chosen = {"brand": str(lumen.public_id), "days": "week-1"}
    assert mo.post(page, data=chosen).status_code == 302
    assert "Weekly, on Monday" in said(mo, page)
    assert mo.post(page, data=chosen | {"days": "week-9"}).status_code == 422
    assert mo.post(page, data=chosen | {"days": ""}).status_code == 302
    assert "is every brand’s day" in said(mo, page)
    trail = db.session.scalars(
        text("select detail->>'every' from audit_event where action = 'set payout days' order by id")
    )
    assert list(trail) == ["week", ""]
