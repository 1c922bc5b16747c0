"""What a column of an export can be, and how its headings are compared."""

from __future__ import annotations

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.creators.accounts import visible

LABELS = {
    "order": _("Order number"),
    "line": _("Line number"),
    "occurred_at": _("Date of the order"),
    "time": _("Time of the order"),
    "status": _("Status of the order"),
    "cancelled_at": _("Date of the cancellation"),
    "email": _("E-mail address of the buyer"),
    "sku": _("SKU"),
    "description": _("Product name"),
    "quantity": _("Quantity"),
    "unit_price": _("Price of one piece"),
    "amount": _("Amount of the line"),
    "line_discount": _("Discount of the line"),
    "line_tax": _("Tax of the line"),
    "taxable": _("Whether the line is taxed"),
    "coupon": _("Discount code"),
    "currency": _("Currency"),
    "country": _("Country"),
    "discount": _("Discount of the order"),
    "subtotal": _("Subtotal of the order"),
    "shipping": _("Shipping of the order"),
    "tax": _("Tax of the order"),
    "duties": _("Duties of the order"),
    "total": _("Total of the order"),
    "refunded": _("Refunded of the order"),
    "returned": _("Whether all of it was returned"),
    "content": _("Kind of content it was sold in"),
    "stream": _("Stream it was sold in"),
    "attributes": _("Attributes that the shop keeps of an order"),
    "landing": _("Address by which the buyer came"),
    "click": _("Click id of a link"),
    "items": _("Items, packed in one cell"),
    "type": _("Kind of the row"),
}
MONEY = ("unit_price", "amount", "line_discount", "line_tax", "discount", "subtotal", "shipping", "tax", "duties")
AMOUNTS = (*MONEY, "total", "refunded")
NEEDED = (("order",), ("occurred_at",), ("unit_price", "amount", "items"), ("sku", "description", "items"))
ITEM = re.compile(r"line item [0-9]{1,3}")
SIGNS = re.compile(r"[\s_\-\u2010-\u2015/]+")  # blanks, underlines, hyphens and dashes


def heading(text: str) -> str:
    """A heading as it is compared: small letters, one blank for blanks, hyphens and underlines, nothing unseen."""
    return SIGNS.sub(" ", visible(text).casefold()).strip()


def label(field: str) -> str:
    """What a column is, in the reader's words."""
    if field.startswith("item_"):
        return str(gettext("Item %(number)s, packed in one cell", number=field[5:]))
    return str(LABELS[field])
