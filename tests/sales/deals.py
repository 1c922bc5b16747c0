"""Hypothesis strategies for who deals with whom: brands, products, contracts and streams."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.sales.days import first_instant
from tests.sales.facts import Brand, Contract, Fee, Market, Product, Stream, Terms
from tests.sales.moments import DAY, ELSEWHERE, HALF_HOUR, HOUR, TICK, WINDOWS, Moments, edges_of_contract, near
from tests.sales.oracle import LONG_AGO

BRANDS = ("acme", "Acme", "zoë")
CREATORS = ("ana", "Ana", "bö")
PLATFORMS = ("tiktok", "twitch")
PRODUCTS = ("mug", "MUG")
CURRENCY = st.sampled_from(("EUR", "JPY", "KWD"))
PERCENTS = tuple(map(Decimal, ("10", "0", "0.01", "7.25", "33.33", "50", "100")))
PERCENT, PERHAPS_PERCENT = st.sampled_from(PERCENTS), st.sampled_from([None] * 7 + list(PERCENTS))
PRICE = st.sampled_from([Decimal(p) for p in "10 0 0.01 0.005 0.125 1.005 2.675 19.99 0.3333 1234.5678".split()])
LENGTHS = (HOUR, None, DAY, HALF_HOUR, TICK)
CODES = (  # each row is one code in several spellings; no two rows are the same code
    ("SAVE10", "save10", " Save10 ", "\u00a0SAVE10", "\uff33AVE10", "SA\u200bVE\u00ad10\ufeff"),
    ("Straße", "STRASSE", "strasse\u2003", "\u017ftrasse", "stra\u200bsse"),
    ("IZMIR", "izmir", "Izmir "),
    ("İZMİR", "i\u0307zmi\u0307r"),
    ("\u0131zm\u0131r", "\u0131ZM\u0131R"),
    ("ΣΟΦΟΣ", "σοφος", "σοφοσ", "\u200b\u03c3\u03bf\u03c6\u03bf\u03c2\ufeff"),
    ("été5", "e\u0301te\u03015", "ÉTÉ5"),
)

FAMILIES = (CODES[:2], CODES[2:5], CODES[4:])  # codes that meet in a market; those of the second look alike

Codes = Sequence[Sequence[str]]
Aim = tuple[Sequence[str], Sequence[str], Moments]  # brands, creators, and when a show of theirs may begin


@st.composite
def a_brand(draw: DrawFn, handle: str, zone: str, moments: Moments, files_only: bool) -> Brand:
    """A brand whose fee may change twice."""
    changes = [] if files_only else draw(st.lists(st.sampled_from(moments), max_size=2, unique=True))
    fees = tuple(Fee(draw(PERCENT), valid_from) for valid_from in (None, *changes))
    return Brand(handle, draw(CURRENCY), zone, fees)


@st.composite
def a_product(draw: DrawFn, brand: str, sku: str) -> Product:
    """A product, now and then one that earns nobody anything."""
    return Product(brand, sku, draw(PRICE), draw(CURRENCY), commissionable=draw(st.sampled_from((True, True, False))))


@st.composite
def all_contracts(
    draw: DrawFn, pairs: Sequence[tuple[str, str]], zone: str, day: date, files_only: bool
) -> tuple[Contract, ...]:
    """Contracts about the day, of which no two of a pair overlap, nor two of a brand that share a code."""
    codes = draw(st.sampled_from(FAMILIES))
    made: list[Contract] = []
    for brand, creator in pairs:
        starts_on, after = day - draw(st.integers(0, 2)) * DAY, LONG_AGO
        for _ in range(draw(st.sampled_from((1, 2, 1, 2, 0)))):
            where = draw(st.sampled_from((zone, zone, *ELSEWHERE)))
            days = draw(first_and_last_day(where, starts_on, after))
            bare = Contract(f"K{len(made)}", brand, creator, *days, where, terms=())
            versions = draw(all_terms(bare, files_only))
            made.append(replace(bare, terms=versions, coupons=draw(free_codes(bare, made, codes))))
            starts_on, after = bare.ends_on, bare.period[1]
    return tuple(made)


@st.composite
def first_and_last_day(draw: DrawFn, zone: str, not_before: date, after: datetime) -> tuple[date, date]:
    """The days of a contract that begins at the instant `after` or later, often at once."""
    starts_on = not_before + draw(st.sampled_from((0, 0, 0, 1, 2))) * DAY
    while first_instant(starts_on, zone) < after:
        starts_on += DAY
    ends_on = starts_on + draw(st.sampled_from((2, 0, 1, 5))) * DAY
    while first_instant(ends_on + DAY, zone) == first_instant(starts_on, zone):
        ends_on += DAY  # the day that Apia skipped would be no time at all
    return starts_on, ends_on


@st.composite
def all_terms(draw: DrawFn, contract: Contract, files_only: bool) -> tuple[Terms, ...]:
    """The versions of a contract's terms, the first from its beginning."""
    start, end = contract.period
    within = [at for at in (start + TICK, start + HOUR, start + DAY, end - DAY, end - TICK) if start < at < end]
    amended = [] if files_only else draw(st.lists(st.sampled_from(within), max_size=2, unique=True))
    labels = ("in_stream_percent", "replay_percent", "after_stream_percent", "off_stream_percent")
    return tuple(
        Terms(
            commission_percent=draw(PERCENT),
            window_days=draw(st.sampled_from(WINDOWS)),
            hold_days=draw(st.sampled_from((0, 1, 30, 90))),
            valid_from=valid_from,
            **{label: draw(PERHAPS_PERCENT) for label in labels},
        )
        for valid_from in (None, *amended)
    )


@st.composite
def free_codes(draw: DrawFn, contract: Contract, made: Sequence[Contract], codes: Codes) -> tuple[str, ...]:
    """Codes that no contract of the brand has at the same time, each in one spelling."""
    start, end = contract.period
    rivals = [c for c in made if c.brand == contract.brand and c.period[0] < end and start < c.period[1]]
    taken = {code for rival in rivals for code in rival.coupons}
    free = [spellings for spellings in codes if taken.isdisjoint(spellings)]
    wanted = draw(st.lists(st.sampled_from(free), max_size=2, unique=True)) if free else []
    return tuple(draw(st.sampled_from(spellings)) for spellings in wanted)


@st.composite
def all_streams(draw: DrawFn, market: Market, moments: Moments) -> tuple[Stream, ...]:
    """Streams of at most three broadcasts, each for one brand or two; the same broadcast ends once."""
    brands, creators = [brand.handle for brand in market.brands], [creator.handle for creator in market.creators]
    aims: list[Aim] = [(brands, creators, moments)]
    aims += [([c.brand], [c.creator], [c.period[0]] * 3 + edges_of_contract(c)) for c in market.contracts]
    broadcasts = draw(st.lists(a_broadcast(aims), max_size=3, unique_by=lambda show: show[1:]))
    made: list[Stream] = []
    for brand, creator, platform, starts_at in broadcasts:
        length = draw(st.sampled_from(LENGTHS))
        for for_brand in draw(st.sampled_from(([brand], [brand], brands))):
            ends_at = starts_at + length if length else None
            made.append(Stream(f"S{len(made)}", creator, for_brand, platform, starts_at, ends_at))
    for stream in made[: draw(st.sampled_from((0, 1)))]:  # on a second platform, at once or while the first runs
        later = stream.starts_at + draw(st.sampled_from((HALF_HOUR, TICK, 0 * TICK)))
        ends_at = draw(st.sampled_from((None, later + HOUR)))
        made.append(replace(stream, stream=f"S{len(made)}", platform="youtube", starts_at=later, ends_at=ends_at))
    return tuple(made)


@st.composite
def a_broadcast(draw: DrawFn, aims: Sequence[Aim]) -> tuple[str, str, str, datetime]:
    """For whom, by whom, where and when a show begins."""
    brands, creators, moments = draw(st.sampled_from(aims))
    brand, creator = draw(st.sampled_from(brands)), draw(st.sampled_from(creators))
    return brand, creator, draw(st.sampled_from(PLATFORMS)), near(draw, moments)
