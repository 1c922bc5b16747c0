"""One's own account: name, language, time zone, password, and where one is signed in."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.formatting import LANGUAGES
from app.security import (
    ANYBODY,
    SIGNED_IN,
    Identity,
    client_address,
    identity,
    local_path,
    require,
    signed_in,
)
from app.users import attempts, people, sessions
from app.users.blueprint import blueprint
from app.users.forms import PasswordForm, ProfileForm
from app.users.models import Person
from app.web.versions import hold


@blueprint.get("/account")
@require(SIGNED_IN)
def account() -> ResponseReturnValue:
    """Everything about oneself on one page."""
    return _page(_stored_profile(identity()), PasswordForm(identity().email))


@blueprint.post("/account")
@require(SIGNED_IN)
def account_update() -> ResponseReturnValue:
    """Changes name, language and time zone."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return _page(form, PasswordForm(identity().email, formdata=None)), 422
    me = hold(_me())
    if form.outdated(_stored_profile(me)):
        return _page(form, PasswordForm(identity().email, formdata=None)), 409
    me.name, me.language, me.timezone = form.name.data, form.language.data, form.timezone.data
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("users.account"))


@blueprint.post("/account/password")
@require(SIGNED_IN)
def password_update() -> ResponseReturnValue:
    """Changes the password; guesses of the old one count as failed sign-ins do."""
    email, at = identity().email, clock.now()
    form = PasswordForm(owner=email)
    if form.validate_on_submit():  # a new one that is refused is no guess of the old one
        limits = attempts.signing_in(email, client_address())
        counted = attempts.spend(limits, at=at)
        db.session.commit()
        try:
            people.change_password(identity(), form.old.data, form.new.data, at=at)
        except BadInput as error:
            db.session.rollback()
            attempts.record_lockouts(limits, email, client_address(), at=at)
            db.session.commit()
            form.old.errors = [error.sentence]
        else:
            attempts.give_back(counted, limits[0].key)
            db.session.commit()
            flash(gettext("Your password is changed, and you are signed out everywhere else."), "success")
            return redirect(url_for("users.account"))
    return _page(_stored_profile(identity()), form), 422


@blueprint.post("/account/sessions/<uuid:session_id>/revoke")
@require(SIGNED_IN)
def session_revoke(session_id: UUID) -> ResponseReturnValue:
    """Signs one of one's browsers out."""
    sessions.revoke(session_id, identity().person_id, at=clock.now())
    db.session.commit()
    flash(gettext("That browser is signed out."), "success")
    return redirect(url_for("users.account"))


@blueprint.post("/account/sessions/revoke")
@require(SIGNED_IN)
def sessions_revoke() -> ResponseReturnValue:
    """Signs out everywhere, here too."""
    sessions.revoke_all(identity().person_id, at=clock.now())
    db.session.commit()
    session.clear()
    return redirect(url_for("users.sign_in"))


@blueprint.post("/language")
@require(ANYBODY)
def language_update() -> ResponseReturnValue:
    """Changes the language of the page: in the account, or for this browser where nobody is signed in."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise BadInput(gettext("Choose one of the available languages."))
    if signed_in():
        _me().language = wanted
        db.session.commit()
    else:
        session["language"], session["language_chosen"] = wanted, True
    return redirect(local_path(request.form.get("next", "/")))


def _stored_profile(person: Person | Identity) -> ProfileForm:
    return ProfileForm(formdata=None, obj=person).seal()


def _me() -> Person:
    return db.session.get_one(Person, identity().person_id)


def _page(profile: ProfileForm, password: PasswordForm) -> str:
    me = identity()
    live = sessions.live_sessions(me.person_id, at=clock.now())
    this_one = next((row.id for row in live if sessions.is_current(row, me.token)), None)
    return render_template(
        "users/account.html", me=me, profile=profile, password=password, sessions=live, this_one=this_one
    )
