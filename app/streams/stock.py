"""How many pieces are left of what is on a run sheet. Who keeps the stock lies to the right of this room and says so
here; until then nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from flask import Flask, current_app

from app.streams.models import Show

Source = Callable[[Show], Mapping[int, int | None]]  # by item's number how many are left; None: as many as one likes
KEY = "stock_of_shows"


def register(app: Flask, source: Source) -> None:
    """From now on `source` says what is left."""
    app.extensions[KEY] = source


def stock_of(show: Show) -> Mapping[int, int | None]:
    """How many pieces of each item are left, as far as somebody knows."""
    source = cast("Source | None", current_app.extensions.get(KEY))
    return source(show) if source else {}
