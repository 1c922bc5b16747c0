"""The form of how a brand shares commissions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import InputRequired

from app.sales.splits.rules import Rule
from app.web.fields import AmountField, PercentField
from app.web.versions import VersionedForm


class SplitForm(VersionedForm):
    """Whether and how; amounts in the brand's currency."""

    is_on = BooleanField(_("Share commissions among all whose links the buyer followed"))
    first_bps = PercentField(_("Part of the first visit"), [InputRequired(_("Fill in a percentage."))])
    last_bps = PercentField(
        _("Part of the last visit"),
        [InputRequired(_("Fill in a percentage."))],
        description=_("What is left is shared equally among all, the first and the last included."),
    )
    floor = AmountField(
        _("Least share"), description=_("What would be less goes to the last visit. Empty: every cent is shared.")
    )

    def rule(self) -> Rule:
        """What was filled in."""
        return Rule(bool(self.is_on.data), self.first_bps.data, self.last_bps.data, self.floor.data or 0)


def form_of(rule: Rule | None, currency: str) -> SplitForm:
    """The form: as sent, or with what holds now."""
    if rule is None:
        return SplitForm(meta={"currency": currency})
    form = SplitForm(formdata=None, obj=rule, meta={"currency": currency})
    form.floor.data = rule.floor or None
    return form.seal()
