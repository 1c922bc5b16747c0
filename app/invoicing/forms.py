"""The forms of tax profiles, agreements and objections."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from app.catalog import naming
from app.csvfiles.cells import COUNTRIES
from app.invoicing.models import TaxKind, VatScheme
from app.invoicing.profiles import Details
from app.web.choices import by_name
from app.web.fields import NameField, words_of
from app.web.versions import VersionedForm


def _countries() -> list[SelectChoice]:
    return [SelectChoice("", str(_("Choose a country"))), *by_name(COUNTRIES, naming.country)]


class TaxProfileForm(VersionedForm):
    """Who somebody is for the tax office."""

    kind = SelectField(_("You are"), choices=words_of(TaxKind))
    name = NameField(
        _("Name for the tax office"),
        [DataRequired(_("Fill in the name."))],
        description=_("Of the company, or your first name and surname: as the tax office knows it."),
    )
    street = StringField(_("Street and number"), [DataRequired(_("Fill in the street and number."))])
    postcode = StringField(_("Postal code"), [Optional()])
    town = StringField(_("Town"), [DataRequired(_("Fill in the town."))])
    country = SelectField(
        _("Country"), [InputRequired(_("Choose the country of the address from the list."))], choices=_countries
    )
    scheme = SelectField(
        _("VAT"),
        choices=words_of(VatScheme),
        description=_(
            "Small-business schemes: KOR in the Netherlands, Kleinunternehmer in Germany, franchise in France."
        ),
    )
    vat_number = StringField(
        _("VAT number"), [Optional()], description=_("With the country in front, for example NL004495445B01.")
    )
    tax_number = StringField(
        _("Tax number"),
        [Optional()],
        description=_(
            "What the tax office knows you by: BSN, RSIN, Steuernummer, numéro fiscal. Brands see it only where "
            "the law puts it on a small business’s invoice."
        ),
    )
    born_on = DateField(
        _("Date of birth"), [Optional()], description=_("Of people, not of companies. Brands never see it.")
    )

    def details(self) -> Details:
        """What was filled in."""
        return Details(
            kind=self.kind.data,
            name=self.name.data,
            street=self.street.data,
            postcode=self.postcode.data or "",
            town=self.town.data,
            country=self.country.data,
            scheme=self.scheme.data,
            vat_number=self.vat_number.data or None,
            tax_number=self.tax_number.data or None,
            born_on=self.born_on.data,
        )


class SignForm(FlaskForm):
    """A signature: the full name as it is typed, under a text that was read."""

    name = NameField(_("Your full name"), [DataRequired(_("Type your full name."))])
    agreed = BooleanField(
        _("I have read the agreement and sign it."), [DataRequired(_("Confirm that you have read the agreement."))]
    )


class WhyForm(FlaskForm):
    """A reason that the other side reads."""

    reason = TextAreaField(_("Reason"), [DataRequired(_("Give a reason. Others will read it."))])
