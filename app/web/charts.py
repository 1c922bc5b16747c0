"""Days and amounts as charts draw them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale

from app.formatting import money


def chart(days: Sequence[tuple[date, int]], currency: str) -> list[tuple[str, int, str]]:
    """Days and minor units as the macro `columns` draws them."""
    locale = get_locale()
    return [(format_date(day, "d MMM", locale=locale), minor, money(minor, currency)) for day, minor in days]
