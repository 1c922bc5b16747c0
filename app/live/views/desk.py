"""The live desk of a show or stream, for its creator, each of its brands and the platform: while it runs, and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.live import pictures
from app.live.addresses import live_policy, stream_address
from app.live.blueprint import blueprint
from app.live.desk import figures, marks, medians, page
from app.live.desk.measures import Measures, Told, measure
from app.live.desk.scenes import (
    Scene,
    brands_of,
    lately,
    on_air,
    show_of,
    show_scene,
    stream_scene,
)
from app.live.events.tickets import Audience, Ticket
from app.money import Money
from app.security import PLATFORM, require
from app.users.party_pages import Party, party_page
from app.web.downloads import csv_download

TOLD = ["platform_orders", "platform_net", "platform_currency"]  # in the file: what a platform says of its own


@party_page(blueprint, "GET", "shows/<uuid:show>/desk")
def live_desk(party: Party, show: UUID) -> ResponseReturnValue:
    """What the show sells, by the minute, while it runs and afterwards."""
    return _page(party, show_scene(party, show))


@party_page(blueprint, "GET", "shows/<uuid:show>/desk/now")
def live_desk_now(party: Party, show: UUID) -> ResponseReturnValue:
    """The part of the desk that changes, for the page that shows it."""
    return _part(party, show_scene(party, show))


@party_page(blueprint, "GET", "shows/<uuid:show>/desk/ticket")
def live_desk_ticket(party: Party, show: UUID) -> ResponseReturnValue:
    """An address at which the desk hears that something has changed; empty where none is served."""
    return jsonify(address=_listening(party, show_scene(party, show)))


@party_page(blueprint, "GET", "shows/<uuid:show>/desk/minutes")
def live_desk_minutes(party: Party, show: UUID) -> ResponseReturnValue:
    """The minutes as a file."""
    return _minutes(show_scene(party, show))


@party_page(blueprint, "GET", "streams/<uuid:stream>/desk")
def stream_desk(party: Party, stream: UUID) -> ResponseReturnValue:
    """The same of a stream elsewhere; one of a show leads to the show."""
    scene = stream_scene(party, stream, at=clock.now())
    if (show := show_of(stream)) is not None:
        return redirect(party.url("live_desk", show=show.public_id))
    return _page(party, scene)


@party_page(blueprint, "GET", "streams/<uuid:stream>/desk/now")
def stream_desk_now(party: Party, stream: UUID) -> ResponseReturnValue:
    """The part that changes."""
    return _part(party, stream_scene(party, stream, at=clock.now()))


@party_page(blueprint, "GET", "streams/<uuid:stream>/desk/minutes")
def stream_desk_minutes(party: Party, stream: UUID) -> ResponseReturnValue:
    """The minutes as a file."""
    return _minutes(stream_scene(party, stream, at=clock.now()))


@blueprint.get("/admin/live")
@require(PLATFORM)
def live_shows() -> ResponseReturnValue:
    """Every show on air and those that ended last, each with its desk."""
    return render_template("live/shows.html", on_air=on_air(), ended=lately())


def _page(party: Party, scene: Scene) -> ResponseReturnValue:
    now = page.now_of(scene, at=clock.now())
    chapters = pictures.chapters_of(scene.show) if scene.show and scene.over else []
    own = {item.id for item in scene.items}
    answer = Response(
        render_template(
            "live/desk.html",
            after=page.after_of(scene, now),
            chapters=[chapter for chapter in chapters if chapter.item_id in own],
            brands=brands_of(scene),
            stream=_listening(party, scene),
            **_shown(party, scene, now),
        )
    )
    if scene.open and scene.show:
        answer.headers["Content-Security-Policy"] = live_policy({})
    return answer


def _part(party: Party, scene: Scene) -> ResponseReturnValue:
    html = render_template("live/_desk_now.html", **_shown(party, scene, page.now_of(scene, at=clock.now())))
    return jsonify(state=scene.state, html=html)


def _shown(party: Party, scene: Scene, now: page.Now) -> dict[str, Any]:
    """What both the page and its part need."""
    return {
        "party": party,
        "scene": scene,
        "now": now,
        "median_of": lambda name, currency: now.market.get((name, currency), medians.NOTHING),
        "median_text": figures.median_text,
        "length": figures.length,
        "mark_words": marks.words_of,
        "address": _addresses(party, scene),
    }


def _addresses(party: Party, scene: Scene) -> dict[str, str]:
    if scene.show is not None:
        about: dict[str, Any] = {"show": scene.show.public_id}
        names = {"now": "live_desk_now", "minutes": "live_desk_minutes", "ticket": "live_desk_ticket"}
    else:
        about = {"stream": scene.streams[0].public_id}
        names = {"now": "stream_desk_now", "minutes": "stream_desk_minutes"}
    return {name: party.url(page_name, **about) for name, page_name in names.items()}


def _listening(party: Party, scene: Scene) -> str:
    """Where the desk of a show can listen, on air and before; whoever was let in here may."""
    if scene.show is None or not scene.open:
        return ""
    return stream_address(Ticket(scene.show.id, Audience.DESK, str(party.person.person_id)))


def _minutes(scene: Scene) -> ResponseReturnValue:
    counted = measure(scene, [brand.currency for brand in brands_of(scene)], at=clock.now())
    header = ["minute", "viewers", "impressions", "taps", "orders"]
    for currency in counted.currencies:
        header += [f"sold_{currency}", f"refunded_{currency}", f"net_{currency}"]
    header += TOLD if counted.told else []
    name = scene.show.public_id if scene.show else scene.streams[0].public_id
    return csv_download(f"minutes-{name}.csv", header, _rows(counted))


def _rows(counted: Measures) -> Iterator[list[Any]]:
    for minute in counted.minutes:
        cells: list[Any] = [minute.at.isoformat(), minute.viewers, minute.impressions, minute.taps, minute.orders]
        for currency in counted.currencies:
            each = minute.money.get(currency)
            amounts = (each.sold, each.refunded, each.net) if each else (0, 0, 0)
            cells += [Money(amount, currency).major() for amount in amounts]
        if counted.told:
            cells += _told(minute.told)
        yield cells


def _told(told: Told | None) -> list[Any]:
    if told is None:
        return [None, None, None]
    net = Money(told.net, told.currency).major() if told.net is not None and told.currency else None
    return [told.orders, net, told.currency]
