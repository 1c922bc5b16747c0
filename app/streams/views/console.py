"""The console of a show: who hosts it goes on air and off; who hosts or moderates says what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.formatting import unit_price
from app.security import SIGNED_IN, identity, require
from app.streams import advertising, letters, moderators, pin_log, planning, run_sheet, shows, warnings
from app.streams.blueprint import blueprint
from app.streams.forms import ModeratorForm
from app.streams.models import Show, ShowStatus
from app.users.party_pages import DEALERS, Party, page_url, party_page
from app.users.sides import Side

OWN = (Side.CREATOR,)


@blueprint.get("/shows/<uuid:show>/console")
@require(SIGNED_IN)
def console(show: UUID) -> ResponseReturnValue:
    """What is on the screen, what comes next, what was said and what is wrong."""
    return _page(_moderated(show))


@blueprint.post("/shows/<uuid:show>/console/pin")
@require(SIGNED_IN)
def console_pin(show: UUID) -> ResponseReturnValue:
    """Puts the product `item` on the screen, or the next one of the run sheet where none is named."""
    target, at, by = _moderated(show), clock.now(), identity()
    chosen = request.form.get("item", "")

    def deed() -> object:
        if not chosen:
            return shows.pin_next(target, at=at, by=by)
        return shows.pin(run_sheet.get_item(target, int(chosen) if chosen.isdecimal() else 0), at=at, by=by)

    return _done(target, deed)


@blueprint.post("/shows/<uuid:show>/console/unpin")
@require(SIGNED_IN)
def console_unpin(show: UUID) -> ResponseReturnValue:
    """Takes the product off the screen."""
    target = _moderated(show)
    return _done(target, lambda: shows.unpin(target, at=clock.now(), by=identity()))


@party_page(blueprint, "POST", "shows/<uuid:show>/rehearse", DEALERS, sides=OWN)
def show_rehearse(party: Party, show: UUID) -> ResponseReturnValue:
    """Begins a rehearsal, or ends it where `stop` is sent."""
    target = planning.get_show(party.owner, show)
    deed = shows.stop_rehearsal if request.form.get("stop") else shows.rehearse
    return _done(target, lambda: deed(target, at=clock.now(), by=party.person))


@party_page(blueprint, "POST", "shows/<uuid:show>/begin", DEALERS, sides=OWN)
def show_begin(party: Party, show: UUID) -> ResponseReturnValue:
    """Goes on air."""
    target = planning.get_show(party.owner, show)
    return _done(target, lambda: shows.begin(target, at=clock.now(), by=party.person), gettext("You are on air."))


@party_page(blueprint, "POST", "shows/<uuid:show>/end", DEALERS, sides=OWN)
def show_end(party: Party, show: UUID) -> ResponseReturnValue:
    """Ends the show."""
    target = planning.get_show(party.owner, show)
    return _done(target, lambda: shows.end(target, at=clock.now(), by=party.person), gettext("The show has ended."))


@party_page(blueprint, "POST", "shows/<uuid:show>/advertising", DEALERS, sides=OWN)
def show_advertising(party: Party, show: UUID) -> ResponseReturnValue:
    """Keeps that the host has said that this is advertising."""
    target = planning.get_show(party.owner, show)
    return _done(target, lambda: advertising.say(target, at=clock.now(), by=party.person))


@party_page(blueprint, "POST", "shows/<uuid:show>/moderators", DEALERS, sides=OWN)
def show_moderator_create(party: Party, show: UUID) -> ResponseReturnValue:
    """Adds somebody who helps."""
    target, form = planning.get_show(party.owner, show), ModeratorForm()
    if not form.validate_on_submit():
        return _page(target, form), 422
    try:
        made = moderators.add(target, form.email.data or "", by=party.person, at=clock.now())
    except (BadInput, Conflict) as error:
        db.session.rollback()
        form.email.errors = [error.sentence]
        return _page(planning.get_show(party.owner, show), form), error.status
    name = made.person.name
    db.session.commit()
    flash(gettext("%(name)s can help now, and has been written to.", name=name), "success")
    return _back(target)


@party_page(blueprint, "POST", "shows/<uuid:show>/moderators/<int:moderator>/remove", DEALERS, sides=OWN)
def show_moderator_remove(party: Party, show: UUID, moderator: int) -> ResponseReturnValue:
    """Takes somebody's rights away."""
    target = planning.get_show(party.owner, show)
    return _done(target, lambda: moderators.remove(target, moderator, by=party.person, at=clock.now()))


def _moderated(public_id: UUID) -> Show:
    """The show, for who may moderate it; NotFound for everybody else."""
    show = shows.show_by_public_id(public_id)
    if not shows.who_may_moderate(show, identity()):
        raise NotFound(gettext("There is no such show, or it is not yours."))
    return show


def _done(show: Show, deed: Callable[[], object], sentence: str = "") -> ResponseReturnValue:
    """Does it and goes back to the console, with a word on it or why it could not be done."""
    try:
        deed()
    except (BadInput, Conflict) as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        if sentence:
            flash(sentence, "success")
    return _back(show)


def _back(show: Show) -> ResponseReturnValue:
    return redirect(url_for("streams.console", show=show.public_id), 303)


def _page(show: Show, form: ModeratorForm | None = None) -> str:
    at, host = clock.now(), shows.who_may_host(show, identity())
    return render_template(
        "streams/console.html",
        show=show,
        host=host,
        own_page=page_url(Side.CREATOR, "show", show.creator, show=show.public_id) if host else "",
        items=shows.items_of(show),
        on_screen=shows.current_pin(show.id),
        following=shows.next_item(show) if show.status in shows.LIVE else None,
        programme_time=pin_log.programme_time(at - show.on_air_at)
        if show.status == ShowStatus.ON_AIR and show.on_air_at
        else "",
        advertising_due=advertising.is_due(show, at),
        ends_by_itself_at=shows.ends_by_itself_at(show),
        warnings=warnings.warnings_of(show, at=at),
        log=pin_log.log_of(show),
        moderators=letters.moderators_of(show),
        form=form or ModeratorForm(formdata=None),
        unit_price=unit_price,
        creator_page=page_url,
    )
