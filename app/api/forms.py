"""What the pages of keys ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import DataRequired, Length, ValidationError

from app.api.models import Scope
from app.web.fields import ChecksField, NameField, words_of

LONGEST = timedelta(days=90)  # that two secrets may be good side by side


class KeyForm(FlaskForm):
    """A new key."""

    name = NameField(
        _("Name"),
        [DataRequired(_("Fill in a name.")), Length(max=80, message=_("That name is too long."))],
        description=_("What uses it, like “Web shop” or “Warehouse”."),
    )
    scopes = ChecksField(
        _("What it may do"), [DataRequired(_("Choose at least one thing the key may do."))], choices=words_of(Scope)
    )


class RotateForm(FlaskForm):
    """Until when the old secret is good beside the new one."""

    until = DateField(
        _("The old secret is good until and including"),
        [DataRequired(_("Choose the last day."))],
        description=_("Put the new one into your program before it ends."),
    )

    def __init__(self, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(**kwargs)

    def validate_until(self, field: DateField) -> None:
        """From today on, and not for ever."""
        if field.data and not self.today <= field.data <= self.today + LONGEST:
            raise ValidationError(_("Choose a day from today to 90 days from now."))
