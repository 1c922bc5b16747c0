"""The run sheet of a show: its products in order, with when, what is said, and what was announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import delete, select, update

from app.catalog.models import Product
from app.database import db, lock, raw
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.security import Identity
from app.streams import notices
from app.streams.announcing import announce_planned
from app.streams.closed import must_be_open
from app.streams.models import Pin, Show, ShowBrand, ShowItem, ShowStatus, Stream
from app.streams.planning import MOST_MINUTES
from app.streams.shows import contract_at, items_of, open_stream, skus_of
from app.users.models import Brand, Creator
from app.users.trail import record
from app.web.texts import optional_text

MOST_ITEMS = 200
LONGEST_WORDS = 2000
LARGEST = 1_000_000_000
CHANGING = frozenset({ShowStatus.PLANNED, ShowStatus.REHEARSAL, ShowStatus.ON_AIR})
UP, DOWN = DIRECTIONS = ("up", "down")


@dataclass(frozen=True)
class Line:
    """What stands beside a product: at which minute, what to say, the price (whole units of the product's currency) and
    stock that were announced, and how many to sell. None: nothing was said."""

    planned_minute: int | None = None
    words: str = ""
    announced_price: Decimal | None = None
    announced_stock: int | None = None
    target: int | None = None


def get_item(show: Show, item_id: int, side: Brand | Creator | None = None) -> ShowItem:
    """A line of the run sheet; for a brand only one of its own. NotFound otherwise."""
    query = select(ShowItem).where(ShowItem.show_id == show.id, ShowItem.id == item_id)
    if isinstance(side, Brand):
        query = query.where(ShowItem.brand_id == side.id)
    item = db.session.scalar(query)
    if item is None:
        raise NotFound(gettext("There is no such product on the run sheet, or it is not yours."))
    return item


def may_edit(show: Show, side: Brand | Creator) -> bool:
    """Whether this side changes the run sheet now: the creator until the show has ended, a brand while it proposes."""
    if isinstance(side, Brand):
        return show.status == ShowStatus.PROPOSED and show.proposed_by == side.id
    return show.status in CHANGING


def add(
    show: Show, product: Product, line: Line = Line(), *, by: Identity, at: datetime, side: Brand | Creator
) -> ShowItem:
    """Puts a product at the end of the run sheet, and its brand in the show.

    Conflict where no contract with its brand covers the show's time, where an exclusivity closes it, where it is there
    already; BadInput for a line that can't be. On air it is in the stream from now on.
    """
    _open(show, side)
    begins = show.on_air_at or show.planned_start
    contract = contract_at(product.brand_id, show.creator_id, at if show.on_air_at else begins)
    if contract is None:
        raise Conflict(gettext("No contract with this brand covers the time of the show."))
    must_be_open(show, product, starts_at=begins)
    items = items_of(show)
    if len(items) >= MOST_ITEMS:
        raise Conflict(gettext("A run sheet holds at most %(count)s products.", count=MOST_ITEMS))
    if any((each.brand_id, each.product_id) == (product.brand_id, product.id) for each in items):
        raise Conflict(gettext("This product is on the run sheet already."))
    _brand_of(show, product.brand_id, contract.id, at)
    item = ShowItem(show_id=show.id, brand_id=product.brand_id, product_id=product.id)
    item.position = items[-1].position + 1 if items else 1
    _describe(item, line)
    db.session.add(item)
    return _saved(show, item, "add product", at=at, by=by, sku=product.sku)


def describe(item: ShowItem, line: Line, *, by: Identity, at: datetime, side: Brand | Creator) -> ShowItem:
    """Changes what stands beside a product. BadInput for what can't be."""
    show = _open(item.show, side)
    _describe(item, line)
    return _saved(show, item, "describe product", at=at, by=by, sku=item.product.sku)


def move(item: ShowItem, direction: str, *, by: Identity, at: datetime, side: Brand | Creator) -> ShowItem:
    """Moves a product one place `up` or `down`; the first and the last stay where they are."""
    show = _open(item.show, side)
    if direction not in DIRECTIONS:
        raise BadInput(gettext("Move it up or down."))
    items = items_of(show)
    place = next(nr for nr, each in enumerate(items) if each.id == item.id)
    other = place - 1 if direction == UP else place + 1
    if 0 <= other < len(items):
        item.position, items[other].position = items[other].position, item.position
    return _saved(show, item, "move product", at=at, by=by, sku=item.product.sku)


def remove(item: ShowItem, *, by: Identity, at: datetime, side: Brand | Creator) -> None:
    """Takes a product off the run sheet, and its brand out of the show where it was the brand's last one.

    WrongStatus on air: what viewers have seen stays.
    """
    show, sku, brand_id = _open(item.show, side), item.product.sku, item.brand_id
    if show.status == ShowStatus.ON_AIR:
        raise WrongStatus(gettext("The show is on air: nothing can be taken off the run sheet."))
    db.session.execute(delete(Pin).where(Pin.item_id == item.id))  # of rehearsals
    db.session.execute(delete(ShowItem).where(ShowItem.id == item.id))
    db.session.expire(show)
    if brand_id != show.proposed_by and not any(each.brand_id == brand_id for each in items_of(show)):
        gone = delete(ShowBrand).where(ShowBrand.show_id == show.id, ShowBrand.brand_id == brand_id)
        db.session.execute(gone)
        db.session.expire(show)
    _saved(show, item, "remove product", at=at, by=by, sku=sku)


def addable(show: Show, brands: Sequence[int], words: str | None, most: int) -> Sequence[Product]:
    """Products of these brands that are not on the run sheet yet, by name; with `words` those that have them in their
    name, or that have them as SKU."""
    there = select(ShowItem.product_id).where(ShowItem.show_id == show.id, ShowItem.brand_id == Product.brand_id)
    query = select(Product).where(Product.brand_id.in_(brands), Product.id.not_in(there))
    if words:
        query = query.where((Product.sku == words) | Product.name.icontains(words, autoescape=True))
    return db.session.scalars(query.order_by(Product.name, Product.brand_id, Product.id).limit(most)).all()


def _open(show: Show, side: Brand | Creator) -> Show:
    lock(show)
    if not may_edit(show, side):
        raise WrongStatus(gettext("The run sheet of this show can’t be changed any more."))
    return show


def _brand_of(show: Show, brand_id: int, contract_id: int, at: datetime) -> None:
    """The brand is in the show from now on, on air with a stream of its own that begins like the others."""
    there = db.session.get(ShowBrand, (show.id, brand_id))
    if there is None:
        there = ShowBrand(show_id=show.id, brand_id=brand_id, contract_id=contract_id)
        db.session.add(there)
        db.session.flush()
        if show.status == ShowStatus.PLANNED:
            announce_planned(show, [there], at=at)
    if show.on_air_at and there.stream_id is None:
        open_stream(show, there, begun=show.on_air_at, at=at)


def _describe(item: ShowItem, line: Line) -> None:
    if line.planned_minute is not None and line.planned_minute > MOST_MINUTES:
        raise BadInput(gettext("Enter a minute of 0 to %(most)s.", most=MOST_MINUTES))
    if any(number is not None and number > LARGEST for number in (line.announced_stock, line.target)):
        raise BadInput(gettext("That number is too large."))
    if line.target == 0:
        raise BadInput(gettext("A target is at least one piece. Leave it empty for none."))
    item.planned_minute, item.words = line.planned_minute, optional_text(line.words, LONGEST_WORDS)
    item.announced_price, item.announced_stock, item.target = line.announced_price, line.announced_stock, line.target


def _saved(show: Show, item: ShowItem, deed: str, *, at: datetime, by: Identity, sku: str) -> ShowItem:
    db.session.flush()
    if show.status == ShowStatus.ON_AIR:
        streams = select(ShowBrand.stream_id).where(ShowBrand.show_id == show.id, ShowBrand.brand_id == item.brand_id)
        shown = update(Stream).where(Stream.id.in_(streams)).values(skus=skus_of(show, item.brand_id))
        db.session.execute(shown)
    record(deed, "show", show.id, by=by, at=at, sku=sku)
    notices.announce(raw(), show.id, notices.SHOW)
    return item
