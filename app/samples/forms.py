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
WHY = [DataRequired(_("Give a reason. The other side will read it.")), TOO_LONG]


class AskForm(FlaskForm):
    """A product, and how many of it."""

    sku = SelectField(_("Product"), validators=[DataRequired(_("Choose a product."))], validate_choice=False)
    quantity = WholeField(_("Quantity"), [InputRequired(_("Enter a quantity of 1 to 100."))], default=1)
    message = TextAreaField(_("Message"), [TOO_LONG], description=_("What you want to show, and the delivery address."))


class ReasonForm(FlaskForm):
    """A no, or an appeal, with its reason."""

    reason = TextAreaField(_("Reason"), WHY)


class ShipForm(FlaskForm):
    """How to follow the parcel."""

    tracking = StringField(
        _("Carrier and tracking number"),
        [Length(max=200, message=_("That is too long."))],
        description=_("Optional. Lets the creator track the parcel."),
    )


class ShownForm(FlaskForm):
    """Where it was shown."""

    proof = StringField(
        _("Link to the stream or post"),
        [Length(max=500, message=_("That is too long."))],
        description=_("Empty: we look for one of your streams that lists the product."),
    )


class RulingForm(FlaskForm):
    """What follows an appeal."""

    ruling = RadioField(
        _("Decision"),
        [InputRequired(_("Choose a decision."))],
        choices=[
            SelectChoice("again", _("Send it again")),
            SelectChoice("time", _("Give 14 more days")),
            SelectChoice("refuse", _("Reject the appeal")),
        ],
    )
    note = TextAreaField(_("Answer"), WHY)
