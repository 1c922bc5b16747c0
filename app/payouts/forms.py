"""The forms of payouts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.payouts.bank import refusals
from app.payouts.bank.accounts import LONGEST_NAME
from app.payouts.batches.approval import LONGEST_REASON
from app.payouts.late.models import Size
from app.payouts.models import Obstacle
from app.payouts.payee_models import PayeeResult
from app.users.passwords import LONGEST

HOLDS = (Obstacle.ON_HOLD, Obstacle.SANCTION_REVIEW)


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


class CheckForm(FlaskForm):
    """What a bank answered about the name of an account."""

    result = SelectField(_("The bank’s answer"), choices=lambda: [(each, each.label) for each in PayeeResult])
    known_as = StringField(
        _("Name the bank knows"),
        [Length(max=LONGEST_NAME, message=_("That name is too long."))],
        description=_("Needed where it nearly matches; a bank that knows another person doesn’t say whom."),
    )
    note = StringField(
        _("Note"),
        [Length(max=LONGEST_REASON, message=_("That note is too long."))],
        description=_("How you asked, and whom."),
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


class PromiseForm(ReasonForm):
    """Another day for the creators of a batch, and why."""

    due_on = DateField(
        _("New day"),
        [InputRequired(_("Fill in the day on which the money is to be there."))],
        description=_("When the money is to be in the creators’ accounts."),
    )


class RateForm(FlaskForm):
    """The reference rate of a half-year."""

    since = DateField(_("Counts from"), [InputRequired(_("Fill in 1 January or 1 July."))])
    bps = StringField(
        _("Rate in basis points"),
        [InputRequired(_("Fill in the rate."))],
        description=_("The ECB’s rate for its main refinancing operations on that day: 215 is 2.15 percent."),
    )


class SizeForm(FlaskForm):
    """How large a brand is."""

    brand = StringField(_("Brand’s handle"), [InputRequired(_("Fill in the brand’s handle."))])
    size = SelectField(_("Size"), choices=lambda: [(size, size.label) for size in Size])


class TermForm(FlaskForm):
    """Within how many days a contract's money is to be paid."""

    contract = StringField(_("Contract"), [InputRequired(_("Fill in the contract’s reference."))])
    days = StringField(
        _("Days"),
        [InputRequired(_("Fill in a number of days."))],
        description=_("From the day on which money becomes payable; without an entry it is 30."),
    )


class HoldForm(ReasonForm):
    """Whose money is kept back, and why."""

    creator = StringField(_("Creator’s handle"), [InputRequired(_("Fill in the creator’s handle."))])
    kind = SelectField(_("Kind"), choices=lambda: [(kind, kind.label) for kind in HOLDS], default=HOLDS[0])
