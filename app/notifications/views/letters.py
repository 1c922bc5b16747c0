"""The letters on their way, as the platform's admin sees them: what waits, what failed and why, and sending again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from jinja2 import TemplateError
from sqlalchemy import text

from app import clock, mail
from app.database import db
from app.errors import NotFound
from app.notifications import sending
from app.notifications.blueprint import blueprint
from app.notifications.rendering import render
from app.outbox import Letter, LetterStatus
from app.security import Role, identity, local_path, require
from app.web import query_args
from config import settings

ADMIN = frozenset({Role.ADMIN})
READERS = ADMIN | {Role.AUDITOR}


@blueprint.get("/admin/letters")
@require(READERS)
def letters() -> ResponseReturnValue:
    """What waits and what failed, or what else the address asks for."""
    status = query_args.choice(request.args, "status", [*LetterStatus, "all"])
    wanted = sending.letters_matching(status or "", query_args.text(request.args, "q") or "")
    page = db.paginate(wanted, error_out=False)
    return render_template(
        "notifications/letters.html",
        page=page,
        statuses=LetterStatus,
        subjects={letter.id: _subject(letter) for letter in page.items},
        may_send=identity().has(ADMIN),
        may_again=(LetterStatus.WAITING, LetterStatus.FAILED),
        folder=mail.where_mail_goes(),
        readable=_in_demo() and identity().has(ADMIN),
    )


@blueprint.get("/admin/letters/<int:letter>")
@require(ADMIN)
def letter(letter: int) -> ResponseReturnValue:
    """One letter as its reader gets it, only in a demo market: elsewhere its links are nobody else's business."""
    row = db.session.get(Letter, letter) if _in_demo() else None
    if row is None:
        raise NotFound(gettext("There is no such letter."))
    subject, body = render(row)
    # The settings may name another address than the one this demo is reached by.
    body = body.replace(settings().address_of(""), request.host_url.rstrip("/"))
    return render_template("notifications/letter.html", letter=row, subject=subject, lines=body.split("\n"))


@blueprint.post("/admin/letters/<int:letter>/again")
@require(ADMIN)
def letter_resend(letter: int) -> ResponseReturnValue:
    """Sends one again, at once."""
    row = sending.resend(letter, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The letter to %(address)s is sent again now.", address=row.address), "success")
    return redirect(local_path(request.form.get("back") or url_for("notifications.letters")))


def _in_demo() -> bool:
    """Whether everything in this market is made up."""
    return bool(db.session.scalar(text("select demo from market")))


def _subject(letter: Letter) -> str:
    """The subject as the reader sees it; the letter's name when it can't be rendered, which is why it stands here."""
    try:
        return render(letter)[0]
    except (TemplateError, LookupError, ValueError, TypeError):
        return letter.name
