"""Asking the holder of an exclusivity to let a brand pass."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.catalog.fields import INDENT
from app.catalog.taxonomy import CATEGORY, tree
from app.contracts.exclusivity.waivers import WaiverRequest
from app.contracts.models import Contract


class WaiverForm(FlaskForm):
    """Which exclusivity is to let which brand pass, when and in what."""

    contract = SelectField(_("Exclusivity of"))
    brand = StringField(
        _("Brand"),
        [InputRequired(_("Write the brand's handle."))],
        description=_("Its handle. The holder of the exclusivity sees which brand it is."),
    )
    category = SelectField(_("Category"))
    first_on = DateField(_("From"), [DataRequired(_("Choose the first day."))])
    last_on = DateField(_("Until and including"), [DataRequired(_("Choose the last day."))])
    reason = TextAreaField(
        _("Reason"),
        [DataRequired(_("Say in a few words why you ask: the holder decides by it.")), Length(max=2000)],
    )

    @classmethod
    def of(cls, contracts: Sequence[Contract]) -> WaiverForm:
        """The form for a creator who has these contracts that close something."""
        form = cls()
        form.contract.choices = [
            SelectChoice(str(each.public_id), f"{each.brand.name} ({each.ref})") for each in contracts
        ]
        words = [SelectChoice(word.code, INDENT * word.depth + word.name) for word in tree(CATEGORY).words]
        form.category.choices = [SelectChoice("", str(_("All categories"))), *words]
        return form

    def waiver(self) -> WaiverRequest:
        """What was filled in."""
        reason, category = self.reason.data or "", self.category.data or None
        return WaiverRequest(self.first_on.data, self.last_on.data, reason, category)
