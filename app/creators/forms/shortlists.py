"""What a brand fills in about creators it keeps apart."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.creators.shortlists import LONGEST_NAME, LONGEST_NOTE
from app.web.versions import VersionedForm


class ListForm(VersionedForm):
    """The name of a list."""

    name = StringField(
        _("Name"),
        [DataRequired(_("Give the list a name.")), Length(max=LONGEST_NAME, message=_("That name is too long."))],
    )


class TagsForm(VersionedForm):
    """Words, with commas between them."""

    tags = StringField(
        _("Tags"),
        [Length(max=1000, message=_("That is too long."))],
        description=_("Separate tags with commas. Only your brand sees them."),
    )

    def words(self) -> list[str]:
        """What was filled in, one by one."""
        return (self.tags.data or "").split(",")


class NoteForm(FlaskForm):
    """Something to remember."""

    body = TextAreaField(
        _("Note"),
        [DataRequired(_("Enter a note.")), Length(max=LONGEST_NOTE, message=_("That is too long."))],
        description=_("Only people of your brand can read it. It is shown with your name."),
    )
