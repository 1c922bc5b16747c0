"""The forms of payouts."""

from __future__ import annotations

from typing import Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.money import CURRENCIES
from app.payouts.bank import refusals
from app.payouts.bank.accounts import LONGEST_NAME
from app.payouts.batches.approval import LONGEST_REASON
from app.payouts.batches.bands import MOST
from app.payouts.late.models import Size
from app.payouts.models import Obstacle
from app.payouts.payee_models import PayeeResult
from app.users.models import Brand
from app.users.passwords import LONGEST
from app.web.fields import words_of
from app.web.numbers import read_amount

PEOPLE = [SelectChoice(str(number), str(number)) for number in range(1, MOST + 1)]

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


class ApprovalForm(FlaskForm):
    """What the approver says; needed when a risk is HIGH."""

    comment = StringField(_("Comment"), [Length(max=LONGEST_REASON, message=_("That comment is too long."))])


class BandsForm(FlaskForm):
    """Up to which amounts how many people approve a batch."""

    brand = SelectField(_("Brand"))
    currency = SelectField(
        _("Currency"), choices=[SelectChoice(code, code) for code in sorted(CURRENCIES)], default="EUR"
    )
    first_limit = StringField(
        _("Small, up to"), [InputRequired(_("Fill in the amount."))], description=_("For example 1000.00")
    )
    first_approvers = SelectField(_("People who approve a small one"), choices=PEOPLE, default="1")
    second_limit = StringField(
        _("Medium, up to"), [InputRequired(_("Fill in the amount."))], description=_("For example 25000.00")
    )
    second_approvers = SelectField(_("People who approve a medium one"), choices=PEOPLE, default="1")
    third_approvers = SelectField(_("People who approve anything above"), choices=PEOPLE, default="2")

    def offer(self, brands: list[Brand]) -> Self:
        """Lets the person choose among `brands` and the platform's own bands."""
        brand_choices = [SelectChoice(str(brand.public_id), brand.name) for brand in brands]
        self.brand.choices = [SelectChoice("", gettext("All brands without rules of their own")), *brand_choices]
        return self

    def people(self) -> list[SelectField]:
        """How many, from the smallest amounts to the largest."""
        return [self.first_approvers, self.second_approvers, self.third_approvers]

    def validate_first_limit(self, field: StringField) -> None:
        """Reads the limit into `first_minor`, in minor units of the currency that was chosen."""
        self.first_minor = self._amount(field)

    def validate_second_limit(self, field: StringField) -> None:
        """Reads the limit into `second_minor`."""
        self.second_minor = self._amount(field)

    def _amount(self, field: StringField) -> int:
        try:
            return read_amount(field.data or "", self.currency.data)
        except ValueError as error:  # a validator's own fault is another class
            raise ValidationError(str(error)) from None


class CheckForm(FlaskForm):
    """What a bank answered about the name of an account."""

    result = SelectField(_("The bank’s answer"), choices=words_of(PayeeResult))
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
    size = SelectField(_("Size"), choices=words_of(Size))


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
    kind = SelectField(_("Kind"), choices=words_of(HOLDS), default=HOLDS[0])


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


class DifferenceForm(ReasonForm):
    """Why Stripe's sum and ours differ: what it is about, and the sums that the person has seen."""

    kind = HiddenField(validators=[InputRequired()])
    about = HiddenField(validators=[InputRequired()])
    currency = HiddenField(validators=[InputRequired()])
    theirs = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    ours = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


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
