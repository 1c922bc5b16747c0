"""Markets of many brands at once, drawn from a seed: for tests where the number of lines and lanes counts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.sales.facts import Brand, Contract, Creator, Fee, Market, Product, Refund, Sale, Stream, Terms, Touch

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 30
CURRENCIES = ("EUR", "JPY", "KWD")


def a_crowd(seed: int, *, brands: int = 24, creators: int = 6, sales: int = 600, files_only: bool = False) -> Market:
    """A market in which about half of the lines are a creator's, by all three rules, and a third is refunded, some
    twice, some beyond the base, some in another currency, some before the sale. `files_only`: as files can say it."""
    draw = random.Random(seed)
    last = 1 if files_only else None  # of the versions of fees and terms
    houses = [Brand(f"b{n}", draw.choice(CURRENCIES), "Europe/Amsterdam", _fees(draw)[:last]) for n in range(brands)]
    people = [f"c{n}" for n in range(creators)]
    contracts = [
        _contract(draw, brand.handle, creator, last) for brand in houses for creator in people if draw.random() < 0.7
    ]
    streams = [_stream(draw, n, contract) for n, contract in enumerate(contracts)]
    touches = [_touch(draw, n, draw.choice(streams)) for n in range(sales)]
    sold = [_sale(draw, n, draw.choice(houses), streams, contracts, touches) for n in range(sales)]
    return Market(
        brands=tuple(houses),
        creators=tuple(Creator(name, "Europe/Amsterdam") for name in people),
        products=tuple(Product(brand.handle, "gift", Decimal(1), brand.currency, False) for brand in houses),
        contracts=tuple(contracts),
        streams=tuple(streams),
        touches=tuple(touches),
        sales=tuple(sold),
        refunds=tuple(_refund(draw, n, draw.choice(sold)) for n in range(sales // 3)),
    )


def _fees(draw: random.Random) -> tuple[Fee, ...]:
    return Fee(Decimal(draw.choice((0, 5, "7.25")))), Fee(Decimal(3), _moment(draw))


def _contract(draw: random.Random, brand: str, creator: str, last: int | None) -> Contract:
    agreed = Terms(Decimal(draw.choice((10, "12.5", 100))), draw.choice((1, 7, 90)), draw.choice((0, 30)), Decimal(20))
    amended = Terms(Decimal(9), 14, 14, valid_from=FIRST + timedelta(days=draw.randrange(1, 19)))
    days = (date(2026, 2, 1), date(2026, 3, draw.choice((20, 31))))
    name = f"{brand}-{creator}"
    return Contract(
        name, brand, creator, *days, "Europe/Amsterdam", (agreed, amended)[:last], coupons=(f"CODE {name}",)
    )


def _stream(draw: random.Random, n: int, contract: Contract) -> Stream:
    begins = _moment(draw)
    ends = draw.choice((begins + timedelta(hours=2), None))
    return Stream(f"s{n}", contract.creator, contract.brand, "tiktok", begins, ends)


def _touch(draw: random.Random, n: int, stream: Stream) -> Touch:
    at = stream.starts_at + timedelta(minutes=draw.randrange(-60, 600))
    visitor, ref = f"v{draw.randrange(40)}", draw.choice((stream.stream, None))
    return Touch(stream.brand, f"t{n}", visitor, stream.creator, ref, at)


def _sale(
    draw: random.Random,
    n: int,
    brand: Brand,
    streams: Sequence[Stream],
    contracts: Sequence[Contract],
    touches: Sequence[Touch],
) -> Sale:
    bare = Sale(
        brand=brand.handle,
        source="shop",
        order=f"o{n // 2}",
        line=str(n % 2),
        occurred_at=_moment(draw),
        visitor=f"v{draw.randrange(40)}",
        sku=draw.choice(("mug", "mug", "mug", "gift")),
        quantity=draw.randrange(1, 4),
        unit_price=Decimal(draw.randrange(40_000)).scaleb(-3),
        discount=None,
        currency=brand.currency,
    )
    match draw.randrange(4):
        case 0:
            stream = draw.choice(streams)
            at = stream.starts_at + timedelta(minutes=draw.randrange(300))
            return replace(bare, brand=stream.brand, checkout_stream=stream.stream, occurred_at=at)
        case 1:
            contract = draw.choice(contracts)
            return replace(bare, brand=contract.brand, coupon=contract.coupons[0].swapcase())
        case 2:
            touch = draw.choice(touches)
            at = touch.occurred_at + timedelta(minutes=draw.randrange(3000))
            return replace(bare, brand=touch.brand, visitor=touch.visitor, occurred_at=at)
    return bare


def _refund(draw: random.Random, n: int, sale: Sale) -> Refund:
    part = Decimal(draw.choice(("0.3", "0.5", "1", "2")))
    amount = max((sale.quantity * sale.unit_price * part).quantize(Decimal(1)), Decimal(1))
    currency = draw.choice([sale.currency] * 9 + ["USD"])
    at = sale.occurred_at + timedelta(days=draw.randrange(-5, 20))
    return Refund(sale.brand, sale.source, f"r{n}", sale.order, sale.line, at, amount, currency)


def _moment(draw: random.Random) -> datetime:
    return FIRST + timedelta(seconds=draw.randrange(DAYS * 86_400))
