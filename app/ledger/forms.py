"""The forms of top-ups and credit lines."""

from __future__ import annotations

from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from app.ledger import schedules
from app.ledger.funding import LONGEST
from app.ledger.models import Rhythm
from app.money import CURRENCIES
from app.users.models import Brand
from app.web.numbers import read_amount


class AmountForm(FlaskForm):
    """An amount in a currency."""

    amount = StringField(_("Amount"), [InputRequired(_("Fill in the amount."))], description=_("For example 2500.00"))
    currency = SelectField(
        _("Currency"), choices=[SelectChoice(code, code) for code in sorted(CURRENCIES)], default="EUR"
    )

    def validate_amount(self, field: StringField) -> None:
        """Reads the amount into `minor`, in minor units of the currency that was chosen."""
        if self.currency.data is None:
            return  # which is said beside the currency
        try:
            self.minor = read_amount(field.data or "", self.currency.data)
        except ValueError as error:  # a validator's own fault is another class
            raise ValidationError(str(error)) from None


class BrandAmountForm(AmountForm):
    """An amount of one brand."""

    brand = SelectField(_("Brand"))

    def offer(self, brands: list[Brand]) -> Self:
        """Lets the person choose among `brands`."""
        self.brand.choices = [SelectChoice(str(brand.public_id), brand.name) for brand in brands]
        return self


class CheckoutForm(AmountForm):
    """How much a brand pays at Stripe."""

    currency = SelectField(_("Currency"))

    def offer(self, currencies: list[str]) -> Self:
        """Lets the person choose among `currencies`; the first is chosen until they do."""
        self.currency.choices = [SelectChoice(code, code) for code in currencies]
        return self


class TopUpForm(BrandAmountForm):
    """Money that came in, as it stands on the bank statement."""

    received_on = DateField(_("Received on"), [InputRequired(_("Fill in the day the money came in."))])
    reference = StringField(
        _("Reference"),
        [
            InputRequired(_("Fill in the reference on the bank statement.")),
            Length(max=LONGEST, message=_("That reference is too long.")),
        ],
        description=_("As it stands on the bank statement; a brand’s reference can be recorded once a day."),
    )


class PayoutDaysForm(FlaskForm):
    """On which days the payouts of a brand are assembled."""

    brand = SelectField(_("Brand"))
    days = SelectField(
        _("Assembled"),
        choices=lambda: (
            [SelectChoice("", schedules.in_words(None))]
            + [SelectChoice(f"week-{day}", schedules.in_words((Rhythm.WEEK, day))) for day in range(1, 8)]
            + [SelectChoice(f"month-{day}", schedules.in_words((Rhythm.MONTH, day))) for day in range(1, 32)]
        ),
    )

    def offer(self, brands: list[Brand]) -> Self:
        """Lets the person choose among `brands`."""
        self.brand.choices = [SelectChoice(str(brand.public_id), brand.name) for brand in brands]
        return self

    @property
    def chosen(self) -> tuple[Rhythm | None, int]:
        """What was chosen; None: the platform's day."""
        every, _dash, day = (self.days.data or "").partition("-")
        return (Rhythm(every), int(day)) if every else (None, 0)


class RejectForm(FlaskForm):
    """Why a top-up is rejected."""

    reason = StringField(
        _("Reason"),
        [
            InputRequired(_("Give a reason. Others will read it.")),
            Length(max=LONGEST, message=_("That reason is too long.")),
        ],
    )
