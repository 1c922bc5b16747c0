"""The drop zone."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import MultipleFileField


class UploadForm(FlaskForm):
    """Files of any kinds, dropped at once."""

    files = MultipleFileField(
        _("Files"),
        description=_("CSV files, also packed as .gz or .xz: at most 20. What each is, is told from its first row."),
    )
