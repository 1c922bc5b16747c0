"""Hypothesis strategies for what happens between people: touches, sales and refunds."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain, product
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.sales.deals import CODES, CURRENCY, FAMILIES, PRICE, PRODUCTS
from tests.sales.facts import Market, Refund, Sale, Touch
from tests.sales.moments import Moments, edges_of_contract, edges_of_freshness, edges_of_stream, edges_of_window, near
from tests.sales.oracle import ISO_EXPONENTS, base_minor

VISITORS = ("v1", "V1")
VISITOR = st.sampled_from(VISITORS)
REFERENCE = st.sampled_from(("1", "10", "2", "a", "B", "é", "ﬁ", "😀"))
TIES = st.sampled_from(  # each pair would be turned round by some other order than that of bytes
    (["1"], ["2", "10"], ["a", "B"], ["é", "z"], ["😀", "ﬁ"], ["_", "A", "a"])
)
SOURCE = st.sampled_from(("shop", "web"))
SKU = st.sampled_from(("unlisted", "unlisted", *PRODUCTS))
NOBODYS_CODES = ("nobody", "  ", "SAVE 10")
MOST_MINOR, MOST_QUANTITY = 10**13, 10**7
QUANTITY_AND_PRICE = (
    st.tuples(st.sampled_from((1, 2, 3, 7)), PRICE)
    | st.tuples(st.integers(1, 100), st.decimals(0, 1000, places=4))
    | st.just((MOST_QUANTITY, None))  # at the highest price there may be
)
THIRDS_OFF = st.sampled_from((None, None, 0, 1, 2, 3))

Aim = dict[str, Sequence[Any]]  # the columns that matter for whose a sale is, and what may stand in them


@st.composite
def some_touches(draw: DrawFn, market: Market, aims: Sequence[Aim]) -> list[Touch]:
    """Touches of one visitor at one instant where an aim says: its own and often others, for whichever creator."""
    aim = draw(st.sampled_from(aims))
    at, visitor, pairs = near(draw, aim["occurred_at"]), draw(VISITOR), aim["pair"]
    touches = []
    for reference in draw(TIES):
        brand, creator = draw(st.sampled_from(pairs))
        theirs = [stream.stream for stream in market.streams if (stream.brand, stream.creator) == (brand, creator)]
        stream = draw(st.sampled_from([*theirs, *theirs, None]))
        touches.append(Touch(brand, reference, visitor, creator, stream, at))
        pairs = [(brand, other.handle) for other in market.creators]
    return touches


def touch_aims(market: Market, moments: Moments) -> list[Aim]:
    """Anywhere; at the edges of each contract; at the edges of each stream."""
    pairs = list(product([brand.handle for brand in market.brands], [creator.handle for creator in market.creators]))
    anywhere = {"pair": pairs, "occurred_at": moments}
    at_contracts = [{"pair": [(c.brand, c.creator)], "occurred_at": edges_of_contract(c)} for c in market.contracts]
    at_streams = [
        {"pair": [(s.brand, s.creator)], "occurred_at": [s.starts_at] * 3 + edges_of_stream(s)} for s in market.streams
    ]
    return [anywhere, *at_contracts, *at_streams * 3]


@st.composite
def a_sale(draw: DrawFn, aims: Sequence[Aim]) -> Sale:
    """A sale where an aim says, of an amount that is awkward to round."""
    aim = draw(st.sampled_from(aims))
    currency = draw(CURRENCY)
    quantity, price = draw(QUANTITY_AND_PRICE)
    unit_price = in_major(MOST_MINOR // MOST_QUANTITY, currency) if price is None else price
    return Sale(
        brand=draw(st.sampled_from(aim["brand"])),
        source=draw(SOURCE),
        order=draw(REFERENCE),
        line=draw(REFERENCE),
        occurred_at=near(draw, aim["occurred_at"]),
        visitor=draw(st.sampled_from(aim["visitor"])),
        sku=draw(SKU),
        quantity=quantity,
        unit_price=unit_price,
        discount=discount(quantity * unit_price, draw(THIRDS_OFF), currency),
        currency=currency,
        coupon=draw(st.sampled_from(aim["coupon"])),
        checkout_stream=draw(st.sampled_from(aim["checkout_stream"])),
    )


def sale_aims(market: Market, moments: Moments) -> list[Aim]:
    """Anywhere; at the edges of each touch; of each stream at the checkout; of each contract by one of its codes."""
    codes = [code for contract in market.contracts for code in contract.coupons]
    anywhere: Aim = {
        "brand": [brand.handle for brand in market.brands],
        "occurred_at": moments,
        "visitor": [*VISITORS, None],
        "coupon": seldom([*codes, *codes, *NOBODYS_CODES]),
        "checkout_stream": seldom([*(stream.stream for stream in market.streams), "nowhere"]),
    }
    at_touches = [
        {"brand": [t.brand], "visitor": [t.visitor], "occurred_at": edges}
        for t in market.touches
        for edges in (edges_of_window(t, market), *[edges_of_freshness(t)] * (3 if t.stream else 0))
    ]
    at_streams = [
        {"brand": [s.brand], "checkout_stream": [s.stream], "occurred_at": edges_of_stream(s)} for s in market.streams
    ]
    at_codes = [
        {"brand": [c.brand], "coupon": like(code), "occurred_at": edges_of_contract(c)}
        for c in market.contracts
        for code in c.coupons
    ]
    on_air = [
        {"brand": [s.brand], "coupon": like(code), "checkout_stream": [None], "occurred_at": edges_of_stream(s)}
        for s in market.streams
        for c in market.contracts
        if (c.brand, c.creator) == (s.brand, s.creator)
        for code in c.coupons
    ]
    return [anywhere, *(anywhere | aim for aim in chain(at_touches, at_streams, at_codes, at_codes, on_air))]


def seldom(values: Sequence[str]) -> list[str | None]:
    """None in three cases of four."""
    return [None] * (3 * len(values)) + list(values)


def like(code: str) -> list[str]:
    """The spellings of the code, and as often any of a family that it belongs to."""
    same = next(spellings for spellings in CODES if code in spellings)
    family = next(list(chain(*family)) for family in FAMILIES if code in chain(*family))
    return [*same * len(family), *family * len(same)]


def discount(gross: Decimal, thirds: int | None, currency: str) -> Decimal | None:
    """None, or some thirds of the gross as far as minor units go: three of them are all of it."""
    minor = int(gross.scaleb(ISO_EXPONENTS.get(currency, 2)))
    return None if thirds is None else in_major(minor * thirds // 3, currency)


@st.composite
def a_refund(draw: DrawFn, market: Market, moments: Moments) -> Refund:
    """A refund that mostly finds its sale: before it or after it, of less or of more than it was."""
    sale = draw(st.sampled_from(market.sales))
    base = base_minor(sale)
    currency = draw(st.sampled_from((sale.currency,) * 4 + (draw(CURRENCY),)))
    minor = draw(st.sampled_from((base // 3, base // 2, base - 1, base, base + 1, 2 * base, 1)))
    return Refund(
        brand=sale.brand,
        source=draw(st.sampled_from((sale.source,) * 4 + (draw(SOURCE),))),
        refund=draw(REFERENCE),
        order=draw(st.sampled_from((sale.order,) * 4 + ("nobody's",))),
        line=sale.line,
        occurred_at=near(draw, [sale.occurred_at, *moments]),
        amount=in_major(min(max(1, minor), MOST_MINOR), currency),
        currency=currency,
    )


def in_major(minor: int, currency: str) -> Decimal:
    """Minor units as the decimal of a file."""
    return Decimal(minor).scaleb(-ISO_EXPONENTS.get(currency, 2))
