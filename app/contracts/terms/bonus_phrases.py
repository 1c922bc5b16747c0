"""Monthly money in plain sentences, as they stand in a contract's text. Each function speaks the language that is in
force where it is called (see body.py) and returns text without markup.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from app.contracts.terms.bonus_rules import EFFORT
from app.contracts.terms.kinds import BonusKind, ConditionKind, Measure, Mode, Period, Tiering
from app.contracts.terms.phrases import minutes
from app.contracts.terms.sheet import Bonus, Condition, Sheet, Step
from app.formatting import money, number, percent


def bonus(line: Bonus, currency: str) -> str:
    """One line of monthly money with its conditions."""
    is_threshold = line.kind == BonusKind.THRESHOLD
    sentences = [_threshold(line, currency) if is_threshold else _sum(line, money(line.amount, currency))]
    if line.kind == BonusKind.GUARANTEE:
        counts = gettext("Retainers count towards it.") if line.counts_retainer else gettext("Retainers don't count.")
        sentences.append(counts)
    if line.conditions:
        conditions = "; ".join(_condition(each) for each in line.conditions)
        sentences.append(gettext("Conditions of the month: %(conditions)s.", conditions=conditions))
        sentences.append(_missed(line))
    return " ".join(sentences)


def monthly(sheet: Sheet) -> Iterator[str]:
    """The rules of all monthly money: parts of months, caps, what a valid stream is, when a month is evaluated."""
    yield gettext(
        "A month is a calendar month. Of a month that the contract covers only in part, the sums, and what conditions "
        "ask for, are cut by its calendar days; days on which the contract is paused don't count. Steps are not cut."
    )
    if sheet.cap_month is not None:
        most = money(sheet.cap_month, sheet.currency)
        yield gettext("All bonuses of a month, without an exclusivity's fee, come to %(sum)s at most.", sum=most)
    if sheet.cap_contract is not None:
        most = money(sheet.cap_contract, sheet.currency)
        yield gettext("Those of the whole contract come to %(sum)s at most.", sum=most)
    yield gettext(
        "A stream is valid from %(shortest)s on; at most %(most)s count in a day.",
        shortest=minutes(sheet.stream_minutes),
        most=minutes(sheet.day_minutes),
    )
    if sheet.month_minutes is not None:
        yield gettext("At most %(most)s count in a month.", most=minutes(sheet.month_minutes))
    yield gettext(
        "A month is evaluated on day %(day)s of the next month, and finally when none of its commissions is held any "
        "more; the difference is then paid or taken back.",
        day=sheet.evaluation_day,
    )


def _sum(line: Bonus, amount: str) -> str:
    sentences: dict[str, str] = {
        BonusKind.RETAINER: gettext("Retainer: %(sum)s a month.", sum=amount),
        BonusKind.GUARANTEE: gettext("Guarantee: the month's commissions are topped up to %(sum)s.", sum=amount),
        BonusKind.QUOTA: gettext("Quota bonus: %(sum)s a month.", sum=amount),
    }
    return sentences[line.kind]


def _missed(line: Bonus) -> str:
    counted = [each.what in EFFORT for each in line.conditions]
    if line.mode == Mode.ALL_OR_NOTHING or not any(counted):
        return str(gettext("When one is missed, nothing is paid."))
    if all(counted):
        return str(gettext("When one is missed, it is paid in proportion to what was done."))
    return str(
        gettext(
            "When minutes, streams or posts are missed, it is paid in proportion to what was done; when another "
            "condition is missed, nothing is paid."
        )
    )


def _threshold(line: Bonus, currency: str) -> str:
    measured: dict[str | None, str] = {
        Measure.NET_SALES: gettext("net sales"),
        Measure.ORDERS: gettext("orders"),
        Measure.VALID_MINUTES: gettext("valid streaming minutes"),
        Measure.NEW_CUSTOMERS: gettext("new customers"),
        None: "",
    }
    over = gettext("the whole contract") if line.period == Period.CONTRACT else gettext("each month")
    how: dict[str | None, str] = {
        Tiering.MARGINAL: gettext(
            "A step's rate holds for what lies above it; what it is above the sale's own is paid."
        ),
        Tiering.WHOLE_PERIOD: gettext(
            "The rate that is reached holds for all; what it is above the sale's own is paid."
        ),
        Tiering.NEXT_SALE: gettext(
            "A step's rate holds from the next sale on; what it is above the sale's own is paid."
        ),
        Tiering.FIXED: gettext("Each step that is reached pays its sum once."),
        None: "",
    }
    steps = "; ".join(_step(step, line.measure, currency) for step in line.steps)
    pays = gettext(
        "Threshold bonus on %(what)s, over %(period)s: %(steps)s.",
        what=measured[line.measure],
        period=over,
        steps=steps,
    )
    kept = " " + gettext("A step that was reached is kept in the months that follow.") if line.sticky else ""
    return f"{pays} {how[line.tiering]}{kept}"


def _step(step: Step, measure: str | None, currency: str) -> str:
    start = money(step.from_value, currency) if measure == Measure.NET_SALES else number(step.from_value)
    pays = percent(step.rate_bps) if step.amount is None else money(step.amount, currency)
    return str(gettext("from %(start)s: %(pays)s", start=start, pays=pays))


def _condition(condition: Condition) -> str:
    required = number(condition.required)
    texts: dict[str, str] = {
        ConditionKind.VALID_MINUTES: gettext("at least %(count)s valid streaming minutes", count=required),
        ConditionKind.VALID_STREAMS: gettext("at least %(count)s valid streams", count=required),
        ConditionKind.POSTS: gettext("at least %(count)s posts", count=required),
        ConditionKind.NO_OPEN_BREACH: gettext("no open breach of the exclusivity"),
        ConditionKind.REFUND_RATE_BELOW: gettext(
            "less than %(rate)s given back, once there are ten orders", rate=percent(condition.required)
        ),
    }
    return texts[condition.what]
