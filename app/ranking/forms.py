"""The form for the switches of the order."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from app.ranking.scoring import Weights
from app.ranking.weights import NAMES
from app.web.fields import WholeField
from app.web.versions import VersionedForm

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
