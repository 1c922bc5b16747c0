"""The form for the weights of the score."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from app.ranking.scoring import Weights
from app.ranking.weights import NAMES
from app.web.fields import WholeField
from app.web.versions import VersionedForm

NEEDED = [InputRequired(_("Enter zero or more points."))]


class RankingForm(VersionedForm):
    """The points each part can bring; together 100."""

    category = WholeField(_("Category"), NEEDED)
    sales = WholeField(_("Verified sales"), NEEDED)
    audience = WholeField(_("Audience"), NEEDED)
    reliability = WholeField(_("Reliability"), NEEDED)
    price = WholeField(_("Price"), NEEDED)
    freshness = WholeField(_("Freshness"), NEEDED)

    def weights(self) -> Weights:
        """What was filled in."""
        return Weights(**{name: self[name].data for name in NAMES})
