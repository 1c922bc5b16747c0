"""Forms that several rooms ask with."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

REASON = [DataRequired(_("Say why: others must be able to understand it later.")), Length(max=2000)]


class ReasonForm(FlaskForm):
    """Why something is corrected."""

    reason = TextAreaField(_("Reason"), REASON, description=_("Everybody whom the correction concerns can read this."))
