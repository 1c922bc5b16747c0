"""What a creator did for a bonus that no stream shows."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.contracts.models import EffortKind
from app.contracts.terms import effort
from app.web.fields import WholeField, words_of


class EffortForm(FlaskForm):
    """Minutes or posts that no stream shows."""

    what = SelectField(_("What"), choices=words_of(EffortKind))
    done_on = DateField(_("Day"), [InputRequired(_("Choose the day on which it was done."))])
    quantity = WholeField(_("How many minutes or posts"), [InputRequired(_("Fill in how much was done."))])
    proof = StringField(
        _("Where it can be seen"),
        [DataRequired(_("Say where it can be seen: a link, or a few words.")), Length(max=effort.LONGEST)],
        description=_("A link, or a few words: the brand reads it before it counts."),
    )
