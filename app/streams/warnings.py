"""What a host should know of the products of a show, before it and during it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.formatting import unit_price
from app.streams.models import Show, ShowItem
from app.streams.shows import contract_at, items_of
from app.streams.stock import stock_of

LOW = 5  # pieces
LOW_PART = 5  # or less than a fifth of what was announced


@dataclass(frozen=True)
class ItemWarning:
    """One thing about one product. `kind`: gone, low, price, no_contract or no_commission."""

    item: ShowItem
    kind: str
    sentence: str

    @property
    def grave(self) -> bool:
        """Whether the product had better not be shown."""
        return self.kind in ("gone", "no_contract")


def warnings_of(show: Show, *, at: datetime) -> list[ItemWarning]:
    """What is to be said of the products on the run sheet, in its order: at the planned time, on air at `at`."""
    moment = at if show.on_air_at else show.planned_start
    items = items_of(show)
    brands = {item.brand_id for item in items}
    covered = {each for each in brands if contract_at(each, show.creator_id, moment) is not None}
    stock = stock_of(show, at)
    return [each for item in items for each in _of_item(item, covered, stock)]


def _of_item(item: ShowItem, covered: set[int], stock: Mapping[int, int | None]) -> Iterable[ItemWarning]:
    product, name = item.product, item.product.name
    if item.brand_id not in covered:
        yield ItemWarning(
            item, "no_contract", gettext("“%(product)s”: no contract with its brand covers the show.", product=name)
        )
    elif not product.commissionable:
        yield ItemWarning(item, "no_commission", gettext("“%(product)s” earns no commission.", product=name))
    if item.announced_price is not None and item.announced_price != product.price:
        announced, now = (unit_price(price, product.currency) for price in (item.announced_price, product.price))
        sentence = gettext(
            "“%(product)s” costs %(now)s, and %(announced)s was announced.", product=name, now=now, announced=announced
        )
        yield ItemWarning(item, "price", sentence)
    left = stock.get(item.id, 0 if item.announced_stock == 0 else None)
    if left is not None and left <= 0:
        yield ItemWarning(item, "gone", gettext("“%(product)s” is sold out.", product=name))
    elif left is not None and (left <= LOW or left * LOW_PART < (item.announced_stock or 0)):
        yield ItemWarning(item, "low", gettext("“%(product)s”: %(left)s left.", product=name, left=left))
