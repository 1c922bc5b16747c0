"""The forms of lists of accounts: the file, and what its columns are taken for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.catalog.taxonomy import PLATFORM, tree
from app.creators.lists.columns import FIELDS, label
from app.creators.lists.preview import Preview
from app.creators.models import CreatorList
from app.web.forms import REASON, ReasonForm
from app.web.versions import VersionedForm

COLUMN = "column_"


class ListForm(FlaskForm):
    """A list to look at."""

    file = FileField(
        _("File"),
        [FileRequired(_("Choose a file."))],
        description=_("A CSV file or an Excel workbook with one row per account; at most 8 MB."),
    )
    measured_on = DateField(
        _("Date of the figures"), [Optional()], description=_("Empty: the day, month or year in the file name.")
    )


class TakeBackForm(ReasonForm):
    """Why an imported list is taken back."""

    reason = TextAreaField(_("Reason"), REASON, description=_("Everybody who may see the import can read this."))


def _platforms() -> list[SelectChoice]:
    return [
        SelectChoice("", str(gettext("Choose"))),
        *(SelectChoice(node.code, node.name) for node in tree(PLATFORM).words if node.depth),
    ]


class MappingForm(VersionedForm):
    """What the columns are. The fields of the columns are added by `mapping_form`."""

    platform = SelectField(_("Platform"), choices=_platforms)
    measured_on = DateField(
        _("Date of the figures"),
        [InputRequired(_("Enter the date of these figures."))],
        description=_("Used where we have nothing newer, and shown with this date."),
    )

    decimal_sign = SelectField(
        _("Numbers that can be read in two ways"),
        choices=[
            SelectChoice("", _("Not decided")),
            SelectChoice(",", _("1.234,5: points for thousands, a comma for decimals")),
            SelectChoice(".", _("1,234.5: commas for thousands, a point for decimals")),
        ],
    )

    def column_fields(self) -> list[Any]:
        """The fields of the columns, in the file's order."""
        return [field for field in self if field.name.startswith(COLUMN)]

    def columns(self) -> dict[str, int]:
        """What was chosen, by what it is; ValueError with a sentence where two columns are the same."""
        positions: dict[str, int] = {}
        for position, field in enumerate(self.column_fields()):
            if field.data and field.data in positions:
                raise ValueError(gettext("Two columns are mapped to “%(what)s”. Choose one.", what=label(field.data)))
            if field.data:
                positions[field.data] = position
        return positions


def mapping_form(creator_list: CreatorList, shown: Preview, **kwargs: Any) -> MappingForm:
    """The form with a field for each column of the list's file, as they are mapped now."""
    choices = [SelectChoice("", str(gettext("Skip"))), *(SelectChoice(field, label(field)) for field in FIELDS)]
    now = {position: field for field, position in creator_list.columns.items()}
    fields = {
        f"{COLUMN}{position}": SelectField(
            heading or str(gettext("Column %(number)s", number=position + 1)),
            choices=choices,
            default=now.get(position, ""),
            description=" · ".join(shown.examples(position)),
        )
        for position, heading in enumerate(shown.listed.header)
    }
    form: MappingForm = type("MappingForm", (MappingForm,), fields)(
        data={
            "platform": creator_list.platform,
            "measured_on": creator_list.measured_on,
            "decimal_sign": creator_list.decimal_sign,
        },
        **kwargs,
    )
    return form
