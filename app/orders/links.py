"""The addresses that a buyer is given: only we can have made them, and who has one needs no account."""

from __future__ import annotations

from uuid import UUID

from app.users import links

RESERVATION, ORDER, PLACE = "reservation", "order", "place-in-line"


def reservation(public_id: UUID) -> str:
    """The page of a reservation, as a whole address."""
    return links.address("orders.reservation", RESERVATION, public_id)


def token(kind: str, public_id: UUID) -> str:
    """What stands in the address of a page of this kind."""
    return links.token_of(kind, public_id)


def public_id(kind: str, token: str) -> UUID:
    """The number in such an address. NotFound where we did not make it."""
    return links.row_of(kind, token)
