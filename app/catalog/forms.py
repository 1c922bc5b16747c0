"""What a brand says it sells."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.catalog.fields import NodesField
from app.catalog.taxonomy import CATEGORY
from app.web.versions import VersionedForm


class SellsForm(VersionedForm):
    """In which categories a brand sells."""

    categories = NodesField(
        _("Categories"),
        tree=CATEGORY,
        description=_("With everything under them. Choose none, and what your products say counts."),
    )
