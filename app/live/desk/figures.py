"""The numbers of a desk with what they mean (rules.md B25). Each is printed with its definition, and never without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext

from app.formatting import money, number, percent
from app.live.desk.measures import Measures, Sold

BPS = 10_000


@dataclass(frozen=True)
class Value:
    """One value of a figure: `currency` of money, else empty; `amount` None where it can't be told."""

    currency: str
    amount: int | None
    text: str


@dataclass(frozen=True)
class Figure:
    """A number. `name` is the one medians know it by; `lower` is better where `less` is true."""

    name: str
    label: str
    definition: str
    values: Sequence[Value]
    less: bool = False


def figures_of(measures: Measures, *, seconds: int, elsewhere: bool = False) -> list[Figure]:
    """All numbers, in the order in which one looks at them. `seconds`: how long it has been on air; `elsewhere`: it is
    the platform that counts who watches and taps."""
    audience = _by_the_platform(measures) if elsewhere else _audience(measures)
    return [*audience, *_buying(measures), *_money(measures, seconds), *_told(measures)]


def median_text(name: str, amount: int, currency: str) -> str:
    """A value of the number of this name, as the desk writes it."""
    return _FORMS[name](amount, currency)


def ratio(part: int | None, whole: int | None, times: int = 1) -> int | None:
    """`part` of `whole`, times so many, rounded half away from zero; None where there is nothing to divide by."""
    if part is None or not whole:
        return None
    share = Fraction(part * times, whole)
    rounded = (2 * abs(share.numerator) + share.denominator) // (2 * share.denominator)
    return -rounded if share < 0 else rounded


def length(seconds: int) -> str:
    """`4 min 10 s`, and `1 h 5 min` from an hour on."""
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60:
        return str(gettext("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60))
    return str(gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest))


def _audience(measures: Measures) -> list[Figure]:
    seen = measures.audience
    now = gettext("Browsers that had the page open and in sight within the last 30 seconds.")
    return [
        *([_figure("now", gettext("Viewers now"), now, seen.now)] if seen.now is not None else []),
        *_counts(
            measures,
            peak=gettext("The highest number of viewers in any minute."),
            views=gettext("Visitors who watched while it was on air, each counted once."),
            watch=gettext("Time the page was open and in sight, divided by views."),
            taps=gettext("Products tapped; one viewer counts once a minute and product."),
            ctr=gettext("Taps divided by how often a product came into sight."),
        ),
    ]


def _by_the_platform(measures: Measures) -> list[Figure]:
    return _counts(
        measures,
        peak=gettext("The highest number of viewers in any minute, as the platform counts them."),
        views=gettext("As the platform counts them."),
        watch=gettext("Of one viewer, as the platform counts it."),
        taps=gettext("Products clicked, as the platform counts them."),
        ctr=gettext("Taps divided by how often a product was shown, as the platform counts both."),
    )


def _counts(measures: Measures, *, peak: str, views: str, watch: str, taps: str, ctr: str) -> list[Figure]:
    seen = measures.audience
    return [
        _figure("peak", gettext("Most viewers at a time"), peak, seen.peak),
        _figure("views", gettext("Views"), views, seen.views),
        _figure("watch", gettext("Average watch time"), watch, ratio(seen.watched, seen.views)),
        _figure("taps", gettext("Taps"), taps, seen.taps),
        _figure("ctr", gettext("Click-through rate (CTR)"), ctr, ratio(seen.taps, seen.impressions, BPS)),
    ]


def _buying(measures: Measures) -> list[Figure]:
    orders = gettext(
        "Orders placed while it was on air, on its page, by a code or a link, once paid. An order counts once."
    )
    share = ratio(measures.tapped_orders, measures.audience.taps, BPS)
    made_there = gettext("Orders made where the taps were counted, divided by taps.")
    return [
        _figure("orders", gettext("Orders"), orders, measures.orders),
        _figure(
            "ctor",
            gettext("Click-to-order rate (CTOR)"),
            made_there,
            share,
        ),
    ]


def _money(measures: Measures, seconds: int) -> list[Figure]:
    views, totals = measures.audience.views, measures.totals
    return [
        _by_currency(
            "net",
            gettext("Net sales"),
            gettext("What was sold, less refunds; without VAT."),
            totals,
            lambda each: each.net,
        ),
        _refunds(totals),
        _by_currency(
            "gpm",
            gettext("Net sales per 1,000 views (GPM)"),
            gettext("Net sales divided by views, times 1,000."),
            totals,
            lambda each: ratio(each.net, views, 1000),
        ),
        _by_currency(
            "hourly",
            gettext("Net sales per hour"),
            gettext("Net sales divided by the time on air."),
            totals,
            lambda each: ratio(each.net, seconds, 3600),
        ),
    ]


def _told(measures: Measures) -> list[Figure]:
    """What a platform says it has sold, beside what is in our books."""
    values = [
        Value(each.currency, None, _amount(each.net, each.currency))
        for each in measures.told
        if each.net is not None and each.currency
    ]
    meaning = gettext("What the platform’s own file says. What is settled and paid is what stands in our books.")
    return [Figure("told", gettext("Net sales, by the platform"), meaning, values)] if values else []


def _refunds(totals: Sequence[Sold]) -> Figure:
    values = []
    for each in totals:
        share = ratio(each.refunded, each.sold, BPS)
        text = _amount(each.refunded, each.currency) + (f" ({percent(share)})" if share is not None else "")
        values.append(Value(each.currency, share, text))
    meaning = gettext(
        "Given back on these orders so far, and its share of what was sold. It stands at the minute of the sale."
    )
    return Figure("refunds", gettext("Refunds"), meaning, values, less=True)


def _figure(name: str, label: str, definition: str, amount: int | None) -> Figure:
    return Figure(name, label, definition, [Value("", amount, "–" if amount is None else _FORMS[name](amount, ""))])


def _by_currency(
    name: str, label: str, definition: str, totals: Sequence[Sold], amount: Callable[[Sold], int | None]
) -> Figure:
    found = [(each.currency, amount(each)) for each in totals]
    values = [Value(currency, value, "–" if value is None else _amount(value, currency)) for currency, value in found]
    return Figure(name, label, definition, values)


def _count(amount: int, _currency: str) -> str:
    return number(amount)


def _share(amount: int, _currency: str) -> str:
    return percent(amount)


def _length(amount: int, _currency: str) -> str:
    return length(amount)


def _amount(amount: int, currency: str) -> str:
    return money(amount, currency)


_FORMS: dict[str, Callable[[int, str], str]] = {
    **dict.fromkeys(("now", "peak", "views", "taps", "orders"), _count),
    **dict.fromkeys(("ctr", "ctor", "refunds"), _share),
    "watch": _length,
    **dict.fromkeys(("net", "gpm", "hourly"), _amount),
}
