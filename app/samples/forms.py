"""What brands and creators fill in about samples."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.samples.samples import LONGEST
from app.web.fields import WholeField

TOO_LONG = Length(max=LONGEST, message=_("That is too long."))
WHY = [DataRequired(_("Say why: the other side will read it.")), TOO_LONG]


class AskForm(FlaskForm):
    """A product, and how many of it."""

    sku = SelectField(_("Product"), validators=[DataRequired(_("Choose a product."))], validate_choice=False)
    quantity = WholeField(_("Pieces"), [InputRequired(_("Ask for 1 to 100 pieces."))], default=1)
    message = TextAreaField(
        _("Message"), [TOO_LONG], description=_("What you want to show, and where it is to be sent to.")
    )


class ReasonForm(FlaskForm):
    """A no, or an appeal, with its reason."""

    reason = TextAreaField(_("Reason"), WHY)


class ShipForm(FlaskForm):
    """How to follow the parcel."""

    tracking = StringField(
        _("Carrier and number"),
        [Length(max=200, message=_("That is too long."))],
        description=_("So that the creator can follow the parcel. May stay empty."),
    )


class ShownForm(FlaskForm):
    """Where it was shown."""

    proof = StringField(
        _("Address of the stream or post"),
        [Length(max=500, message=_("That is too long."))],
        description=_("Empty: we look through your streams for one that lists it."),
    )


class RulingForm(FlaskForm):
    """What follows an appeal."""

    ruling = RadioField(
        _("What is to happen"),
        [InputRequired(_("Choose what is to happen."))],
        choices=[
            SelectChoice("again", _("It is sent again")),
            SelectChoice("time", _("There are 14 days more")),
            SelectChoice("refuse", _("Nothing changes: it was to be shown")),
        ],
    )
    note = TextAreaField(_("Answer"), WHY)
