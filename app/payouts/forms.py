"""The forms of payouts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.payouts.bank import refusals
from app.payouts.bank.accounts import LONGEST_NAME
from app.payouts.batches.approval import LONGEST_REASON
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


class PasswordForm(FlaskForm):
    """The password once more, before money goes elsewhere."""

    password = PasswordField(
        _("Your password"),
        [InputRequired(_("Fill in your password.")), Length(max=LONGEST, message=_("That password is too long."))],
        description=_("It is asked for again, because it changes where your money goes."),
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
