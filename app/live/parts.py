"""What changes on a watch page while it is open, as messages: the same for the stream of events and for who asks again.

A message is JSON: `state` of the show; `parts`, the HTML of each place that has changed, by the place's name; `chat`,
lines to add; `gone`, the ids of lines to take away; with `whole`, lines that are not in `chat` are to go as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale

from app.database import db
from app.live import chat, presence, watching
from app.orders.offers import Offer, offers_of
from app.orders.prices import minor
from app.streams import notices
from app.streams.models import Show, ShowItem, ShowStatus
from app.streams.shows import current_pin


def messages(show_id: int, topics: Collection[str], languages: Collection[str], *, at: datetime) -> dict[str, str]:
    """By language, what pages need to know when these topics have changed; with no topics, all there is."""
    show = db.session.get_one(Show, show_id, populate_existing=True)
    facts = _facts(show, frozenset(topics), at)
    found = {}
    for language in languages:
        with force_locale(language):
            found[language] = json.dumps(_painted(show, facts), separators=(",", ":"))
    db.session.rollback()
    return found


def message(show: Show, language: str, reader: bytes, *, at: datetime) -> str:
    """All there is, for one reader, with their own lines of the chat."""
    facts = _facts(show, frozenset(), at, reader)
    with force_locale(language):
        return json.dumps(_painted(show, facts), separators=(",", ":"))


def pinned(show: Show) -> ShowItem | None:
    """What is on the screen for viewers; what is pinned in a rehearsal is not."""
    return current_pin(show.id) if show.status == ShowStatus.ON_AIR else None


def offer_html(offer: Offer) -> str:
    """The part of an offer that changes: price, pieces left, and its button."""
    return _macro("offer")(offer)


def announced_html(item: ShowItem) -> str:
    """What is said of an item before the show: its announced price, else what the product costs."""
    price = item.product.price if item.announced_price is None else item.announced_price
    return _macro("announced")(minor(price, item.product.currency), item.product.currency)


def pin_html(item: ShowItem | None, offers: Sequence[Offer]) -> str:
    """The card of the product on the screen; empty when there is none."""
    offer = next((each for each in offers if item and each.item_id == item.id), None)
    return _macro("pin")(item, offer) if item and offer else ""


def viewers_html(number: int) -> str:
    """How many watch."""
    return _macro("viewers")(number)


def line_html(line: chat.Line) -> str:
    """A line of the chat."""
    return _macro("line")(line)


def _facts(show: Show, topics: frozenset[str], at: datetime, reader: bytes = chat.NOBODY) -> dict[str, Any]:
    """What has to be known for these topics, asked once for all languages."""
    whole = not topics
    facts: dict[str, Any] = {}
    if whole or topics & {notices.SHOW, notices.OFFER, notices.ORDER, notices.PIN}:
        facts["offers"], facts["pin"] = offers_of(show, at), pinned(show)
    if whole or topics & {notices.SHOW, notices.VIEWERS}:
        facts["viewers"] = presence.viewers(show.id, at=at, replay=show.status == ShowStatus.ENDED)
    if whole or notices.CHAT in topics:
        since = chat.EVER if whole else chat.recently(at)
        facts["lines"] = chat.lines(show.id, reader, since=since)
        facts["gone"] = [] if whole else chat.gone(show.id, since=since)
    return facts | {"whole": whole}


def _painted(show: Show, facts: dict[str, Any]) -> dict[str, Any]:
    """The message in the language of the moment."""
    parts = {}
    if "offers" in facts:
        parts = {f"offer-{offer.item_id}": offer_html(offer) for offer in facts["offers"]}
        parts["pin"] = pin_html(facts["pin"], facts["offers"])
    if "viewers" in facts:
        parts["viewers"] = viewers_html(facts["viewers"])
    state = watching.state(show, insider=False)
    painted: dict[str, Any] = {"state": state, "parts": parts, "whole": facts["whole"]}
    if "lines" in facts:
        painted |= {"chat": "".join(line_html(line) for line in facts["lines"]), "gone": facts["gone"]}
    return painted


def _macro(name: str) -> Callable[..., str]:
    """A macro of the parts; the words in it are those of the language at the moment it is called."""
    macro = getattr(current_app.jinja_env.get_template("live/_parts.html").module, name)
    return lambda *values: str(macro(*values)).strip()
