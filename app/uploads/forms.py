"""The drop zone, and the forms of a brand or creator who is entered by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.catalog import naming
from app.csvfiles.blocks import Layout
from app.csvfiles.cells import COUNTRIES, LANGUAGES, guarded
from app.money import CURRENCIES
from app.uploads import newcomers
from app.uploads.file_kinds import KINDS
from app.web.choices import by_name, zones
from app.web.fields import NameField, PercentField


class UploadForm(FlaskForm):
    """Files of any kinds, dropped at once."""

    files = MultipleFileField(
        _("Files"),
        description=_(
            "CSV files, also packed as .gz or .xz, and Excel workbooks: at most 20. What each is, is told from its "
            "headings."
        ),
    )


def _currency(code: str) -> str:
    return f"{code} ({get_locale().currencies.get(code, code)})"


def _one(label: Any, missing: Any, options: Callable[[], list[SelectChoice]], description: Any = "") -> SelectField:
    """A list to choose one from. What is no option is left to the judge of files, whose sentence names the rule."""
    return SelectField(
        label,
        [InputRequired(missing)],
        choices=lambda: [SelectChoice("", str(_("Choose"))), *options()],
        validate_choice=False,
        description=description,
    )


def _handle() -> StringField:
    return StringField(
        _("Handle"),
        [InputRequired(_("Fill in a handle."))],
        filters=[lambda text: (text or "").strip()],
        description=_("By which files name it. It stays as it is for ever."),
    )


def _name() -> NameField:
    return NameField(_("Name"), [DataRequired(_("Fill in a name."))])


def _country() -> SelectField:
    return _one(_("Country"), _("Choose a country."), lambda: by_name(COUNTRIES, naming.country))


def _timezone() -> SelectField:
    return _one(_("Time zone"), _("Choose a time zone."), zones)


class NewcomerForm(FlaskForm):
    """A row of the kind `kind` of file, filled in by hand: its fields are the file's columns, judged as a file's."""

    kind: ClassVar[str]
    handle: StringField

    def cells(self) -> dict[str, str]:
        """What a file would have, by column."""
        return {name: self._cell(name) for name in KINDS[self.kind].by_name}

    def validate(self, extra_validators: Any = None) -> bool:
        """The form's own checks, the file's, and whether the handle is free: all faults at once."""
        super().validate(extra_validators)
        cells = self.cells()
        layout = Layout(KINDS[self.kind], list(cells), b"")
        for name, _cell, reason in layout.faults([guarded(cell) for cell in cells.values()]):
            if not self[name].errors:
                self[name].errors = [f"{reason[:1].upper()}{reason[1:]}."]
        if not self.handle.errors and newcomers.is_taken(self.kind, cells["handle"]):
            self.handle.errors = [newcomers.taken(cells["handle"])]
        return not self.errors

    def _cell(self, name: str) -> str:
        return str(self[name].data or "")


class NewBrandForm(NewcomerForm):
    """A brand."""

    kind = "brands"
    handle = _handle()
    name = _name()
    country = _country()
    currency = _one(
        _("Currency"),
        _("Choose a currency."),
        lambda: by_name(CURRENCIES, _currency),
        _("In which the brand tops up and pays commissions."),
    )
    timezone = _timezone()
    platform_fee_percent = PercentField(
        _("Platform fee in percent"),
        [InputRequired(_("Fill in the fee: 0 for none."))],
        description=_("Of what the brand sells through creators, beside the commission."),
    )

    def _cell(self, name: str) -> str:
        fee = self.platform_fee_percent
        if name == fee.name:
            return "" if fee.data is None else fee.write(fee.data)
        return super()._cell(name)


class NewCreatorForm(NewcomerForm):
    """A creator."""

    kind = "creators"
    handle = _handle()
    name = _name()
    country = _country()
    languages = _one(
        _("Main language"), _("Choose the language of the streams."), lambda: by_name(LANGUAGES, naming.language)
    )
    further_languages = SelectMultipleField(
        _("Further languages"), choices=lambda: by_name(LANGUAGES, naming.language), validate_choice=False
    )
    timezone = _timezone()

    def _cell(self, name: str) -> str:
        cell = super()._cell(name)
        if name == self.languages.name:  # the first one in a file is the main one
            return "|".join(dict.fromkeys([cell, *(self.further_languages.data or [])]))
        return cell
