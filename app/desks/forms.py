"""What people fill in on the desks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.catalog.taxonomy import CATEGORY, tree
from app.contracts import effort
from app.contracts.labels import FIELDS
from app.contracts.models import Contract
from app.contracts.protection import Rates
from app.desks.strict_fields import INDENT, NodesField, PercentField, WholeField, words_of

REASON = [DataRequired(_("Say why: others must be able to understand it later.")), Length(max=2000)]


class UploadForm(FlaskForm):
    """Files of any kinds, dropped at once."""

    files = MultipleFileField(
        _("Files"),
        description=_("CSV files, also packed as .gz or .xz: at most 20. What each is, is told from its first row."),
    )


class ReasonForm(FlaskForm):
    """Why something is corrected."""

    reason = TextAreaField(_("Reason"), REASON, description=_("Everybody whom the correction concerns can read this."))


class RedecideForm(ReasonForm):
    """A span of a brand's days to decide again."""

    begin = DateField(_("From"), [DataRequired(_("Choose the first day."))])
    end = DateField(_("Until and including"), [DataRequired(_("Choose the last day."))])


class RatesForm(FlaskForm):
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

    name = StringField(_("Name"), [InputRequired(_("Give it a name."))])


class WaiverForm(FlaskForm):
    """Which exclusivity is to let which brand pass, when and in what."""

    contract = SelectField(_("Whose exclusivity"))
    brand = StringField(
        _("For which brand"),
        [InputRequired(_("Write the brand's handle."))],
        description=_("Its handle. The holder of the exclusivity reads which brand it is."),
    )
    category = SelectField(_("In which category"))
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
        form.category.choices = [SelectChoice("", str(_("In all of them"))), *words]
        return form

    def given(self) -> dict[str, Any]:
        """What was filled in, as waivers.ask takes it."""
        days = {"first_on": self.first_on.data, "last_on": self.last_on.data}
        return {**days, "category": self.category.data or None, "reason": self.reason.data or ""}


class SellsForm(FlaskForm):
    """In which categories a brand sells."""

    categories = NodesField(
        _("Categories"),
        tree=CATEGORY,
        description=_("With everything under them. Choose none, and what your products say counts."),
    )


class EffortForm(FlaskForm):
    """Minutes or posts that no stream shows."""

    what = SelectField(_("What"), choices=words_of(effort.KINDS))
    done_on = DateField(_("Day"), [InputRequired(_("Choose the day on which it was done."))])
    quantity = WholeField(_("How many minutes or posts"), [InputRequired(_("Fill in how much was done."))])
    proof = StringField(
        _("Where it can be seen"),
        [DataRequired(_("Say where it can be seen: a link, or a few words.")), Length(max=effort.LONGEST)],
        description=_("A link, or a few words: the brand reads it before it counts."),
    )
