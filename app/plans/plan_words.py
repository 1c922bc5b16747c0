"""Why a plan takes whom it takes, and not the next best, in words with figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.campaigns import invitations
from app.catalog import naming
from app.formatting import money, money_about, number, percent
from app.plans.models import Plan, PlanMethod
from app.ranking.models import Evidence

Row = Mapping[str, Any]
WHOLE = 10_000
SELDOM = 0.01  # a chance below this is not told as a figure
OBSTACLES = frozenset("joined drafted applied not_open not_here offered closed no_time".split())
LOSSES = frozenset({"loss", "risky"})
INVITING = "invite_"  # before a word of why somebody could not be invited


def why(row: Row, currency: str) -> list[str]:
    """What speaks for a choice, and what to be careful about: a sentence each."""
    back = {"gain": money(100 * row["expected"] // max(1, row["cost"]), currency), "one": money(100, currency)}
    sentences = [gettext("Expected profit: %(gain)s per %(one)s spent.", **back)]
    if row.get("trial"):
        sentences.append(gettext("Trial hours, to find out: new in this market."))
    if row["of"] > 1:
        place = {"place": number(row["place"]), "of": number(row["of"])}
        sentences.append(gettext("Ranks %(place)s of %(of)s available creators by profit for the money.", **place))
    if "low" in row:
        sentences.append(gettext("Most likely %(range)s.", range=between(row["low"], row["high"], currency)))
    else:
        sentences.append(
            gettext("It could be %(deviation)s more or less.", deviation=money(row["deviation"], currency))
        )
    return [*map(str, sentences), *cautions(row)]


def cautions(row: Row) -> list[str]:
    """What the figures of a row rest on, where that is little."""
    sentences = []
    if row["evidence"] == Evidence.NEAR:
        where = {"market": naming.country(row["market"]), "near": naming.country(row["near"])}
        share = percent(round(row["discount"] * WHOLE))
        sentences.append(gettext("No streams in %(market)s yet: %(share)s rests on %(near)s.", share=share, **where))
    elif row["evidence"] == Evidence.BESIDE:
        share = percent(round(row["discount"] * WHOLE))
        sentences.append(gettext("No streams in this category yet: %(share)s rests on others.", share=share))
    elif row["evidence"] == Evidence.NONE:
        sentences.append(gettext("Never streamed under a contract yet: expected from reach and audience alone."))
    if row.get("contract"):
        sentences.append(gettext("Works under your running contract: its commission counts, and no offer is needed."))
    if row.get("invited"):
        sentences.append(gettext("Is invited and has not answered yet."))
    if not row["priced"]:
        sentences.append(gettext("No asking price: calculated with commission only."))
    return [str(each) for each in sentences]


def nobody(plan: Plan) -> str:
    """Why a plan has chosen nobody: nobody fits, nobody is free for it, nobody pays off, or settings are in the way."""
    lacked = {row["lacked"] for row in plan.others}
    if not lacked:
        return str(
            gettext(
                "No creator matches the campaign in these markets. Add categories, markets, languages or platforms, or "
                "raise the price per live hour."
            )
        )
    if lacked <= OBSTACLES:
        return str(gettext("No creator can get a new offer now. The table below says what stands in the way of each."))
    if lacked <= OBSTACLES | LOSSES:
        return str(gettext("No creator pays off with these settings. The table below says why."))
    return str(gettext("No creator can be planned with these settings. The table below says why."))


def lack(row: Row, currency: str, *, anybody: bool = True) -> str:
    """What somebody who was not chosen lacked; `anybody` was chosen in their place, or nobody."""
    if row["lacked"].startswith(INVITING):
        reason = invitations.REASONS[row["lacked"].removeprefix(INVITING)]
        return str(gettext("Could not be invited: %(reason)s.", reason=reason))
    sentences = {
        "joined": gettext("Already takes part."),
        "drafted": gettext("Has a draft offer from you: send it."),
        "applied": gettext("Has applied: accept the application."),
        "invited": gettext("Is already invited."),
        "not_open": gettext("Is not open to offers."),
        "not_here": gettext("Has no user account yet."),
        "offered": gettext("Has an open offer from you."),
        "contract": gettext("Has a contract with you for these days, with its own terms. Make a new plan."),
        "no_contract": gettext("The contract with you no longer covers these days. Make a new plan."),
        "no_time": gettext("Too few days are left for a live hour."),
        "closed": gettext("Blocked by an exclusivity, or by a contract with you that covers only some of the days."),
        "unknown": gettext(
            "Not enough sales data in this market and currency for a forecast that keeps each brand’s figures private."
        ),
        "other_money": gettext("The asking price is in another currency and can’t be compared."),
        "loss": gettext("Would cost more than it brings in."),
        "risky": gettext("Could bring in less than it costs: too risky for this plan."),
        "less": gettext("Adds almost nothing."),
    }
    return str(sentences.get(row["lacked"]) or _no_room(row, currency, anybody=anybody))


def _no_room(row: Row, currency: str, *, anybody: bool) -> str:
    """Which limit keeps somebody out."""
    short = money(row.get("short", 0), currency)
    if anybody:
        sentences = {
            "creators": gettext("No places left; the chosen creators bring in more."),
            "market_creators": gettext("No places left in this market; the chosen creators bring in more."),
            "money": gettext("%(short)s over budget; the chosen creators bring in more.", short=short),
            "market_money": gettext(
                "%(short)s over this market’s budget; the chosen creators bring in more.", short=short
            ),
            "trial_money": gettext("%(short)s over the budget for trial hours; others bring in more.", short=short),
        }
    else:
        sentences = {
            "creators": gettext("No places left."),
            "market_creators": gettext("No places left in this market."),
            "money": gettext("%(short)s over budget.", short=short),
            "market_money": gettext("%(short)s over this market’s budget.", short=short),
            "trial_money": gettext("%(short)s over the budget for trial hours.", short=short),
        }
    return str(sentences[row["lacked"]])


def between(low: int, high: int, currency: str) -> str:
    """A range to two figures, for more would be pretence."""
    ends = {"low": money_about(low, currency), "high": money_about(high, currency)}
    return str(gettext("between %(low)s and %(high)s", **ends))


def risk(plan: Plan, currency: str) -> str:
    """What the plan brings in four of five cases, and the chance that it loses money; nothing for older plans."""
    if plan.low is None or plan.high is None or plan.loss is None or not plan.choices:
        return ""
    share = percent(round(plan.loss * 100) * 100)
    if plan.loss < SELDOM:
        chance = gettext("A loss is very unlikely.")
    else:
        chance = gettext("The chance of a loss is %(share)s.", share=share)
    said = gettext("In four of five cases %(range)s.", range=between(plan.low, plan.high, currency))
    return f"{said} {chance}"


def proof(plan: Plan) -> str:
    """How good the plan is, compared with the best there could be."""
    if plan.method == PlanMethod.EXACT:
        return str(gettext("No other selection is expected to be worth more."))
    if plan.gap is None:
        return str(gettext("There was not enough time to tell how much better the best plan could be."))
    share = percent(max(1, round(plan.gap * WHOLE)))
    return str(gettext("The best plan could be worth at most %(share)s more.", share=share))
