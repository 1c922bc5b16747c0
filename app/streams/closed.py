"""What exclusivities of other contracts close to a product in a show, without naming whose (rules.md B14)."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_date
from flask_babel import get_locale, gettext

from app.catalog.models import Product
from app.contracts.exclusivity.claim_boxes import local_day
from app.contracts.exclusivity.closures import category_names
from app.contracts.exclusivity.numbered_claims import spans
from app.database import raw, rows
from app.errors import Conflict
from app.streams.models import Show

TICK = timedelta(microseconds=1)


def closed_sentence(show: Show, product: Product, *, starts_at: datetime | None = None) -> str:
    """Why the product may not be in the show at its planned time (or from `starts_at` on); empty where it may."""
    begins = starts_at or show.planned_start
    values = {
        "creator": show.creator_id,
        "brand": product.brand_id,
        "product": product.id,
        "platform": show.platform,
        "starts_at": begins,
        "ends_at": begins + timedelta(minutes=show.planned_minutes),
    }
    found = rows(raw(), "app.streams", "show_closed", values)
    if not found:
        return ""
    until = local_day(found[0].until - TICK, show.creator.timezone)
    return str(
        gettext(
            "An exclusivity closes “%(product)s” to this show until and including %(until)s: %(categories)s.",
            product=product.name,
            until=format_date(until, "d MMM y", locale=get_locale() or "en"),
            categories=category_names(spans(found[0].categories)),
        )
    )


def must_be_open(show: Show, product: Product, *, starts_at: datetime | None = None) -> None:
    """Conflict where an exclusivity closes the product to the show."""
    if sentence := closed_sentence(show, product, starts_at=starts_at):
        raise Conflict(sentence)
