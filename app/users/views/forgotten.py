"""A new password for who has forgotten the old one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock, mail
from app.database import db
from app.security import ANYBODY, client_address, require
from app.users import attempts, resets
from app.users.blueprint import blueprint
from app.users.forms import ForgottenForm, NewPasswordForm


@blueprint.get("/forgotten")
@require(ANYBODY)
def forgotten() -> ResponseReturnValue:
    """Asks for the address; afterwards says that a link is on its way, whoever's address it was."""
    sent = "sent" in request.args
    return render_template(
        "users/forgotten.html", form=ForgottenForm(formdata=None), sent=sent, folder=mail.where_mail_goes()
    )


@blueprint.post("/forgotten")
@require(ANYBODY)
def forgotten_create() -> ResponseReturnValue:
    """Mails the link when there is somebody with this address, and never tells whether."""
    form, at = ForgottenForm(), clock.now()
    if not form.validate_on_submit():
        return render_template("users/forgotten.html", form=form, sent=False, folder=""), 422
    attempts.spend(attempts.asking_reset(form.email.data, client_address()), at=at)
    resets.request_reset(form.email.data, at=at)
    db.session.commit()
    return redirect(url_for("users.forgotten", sent=1))


@blueprint.get("/reset/<token>")
@require(ANYBODY)
def reset(token: str) -> ResponseReturnValue:
    """The form of a mailed link."""
    person, _reset = resets.person_of(token, at=clock.now())
    return render_template("users/reset.html", form=NewPasswordForm(person.email), token=token)


@blueprint.post("/reset/<token>")
@require(ANYBODY)
def reset_update(token: str) -> ResponseReturnValue:
    """Sets the new password, once, and signs the person out everywhere."""
    at = clock.now()
    person, _reset = resets.person_of(token, at=at)
    form = NewPasswordForm(person.email)
    if form.validate_on_submit():
        resets.reset_password(token, form.password.data, at=at)
        db.session.commit()
        flash(gettext("Your password is changed. Sign in with it."), "success")
        return redirect(url_for("users.sign_in"))
    return render_template("users/reset.html", form=form, token=token), 422
