"""The form of a campaign: what is looked for, and the terms offered in a few fields. `draft()` and `terms()` read it,
`fill()` shows a campaign. Once it is published, what may not change any more is not asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.campaigns.campaign_rules import (
    FROZEN,
    LONGEST_BRIEF,
    LONGEST_TITLE,
    Draft,
)
from app.campaigns.models import CampaignEntry
from app.catalog import naming
from app.catalog.fields import NodesField
from app.catalog.taxonomy import CATEGORY, PLATFORM, ROOTS, TERRITORY, tree
from app.contracts.terms.labels import FIELDS
from app.contracts.terms.sheet import (
    Bonus,
    Exclusivity,
    Scope,
    Sheet,
)
from app.creators.audience import AGES
from app.csvfiles.cells import COUNTRIES, LANGUAGES
from app.web.choices import by_name
from app.web.fields import (
    AmountField,
    LinesField,
    PercentField,
    WholeField,
)
from app.web.versions import VersionedForm

TERMS = ("commission_bps", "in_stream_bps", "window_days", "hold_days", "language")  # as in a sheet
PLEDGED = ("retainer", "guarantee")
OFFERED = (*TERMS, *PLEDGED, "exclusivity", "exclusivity_fee")
TEXTS = ("title", "brief")
LISTS = ("categories", "markets", "languages", "platforms", "ages", "keywords", "questions", "products")
PLAIN = ("starts_on", "ends_on", "budget", "hour_ceiling", "hours", "most_creators", "entry")
KEEP, CLOSES = "keep", "category"
SEVERAL = _("Choose several with Ctrl or ⌘.")


def _countries() -> list[SelectChoice]:
    words = [word for word in tree(TERRITORY).words if word.code in COUNTRIES]
    return [SelectChoice(word.code, word.name) for word in sorted(words, key=lambda word: word.name)]


def _languages() -> list[SelectChoice]:
    return by_name(LANGUAGES, naming.language)


class CampaignForm(VersionedForm):
    """A campaign as its brand writes it. Amounts are in the brand's currency (`Meta.currency`)."""

    asked_first: tuple[str, ...] = ()  # the terms share templates/contracts/_offer_fields.html with an offer's form

    title = StringField(
        _("Campaign name"),
        [DataRequired(_("Give the campaign a name.")), Length(max=LONGEST_TITLE, message=_("That name is too long."))],
    )
    brief = TextAreaField(
        _("Brief"),
        [Length(max=LONGEST_BRIEF, message=_("That text is too long."))],
        description=_("What to show, to whom, and what matters to you. Creators read this."),
    )
    categories = NodesField(
        _("Categories"), [InputRequired(_("Choose at least one category."))], tree=CATEGORY, description=SEVERAL
    )
    markets = SelectMultipleField(
        _("Markets"),
        [InputRequired(_("Choose at least one country."))],
        choices=_countries,
        description=_("The countries you want to sell in."),
    )
    languages = SelectMultipleField(_("Languages"), choices=_languages, description=_("Leave empty for any."))
    platforms = NodesField(_("Platforms"), tree=PLATFORM, description=_("Leave empty for any."))
    ages = SelectMultipleField(
        _("Audience age"),
        choices=[SelectChoice(age, age) for age in AGES],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        description=_("Leave empty for any."),
    )
    keywords = LinesField(_("Keywords"), description=_("One per line. Creators who match them score higher."))
    products = LinesField(_("Products"), description=_("The SKU of each product in the campaign, one per line."))
    questions = LinesField(
        _("Questions for applicants"), description=_("One per line. Applicants must answer all of them.")
    )
    starts_on = DateField(_("First day"), [InputRequired(_("Choose the first day."))])
    ends_on = DateField(_("Last day"), [InputRequired(_("Choose the last day."))])
    budget = AmountField(
        _("Budget"),
        [InputRequired(_("Enter a budget."))],
        description=_("For all creators together. Creators don’t see it."),
    )
    hour_ceiling = AmountField(
        _("Maximum price per live hour"),
        description=_("Creators who ask for more are not suggested. Empty: no limit."),
    )
    hours = WholeField(_("Live hours per creator"), [InputRequired(_("Enter a number of hours."))], default=8)
    most_creators = WholeField(_("Maximum number of creators"), description=_("Empty: no limit."))
    entry = SelectField(
        _("Who can take part"),
        choices=[
            SelectChoice(CampaignEntry.OPEN, _("Anyone can apply")),
            SelectChoice(
                CampaignEntry.INVITED, _("By invitation only; its terms take precedence over those of open campaigns")
            ),
        ],
    )
    commission_bps = PercentField(
        FIELDS["commission_bps"],
        [InputRequired(_("Fill in a percentage."))],
        description=_("Percent of what is sold."),
    )
    in_stream_bps = PercentField(
        FIELDS["in_stream_bps"],
        description=_("Also for codes used while the creator is on air. Empty: the commission above."),
    )
    retainer = AmountField(_("Retainer each month"), description=_("Paid whatever is sold. Empty: none."))
    guarantee = AmountField(
        _("Guaranteed each month"), description=_("What commissions lack of it is added. Empty: none.")
    )
    window_days = WholeField(
        FIELDS["window_days"], [InputRequired(_("Fill in a number of days."))], description=_("In days.")
    )
    hold_days = WholeField(
        FIELDS["hold_days"], [InputRequired(_("Fill in a number of days."))], description=_("In days.")
    )
    exclusivity = SelectField(_("Exclusivity"))
    exclusivity_fee = AmountField(_("Fee for exclusivity each month"))
    language = SelectField(
        FIELDS["language"], choices=[SelectChoice("en", "English"), SelectChoice("nl", "Nederlands")]
    )

    def __init__(self, base: Sheet, was: Draft | None = None, *, published: bool = False, **kwargs: Any) -> None:
        """`base` are the terms it begins with; `was` is the campaign as it is. `published`: without what is frozen."""
        super().__init__(meta={"currency": base.currency}, **kwargs)
        self.base, self.was = base, was
        choices = [("", _("None")), (CLOSES, _("No work for others in these categories and markets"))]
        if base.exclusivity is not None and not _plain(base.exclusivity):
            choices.append((KEEP, _("As in the original terms")))
        self.exclusivity.choices = [SelectChoice(name, label) for name, label in choices]
        for name in (*FROZEN, *OFFERED) if published else ():
            if name in self:
                del self[name]

    def fill(self) -> None:
        """Shows the campaign as it is, or the terms a new one begins with."""
        if self.was is not None:
            for name in (*TEXTS, *PLAIN, *LISTS):
                if name in self:
                    value = getattr(self.was, name)
                    self[name].data = list(value) if isinstance(value, tuple) else value
        if "commission_bps" not in self:
            return
        for name in TERMS:
            self[name].data = getattr(self.base, name)
        for kind in PLEDGED:
            self[kind].data = next((line.amount for line in self.base.bonuses if line.kind == kind), None)
        closed = self.base.exclusivity
        self.exclusivity.data = "" if closed is None else CLOSES if _plain(closed) else KEEP
        self.exclusivity_fee.data = closed.fee or None if closed else None

    def suggest(self, country: str, categories: Sequence[str]) -> None:
        """Chooses for a new campaign the brand's own country and the categories it has said it sells in."""
        self.markets.data, self.categories.data = [country], list(categories)

    def draft(self) -> Draft:
        """What is filled in, once `validate()` has said that it can be read."""
        values: dict[str, Any] = {name: self[name].data for name in (*TEXTS, *PLAIN) if name in self}
        values |= {name: tuple(self[name].data or ()) for name in LISTS if name in self}
        values["brief"] = values["brief"] or ""
        return replace(self.was, **values) if self.was else Draft(currency=self.base.currency, **values)

    def terms(self) -> Sheet:
        """The terms that are filled in; the work is the campaign's own."""
        if "commission_bps" not in self:
            return self.base
        draft = self.draft()
        work = Scope(draft.categories, _all_or(draft.platforms), draft.markets, self.base.work.formats)
        about: dict[str, Any] = {name: self[name].data for name in TERMS}
        about |= {"work": work, "exclusivity": self._closed(work), "bonuses": tuple(self._bonuses())}
        return draft.terms(replace(self.base, **about))

    def take(self, problems: Sequence[tuple[str, str]]) -> None:
        """Puts what is wrong (`campaign_rules.problems`) to the fields that say it."""
        bonuses = self.terms().bonuses
        for path, sentence in problems:
            name = path.removeprefix("terms.")
            if name.startswith("bonuses."):
                name = bonuses[int(name.split(".")[1])].kind
            name = {"exclusivity.fee": "exclusivity_fee"}.get(name, name.split(".")[0])
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.form_errors.append(sentence)

    def _closed(self, work: Scope) -> Exclusivity | None:
        if self.exclusivity.data == KEEP:
            return self.base.exclusivity
        if self.exclusivity.data != CLOSES:
            return None
        scope = Scope(categories=work.categories, territories=work.territories)
        return Exclusivity("category", scope, fee=self.exclusivity_fee.data or 0)

    def _bonuses(self) -> Iterator[Bonus]:
        """Those that have a field with its amount, the first of their kind, then the others as they were."""
        for kind in PLEDGED:
            amount = self[kind].data
            if amount is not None:
                had = next((line for line in self.base.bonuses if line.kind == kind), Bonus(kind))
                yield replace(had, amount=amount)
        firsts = [next((line for line in self.base.bonuses if line.kind == kind), None) for kind in PLEDGED]
        yield from (line for line in self.base.bonuses if not any(line is first for first in firsts))


class InviteForm(FlaskForm):
    """Whom to invite, by handles; other pages send the public ids of creators beside them."""

    handles = LinesField(_("Creators"), description=_("Their handles, one per line."))
    message = TextAreaField(
        _("Message"),
        [Length(max=2_000, message=_("That message is too long."))],
        description=_("Sent with the invitation."),
    )


class CancelForm(FlaskForm):
    """Why a campaign is called off, or an application rejected."""

    reason = TextAreaField(
        _("Reason"), [DataRequired(_("Give a reason. The creator will read it.")), Length(max=2_000)]
    )


class ApplyForm(FlaskForm):
    """What a creator writes to a brand; the answers to its questions are sent beside it."""

    message = TextAreaField(
        _("Message"),
        [Length(max=2_000, message=_("That message is too long."))],
        description=_("Why you are a good fit."),
    )


def _plain(closed: Exclusivity) -> bool:
    """Whether the form's one choice says all of it."""
    scope = Scope(categories=closed.scope.categories, territories=closed.scope.territories)
    return closed == Exclusivity("category", scope, fee=closed.fee)


def _all_or(platforms: tuple[str, ...]) -> tuple[str, ...]:
    return platforms or (ROOTS[PLATFORM],)
