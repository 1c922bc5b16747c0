"""The watch page of a show, for everybody: before it, while it is on air, and its replay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.datastructures import MultiDict

from app import clock
from app.database import db
from app.live import chat, claims, parts, pictures, presence, watching
from app.live.addresses import live_policy, stream_address
from app.live.blueprint import blueprint
from app.live.events.tickets import Audience, Ticket
from app.orders.offers import offers_of
from app.orders.visitors import visitor_key
from app.security import ANYBODY, require, signed_in
from app.streams import calendar_file
from app.streams.models import Show, ShowStatus
from app.streams.shows import brands_of, items_of, who_may_moderate
from app.web.downloads import download
from config import settings


@blueprint.get("/live/<uuid:show>")
@require(ANYBODY)
def watch(show: UUID) -> ResponseReturnValue:
    """The show: its picture, what it sells, and its chat."""
    who, at = signed_in(), clock.now()
    shown = watching.watchable(show, who)
    insider = who is not None and watching.of_show(shown, who)
    state = watching.state(shown, insider=insider)
    picture = pictures.picture_of(shown, host=request.host, tiktok_domain=settings().tiktok_domain)
    if state != shown.status:  # a rehearsal, and not for this reader
        picture = pictures.NONE
    ready_for = pictures.coming(shown, picture, host=request.host, tiktok_domain=settings().tiktok_domain)
    items, offers = items_of(shown), {offer.item_id: offer for offer in offers_of(shown, at)}
    ended = shown.status == ShowStatus.ENDED
    page = render_template(
        "live/watch.html",
        show=shown,
        state=state,
        told_state=watching.state(shown, insider=False),
        picture=picture,
        ready_for=ready_for.origin,
        start=request.args.get("t", 0, type=int),
        chapters=pictures.chapters_of(shown) if ended else [],
        brands=[each.brand for each in brands_of(shown)],
        items=items,
        offers=offers,
        calls=claims.words_of(items),
        parts=parts,
        viewers=presence.viewers(shown.id, at=at, replay=ended),
        lines=chat.lines(shown.id, visitor_key()),
        chat_open=shown.status in chat.OPEN or (insider and shown.status == ShowStatus.REHEARSAL),
        name=chat.name_of(shown.id, visitor_key()),
        insider=insider,
        moderates=who is not None and who_may_moderate(shown, who),
        stream=stream_address(_ticket(shown, insider=insider)),
        chat_limits=(chat.LONGEST, chat.LONGEST_NAME),
    )
    answer = Response(page)
    answer.headers["Content-Security-Policy"] = live_policy(pictures.policy(ready_for))
    if ready_for.kind == "frame":
        answer.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"  # without it YouTube shows an error
    return answer


@blueprint.get("/live/<uuid:show>/ticket")
@require(ANYBODY)
def ticket(show: UUID) -> ResponseReturnValue:
    """A new address of the stream of events, for a page that has to connect again; empty where none is served."""
    who = signed_in()
    shown = watching.watchable(show, who)
    insider = who is not None and watching.of_show(shown, who)
    return jsonify(address=stream_address(_ticket(shown, insider=insider)))


@blueprint.get("/live/<uuid:show>/now")
@require(ANYBODY)
def now(show: UUID) -> ResponseReturnValue:
    """What the page shows now, as the stream of events tells it: for pages that can't reach it, and ask again."""
    who, at = signed_in(), clock.now()
    shown = watching.watchable(show, who)
    visitor = visitor_key()
    given = _ticket(shown, insider=who is not None and watching.of_show(shown, who))
    if given.counted and request.headers.get("X-Watching"):
        presence.beat([(shown.id, visitor, given.replay)], at=at)
        db.session.commit()
    return Response(parts.message(shown, given.language, visitor, at=at), content_type="application/json")


@blueprint.post("/live/<uuid:show>/seen")
@require(ANYBODY)
def seen(show: UUID) -> ResponseReturnValue:
    """Takes note of which products were in sight, and which were tapped, since the page told the last time."""
    who, at = signed_in(), clock.now()
    shown = watching.watchable(show, who)
    if watching.counts(request.headers) and not (who and watching.of_show(shown, who)):
        presence.note_interest(
            shown.id,
            visitor_key(),
            seen=_numbers(request.form, "seen"),
            tapped=_numbers(request.form, "tapped"),
            picture_at=_picture_time(request.form.get("picture_at", ""), at),
            at=at,
        )
        db.session.commit()
    return "", 204


@blueprint.get("/live/<uuid:show>/calendar")
@require(ANYBODY)
def calendar(show: UUID) -> ResponseReturnValue:
    """The show as a file for the viewer's own calendar."""
    shown = watching.watchable(show, signed_in())
    page = url_for("live.watch", show=shown.public_id, _external=True)
    host = urlsplit(settings().base_url).hostname or "localhost"
    text = calendar_file.calendar_file(shown, host=host, address=page, platform_name=settings().platform_name)
    return download(text, f"show-{shown.planned_start:%Y-%m-%d}.ics", calendar_file.KIND)


@blueprint.get("/live/<uuid:show>/chapters")
@require(ANYBODY)
def chapters(show: UUID) -> ResponseReturnValue:
    """The chapters of the recording, as a text track (WebVTT)."""
    shown = watching.watchable(show, signed_in())
    found = pictures.chapters_of(shown) if shown.status == ShowStatus.ENDED else []
    return Response(pictures.webvtt(found, pictures.length_of(shown)), content_type="text/vtt; charset=utf-8")


def _ticket(show: Show, *, insider: bool) -> Ticket:
    """A viewer's ticket for whoever asks. The show's own people look on without being counted."""
    counted = not insider and watching.counts(request.headers)
    replay = show.status == ShowStatus.ENDED
    language = str(get_locale() or "en")[:2]
    return Ticket(show.id, Audience.VIEWER, visitor_key().hex(), language, counted, replay)


def _numbers(form: MultiDict[str, str], name: str) -> Collection[int]:
    words = form.get(name, "").split(",")[: presence.MOST]
    return {int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 18}


def _picture_time(text: str, at: datetime) -> datetime | None:
    """The picture's own time; None where it tells none, or one that can't be."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told if told.tzinfo and told <= at + presence.GAP else None
