"""What was sold by links and by codes, as the newest decisions have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.contracts.models import Coupon
from app.database import query_rows, raw, statement
from app.tracking.models import Link


@dataclass(frozen=True)
class Sold:
    """Orders in one currency with what they were worth and what their creator earned, refunds taken off the latter."""

    currency: str
    orders: int
    base: int
    earned: int


def sold_by_links(links: Sequence[Link]) -> dict[int, list[Sold]]:
    """What was sold by the touches of each link, by the link's number: one entry for each currency."""
    pairs = {(link.brand_id, link.creator_id) for link in links}
    return _sold("link_sales", [link.id for link in links], pairs)


def sold_by_codes(coupons: Sequence[Coupon], pairs: set[tuple[int, int]]) -> dict[int, list[Sold]]:
    """The same for codes, which belong to contracts of these pairs of brand and creator."""
    return _sold("code_sales", [coupon.id for coupon in coupons], pairs)


def _sold(name: str, numbers: list[int], pairs: set[tuple[int, int]]) -> dict[int, list[Sold]]:
    found: dict[int, list[Sold]] = defaultdict(list)
    ordered = sorted(pairs)
    values = {"numbers": numbers, "brands": [pair[0] for pair in ordered], "creators": [pair[1] for pair in ordered]}
    for row in query_rows(raw(), statement("app.desks", name), values) if numbers else []:
        found[row.number].append(Sold(row.currency, row.orders, row.base, row.earned))
    return found
