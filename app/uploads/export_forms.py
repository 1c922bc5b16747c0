"""The form of how an export is read: what the file does not say itself, and what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp

from app.csvfiles.cells import REFERENCE
from app.csvfiles.tables import Row
from app.errors import BadInput
from app.money import CURRENCIES
from app.uploads.exports.fields import LABELS, label
from app.uploads.exports.mapping import MAPPED
from app.uploads.exports.reading import Reading, checked
from app.web.choices import by_name, zones
from app.web.versions import VersionedForm

COLUMN = "column_"
EXAMPLES, EXAMPLE = 3, 40  # cells that show what a column holds, and how long they may be


class ReadingForm(VersionedForm):
    """How a file is read. The fields of its columns are added by `reading_form`."""

    source = StringField(
        _("Name of the shop"),
        [
            InputRequired(_("Fill in a name.")),
            Regexp(REFERENCE.fits, message=_("Write 1 to 128 characters, without tabs, line breaks and the like.")),
        ],
        filters=[lambda text: (text or "").strip()],
        description=_("Orders of one shop are known by this name and their number: keep it the same in every file."),
    )
    currency = SelectField(
        _("Currency"),
        choices=lambda: by_name(CURRENCIES, lambda code: f"{code} ({get_locale().currencies.get(code, code)})"),
        description=_("Of amounts where the file does not say it."),
    )
    zone = SelectField(
        _("Time zone of the shop"), choices=zones, description=_("Of times where the file does not say it.")
    )
    tax = SelectField(
        _("Tax in prices"),
        choices=[
            SelectChoice("", _("As the sums of the file tell")),
            SelectChoice("inside", _("Prices include tax")),
            SelectChoice("beside", _("Prices are without tax")),
        ],
        description=_("Commission is paid on prices without tax."),
    )
    decimal_sign = SelectField(
        _("Numbers that can be read in two ways"),
        choices=[
            SelectChoice("", _("Not decided")),
            SelectChoice(",", _("1.234,5: points for thousands, a comma for decimals")),
            SelectChoice(".", _("1,234.5: commas for thousands, a point for decimals")),
        ],
    )
    day_first = SelectField(
        _("Dates that can be read in two ways"),
        choices=[
            SelectChoice("", _("Not decided")),
            SelectChoice("day", _("03/04/2026 is 3 April")),
            SelectChoice("month", _("03/04/2026 is 4 March")),
        ],
    )

    def column_fields(self) -> list[Any]:
        """The fields of the columns, in the file's order; none for a program whose columns we know."""
        return [field for field in self if field.name.startswith(COLUMN)]

    def reading(self, before: Reading) -> Reading:
        """The file read as was chosen. BadInput where two columns are the same."""
        columns: dict[str, int] = {}
        for position, field in enumerate(self.column_fields()):
            if field.data and field.data in columns:
                raise BadInput(gettext("Two columns are mapped to “%(what)s”. Choose one.", what=label(field.data)))
            if field.data:
                columns[field.data] = position
        return before.otherwise(
            source=self.source.data,
            currency=self.currency.data,
            zone=self.zone.data,
            tax=self.tax.data,
            decimal_sign=self.decimal_sign.data,
            day_first=self.day_first.data,
            columns=checked(columns, before.header) if self.column_fields() else before.columns,
        )


def reading_form(reading: Reading, sample: Sequence[Row], **kwargs: Any) -> ReadingForm:
    """The form, filled with how the file is read now."""
    form: ReadingForm = type("ReadingForm", (ReadingForm,), _columns(reading, sample))(
        data={
            "source": reading.source,
            "currency": reading.currency,
            "zone": reading.zone,
            "tax": reading.tax,
            "decimal_sign": reading.decimal_sign,
            "day_first": reading.day_first,
        },
        **kwargs,
    )
    return form


def _columns(reading: Reading, sample: Sequence[Row]) -> dict[str, SelectField]:
    """A field for each column of a file that no program is known of."""
    if reading.program != MAPPED.name:
        return {}
    choices = [SelectChoice("", str(gettext("Skip"))), *(SelectChoice(name, label(name)) for name in LABELS)]
    now = {position: name for name, position in reading.columns.items()}
    return {
        f"{COLUMN}{position}": SelectField(
            heading or str(gettext("Column %(number)s", number=position + 1)),
            choices=choices,
            default=now.get(position, ""),
            description=" · ".join(examples(reading, sample, position)),
        )
        for position, heading in enumerate(reading.header)
    }


def examples(reading: Reading, sample: Sequence[Row], position: int) -> list[str]:
    """What stands in a column: the first of its different cells."""
    cells = (row[position].strip() for line, row in sample if line > reading.begins and position < len(row))
    return list(dict.fromkeys(cell[:EXAMPLE] for cell in cells if cell))[:EXAMPLES]
