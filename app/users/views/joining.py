"""What somebody sees who was invited."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from sqlalchemy import exists, select

from app import clock
from app.database import db
from app.errors import Conflict
from app.security import ANYBODY, identity, require, signed_in
from app.users import invitations, people
from app.users.blueprint import blueprint
from app.users.forms import JoinForm
from app.users.models import Invitation, Person
from app.users.views.signing import begin
from app.words import word


@blueprint.get("/join/<token>")
@require(ANYBODY)
def join(token: str) -> ResponseReturnValue:
    """What is offered, and how to take it: as somebody new, or with the account there is."""
    invitation = invitations.get_by_token(token, at=clock.now())
    return _page(invitation, token, JoinForm(invitation.email))


@blueprint.post("/join/<token>")
@require(ANYBODY)
def join_create(token: str) -> ResponseReturnValue:
    """Takes the role: with the account of the invited address, which is made here when there is none."""
    at = clock.now()
    invitation = invitations.get_by_token(token, at=at)
    form = JoinForm(invitation.email)
    if _has_account(invitation):
        if not signed_in():
            return redirect(url_for("users.sign_in", next=request.path))
        taken = invitations.accept(token, identity(), at=at)
    elif signed_in():
        raise Conflict(gettext("This invitation is for somebody else: sign out and open it again."))
    elif not form.validate_on_submit():
        return _page(invitation, token, form), 422
    else:
        language = str(get_locale())
        person = people.register(invitation.email, form.name.data, form.password.data, language, at=at)
        taken = invitations.accept(token, begin(person), at=at)
    role = word(taken.role)
    db.session.commit()
    flash(gettext("Welcome. Your role here: %(role)s.", role=role), "success")
    return redirect("/")


def _has_account(invitation: Invitation) -> bool:
    return bool(db.session.scalar(select(exists().where(Person.email == invitation.email))))


def _page(invitation: Invitation, token: str, form: JoinForm) -> str:
    """One of four: new here, sign in first, accept, or signed in as somebody else."""
    state = "new" if not _has_account(invitation) else "sign in"
    if person := signed_in():
        state = "accept" if person.email == invitation.email else "somebody else"
    return render_template("users/join.html", invitation=invitation, token=token, form=form, state=state)
