"""The two sides of a deal."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """A brand or a creator, as the database and addresses spell it."""

    BRAND = "brand"
    CREATOR = "creator"


def other_side(side: str) -> Side:
    """The side across the table."""
    return Side.CREATOR if side == Side.BRAND else Side.BRAND
