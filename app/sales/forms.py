"""What corrections and disputes ask for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length

from app.sales.disputes.models import DisputeOutcome, DisputeRemedy
from app.web.fields import AmountField, words_of
from app.web.forms import ReasonForm

LENGTH = Length(max=4000, message=_("That is too long."))


class RedecideForm(ReasonForm):
    """A span of a brand's days to decide again."""

    begin = DateField(_("From"), [DataRequired(_("Choose the first day."))])
    end = DateField(_("Until and including"), [DataRequired(_("Choose the last day."))])


class SaidForm(FlaskForm):
    """What somebody says in a dispute, with evidence."""

    body = TextAreaField(
        _("What happened"),
        [DataRequired(_("Write what happened: both sides and the platform read it.")), LENGTH],
        description=_("The other side reads it. Leave out names and addresses of buyers, and other creators."),
    )
    files = MultipleFileField(_("Evidence"), description=_("Pictures (PNG, JPEG), PDF or text."))
    private = BooleanField(_("Only the platform may see these files"))


class AnswerForm(SaidForm):
    """The other side's answer."""

    body = TextAreaField(_("Answer"), [LENGTH], description=_("The other side and the platform read it."))
    agree = BooleanField(_("The other side is right: let it be decided that way"))

    def validate(self, extra_validators: Any = None) -> bool:
        """An answer says something, unless it agrees."""
        super().validate(extra_validators)
        if not self.agree.data and not (self.body.data or "").strip() and not self.body.errors:
            self.body.errors = [gettext("Write your answer, or agree.")]
        return not self.errors


class MissingForm(SaidForm):
    """An order that a creator misses."""

    order = StringField(_("Order number"), [DataRequired(_("Fill in the order number, as the shop gives it."))])
    sold_on = DateField(_("Day of the order"), [DataRequired(_("Fill in the day, as well as you know it."))])


class LineForm(SaidForm):
    """A line about which one side does not agree."""

    reason = RadioField(_("What is wrong?"), [InputRequired(_("Choose what is wrong."))], choices=[])


class RulingForm(FlaskForm):
    """What the platform rules. The amount is that of a brand's currency."""

    class Meta(FlaskForm.Meta):
        """The currency is set with the form."""

        currency = "EUR"

    outcome = RadioField(_("Decision"), [InputRequired(_("Choose a decision."))], choices=words_of(DisputeOutcome))
    remedy = SelectField(_("What follows"), choices=words_of(DisputeRemedy))
    label = SelectField(_("Rate"), choices=[], validate_choice=False)
    base = AmountField(
        _("What the order came to"),
        description=_("Without VAT and shipping; only for an order that is not known here."),
    )
    reason = TextAreaField(
        _("Reasons"),
        [DataRequired(_("Give the reasons: both sides read them.")), LENGTH],
        description=_("Both sides read them. Name no buyer and no other creator."),
    )
