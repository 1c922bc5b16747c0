"""“Goes into the next payout” only where it does: otherwise what waits, and why; compared with the assembly itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.ledger.payout_day import next_assembly
from app.payouts import holds
from app.payouts.batches.assembly import Assembly, drafted
from app.payouts.models import Payout
from app.payouts.prospects import Prospects, prospects
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.people import identity
from tests.payouts.test_pages import said

TODAY = AT.date()
CUTOFF = date(2026, 12, 14)  # of the next assembly, on 15 December


@pytest.fixture(autouse=True)
def mid_november() -> Iterator[None]:
    """After this month's assembly."""
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def market(cast: Cast) -> Cast:
    """Lumen has sent money, kettle none; mira has an account and 50.00 of lumen."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    return cast


def of_mira(market: Cast) -> Prospects:
    (found,) = prospects(market.creators["mira"], settings(), at=AT)
    return found


def told(market: Cast) -> list[tuple[str, int, list[tuple[int, str, str]]]]:
    """By currency what goes, and what waits with its reason and brand."""
    return [
        (each.currency, each.going, [(part.amount, str(part.reason), part.brand) for part in each.waiting])
        for each in of_mira(market).currencies
    ]


def reverse(market: Cast, amount: int) -> None:
    """Takes back of the 50.00 of lumen what was never paid."""
    row = raw().execute("select cause from entry where kind = 'commission' order by id limit 1").fetchone()
    assert row is not None
    earn(market.brands["lumen"], market.creators["mira"], -amount, cause=row[0], seq=2)


def assembled(market: Cast, currency: str = "EUR") -> int:
    """What an assembly on the day would pay mira of what is payable now."""
    assembly = Assembly(currency, CUTOFF, 1000, None, datetime(2026, 12, 15, 5, tzinfo=UTC))
    with drafted(raw(), assembly, keep=False) as (batch, _):
        query = select(Payout.amount).where(Payout.batch_id == batch, Payout.creator_id == market.creators["mira"].id)
        return db.session.scalar(query) or 0


@pytest.mark.parametrize(
    ("at", "local"),
    [
        (datetime(2026, 11, 15, 4, 59, tzinfo=UTC), datetime(2026, 11, 15, 5, tzinfo=UTC)),  # 06:00 in Amsterdam
        (datetime(2026, 11, 15, 5, tzinfo=UTC), datetime(2026, 12, 15, 5, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 15, 5, tzinfo=UTC)),
        (datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 7, 15, 4, tzinfo=UTC)),
    ],
)
def test_the_next_assembly_is_when_the_timetable_says(market: Cast, at: datetime, local: datetime) -> None:
    assert next_assembly(settings(), at) == local


def test_money_that_nothing_stands_in_the_way_of_goes(market: Cast) -> None:
    assert (told(market), of_mira(market).day) == ([("EUR", 5000, [])], date(2026, 12, 15))
    assert assembled(market) == 5000


def test_a_brand_without_money_keeps_its_part_waiting(market: Cast) -> None:
    earn(market.brands["kettle"], market.creators["mira"], 2000, currency="EUR")
    assert told(market) == [("EUR", 5000, [(2000, "brand_unfunded", "Kettle & Co")])]
    assert assembled(market) == 5000


def test_too_little_waits_unless_enough_becomes_payable_in_time(market: Cast) -> None:
    reverse(market, 4100)
    assert told(market) == [("EUR", 0, [(900, "below_minimum", "")])]
    assert assembled(market) == 0
    earn(market.brands["lumen"], market.creators["mira"], 100, CUTOFF)
    assert told(market) == [("EUR", 900, [])]
    assert assembled(market) == 1000


def test_a_debt_waits_and_lessens_no_other_brands_money(market: Cast) -> None:
    earn(market.brands["kettle"], market.creators["mira"], -7000, currency="EUR")
    assert told(market) == [("EUR", 5000, [])]
    assert assembled(market) == 5000
    reverse(market, 5000)
    earn(market.brands["lumen"], market.creators["mira"], -1000)
    assert told(market) == [("EUR", 0, [(-8000, "negative", "")])]


@pytest.mark.parametrize(("owed", "going"), [(2499, 2501), (2500, 2500), (2501, 2500), (6000, 2500)])
def test_a_debt_takes_half_of_what_goes_at_most(market: Cast, owed: int, going: int) -> None:
    earn(market.brands["lumen"], market.creators["mira"], -owed)
    assert told(market) == [("EUR", going, [])]
    assert assembled(market) == going


def test_all_that_stands_in_the_creators_way_is_said(market: Cast) -> None:
    mira = market.creators["mira"]
    holds.place(mira, "asked", by=identity("che"), at=AT)
    bank(mira, IBANS[2], at=datetime(2026, 12, 14, tzinfo=UTC), by=market.people["sam"].id)
    assert told(market) == [("EUR", 0, [(5000, "method_changed", ""), (5000, "on_hold", "")])]
    assert assembled(market) == 0


def test_details_that_will_have_stood_long_enough_are_no_obstacle(market: Cast) -> None:
    bank(market.creators["mira"], IBANS[2], at=AT - timedelta(hours=1), by=market.people["sam"].id)
    assert told(market) == [("EUR", 5000, [])]
    assert assembled(market) == 5000


Browse = Callable[[str], FlaskClient]


@pytest.mark.parametrize("page", ["payouts", "earnings"])
def test_the_creator_reads_when_the_next_payout_is_and_what_waits(browse: Browse, market: Cast, page: str) -> None:
    mira = market.creators["mira"]
    earn(market.brands["kettle"], mira, 2000, currency="EUR")
    db.session.commit()
    text = said(browse("mira"), f"/creators/{mira.public_id}/{page}")
    assert "The next payout is made on 15 Dec 2026." in re.sub("<[^>]+>", "", text)
    assert "€50.00 goes into it." in text
    assert "€20.00 of Kettle &amp; Co waits." in text
    assert "goes into the next payout" not in text
    holds.place(mira, "asked", by=identity("che"), at=AT)
    db.session.commit()
    text = said(browse("mira"), f"/creators/{mira.public_id}/{page}")
    assert "goes into it" not in text
    bank(mira, IBANS[2], at=datetime(2026, 12, 14, tzinfo=UTC), by=market.people["sam"].id)
    db.session.commit()
    text = said(browse("mira"), f"/creators/{mira.public_id}/{page}")
    assert text.count("€70.00 waits.") == 1, "the same money, whatever stands in its way"
    assert "Bank details just changed" in text
    assert "The platform holds your payouts" in text


def test_a_debt_reads_as_owed_back(browse: Browse, market: Cast) -> None:
    mira = market.creators["mira"]
    reverse(market, 5000)
    earn(market.brands["lumen"], mira, -1000)
    db.session.commit()
    text = said(browse("mira"), f"/creators/{mira.public_id}/payouts")
    assert "€10.00 is owed back." in text
    assert "€10.00 waits." not in text


def test_what_becomes_payable_on_the_day_of_the_assembly_is_not_called_unpayable(browse: Browse, market: Cast) -> None:
    mira = market.creators["mira"]
    reverse(market, 5000)
    earn(market.brands["kettle"], mira, 4000, currency="EUR", available_on=date(2026, 12, 15))
    db.session.commit()
    with time_machine.travel(datetime(2026, 12, 15, 2, tzinfo=UTC), tick=True):
        text = said(browse("mira"), f"/creators/{mira.public_id}/payouts")
    assert "Nothing goes into it yet" in text
