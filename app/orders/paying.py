"""From a reservation to Stripe's page: who buys and where it goes, then the page, asked for by a row that is there.

The row is moved to "being paid" and committed before Stripe is asked, with everything it is asked; its public number is
the key, so that there is one page however often it is asked for, and whoever dies in between leaves what is needed to
find the page again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext

from app import transitions
from app.database import db
from app.errors import BadInput, WrongStatus
from app.orders import links, reservations
from app.orders.holding import HOLD
from app.orders.models import Purchase, PurchaseStatus
from app.orders.selling import Seller
from app.stripe_answers import Checkout
from app.web.texts import checked_name, required_text

STRIPES_LEAST = timedelta(minutes=30)  # a page of Stripe's lasts
SLACK = timedelta(minutes=5)  # in which a page that was asked for and not heard of is found again after the hold
LONGEST = 200  # characters of a line


@dataclass(frozen=True)
class Buyer:
    """Who buys, and where it goes."""

    email: str
    name: str
    street: str
    postcode: str
    town: str
    country: str


def fill_in(row: Purchase, buyer: Buyer, seller: Seller, *, at: datetime) -> None:
    """Notes who buys. It can be mended until it is paid. Raises WrongStatus when the time is over, BadInput."""
    db.session.refresh(row, with_for_update=True)  # another tab may have paid meanwhile
    _refuse_late(row, at)
    if buyer.country not in seller.ships_to:
        raise BadInput(gettext("%(seller)s does not deliver to this country.", seller=seller.name))
    row.email = checked_email(buyer.email)
    row.buyer = checked_name(buyer.name)
    row.street, row.postcode, row.town = (
        required_text(text, gettext("Fill in the whole address."), LONGEST)
        for text in (buyer.street, buyer.postcode, buyer.town)
    )
    row.country = buyer.country
    db.session.flush()


def begin(row: Purchase, *, at: datetime) -> None:
    """Stripe is about to be asked. The caller commits before it asks for the `request`. Raises WrongStatus when
    the time is over or it is not known yet who buys."""
    db.session.refresh(row, with_for_update=True)
    _refuse_late(row, at)
    if not row.street or not row.email:
        raise WrongStatus(gettext("Fill in first where it should be delivered."))
    if row.status == PurchaseStatus.RESERVED:
        transitions.move(row, PurchaseStatus.PAYING)
    db.session.flush()


def request(row: Purchase) -> dict[str, Any]:
    """What Stripe is asked for its page, with `create_checkout`: the same whoever asks and however often. Note what
    comes of it by `opened`."""
    page = links.reservation(row.public_id)
    return {
        "key": str(row.public_id),
        "amount": row.unit_price,
        "quantity": row.quantity,
        "currency": row.currency,
        "reference": row.reference,
        "title": row.name,
        "success_url": f"{page}?paid=1",
        "cancel_url": page,
        "metadata": {
            "purchase": str(row.public_id),
            "show": str(row.show_id),
            "item": str(row.item_id),
            "product": row.sku,
            "creator": str(row.creator_id),
            "visitor": row.visitor.hex(),
        },
        "until": row.held_at + HOLD + SLACK + STRIPES_LEAST,
        "at_once": True,
    }


def opened(row: Purchase, made: Checkout) -> None:
    """Stripe has its page. The caller commits."""
    db.session.refresh(row, with_for_update=True)  # Stripe may have told of it meanwhile
    row.session, row.url = made.id, made.url
    db.session.flush()


def checked_email(text: str) -> str:
    """An address that can be written to; BadInput for what can be none."""
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise BadInput(gettext("That is not an e-mail address.")) from None


def _refuse_late(row: Purchase, at: datetime) -> None:
    if not reservations.holds(row, at):
        raise WrongStatus(gettext("The time of this reservation is over: reserve again."))
