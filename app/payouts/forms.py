"""The forms of payouts."""

from __future__ import annotations

from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.payouts.bank import refusals
from app.payouts.bank.accounts import LONGEST_NAME
from app.payouts.batches.approval import LONGEST_REASON
from app.users.models import Brand
from app.users.passwords import LONGEST


class BankForm(FlaskForm):
    """Whom to pay. Once something is known, a change asks for the password."""

    holder = StringField(
        _("Account holder"),
        [
            InputRequired(_("Fill in the account holder’s name.")),
            Length(max=LONGEST_NAME, message=_("That name is too long.")),
        ],
        description=_("As the bank knows it."),
    )
    iban = StringField(
        _("IBAN"),
        [InputRequired(_("Fill in the IBAN.")), Length(max=60, message=_("That is too long for an IBAN."))],
        description=_("For example NL91 ABNA 0417 1643 00; spaces do not matter."),
    )
    password = PasswordField(
        _("Your password"),
        [Optional(), Length(max=LONGEST, message=_("That password is too long."))],
        description=_("A change of bank details asks for it again."),
    )


class ReasonForm(FlaskForm):
    """Why something is recalled, rejected, taken out, failed or returned."""

    reason = StringField(
        _("Reason"),
        [
            InputRequired(_("Give a reason. Others will read it.")),
            Length(max=LONGEST_REASON, message=_("That reason is too long.")),
        ],
    )


class RefusalForm(FlaskForm):
    """Why the bank did not pay, or sent the money back: its code, or words, or both."""

    code = SelectField(_("The bank’s reason code"), choices=refusals.choices)
    reason = StringField(
        _("Reason"),
        [Length(max=LONGEST_REASON, message=_("That reason is too long."))],
        description=_("The creator reads it. Without a code nothing more is paid to this account until it is checked."),
    )


class ValueDateForm(FlaskForm):
    """When the bank paid."""

    value_on = DateField(
        _("Value date"),
        [InputRequired(_("Fill in the value date on the bank statement."))],
        description=_("The day on which the money left, as it stands on the bank statement."),
    )


class HoldForm(ReasonForm):
    """Whose money is kept back, and why."""

    creator = StringField(_("Creator’s handle"), [InputRequired(_("Fill in the creator’s handle."))])


class BankFileForm(FlaskForm):
    """A file of the bank to look at."""

    file = FileField(
        _("File of the bank"),
        [FileRequired(_("Choose a file."))],
        description=_(
            "XML: a status report (pain.002), a statement (camt.053) or a notice (camt.054); at most 20 MB. Nothing "
            "changes before you have seen what it would do."
        ),
    )


class AssignForm(ReasonForm):
    """Whose money it is, and how somebody knows."""

    brand = SelectField(_("Brand"))

    def offer(self, brands: list[Brand]) -> Self:
        """Lets the person choose among `brands`."""
        self.brand.choices = [SelectChoice(str(brand.public_id), brand.name) for brand in brands]
        return self


class ClosingForm(FlaskForm):
    """What somebody stands for where both sides differ."""

    note = StringField(
        _("Note"),
        [Length(max=LONGEST_REASON, message=_("That reason is too long."))],
        description=_("Needed where both sides differ: why, and what was agreed with the bank."),
    )
