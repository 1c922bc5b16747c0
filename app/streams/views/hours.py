"""Which minutes of a show count, quarter by quarter: claimed, disputed, decided."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound
from app.security import Role, identity, require
from app.streams import planning, quarters, validity
from app.streams.blueprint import blueprint
from app.streams.models import QuarterReview, Stream
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side

ADMIN, READERS = frozenset({Role.ADMIN}), frozenset({Role.ADMIN, Role.AUDITOR})


@party_page(blueprint, "GET", "shows/<uuid:show>/hours")
def show_hours(party: Party, show: UUID) -> ResponseReturnValue:
    """The quarters of an hour of a show that has ended, with what the record has of each, and what is said of it."""
    target, at = planning.get_show(party.owner, show), clock.now()
    streams = quarters.streams_of(target, party.owner)
    by_stream: dict[int, list[quarters.Quarter]] = {each.id: [] for each in streams}
    for each in quarters.quarters_of(list(by_stream)):
        by_stream[each.stream_id].append(each)
    return render_template(
        "streams/hours.html",
        party=party,
        show=target,
        streams=streams,
        quarters=by_stream,
        verdicts=validity.of_streams(raw(), list(by_stream)) if target.ended_at else {},
        may_ask=party.may_deal and quarters.may_ask(target, at),
    )


@party_page(blueprint, "POST", "shows/<uuid:show>/hours", DEALERS)
def show_hours_ask(party: Party, show: UUID) -> ResponseReturnValue:
    """A creator claims a quarter of an hour, a brand disputes one: `stream` (its reference) and `quarter`."""
    target = planning.get_show(party.owner, show)
    stream, number = _stream(party, show), request.form.get("quarter", "")
    quarter = int(number) if number.isdecimal() and len(number) < 5 else -1
    deed = quarters.dispute if party.side == Side.BRAND else quarters.claim
    words = request.form.get("words", "")

    def ask() -> object:
        return deed(stream, quarter, words, by=party.person, at=clock.now())

    return _done(ask, party.url("show_hours", show=target.public_id))


@party_page(blueprint, "POST", "shows/<uuid:show>/hours/<uuid:review>", DEALERS, sides=(Side.BRAND,))
def show_hours_decide(party: Party, show: UUID, review: UUID) -> ResponseReturnValue:
    """The brand decides on what a creator claims."""
    planning.get_show(party.owner, show)
    target = quarters.get_review(review, party.brand)
    return _decided(target, party.url("show_hours", show=show))


@blueprint.get("/admin/disputed-minutes")
@require(READERS)
def disputed_minutes() -> ResponseReturnValue:
    """What brands dispute and creators claim, and nobody has decided yet."""
    query = quarters.open_reviews().options(
        joinedload(QuarterReview.stream).joinedload(Stream.creator),
        joinedload(QuarterReview.stream).joinedload(Stream.brand),
    )
    return render_template(
        "streams/disputed_minutes.html", pagination=db.paginate(query), may_decide=identity().has(ADMIN)
    )


@blueprint.post("/admin/disputed-minutes/<uuid:review>")
@require(ADMIN)
def disputed_minutes_decide(review: UUID) -> ResponseReturnValue:
    """The platform decides."""
    return _decided(quarters.get_review(review), url_for("streams.disputed_minutes"))


def _stream(party: Party, show: UUID) -> Stream:
    wanted = request.form.get("stream", "")
    streams = quarters.streams_of(planning.get_show(party.owner, show), party.owner)
    found = next((each for each in streams if each.ref == wanted), None)
    if found is None:
        raise NotFound(gettext("There is no such quarter of an hour, or it is not yours."))
    return found


def _decided(review: QuarterReview, back: str) -> ResponseReturnValue:
    counts, reason = request.form.get("counts") == "yes", request.form.get("reason", "")
    return _done(lambda: quarters.decide(review, counts, reason, by=identity(), at=clock.now()), back)


def _done(deed: Callable[[], object], back: str) -> ResponseReturnValue:
    """Does it and says so, or why it could not be done."""
    try:
        deed()
    except (BadInput, Conflict) as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(gettext("Saved. Both sides can read it."), "success")
    return redirect(back, 303)
