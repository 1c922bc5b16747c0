"""The form of a plan's wishes: what may be spent, on how many, where, and how much may go wrong."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.campaigns.models import Campaign
from app.catalog import naming
from app.plans.plan_model import Bound
from app.plans.plans import Wishes
from app.web.fields import AmountField, PercentField, WholeField

APPETITES = {
    "careful": _("Cautious: only what is very likely to pay off"),
    "balanced": _("Balanced: some risk"),
    "bold": _("Bold: highest expected profit"),
}


class MarketForm(Form):
    """One market: whether it is wanted, and its own limits."""

    wanted = BooleanField(_("Include this market"))
    creators = WholeField(_("Maximum number of creators in this market"))
    money = AmountField(_("Maximum budget in this market"))


class MarketField(FormField):
    """A market's part; `errors` are the sentences at its fields."""

    @property
    def errors(self) -> list[str]:
        """What has to be put right."""
        return [str(sentence) for sentences in self.form.errors.values() for sentence in sentences]


class PlanForm(FlaskForm):
    """The wishes; amounts are in the campaign's currency (`Meta.currency`). A part for each market follows."""

    markets: dict[str, str]  # countries, and the names of their parts
    budget = AmountField(
        _("Budget"),
        [InputRequired(_("Enter a budget."))],
        description=_("The most this plan may cost."),
    )
    margin = PercentField(
        _("Your margin"),
        [InputRequired(_("Fill in a percentage."))],
        description=_("Share of net sales left after the cost of goods and the platform’s fee, before creator costs."),
    )
    most_creators = WholeField(_("Maximum number of creators"), description=_("Empty: no limit."))
    trials = PercentField(
        _("Trial hours"),
        [InputRequired(_("Fill in a percentage."))],
        description=_(
            "Most of the budget that may go to one or two hours with creators who are new in a market. 0: none."
        ),
    )
    appetite = SelectField(_("Risk"), choices=[SelectChoice(name, label) for name, label in APPETITES.items()])

    def wishes(self) -> Wishes:
        """What was filled in."""
        parts = {code: self[name].form for code, name in self.markets.items()}
        wanted = {code: part for code, part in parts.items() if part.wanted.data}
        return Wishes(
            budget=self.budget.data,
            margin_bps=self.margin.data,
            most_creators=self.most_creators.data,
            appetite=self.appetite.data,
            trial_bps=self.trials.data,
            markets={code: Bound(part.creators.data, part.money.data) for code, part in wanted.items()},
        )


def plan_form(campaign: Campaign, wishes: Wishes) -> PlanForm:
    """The form for a campaign; before it is sent it shows these wishes."""
    names = {code: f"market_{code}" for code in campaign.markets}
    meta = {"currency": campaign.currency}
    fields: dict[str, Any] = {name: MarketField(MarketForm, naming.country(code)) for code, name in names.items()}
    shown: dict[str, Any] = {
        names[code]: {
            "meta": meta,
            "wanted": code in wishes.markets,
            "creators": wishes.markets.get(code, Bound()).creators,
            "money": wishes.markets.get(code, Bound()).money,
        }
        for code in campaign.markets
    }
    shown |= {"budget": wishes.budget, "margin": wishes.margin_bps, "most_creators": wishes.most_creators}
    shown |= {"trials": wishes.trial_bps}
    form = type("CampaignPlanForm", (PlanForm,), fields)(data=shown | {"appetite": wishes.appetite}, meta=meta)
    form.markets = names
    built: PlanForm = form
    return built
