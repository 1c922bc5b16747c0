"""The forms for the switches of the order, and for a back-test."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.ranking.scoring import Weights
from app.ranking.weights import NAMES
from app.web.fields import WholeField
from app.web.versions import VersionedForm

EVERY = (1, 2, 3, 4, 6, 12)  # months from one cut to the next
NEEDED = [InputRequired(_("Enter a whole percentage."))]


class RankingForm(VersionedForm):
    """The margin that is taken where a brand says none, and by how much each fit counts, in percent."""

    margin = WholeField(_("Margin"), NEEDED, description=_("Share of net sales a brand keeps before creator costs."))
    category = WholeField(_("Category"), NEEDED)
    audience = WholeField(_("Audience"), NEEDED)
    reliability = WholeField(_("Reliability"), NEEDED)
    freshness = WholeField(
        _("Freshness"), NEEDED, description=_("0 until a back-test shows that fatigue foretells lower sales.")
    )

    def weights(self) -> Weights:
        """What was filled in."""
        return Weights(**{name: self[name].data for name in NAMES})


class BacktestForm(FlaskForm):
    """The months of a back-test, and settings to try beside those in force. A field for each setting follows."""

    cut_on = DateField(
        _("First cut"),
        [DataRequired(_("Choose the first day of a month."))],
        description=_("The first day of a month: scores know what came before it."),
    )
    until_on = DateField(
        _("Graded until"),
        [DataRequired(_("Choose the first day of a month."))],
        description=_("The first day of a later month, at most twelve months on."),
    )
    every = SelectField(
        _("Months per cut"),
        choices=[SelectChoice(str(each), lazy_ngettext("%(num)d month", "%(num)d months", each)) for each in EVERY],
        default="2",
    )
    others = BooleanField(_("Also try the settings below"))

    def months(self) -> tuple[date, date, int]:
        """The first cut, the end, and the months from one cut to the next."""
        return self.cut_on.data, self.until_on.data, int(self.every.data)

    def tried(self) -> Weights | None:
        """The settings that are to be tried; None for none."""
        return Weights(**{name: self[name].data for name in NAMES}) if self.others.data else None


def backtest_form(force: Weights) -> BacktestForm:
    """The form; before it is sent it shows the settings in force."""
    fields: dict[str, Any] = {name: getattr(RankingForm, name) for name in NAMES}
    form: BacktestForm = type("BacktestWithSettingsForm", (BacktestForm,), fields)(data=asdict(force))
    return form
