"""Signing in and out."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user, logout_user

from app import clock, security
from app.database import db
from app.errors import NotAllowed
from app.security import ANYBODY, SIGNED_IN, Identity, client_address, identity, local_path, require, signed_in
from app.users import attempts, passwords, sessions, trail
from app.users.blueprint import blueprint
from app.users.forms import SignInForm
from app.users.models import Person
from config import settings


def load(token: str) -> Identity | None:
    """Whose session the cookie means, looked up at every request."""
    at = clock.now()
    live = sessions.identity_of(token, at=at)
    if live is None:
        return None
    person, seen_is_due = live
    if seen_is_due:
        sessions.seen(token, at=at)
    return person


def ask_to_sign_in() -> ResponseReturnValue:
    """Sends a reader to the sign-in page, and back to what was asked for afterwards."""
    return redirect(url_for("users.sign_in", next=local_path(request.full_path.rstrip("?"))))


security.login.user_loader(load)
security.login.unauthorized_handler(ask_to_sign_in)


@blueprint.get("/sign-in")
@require(ANYBODY)
def sign_in() -> ResponseReturnValue:
    """The form; who is signed in already goes on."""
    target = local_path(request.args.get("next", "/"))
    if signed_in():
        return redirect(target)
    return render_template("users/sign_in.html", form=SignInForm(), next=target)


@blueprint.post("/sign-in")
@require(ANYBODY)
def sign_in_create() -> ResponseReturnValue:
    """Checks e-mail and password, counting the try first so that a crash can't give tries away."""
    form, at = SignInForm(), clock.now()
    target = local_path(request.form.get("next", "/"))
    if not form.validate_on_submit():
        return render_template("users/sign_in.html", form=form, next=target), 422
    limits = attempts.signing_in(form.email.data, client_address())
    counted = attempts.spend(limits, at=at)
    db.session.commit()
    person = passwords.person_with(form.email.data, form.password.data, settings())
    if person is None:
        attempts.record_lockouts(limits, form.email.data, client_address(), at=at)
        db.session.commit()
        form.form_errors.append(gettext("Wrong e-mail or password: try again."))
        return render_template("users/sign_in.html", form=form, next=target), 422
    attempts.give_back(counted, limits[0].key)
    begin(person)
    db.session.commit()
    return redirect(target)


@blueprint.post("/sign-out")
@require(SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """Ends this browser's session on the server too: a copied cookie is worth nothing afterwards."""
    at, person = clock.now(), identity()
    sessions.revoke_token(person.token, at=at)
    trail.record("sign out", "person", person.person_id, by=person, at=at, address=client_address())
    db.session.commit()
    logout_user()
    session.clear()
    session["language"] = person.language
    return redirect(url_for("users.sign_in"))


def begin(person: Person) -> Identity:
    """Opens a new session for `person` in this browser; the one before, if any, ends. A language that was chosen before
    signing in becomes the account's. The caller commits."""
    at = clock.now()
    if session.get("language_chosen"):  # and not left by whoever signed out before
        person.language = session["language"]
    if before := signed_in():
        sessions.revoke_token(before.token, at=at)
    session.clear()
    session.permanent = True
    token = sessions.open_session(
        person, at=at, days=settings().session_days, address=client_address(), browser=request.user_agent.string
    )
    live = sessions.identity_of(token, at=at)
    if live is None:  # disabled in this very moment
        raise NotAllowed(gettext("You can't sign in any more: ask the platform's admin."))
    login_user(live[0])
    trail.record("sign in", "person", person.id, by=live[0], at=at, address=client_address())
    return live[0]
