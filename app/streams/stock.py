"""How many pieces are left of what is on a run sheet. Who keeps the stock lies to the right of this room and says so
here; until then nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from flask import current_app
from flask.sansio.app import App

from app.streams.models import Show

# By the item's number how many somebody new can have at an instant; None: as many as one likes.
Source = Callable[[Show, datetime], Mapping[int, int | None]]
KEY = "stock_of_shows"


def register(app: App, source: Source) -> None:
    """From now on `source` says what is left."""
    app.extensions[KEY] = source


def stock_of(show: Show, at: datetime) -> Mapping[int, int | None]:
    """How many pieces of each item are left, as far as somebody knows."""
    source = cast("Source | None", current_app.extensions.get(KEY))
    return source(show, at) if source else {}
