"""Orders that a shop tells of for the first time, many at once: most of what comes while a stream sells.

Only what is plain is done here, by the same steps as for one order (applying.py) but each step once for all of them:
an order that is paid, with nothing given back, of which neither a file nor another event has told. The others go the
way of single events, and come to the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from app.csvfiles.recording import MOST
from app.database import db, raw, statement
from app.integrations.shops import applying
from app.integrations.shops.fields import Json, reckoned
from app.integrations.shops.models import Shop
from app.integrations.shops.orders import NoOrder, ShopOrder
from app.integrations.shops.records import doubt_refused, through
from app.integrations.source import Event
from app.sales.recording import SaleLine, record_sales
from app.tracking.clicks import ShopVisit, record_shop_visits
from app.tracking.visitors import buyer

Readers = Mapping[str, Callable[[Json], ShopOrder]]  # by the kind of event that tells an order whole
Told = tuple[Event, ShopOrder]


def apply_new_orders(readers: Readers, events: Sequence[Event], at: datetime) -> frozenset[int]:
    """Stores the plain ones among the orders that the events tell of, and returns which events that were.

    Whatever it raises, nothing of it may be kept: the caller holds a savepoint.
    """
    by_shop: dict[int, list[Told]] = defaultdict(list)
    for event, order in _read(readers, events):
        if event.shop_id is not None and _is_plain(order):
            by_shop[event.shop_id].append((event, order))
    done = set[int]()
    for shop_id, told in sorted(by_shop.items()):
        shop = db.session.get_one(Shop, shop_id)
        new = _unknown(shop, _claimed(shop, _alone(told, events)))
        _store(shop, [order for _event, order in new], at)
        done |= {event.id for event, _order in new}
    return frozenset(done)


def _read(readers: Readers, events: Sequence[Event]) -> list[Told]:
    told = []
    for event in events:
        if reader := readers.get(event.type):
            try:
                told.append((event, reckoned(reader, event.content)))
            except NoOrder:
                continue  # alone, it is said of the event
    return told


def _is_plain(order: ShopOrder) -> bool:
    odd = order.test or order.cancelled or order.void or order.returns
    return order.paid and bool(order.lines) and order.adds_up and not odd


def _alone(told: Sequence[Told], events: Sequence[Event]) -> list[Told]:
    """The orders of which one event tells, as many as can be recorded at once."""
    keys = Counter(order.key for _event, order in told) + Counter(order.order for _event, order in told)
    others = {str(event.content.get("order_id")) for event in events}  # a refund of an order that comes with it
    alone, lines = [], 0
    for event, order in told:
        lines += len(order.lines)
        most = 2 if order.key == order.order else 1
        if keys[order.key] <= most and keys[order.order] <= most and order.key not in others and lines <= MOST:
            alone.append((event, order))
    return alone


def _claimed(shop: Shop, told: Sequence[Told]) -> list[Told]:
    """Those of which no event was applied before; others who apply one of them at the same moment wait for us."""
    values = {
        "objects": [applying.object_of(shop, order.key) for _event, order in told],
        "instants": [event.happened_at for event, _order in told],
        "events": [event.id for event, _order in told],
        "source": shop.kind,
    }
    rows = raw().execute(statement("app.integrations", "orders_claim"), values) if told else ()
    ours = {event_id for (event_id,) in rows}
    return [(event, order) for event, order in told if event.id in ours]


def _unknown(shop: Shop, told: Sequence[Told]) -> list[Told]:
    """Those of which nothing is stored by any way."""
    values = {
        "shop": shop.id,
        "brand": shop.brand_id,
        "source": shop.source,
        "keys": [order.key for _event, order in told],
        "orders": [order.order for _event, order in told],
    }
    rows = raw().execute(statement("app.integrations", "orders_known"), values) if told else ()
    known = {name for (name,) in rows}
    return [(event, order) for event, order in told if not {f"key {order.key}", f"order {order.order}"} & known]


def _store(shop: Shop, orders: Sequence[ShopOrder], at: datetime) -> None:
    if not orders:
        return
    refs = {order.key: applying.new_refs({}, order.lines) for order in orders}
    applying.keep_lines(shop, [(order, refs[order.key]) for order in orders])
    applying.keep_orders(shop, orders, at)
    visitors = _visitors(shop, orders, at)
    lines: list[SaleLine] = []
    owners: list[str] = []
    for order in orders:
        for line in order.lines:
            lines.append(applying.sale_line(shop, order, line, refs[order.key][line.key], visitors[order.key]))
            owners.append(order.order)
    outcomes = record_sales(shop.brand_id, lines, through=through(shop), at=at)
    for owner, outcome in zip(owners, outcomes, strict=True):
        if outcome.status == "rejected":
            doubt_refused(shop, owner, [outcome], at)


def _visitors(shop: Shop, orders: Collection[ShopOrder], at: datetime) -> dict[str, str | None]:
    """Whose visitor each buyer is, by the key of the order."""
    ways = {
        order.key: ShopVisit(order.visit.click_id, order.visit.code, order.occurred_at, order.visit.evidence)
        for order in orders
        if order.visit
    }
    known = dict(zip(ways, record_shop_visits(shop.brand_id, list(ways.values()), at=at), strict=True)) if ways else {}
    return {order.key: known.get(order.key) or buyer(order.email) or None for order in orders}
