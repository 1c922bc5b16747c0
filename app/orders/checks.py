"""What must hold of orders in the books; `check-books` asks for it with all the rest."""

from __future__ import annotations

from app.ledger.checks import ROOMS

ROOMS["app.orders"] = {
    "orders_stand_once": "Every paid order stands in the books once, what went back of it too, and no other does",
    "orders_are_sales": "Every order that stands is one sale line of its price without VAT, less what went back",
}
