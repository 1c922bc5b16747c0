"""Why a plan takes whom it takes, and not the next best, in words with figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.catalog import naming
from app.formatting import money, number, percent
from app.plans.models import Plan
from app.plans.plan_model import EXACT

Row = Mapping[str, Any]
WHOLE = 10_000


def why(row: Row, currency: str) -> list[str]:
    """What speaks for a choice, and what to be careful about: a sentence each."""
    back = {"gain": money(100 * row["expected"] // max(1, row["cost"]), currency), "one": money(100, currency)}
    said = [gettext("Expected to bring %(gain)s beyond its cost for each %(one)s.", **back)]
    if row["of"] > 1:
        place = {"place": number(row["place"]), "of": number(row["of"])}
        said.append(gettext("By that number %(place)s of %(of)s who could be planned.", **place))
    said.append(gettext("It may well be %(deviation)s more or less.", deviation=money(row["deviation"], currency)))
    return [*map(str, said), *cautions(row)]


def cautions(row: Row) -> list[str]:
    """What the figures of a row rest on, where that is little."""
    said = []
    if row["evidence"] == "near":
        where = {"market": naming.country(row["market"]), "near": naming.country(row["near"])}
        share = percent(round(row["discount"] * WHOLE))
        said.append(
            gettext("No sales in %(market)s yet: leans on %(near)s, counted for %(share)s.", share=share, **where)
        )
    elif row["evidence"] == "none":
        said.append(gettext("No sales yet: counts as the average until there are some."))
    if not row["priced"]:
        said.append(gettext("Names no price: reckoned with commission alone."))
    return [str(each) for each in said]


def lack(row: Row, currency: str) -> str:
    """What somebody who was not chosen lacked."""
    told = {
        "joined": gettext("Takes part already."),
        "applied": gettext("Has applied: admit them."),
        "invited": gettext("Is invited already."),
        "not_open": gettext("Wants no offers now."),
        "not_here": gettext("Has nobody here yet who could read an offer."),
        "offered": gettext("An offer of yours is on its way."),
        "contract": gettext("Has a contract with you for these days, whose own terms count: invite them."),
        "no_time": gettext("The days that are left are too short for an hour live."),
        "closed": gettext("An exclusivity is in the way, or a contract with you that covers only some of the days."),
        "unknown": gettext(
            "Too little is known of what sells in this market and currency to say more without giving one brand away."
        ),
        "other_money": gettext("Asks a price in another currency, which can’t be compared."),
        "loss": gettext("Would cost more than it brings."),
        "risky": gettext("Could bring less than it costs: too much risk for this plan."),
        "creators": gettext("There is no place left, and those chosen bring more."),
        "market_creators": gettext("There is no place left in this market, and those chosen bring more."),
        "less": gettext("Adds next to nothing."),
    }
    if row["lacked"] in ("money", "market_money"):
        short = money(row["short"], currency)
        if row["lacked"] == "money":
            return str(gettext("The budget lacks %(short)s, and those chosen bring more.", short=short))
        return str(gettext("The money for this market lacks %(short)s, and those chosen bring more.", short=short))
    return str(told[row["lacked"]])


def proof(plan: Plan) -> str:
    """How good the plan is, compared with the best there could be."""
    if plan.method == EXACT:
        return str(gettext("No other choice among them is expected to be worth more."))
    if plan.gap is None:
        return str(gettext("The time did not suffice to tell how much better the best could be."))
    share = percent(max(1, round(plan.gap * WHOLE)))
    return str(gettext("The best could be worth at most %(share)s more than this.", share=share))
