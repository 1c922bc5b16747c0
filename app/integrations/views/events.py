"""Events of other systems, as the platform's admin sees them: what waits, what failed and why, and what to do."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.integrations import care
from app.integrations.blueprint import blueprint
from app.integrations.forms import IgnoreForm
from app.integrations.masking import shown
from app.integrations.models import UNHANDLED, EventStatus, WebhookEvent
from app.integrations.sources import SOURCES
from app.security import Role, identity, require
from app.web import query_args

ADMIN = frozenset({Role.ADMIN})
READERS = ADMIN | {Role.AUDITOR}


@blueprint.get("/admin/integrations")
@require(READERS)
def events() -> ResponseReturnValue:
    """What nobody has dealt with, or what else the address asks for; and what is set up."""
    at = clock.now()
    status = query_args.choice(request.args, "status", [*EventStatus, "all"])
    source = query_args.choice(request.args, "source", SOURCES)
    wanted = care.matching(status, source, query_args.text(request.args, "type"))
    return render_template(
        "integrations/events.html",
        page=db.paginate(wanted, error_out=False),
        statuses=EventStatus,
        sources=care.set_up(),
        titles={name: each.title for name, each in SOURCES.items()},
        refusals=care.refusals(at=at),
        unhandled=care.unhandled(at=at),
    )


@blueprint.get("/admin/integrations/<uuid:event>")
@require(READERS)
def event(event: UUID) -> ResponseReturnValue:
    """One event: what came, masked, and what became of it."""
    return _page(care.event_of(event), IgnoreForm())


@blueprint.post("/admin/integrations/<uuid:event>/retry")
@require(ADMIN)
def event_retry(event: UUID) -> ResponseReturnValue:
    """Has the worker try it again, at once."""
    care.retry(care.event_of(event), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The event is tried again now."), "success")
    return redirect(url_for("integrations.event", event=event), 303)


@blueprint.post("/admin/integrations/<uuid:event>/ignore")
@require(ADMIN)
def event_ignore(event: UUID) -> ResponseReturnValue:
    """Leaves it, with a reason."""
    row, form = care.event_of(event), IgnoreForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    care.ignore(row, form.reason.data or "", by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The event is ignored."), "success")
    return redirect(url_for("integrations.event", event=event), 303)


def _page(row: WebhookEvent, form: IgnoreForm) -> str:
    may_act = identity().has(ADMIN)
    return render_template(
        "integrations/event.html",
        event=row,
        title=SOURCES[row.source].title if row.source in SOURCES else row.source,
        content=shown(row.body.body) if row.body else "",
        form=form,
        may_retry=may_act and row.status != EventStatus.HANDLED and row.body is not None,
        may_ignore=may_act and row.status in UNHANDLED,
    )
