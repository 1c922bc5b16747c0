"""What buyers and brands fill in about orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.catalog import naming
from app.csvfiles.cells import COUNTRIES
from app.orders.paying import Buyer
from app.web.choices import by_name
from app.web.fields import PercentField, WholeField

TOO_LONG = Length(max=200, message=_("That is too long."))
NEEDED = InputRequired(_("Fill this in."))


class DetailsForm(FlaskForm):
    """Who buys, and where it goes."""

    email = StringField(_("E-mail"), [NEEDED, TOO_LONG], description=_("For the confirmation of your order."))
    name = StringField(_("Name"), [NEEDED, TOO_LONG])
    street = StringField(_("Street and number"), [NEEDED, TOO_LONG])
    postcode = StringField(_("Postcode"), [NEEDED, TOO_LONG])
    town = StringField(_("Town"), [NEEDED, TOO_LONG])
    country = SelectField(_("Country"), [NEEDED])

    def offer(self, countries: Sequence[str]) -> Self:
        """Lets the buyer choose among the countries that the brand delivers to."""
        self.country.choices = by_name(countries, naming.country)
        return self

    def buyer(self) -> Buyer:
        """What was filled in."""
        return Buyer(
            self.email.data or "",
            self.name.data or "",
            self.street.data or "",
            self.postcode.data or "",
            self.town.data or "",
            self.country.data or "",
        )


class WaitForm(FlaskForm):
    """Where to write when a piece comes free."""

    email = StringField(_("E-mail"), [NEEDED, TOO_LONG])
    quantity = WholeField(_("Pieces"), [InputRequired(_("Enter how many pieces."))], default=1)


class PiecesForm(FlaskForm):
    """How many pieces of an order."""

    pieces = WholeField(_("Pieces"), [InputRequired(_("Enter how many pieces."))])


class RefundForm(PiecesForm):
    """What the brand gives back, and why."""

    words = StringField(_("Note"), [Optional(), Length(max=500, message=_("That is too long."))])


class ShipForm(FlaskForm):
    """How to follow the parcel."""

    tracking = StringField(
        _("Carrier and tracking number"), [TOO_LONG], description=_("Optional. Lets the buyer track the parcel.")
    )


class StockForm(FlaskForm):
    """How many pieces there are of a product."""

    pieces = WholeField(_("Pieces"), [Optional()])


class TermsForm(FlaskForm):
    """How a brand sells to viewers."""

    vat = PercentField(_("VAT in your prices"), [InputRequired(_("Enter the VAT rate."))])
    days = WholeField(_("Days for delivery"), [InputRequired(_("Enter how many days a delivery takes."))])
    ships_to = SelectMultipleField(_("Countries you deliver to"), [NEEDED])

    def offer(self) -> Self:
        """All countries."""
        self.ships_to.choices = by_name(COUNTRIES, naming.country)
        return self


class FlashForm(FlaskForm):
    """A price for some minutes."""

    percent = PercentField(_("Percentage off"), [Optional()])
    price = StringField(_("Or a price"), [Optional(), TOO_LONG])
    seconds = WholeField(_("Seconds"), [InputRequired(_("Enter how long it runs."))], default=300)
    pieces = WholeField(_("Pieces at this price"), [Optional()])
    most = WholeField(_("Most for one buyer"), [Optional()])
