"""What people fill in on the desks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, MultipleFileField, TextAreaField
from wtforms.validators import DataRequired, Length

REASON = [DataRequired(_("Say why: others must be able to understand it later.")), Length(max=2000)]


class UploadForm(FlaskForm):
    """Files of any kinds, dropped at once."""

    files = MultipleFileField(
        _("Files"),
        description=_("CSV files, also packed as .gz or .xz: at most 20. What each is, is told from its first row."),
    )


class ReasonForm(FlaskForm):
    """Why something is corrected."""

    reason = TextAreaField(_("Reason"), REASON, description=_("Everybody whom the correction concerns can read this."))


class RedecideForm(ReasonForm):
    """A span of a brand's days to decide again."""

    begin = DateField(_("From"), [DataRequired(_("Choose the first day."))])
    end = DateField(_("Until and including"), [DataRequired(_("Choose the last day."))])
