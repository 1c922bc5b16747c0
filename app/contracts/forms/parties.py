"""Who a party is by law, for its contracts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import EmailField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.catalog import naming
from app.contracts.parties import PartyDetails
from app.csvfiles.cells import COUNTRIES
from app.web.choices import by_name
from app.web.fields import NameField
from app.web.versions import VersionedForm


def _countries() -> list[SelectChoice]:
    return [SelectChoice("", str(_("Choose a country"))), *by_name(COUNTRIES, naming.country)]


class LegalDetailsForm(VersionedForm):
    """Legal name, address, country and e-mail."""

    name = NameField(
        _("Legal name"),
        [DataRequired(_("Fill in the legal name."))],
        description=_("Of the company, or of the person who signs: as it stands in the trade register or passport."),
    )
    address = TextAreaField(
        _("Postal address"),
        [DataRequired(_("Fill in the address."))],
        description=_("Street and number, postal code and town."),
    )
    country = SelectField(
        _("Country"), [InputRequired(_("Choose the country of the address from the list."))], choices=_countries
    )
    email = EmailField(
        _("E-mail for notices"),
        [DataRequired(_("Fill in an e-mail address."))],
        description=_("Where the other side can reach you about the contract."),
    )

    def details(self) -> PartyDetails:
        """What was filled in."""
        return PartyDetails(self.name.data, self.address.data, self.country.data, self.email.data)
