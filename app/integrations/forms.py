"""What the pages of this room ask."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from app.web.forms import REASON


class IgnoreForm(FlaskForm):
    """Why nothing is to be done about an event."""

    reason = TextAreaField(_("Reason"), REASON, description=_("It is kept with the event and in the audit trail."))
