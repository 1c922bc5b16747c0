"""Hypothesis markets: small and whole, aimed at ties, edges, borders, odd days, alike codes and odd amounts.

Every market is one that the product must accept, by construction. `markets(files_only=True)` keeps to what files can
say (one fee a brand, one version of terms a contract), so that `facts.write` can write it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain, product
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.sales.deals import BRANDS, CREATORS, PRODUCTS, a_brand, a_product, all_contracts, all_streams
from tests.sales.events import a_refund, a_sale, sale_aims, some_touches, touch_aims
from tests.sales.facts import Creator, Market
from tests.sales.moments import ODD_DAYS, around, turns

T = TypeVar("T")


@st.composite
def markets(draw: DrawFn, files_only: bool = False, size: int = 8) -> Market:
    """A market of at most two brands and creators, at most `size` sales and refunds, and about as many touches."""
    zone, day = draw(st.sampled_from(ODD_DAYS))
    least = max(1, draw(st.sampled_from((1, size // 2, size // 2))))  # said at once: late lists tend to be short
    odd = around(zone, day)
    brands, creators = draw(one_or_two(BRANDS)), draw(one_or_two(CREATORS))
    market = Market(
        brands=tuple(draw(a_brand(brand, zone, odd, files_only)) for brand in brands),
        creators=tuple(Creator(creator, zone) for creator in creators),
        products=tuple(draw(a_product(brand, sku)) for brand, sku in product(brands, PRODUCTS)),
        contracts=draw(all_contracts(list(product(brands, creators)), zone, day, files_only)),
    )
    market = replace(market, streams=draw(all_streams(market, odd + turns(market))))
    odd += turns(market)
    touches = st.lists(some_touches(market, touch_aims(market, odd)), min_size=least // 2, max_size=max(1, size // 2))
    market = replace(market, touches=distinct(chain(*draw(touches)), lambda t: (t.brand, t.touch)))
    sales = st.lists(a_sale(sale_aims(market, odd)), min_size=least, max_size=size)
    market = replace(market, sales=distinct(draw(sales), lambda s: s.key))
    refunds = st.lists(a_refund(market, odd), min_size=least // 2, max_size=size)
    return replace(market, refunds=distinct(draw(refunds), lambda r: (r.refund, r.sale_key)))


def one_or_two(values: Sequence[T]) -> SearchStrategy[list[T]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


def distinct(facts: Iterable[T], key: Callable[[T], object]) -> tuple[T, ...]:
    """The facts without those that have the key of a later one."""
    return tuple({key(fact): fact for fact in facts}.values())
