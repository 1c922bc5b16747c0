"""The instants at which a market may go wrong."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.sales.days import first_instant
from tests.sales.facts import Contract, Market, Stream, Touch

ODD_DAYS = (
    ("Europe/Amsterdam", date(2010, 3, 28)),  # 23 hours
    ("Europe/Amsterdam", date(2010, 10, 31)),  # 25 hours
    ("America/Santiago", date(2019, 9, 8)),  # begins at 01:00
    ("America/Santiago", date(2020, 4, 4)),  # its last hour comes twice
    ("Africa/Cairo", date(2023, 4, 28)),  # begins at 01:00
    ("Africa/Cairo", date(2023, 10, 26)),  # its last hour comes twice
    ("America/Havana", date(2023, 11, 5)),  # its first hour, midnight with it, comes twice
    ("America/St_Johns", date(2010, 11, 7)),  # begins, is yesterday again after a minute, and begins once more
    ("Australia/Lord_Howe", date(2023, 10, 1)),  # 23 and a half hours
    ("Australia/Lord_Howe", date(2023, 4, 2)),  # 24 and a half hours
    ("Pacific/Apia", date(2011, 12, 30)),  # never was
    ("Asia/Kathmandu", date(2024, 2, 29)),
)
ELSEWHERE = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")
WINDOWS = (1, 2, 3, 90)
NOUGHT, TICK, HALF_HOUR = timedelta(0), timedelta(microseconds=1), timedelta(minutes=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUDGE = st.sampled_from([NOUGHT] * 10 + [TICK, -TICK, HALF_HOUR, HALF_HOUR + TICK, HOUR, -HOUR])

Moments = Sequence[datetime]


def near(draw: DrawFn, moments: Moments) -> datetime:
    """Mostly one of the moments, else an instant close by."""
    return draw(st.sampled_from(moments)) + draw(NUDGE)


def around(zone: str, day: date) -> list[datetime]:
    """The beginnings of the days about this one, in the zone and in UTC."""
    days = [day + n * DAY for n in (0, -1, 1, 2)]
    return [first_instant(d, zone) for d in days] + [datetime.combine(d, time(), UTC) for d in days]


def turns(market: Market) -> list[datetime]:
    """Whenever something begins, ends or changes in the market."""
    fees = [fee.valid_from for brand in market.brands for fee in brand.fees if fee.valid_from]
    edges = [at for contract in market.contracts for at in edges_of_contract(contract)]
    return fees + edges + [at for stream in market.streams for at in edges_of_stream(stream)]


def edges_of_contract(contract: Contract) -> list[datetime]:
    """First and last instant, the first one after it, and where the terms change."""
    start, end = contract.period
    return [start, end - TICK, end, *(terms.valid_from for terms in contract.terms if terms.valid_from)]


def edges_of_stream(stream: Stream) -> list[datetime]:
    """Where it starts, and ends if it does."""
    return [stream.starts_at, stream.ends_at] if stream.ends_at else [stream.starts_at]


def edges_of_window(touch: Touch, market: Market) -> list[datetime]:
    """The first and last instant at which a touch counts, for each window of its creator's, and the one after."""
    theirs = [contract.terms for contract in market.contracts if contract.creator == touch.creator]
    windows = sorted({terms.window_days * DAY for versions in theirs for terms in versions})
    return [touch.occurred_at, *(touch.occurred_at + window + tick for window in windows for tick in (NOUGHT, TICK))]


def edges_of_freshness(touch: Touch) -> list[datetime]:
    """The last instant at which a touch counts as of the stream itself, and the one after."""
    return [touch.occurred_at + HALF_HOUR, touch.occurred_at + HALF_HOUR + TICK]
