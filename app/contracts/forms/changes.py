"""Small forms of what one does with offers, agreements and contracts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.contracts.changes.lifecycle import Termination
from app.contracts.models import EndingCause, EndingKind
from app.web.fields import WholeField, words_of

LONGEST_TEXT, LONGEST_NAME = 5_000, 120
TOO_LONG = Length(max=LONGEST_TEXT, message=_("That is too long."))


class SeenField(WholeField):
    """The number of the version somebody has looked at; sent along unseen."""

    widget = HiddenField.widget


class AnswerForm(FlaskForm):
    """A yes to the version `seen`."""

    seen = SeenField(validators=[InputRequired(_("Look at the offer again, then answer."))])


class WhyForm(FlaskForm):
    """A no to the version `seen`, or taking back one's own: with a reason that the other side reads."""

    seen = SeenField()
    reason = TextAreaField(_("Reason"), [DataRequired(_("Say why: the other side will read it.")), TOO_LONG])


class SignForm(FlaskForm):
    """A name as it is typed, and the code that was mailed."""

    name = StringField(
        _("Your full name"),
        [DataRequired(_("Type your full name.")), Length(max=LONGEST_NAME, message=_("That name is too long."))],
    )
    code = StringField(
        _("Code"),
        [DataRequired(_("Type the code from the mail.")), Length(max=40, message=_("That is not a valid code."))],
        description=_("The one we mailed you last."),
    )


class VoidForm(FlaskForm):
    """Why one does not sign."""

    reason = TextAreaField(_("Reason"), [DataRequired(_("Say why: the other side will read it.")), TOO_LONG])


class TemplateForm(FlaskForm):
    """The name of a template."""

    name = StringField(
        _("Name"),
        [DataRequired(_("Give the template a name.")), Length(max=80, message=_("That name is too long."))],
        description=_("A template with the same name is replaced."),
    )


class PauseForm(FlaskForm):
    """Days on which the contract is to rest."""

    first_on = DateField(_("From"), [InputRequired(_("Choose the first day."))])
    last_on = DateField(_("Until and including"), [InputRequired(_("Choose the last day."))])
    reason = TextAreaField(_("Reason"), [DataRequired(_("Say why: the other side will read it.")), TOO_LONG])


class EndForm(FlaskForm):
    """How a contract is to end: by notice on a day, or for a cause at once."""

    how = SelectField(_("How"), choices=words_of((EndingKind.NOTICE, *EndingCause)), default=EndingKind.NOTICE)
    last_day = DateField(
        _("Last day"), [Optional()], description=_("For cause, the contract ends today whatever you choose here.")
    )
    reason = TextAreaField(_("Reason"), [DataRequired(_("Say why: the other side will read it.")), TOO_LONG])

    def termination(self) -> Termination:
        """How the contract is to end."""
        notice = self.how.data == EndingKind.NOTICE
        return Termination(
            kind=EndingKind.NOTICE if notice else EndingKind.CAUSE,
            reason=self.reason.data,
            cause=None if notice else self.how.data,
            last_day=self.last_day.data if notice else None,
        )
