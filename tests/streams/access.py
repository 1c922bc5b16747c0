"""The routes of shows and streams."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from app import clock
from app.catalog.models import Product
from app.database import db
from app.security import BRAND, CREATOR, PLATFORM, SIGNED_IN, Role
from app.streams import moderators, planning, quarters, run_sheet, shows
from app.streams.models import Show, ShowModerator
from app.streams.planning import Plan
from tests import market
from tests.access import Kind, Row, Side
from tests.contracts.dealing import CREATORS, OWNERS
from tests.payouts.people import identity

DEALERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})
DAYS = (date(2020, 1, 1), date(2080, 12, 31))


def _creator(side: Side) -> Any:
    return identity(CREATORS[side.creator.handle])


def _brand(side: Side) -> Any:
    return identity(OWNERS[side.brand.handle])


def _bound(side: Side) -> None:
    """The pair has a contract for the time of its shows."""
    at = clock.now()
    if shows.contract_at(side.brand.id, side.creator.id, at) is None:
        market.contract(side.brand, side.creator, *DAYS, ref=f"Show {side.word}")
        _product(side, "MORE")


def _product(side: Side, sku: str) -> Product:
    return market.product(side.brand, f"{sku} {side.word}", name=f"{sku} {side.word}")


def _plan(side: Side) -> Plan:
    return Plan(f"Show {side.word}", clock.now() + timedelta(days=3), 60, notes=side.word)


def _made(side: Side, sku: str = "SHOWN") -> Show:
    """A planned one with two products."""
    _bound(side)
    about: dict[str, Any] = {"by": _creator(side), "at": clock.now()}
    show = planning.plan(side.creator, _plan(side), **about)
    for number in (1, 2):
        run_sheet.add(show, _product(side, f"{sku}{number}"), side=side.creator, **about)
    return show


def _show(side: Side) -> object:
    return _made(side).public_id


def _proposed(side: Side) -> object:
    _bound(side)
    about: dict[str, Any] = {"by": _brand(side), "at": clock.now()}
    show = planning.propose(side.brand, side.creator, _plan(side), **about)
    run_sheet.add(show, _product(side, "PROPOSED"), side=side.brand, **about)
    return show.public_id


def _on_air(side: Side) -> object:
    return shows.begin(_made(side, "AIR"), by=_creator(side), at=clock.now()).public_id


def _ended(side: Side) -> object:
    """One that is over, also where the creator is on air meanwhile."""
    at, air = clock.now(), {"creator": side.creator.id}
    aside = text(
        "update show set status = 'planned', on_air_at = null where creator_id = :creator and status = 'on_air'"
    )
    since = text("select id, on_air_at from show where creator_id = :creator and status = 'on_air'")
    running = db.session.execute(since, air).all()
    db.session.execute(aside, air)
    show = shows.begin(_made(side, "OVER"), by=_creator(side), at=at - timedelta(hours=1))
    shows.end(show, by=_creator(side), at=at)
    for number, begun in running:
        again = text("update show set status = 'on_air', on_air_at = :begun where id = :id")
        db.session.execute(again, {"id": number, "begun": begun})
    return show.public_id


def _moderated(side: Side) -> object:
    """A rehearsed one in which the person helps."""
    show = _made(side, f"HELP{side.person.id}")
    shows.rehearse(show, by=_creator(side), at=clock.now())
    added = {"added_by": _creator(side).person_id, "added_at": clock.now()}
    db.session.add(ShowModerator(show_id=show.id, person_id=side.person.id, **added))
    return show.public_id


def _item_of(kind: str) -> Any:
    def item(side: Side) -> object:
        return shows.items_of(shows.show_by_public_id(side.value(kind)))[0].id  # type: ignore[arg-type]

    return item


def _moderator(side: Side) -> object:
    show = shows.show_by_public_id(side.value("show"))  # type: ignore[arg-type]
    email = {"lumen": "olga", "kettle": "kim"}.get(side.brand.handle, "sam")
    return moderators.add(show, f"{email}@cast.example", by=_creator(side), at=clock.now()).person_id


def _review(side: Side) -> object:
    """Claimed by the creator, so that brand and platform may decide."""
    show = shows.show_by_public_id(side.value("ended_show"))  # type: ignore[arg-type]
    (stream,) = quarters.streams_of(show, side.brand)
    return quarters.claim(stream, 0, side.word, by=_creator(side), at=clock.now()).public_id


KINDS = {
    "review": Kind(_review),
    "show": Kind(_show),
    "proposed_show": Kind(_proposed),
    "show_on_air": Kind(_on_air),
    "ended_show": Kind(_ended),
    "moderated_show": Kind(_moderated, personal=True),
    "show_item": Kind(_item_of("show"), missing=999_999_999),
    "proposed_item": Kind(_item_of("proposed_show"), missing=999_999_999),
    "moderator": Kind(_moderator, missing=999_999_999),
}
PROPOSED, AIR, OVER = {"show": "proposed_show"}, {"show": "show_on_air"}, {"show": "ended_show"}
OWN_ITEM, PROPOSED_ITEM = {"item": "show_item"}, PROPOSED | {"item": "proposed_item"}
CONSOLE = {"show": "moderated_show"}


def _planned(side: Side) -> dict[str, Any]:
    begins: datetime = clock.now().astimezone(ZoneInfo("Europe/Amsterdam")) + timedelta(days=2)
    values = {"title": side.word, "begins": f"{begins:%Y-%m-%dT%H:%M}", "minutes": "45", "platform": "own"}
    return values | {"language": "nl", "creator": str(side.creator.public_id)}


def _added(side: Side) -> dict[str, Any]:
    found = db.session.scalar(select(Product).where(Product.brand_id == side.brand.id, Product.sku.startswith("MORE")))
    return {"product": f"{found.brand_id}:{found.id}" if found else ""}


WHY = {"reason": "No time"}
LINE = {"minute": "5", "words": "Look", "price": "9.50", "stock": "7", "target": "3"}


def _asked(side: Side) -> dict[str, Any]:
    """Of a quarter without evidence: the creator may claim it, a brand is told that there is nothing to dispute."""
    show = shows.show_by_public_id(side.value("ended_show"))  # type: ignore[arg-type]
    return {"stream": quarters.streams_of(show, side.brand)[0].ref, "quarter": "1", "words": side.word}


ROWS = [
    Row("streams.brand_show_hours", "GET", BRAND | PLATFORM, args=OVER),
    Row("streams.creator_show_hours", "GET", CREATOR | PLATFORM, args=OVER),
    Row("streams.brand_show_hours_ask", "POST", DEALERS, args=OVER, form=_asked),
    Row("streams.creator_show_hours_ask", "POST", CREATOR, args=OVER, form=_asked),
    Row("streams.brand_show_hours_decide", "POST", DEALERS, args=OVER, form=WHY | {"counts": "yes"}),
    Row("streams.disputed_minutes", "GET", frozenset({Role.ADMIN, Role.AUDITOR})),
    Row("streams.disputed_minutes_decide", "POST", frozenset({Role.ADMIN}), form=WHY | {"counts": "no"}),
    Row("streams.brand_streams", "GET", BRAND | PLATFORM),
    Row("streams.brand_stream_new", "GET", DEALERS),
    Row("streams.creator_stream_new", "GET", CREATOR),
    Row("streams.brand_stream_create", "POST", DEALERS, form={"platform": "tiktok"}, also=(422,)),  # no contract yet
    Row("streams.creator_stream_create", "POST", CREATOR, form={"platform": "tiktok"}, also=(422,)),
    Row("streams.brand_shows", "GET", BRAND | PLATFORM),
    Row("streams.creator_shows", "GET", CREATOR | PLATFORM),
    Row("streams.brand_show_new", "GET", DEALERS),
    Row("streams.creator_show_new", "GET", CREATOR),
    Row("streams.brand_show_create", "POST", DEALERS, form=_planned, also=(422,)),
    Row("streams.creator_show_create", "POST", CREATOR, form=_planned),
    Row("streams.brand_show", "GET", BRAND | PLATFORM),
    Row("streams.creator_show", "GET", CREATOR | PLATFORM),
    Row("streams.brand_show_calendar", "GET", BRAND | PLATFORM),
    Row("streams.creator_show_calendar", "GET", CREATOR | PLATFORM),
    Row("streams.brand_show_edit", "GET", DEALERS, args=PROPOSED),
    Row("streams.creator_show_edit", "GET", CREATOR),
    Row("streams.brand_show_update", "POST", DEALERS, args=PROPOSED, form=_planned),
    Row("streams.creator_show_update", "POST", CREATOR, form=_planned),
    Row("streams.creator_show_accept", "POST", CREATOR, args=PROPOSED),
    Row("streams.creator_show_decline", "POST", CREATOR, args=PROPOSED, form=WHY),
    Row("streams.brand_show_cancel", "POST", DEALERS, args=PROPOSED, form=WHY),
    Row("streams.creator_show_cancel", "POST", CREATOR, form=WHY),
    Row("streams.brand_show_selling", "POST", DEALERS, form={"selling": "first_paid", "most": "2"}),
    Row("streams.creator_show_replay", "POST", CREATOR, args=OVER, form={"replay": "https://video.example/1"}),
    Row("streams.brand_show_item_create", "POST", DEALERS, args=PROPOSED, form=_added),
    Row("streams.creator_show_item_create", "POST", CREATOR, form=_added),
    Row("streams.brand_show_item", "GET", DEALERS, args=PROPOSED_ITEM),
    Row("streams.creator_show_item", "GET", CREATOR, args=OWN_ITEM),
    Row("streams.brand_show_item_update", "POST", DEALERS, args=PROPOSED_ITEM, form=LINE),
    Row("streams.creator_show_item_update", "POST", CREATOR, args=OWN_ITEM, form=LINE),
    Row("streams.brand_show_item_move", "POST", DEALERS, args=PROPOSED_ITEM, form={"direction": "down"}),
    Row("streams.creator_show_item_move", "POST", CREATOR, args=OWN_ITEM, form={"direction": "down"}),
    Row("streams.brand_show_item_remove", "POST", DEALERS, args=PROPOSED_ITEM),
    Row("streams.creator_show_item_remove", "POST", CREATOR, args=OWN_ITEM),
    Row("streams.console", "GET", SIGNED_IN, args=CONSOLE),
    Row("streams.console_pin", "POST", SIGNED_IN, args=CONSOLE),
    Row("streams.console_unpin", "POST", SIGNED_IN, args=CONSOLE),
    Row("streams.creator_show_rehearse", "POST", CREATOR),
    Row("streams.creator_show_begin", "POST", CREATOR),
    Row("streams.creator_show_end", "POST", CREATOR, args=AIR),
    Row("streams.creator_show_advertising", "POST", CREATOR, args=AIR),
    Row("streams.creator_show_moderator_create", "POST", CREATOR, form={"email": "sam@cast.example"}),
    Row("streams.creator_show_moderator_remove", "POST", CREATOR),
]
