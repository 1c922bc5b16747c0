"""A price for some minutes: compared with the lowest of the last thirty days, with an end that is said at the start.

Who holds a reservation at the price keeps it. Outside of its time, or when its pieces are gone, the usual price holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import func, select

from app.database import db, lock, raw
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.formatting import money
from app.orders.models import FlashPrice
from app.orders.offers import offer_of
from app.orders.prices import lowest_of_30_days
from app.security import Identity
from app.streams import notices
from app.streams.models import Show, ShowStatus
from app.users.trail import record

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=20)
LEAST_BPS, MOST_BPS = 100, 9000


@dataclass(frozen=True)
class Flash:
    """What is asked for: a price in minor units or so much off the lowest of the last thirty days, how long, and, where
    there is a limit, how many pieces in all and for each buyer."""

    seconds: int
    price: int | None = None
    percent_bps: int | None = None
    pieces: int | None = None
    max_per_buyer: int | None = None


def begin(show: Show, item_id: int, wanted: Flash, *, by: Identity, at: datetime) -> FlashPrice:
    """Begins it. The caller commits. Raises WrongStatus unless the show is on air; BadInput for a length, price or
    limit that can't be, and while our own history does not know the lowest price; Conflict while one runs for the item,
    and for an offer that is no better than one there was: its countdown is over."""
    show = lock(show)
    if show.status != ShowStatus.ON_AIR:
        raise WrongStatus(gettext("A flash price runs while the show is on air."))
    offer = offer_of(show, item_id, at)
    if offer is None:
        raise NotFound(gettext("This is not on offer in this show."))
    length = timedelta(seconds=wanted.seconds)
    if not SHORTEST <= length <= LONGEST:
        raise BadInput(gettext("A flash price runs from 30 seconds to 20 minutes."))
    reference = lowest_of_30_days(offer.brand_id, offer.product_id, offer.currency, at=at)
    if reference is None:
        raise BadInput(
            gettext("The lowest price of the last 30 days is not known yet, so no lower price may be announced.")
        )
    price = _price(wanted, reference)
    if not 0 < price < min(reference, offer.usual_price):
        least = money(min(reference, offer.usual_price), offer.currency)
        raise BadInput(gettext("A flash price is lower than %(price)s, the lowest of the last 30 days.", price=least))
    _refuse_repeats(item_id, price, at)
    row = FlashPrice(
        show_id=show.id,
        item_id=item_id,
        brand_id=offer.brand_id,
        product_id=offer.product_id,
        price=price,
        percent_bps=wanted.percent_bps,
        reference=reference,
        currency=offer.currency,
        begins_at=at,
        ends_at=at + length,
        pieces=wanted.pieces,
        max_per_buyer=wanted.max_per_buyer,
        made_by=by.person_id,
    )
    db.session.add(row)
    db.session.flush()
    record("begin flash price", "flash_price", row.id, by=by, at=at, amount=price, currency=offer.currency)
    notices.announce(raw(), show.id, notices.OFFER)
    return row


def flashes_of(show: Show) -> Sequence[FlashPrice]:
    """Every price for minutes of a show, the latest first."""
    query = select(FlashPrice).where(FlashPrice.show_id == show.id)
    return db.session.scalars(query.order_by(FlashPrice.begins_at.desc())).all()


def _price(wanted: Flash, reference: int) -> int:
    for limit in (wanted.pieces, wanted.max_per_buyer):
        if limit is not None and limit < 1:
            raise BadInput(gettext("A limit is at least one piece; leave it empty for none."))
    if (wanted.price is None) == (wanted.percent_bps is None):
        raise BadInput(gettext("Enter either a price or a percentage."))
    if wanted.percent_bps is None:
        return int(wanted.price or 0)
    if not LEAST_BPS <= wanted.percent_bps <= MOST_BPS:
        raise BadInput(gettext("A flash price is from 1 to 90 percent lower."))
    return (reference * (10_000 - wanted.percent_bps) + 5_000) // 10_000


def _refuse_repeats(item_id: int, price: int, at: datetime) -> None:
    query = select(func.min(FlashPrice.price), func.max(FlashPrice.ends_at)).where(FlashPrice.item_id == item_id)
    lowest, last = db.session.execute(query).one()
    if last is not None and last > at:
        raise Conflict(gettext("A flash price runs for this already."))
    if lowest is not None and price >= lowest:
        raise Conflict(gettext("This offer has had its countdown: it can’t be started again."))
