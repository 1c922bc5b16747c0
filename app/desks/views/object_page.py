"""The way from the audit trail to what an event is about."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.database import db
from app.desks.blueprint import blueprint
from app.desks.object_pages import address_of
from app.errors import NotFound
from app.security import Role, require
from app.users.models import AuditEvent


@blueprint.get("/admin/audit/<int:event>")
@require({Role.ADMIN, Role.AUDITOR})
def object_page(event: int) -> ResponseReturnValue:
    """Leads to the page about the thing."""
    row = db.session.get(AuditEvent, event)
    address = address_of(row) if row else None
    if address is None:
        raise NotFound(gettext("There is no page about this, or it was deleted."))
    return redirect(address)
