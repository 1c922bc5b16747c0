"""The part of an offer's form about exclusivity (rules.md B13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from app.catalog.fields import NodesField
from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, TERRITORY
from app.contracts.terms.kinds import Consequence, Level, OldContent
from app.contracts.terms.sheet import CarveOut, Exclusivity, Scope
from app.csvfiles.cells import DAY
from app.web.fields import (
    AmountField,
    LinesField,
    WholeField,
    words_of,
)


class CarveOutsField(LinesField):
    """Brands and the last day they may pass, like `kettle 2026-12-31`."""

    def read(self, line: str) -> CarveOut:
        """One brand with its day."""
        brand, _, until = line.rpartition(" ")
        if not (brand.strip() and DAY.fits.fullmatch(until)):
            raise ValueError(gettext("Write on each line a brand's handle and its last day, like kettle 2026-12-31."))
        return CarveOut(brand.strip(), date.fromisoformat(until))

    def write(self, value: CarveOut) -> str:
        """`kettle 2026-12-31`."""
        return f"{value.brand} {value.until.isoformat()}"


CHOOSE = InputRequired(_("Choose at least one from the list."))
SCOPE = ("categories", "platforms", "territories", "formats")
LISTS = ("rivals", "rival_names", "carve_outs")
NUMBERS = ("pre_days", "cool_off_days", "fee")
WORDS = ("level", "breach", "old_content")


class ExclusivityFields(FlaskForm):
    """Fields of what the creator may not do for others; nothing of it counts while the level is none."""

    exclusivity_level = SelectField(_("Exclusivity"), choices=words_of(Level, _("None")), default="")
    exclusivity_categories = NodesField(
        _("Exclusive categories"),
        [CHOOSE],
        tree=CATEGORY,
        default=["all"],
        description=_("Including their subcategories."),
    )
    exclusivity_platforms = NodesField(_("On which platforms"), [CHOOSE], tree=PLATFORM, default=["all"])
    exclusivity_territories = NodesField(_("In which territories"), [CHOOSE], tree=TERRITORY, default=["world"])
    exclusivity_formats = NodesField(_("In which formats"), [CHOOSE], tree=FORMAT, default=["all"])
    exclusivity_rivals = LinesField(_("Rivals"), description=_("Handles of brands on the platform, one per line."))
    exclusivity_rival_names = LinesField(
        _("Rivals not on the platform"),
        description=_("One per line. The contract names them, but the platform can’t check them."),
    )
    exclusivity_carve_outs = CarveOutsField(
        _("Exempt brands"),
        description=_("One per line: the handle and the last day, like kettle 2026-12-31."),
    )
    exclusivity_pre_days = WholeField(_("Days before the first day"), default=0)
    exclusivity_cool_off_days = WholeField(_("Days after the last day"), default=0)
    exclusivity_fee = AmountField(
        _("Fee for exclusivity each month"),
        description=_("Required for full exclusivity, or when it continues after the end."),
    )
    exclusivity_breach = SelectField(
        _("Consequence of a breach"), choices=words_of(Consequence), default=Consequence.WARN
    )
    exclusivity_organic_mentions = BooleanField(_("Unpaid mentions are allowed"), default=True)
    exclusivity_old_content = SelectField(
        _("Older content for others"), choices=words_of(OldContent), default=OldContent.KEEP
    )

    def exclusivity(self) -> Exclusivity | None:
        """What is filled in; None at the level none."""
        if not self.exclusivity_level.data:
            return None
        values: dict[str, Any] = {name: self[f"exclusivity_{name}"].data for name in WORDS}
        values |= {name: self[f"exclusivity_{name}"].data or () for name in LISTS}
        values |= {name: self[f"exclusivity_{name}"].data or 0 for name in NUMBERS}
        values["organic_mentions"] = bool(self.exclusivity_organic_mentions.data)
        return Exclusivity(scope=Scope(**{name: tuple(self[f"exclusivity_{name}"].data) for name in SCOPE}), **values)

    def fill_exclusivity(self, closed: Exclusivity | None) -> None:
        """Shows what is agreed; the empty form where nothing is."""
        if closed is None:
            return
        for name in (*WORDS, *LISTS, *NUMBERS, "organic_mentions"):
            self[f"exclusivity_{name}"].data = getattr(closed, name)
        self.exclusivity_fee.data = closed.fee or None  # an empty field says it better than 0.00
        for name in SCOPE:
            self[f"exclusivity_{name}"].data = list(getattr(closed.scope, name))
