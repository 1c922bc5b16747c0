"""The rates of a programme."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired

from app.contracts.terms.labels import FIELDS
from app.contracts.terms.protection import Rates
from app.web.fields import PercentField
from app.web.versions import VersionedForm


class RatesForm(VersionedForm):
    """The five rates of a programme; a label without one has the commission's."""

    commission = PercentField(FIELDS["commission_bps"], [InputRequired(_("Fill in a percentage."))])
    in_stream = PercentField(
        FIELDS["in_stream_bps"],
        description=_("Also for codes used while the creator is on air. Empty: the commission above."),
    )
    replay = PercentField(FIELDS["replay_bps"])
    after_stream = PercentField(FIELDS["after_stream_bps"])
    off_stream = PercentField(FIELDS["off_stream_bps"])

    def __init__(self, rates: Rates | None = None, **kwargs: Any) -> None:
        super().__init__(obj=rates, **kwargs)

    def rates(self) -> Rates:
        """What was filled in."""
        return Rates(**{field.name: self[field.name].data for field in fields(Rates)})


class NewProgrammeForm(RatesForm):
    """A programme's name and its first rates."""

    name = StringField(_("Name"), [InputRequired(_("Enter a name."))])
