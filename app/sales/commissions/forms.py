"""What is asked for when somebody holds, releases, rejects, approves early or postpones a commission, or appeals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.sales.commissions.models import BY_PEOPLE
from app.sales.models import REJECTIONS
from app.web.fields import words_of

WHY = [DataRequired(_("Say why: the creator reads it.")), Length(max=2000)]


class WhyForm(FlaskForm):
    """A reason in words, which the creator reads."""

    why = TextAreaField(_("In your words"), WHY, description=_("The creator reads this."))


class HoldForm(WhyForm):
    """Why a commission is held."""

    reason = SelectField(_("Reason"), choices=words_of(BY_PEOPLE))


class RejectForm(WhyForm):
    """Why a commission is rejected."""

    code = SelectField(_("Reason"), choices=words_of(REJECTIONS))


class ExtendForm(WhyForm):
    """Until when a commission is postponed."""

    until = DateField(_("Payable from"), [DataRequired(_("Choose a day."))])


class AppealForm(FlaskForm):
    """What a creator says against a hold."""

    text = TextAreaField(
        _("Your appeal"),
        [DataRequired(_("Say what speaks for this sale.")), Length(max=2000)],
        description=_("Whoever decides on the hold reads this."),
    )
