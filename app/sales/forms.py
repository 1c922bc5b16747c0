"""What a correction asks for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import DataRequired

from app.web.forms import ReasonForm


class RedecideForm(ReasonForm):
    """A span of a brand's days to decide again."""

    begin = DateField(_("From"), [DataRequired(_("Choose the first day."))])
    end = DateField(_("Until and including"), [DataRequired(_("Choose the last day."))])
