"""The form of an offer: every field of the Sheet (terms/sheet.py). `sheet()` builds one, `fill()` shows one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.catalog.fields import NodesField
from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, TERRITORY, tree
from app.contracts.forms.bonus_fields import FIELD_OF, BonusFields
from app.contracts.forms.exclusivity_fields import CHOOSE, SCOPE, ExclusivityFields
from app.contracts.terms.labels import FIELDS
from app.contracts.terms.sheet import Scope, Sheet
from app.web.fields import (
    AmountField,
    LinesField,
    PercentField,
    WholeField,
)
from app.web.versions import VersionedForm

LONGEST_TITLE, LONGEST_TEXT = 140, 5_000
GROUPS = {"work": "work_", "exclusivity": "exclusivity_"}
PLEDGED = ("retainer_", "guarantee_", "quota_", "threshold_")
FIXED = ("timezone", "currency")  # of the brand, or of the contract; nobody fills them in
UNLOCKED = (*FIXED, "effective_on")


def _needed(sentence: Any) -> list[Any]:
    return [InputRequired(sentence)]


def _countries() -> list[SelectChoice]:
    """The countries of the tree by name, after none."""
    countries = [word for word in tree(TERRITORY).words if len(word.code) == 2 and word.code != "EU"]
    named = [SelectChoice(word.code, word.name) for word in sorted(countries, key=lambda word: word.name)]
    return [SelectChoice("", str(_("Not specified"))), *named]


class TermsForm(BonusFields, ExclusivityFields, VersionedForm):
    """The terms and a message with them. Fields are named as those of Sheet, or after them: `work_formats`.

    `base` is the version that is worked on: locked fields are taken from it and can't be filled in, and so are the
    monthly lines that no field shows. Amounts are in `currency`.
    """

    starts_on = DateField(FIELDS["starts_on"], _needed(_("Choose the first day.")))
    ends_on = DateField(FIELDS["ends_on"], _needed(_("Choose the last day.")))
    effective_on = DateField(FIELDS["effective_on"], _needed(_("Choose the day the change takes effect.")))
    commission_bps = PercentField(
        FIELDS["commission_bps"], _needed(_("Fill in a percentage.")), description=_("Percent of what is sold.")
    )
    in_stream_bps = PercentField(
        FIELDS["in_stream_bps"],
        description=_("Also for codes used while the creator is on air. Empty: the commission above."),
    )
    replay_bps = PercentField(FIELDS["replay_bps"])
    after_stream_bps = PercentField(FIELDS["after_stream_bps"])
    off_stream_bps = PercentField(FIELDS["off_stream_bps"])
    window_days = WholeField(FIELDS["window_days"], _needed(_("Fill in a number of days.")), description=_("In days."))
    hold_days = WholeField(FIELDS["hold_days"], _needed(_("Fill in a number of days.")), description=_("In days."))
    offset_bps = PercentField(
        FIELDS["offset_bps"],
        _needed(_("Fill in a percentage.")),
        description=_("Percent of each payout. What the creator owes beyond it is carried over to the next."),
    )
    keeps_cancelled = BooleanField(
        FIELDS["keeps_cancelled"],
        description=_(
            "Out of stock, not shipped, a mistake of the shop: the creator earns the commission all the same."
        ),
    )
    coupons = LinesField(FIELDS["coupons"], description=_("One per line."))

    work_categories = NodesField(_("Categories"), [CHOOSE], tree=CATEGORY)
    work_platforms = NodesField(_("Platforms"), [CHOOSE], tree=PLATFORM)
    work_territories = NodesField(_("Territories"), [CHOOSE], tree=TERRITORY)
    work_formats = NodesField(_("Formats"), [CHOOSE], tree=FORMAT)

    cap_month = AmountField(FIELDS["cap_month"], description=_("Empty: no limit."))
    cap_contract = AmountField(FIELDS["cap_contract"], description=_("Empty: no limit."))
    evaluation_day = WholeField(
        FIELDS["evaluation_day"], _needed(_("Fill in a day.")), description=_("Of the next month, 1 to 28.")
    )
    stream_minutes = WholeField(
        FIELDS["stream_minutes"], _needed(_("Fill in minutes.")), description=_("In minutes, 30 to 600.")
    )
    day_minutes = WholeField(FIELDS["day_minutes"], _needed(_("Fill in minutes.")))
    month_minutes = WholeField(FIELDS["month_minutes"], description=_("Empty: no limit."))
    notice_brand_days = WholeField(
        FIELDS["notice_brand_days"], _needed(_("Fill in a number of days.")), description=_("In days.")
    )
    notice_creator_days = WholeField(
        FIELDS["notice_creator_days"], _needed(_("Fill in a number of days.")), description=_("In days.")
    )
    goal = StringField(FIELDS["goal"], description=_("What to promote, in a few words."))
    gifts = AmountField(FIELDS["gifts"], description=_("The value of gifts in kind. Empty: none."))
    law = SelectField(FIELDS["law"], choices=_countries)
    language = SelectField(
        FIELDS["language"], choices=[SelectChoice("en", "English"), SelectChoice("nl", "Nederlands")]
    )
    clauses = TextAreaField(FIELDS["clauses"], description=_("Plain text; it becomes part of the contract."))
    message = TextAreaField(
        _("Message"),
        [Length(max=LONGEST_TEXT, message=_("That message is too long."))],
        description=_("Sent with the terms, but not part of the contract."),
    )
    seen = HiddenField()
    asked_first: tuple[str, ...] = ()  # fields that stand on top of the form's page

    def __init__(
        self,
        currency: str,
        timezone: str,
        *,
        base: Sheet | None = None,
        locked: Collection[str] = (),
        amends: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(meta={"currency": currency}, **kwargs)
        self.currency, self.timezone, self.base, self.amends = currency, timezone, base, amends
        self.locked = frozenset(locked) if base else frozenset[str]()
        for name in self.locked:
            for field in list(self.of(name)):
                del self[field]
        if not amends and "effective_on" in self:
            del self.effective_on
        if base is not None:
            self.keep_bonuses(base.bonuses)

    def of(self, name: str) -> Iterator[str]:
        """The names of the form's fields for a field of Sheet."""
        if name in GROUPS:
            yield from (field.name for field in self if field.name.startswith(GROUPS[name]))
        elif name == "bonuses":
            yield from (field.name for field in self if field.name.startswith(PLEDGED))
        elif name in self:
            yield name

    def fill(self, sheet: Sheet, message: str = "") -> None:
        """Shows a sheet."""
        for name in _plain():
            if name in self:
                self[name].data = getattr(sheet, name)
        if "gifts" in self:
            self.gifts.data = sheet.gifts or None
        if "work_formats" in self:
            for name in SCOPE:
                self[f"work_{name}"].data = list(getattr(sheet.work, name))
        if "exclusivity_level" in self:
            self.fill_exclusivity(sheet.exclusivity)
        if "retainer_amount" in self:
            self.fill_bonuses(sheet.bonuses)
        if "message" in self:
            self.message.data = message

    def sheet(self) -> Sheet:
        """What is filled in, once `validate()` has said that it can be read."""
        values: dict[str, Any] = {name: self[name].data for name in _plain() if name in self}
        for name in ("goal", "clauses"):
            if name in values:
                values[name] = (values[name] or "").replace("\r\n", "\n").strip()
        if "gifts" in values:
            values["gifts"] = values["gifts"] or 0
        if "work_formats" in self:
            values["work"] = Scope(**{name: tuple(self[f"work_{name}"].data) for name in SCOPE})
        if "exclusivity_level" in self:
            values["exclusivity"] = self.exclusivity()
        if "retainer_amount" in self:
            values["bonuses"] = self._in_order(self.bonuses())
        values |= {"timezone": self.timezone, "currency": self.currency}
        return replace(self.base, **values) if self.base else Sheet(**values)

    def take(self, problems: Sequence[tuple[str, str]], sheet: Sheet) -> None:
        """Puts what is wrong with the sheet (`sheet_rules.problems`) to the fields that say it."""
        for path, sentence in problems:
            name = self._place(path, sheet)
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.form_errors.append(sentence)

    def _in_order(self, bonuses: tuple[Any, ...]) -> tuple[Any, ...]:
        """As the version before had them, where they are the same: another order is no change."""
        before = self.base.bonuses if self.base else ()
        same = len(before) == len(bonuses) and all(bonuses.count(each) == before.count(each) for each in bonuses)
        return before if same else bonuses

    def _place(self, path: str, sheet: Sheet) -> str:
        """The form's field for a path into the sheet like `exclusivity.scope.formats` or `bonuses.0.steps`."""
        head, *rest = path.split(".")
        if head != "bonuses" or not rest:
            return "_".join([head, *(rest[-1:])])
        bonus = sheet.bonuses[int(rest[0])]
        if bonus in self.kept:
            return ""
        last = rest[-1]
        if last == "conditions" and bonus.conditions:
            last = FIELD_OF[bonus.conditions[0].what]
        return f"{bonus.kind}_{'from_1' if last == 'steps' else last}"


def _days_to_answer() -> WholeField:
    needed = InputRequired(_("Fill in a number of days."))
    return WholeField(_("Days to answer"), [needed, NumberRange(1, 90, _("Choose 1 to 90 days."))], default=14)


class AnswerTermsForm(TermsForm):
    """Terms that are sent at once, in answer to others: most are about the commission or the guarantee."""

    asked_first = ("commission_bps", "guarantee_amount")
    days = _days_to_answer()


class OfferForm(TermsForm):
    """A draft: the terms, and what only its maker decides. `creator` is asked for where nobody is chosen yet."""

    title = StringField(
        _("Offer title"),
        [DataRequired(_("Enter a title.")), Length(max=LONGEST_TITLE, message=_("That name is too long."))],
    )
    creator = StringField(
        _("Creator"),
        [DataRequired(_("Choose a creator."))],
        description=_("Their handle or name."),
        render_kw={"list": "creators", "autocomplete": "off"},
    )
    locked_fields = SelectMultipleField(
        _("Not negotiable"),
        choices=lambda: [SelectChoice(name, str(label)) for name, label in FIELDS.items() if name not in UNLOCKED],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        description=_("The creator can make a counter-offer, but can’t change these fields."),
    )


class SendForm(FlaskForm):
    """For how long the other side may answer."""

    days = _days_to_answer()


def _plain() -> list[str]:
    """The fields of Sheet that have one field of the form each, of the same name."""
    return [each.name for each in fields(Sheet) if each.name not in (*FIXED, "work", "exclusivity", "bonuses")]
