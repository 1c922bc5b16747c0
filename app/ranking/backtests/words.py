"""What a back-test means, in sentences: for its page and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext
from markupsafe import Markup

from app.catalog import naming
from app.formatting import day, number, percent
from app.ranking.backtests.figures import RIVALS, VERSION
from app.ranking.backtests.verdicts import BETTER, FEW, WORSE
from app.ranking.forms import RankingForm

WHOLE = 10_000
Figures = Mapping[str, Any]


def methods(figures: Figures) -> list[tuple[str, str]]:
    """The rankings that are compared, ours first, with what each goes by."""
    if not current(figures):
        return [
            ("score", gettext("Our score")),
            ("unshrunk", gettext("Our score, not corrected for few orders")),
            ("sales", gettext("Sales per hour only")),
            ("followers", gettext("Followers")),
            ("chance", gettext("Random order")),
        ]
    tried = [("tried", gettext("Our score, tried settings"))] if figures["tried"] else []
    return [
        ("score", gettext("Our score")),
        *tried,
        ("sales", gettext("Sales per hour only")),
        ("followers", gettext("Followers")),
    ]


def current(figures: Figures) -> bool:
    """Whether the figures are of today's kind; older ones are shown as they were made."""
    return bool(figures.get("version") == VERSION)


def meaning(figures: Figures) -> list[str]:
    """What the back-test says of our score, beside chance, sales and followers."""
    verdicts = figures["verdicts"]
    if "score" not in verdicts:
        return [str(gettext("Nobody brought in anything in these months, so there is nothing to tell."))]
    sentences = [_beside_chance(verdicts)]
    sentences += [_beside_rival(figures, rival) for rival in RIVALS if rival in verdicts]
    if "followers" not in verdicts:
        sentences.append(gettext("No followers are known, so they can’t be compared."))
    if figures["tried"]:
        sentences.append(_of_tried(figures))
    return [str(each) for each in sentences]


def held(figures: Figures) -> str:
    """How many of the ranges held what came."""
    count = sum(band["count"] for band in figures["bands"])
    if not count:
        return str(gettext("No forecast could be made."))
    within = sum(band["within"] for band in figures["bands"])
    return str(
        gettext(
            "%(share)s of %(count)s ranges held what came. They are meant to hold 80%%.",
            share=percent(round(within / count * WHOLE)),
            count=count,
        )
    )


def band(word: str) -> str:
    """How much was known of the creators in a band."""
    return str(
        {
            "none": gettext("No contract hours before"),
            "few": gettext("Fewer than 5 contract hours"),
            "some": gettext("5 to 20 contract hours"),
            "many": gettext("20 contract hours or more"),
        }[word]
    )


def cut(row: Figures) -> str | Markup:
    """The day of a cut, marked up as days are on pages."""
    return day(date.fromisoformat(row["cut_on"]))


def market(row: Figures) -> str:
    """A market by name."""
    return naming.country(row["market"])


def brand(row: Figures) -> str:
    """A brand by its handle."""
    return str(row["brand"])


def settings(values: Mapping[str, int]) -> str:
    """Settings of the score, each with its name."""
    labels = {name: getattr(RankingForm, name).args[0] for name in values if hasattr(RankingForm, name)}
    return ", ".join(f"{labels.get(name, name)} {number(value)}" for name, value in values.items())


def verdict(word: str) -> str:
    """A method beside chance."""
    words = {BETTER: gettext("Better than chance"), WORSE: gettext("Worse than chance")}
    return str(words.get(word) or gettext("No better than chance"))


def grade(value: float | None) -> str:
    """A grade with three decimals."""
    return "–" if value is None else str(format_decimal(value, format="0.000", locale=get_locale()))


def span(interval: tuple[float, float, float] | list[float]) -> str:
    """Where a grade would lie in 95 of 100 cases."""
    return str(gettext("%(low)s to %(high)s", low=grade(interval[1]), high=grade(interval[2])))


def amount(minor: float) -> str:
    """Minor units of whichever currency, in major units to two figures: more would be pretence."""
    value = float(f"{minor / 100:.2g}")
    return str(format_decimal(value, format="#,##0.##", locale=get_locale()))


def _beside_chance(verdicts: Mapping[str, Any]) -> str:
    own = verdicts["score"]
    values = {"grade": grade(own["grade"][0]), "chance": span(own["chance"])}
    if all(each["word"] != BETTER for each in verdicts.values()):
        return str(
            gettext(
                "Nobody ranks better than chance here: neither our score (%(grade)s, where chance gets %(chance)s) nor "
                "anything it was compared with. Do not rely on a ranking here yet.",
                **values,
            )
        )
    if own["word"] == BETTER:
        sentence = gettext("Our score ranks better than chance: %(grade)s, where chance gets %(chance)s.", **values)
    elif own["word"] == WORSE:
        sentence = gettext("Our score ranks worse than chance: %(grade)s, where chance gets %(chance)s.", **values)
    else:
        sentence = gettext("Our score ranks no better than chance: %(grade)s; chance gets %(chance)s.", **values)
    return str(sentence)


def _beside_rival(figures: Figures, rival: str) -> str:
    name = {"sales": gettext("sales per hour"), "followers": gettext("followers")}[rival]
    apart = figures["apart"].get(rival)
    if apart is None:
        return str(gettext("Too few brands (below %(few)s) to tell our score from %(rival)s.", few=FEW, rival=name))
    values = {"rival": name, "apart": grade(abs(apart[0])), "span": span(apart)}
    if apart[1] > 0:
        return str(gettext("It is better than %(rival)s by %(apart)s (%(span)s).", **values))
    if apart[2] < 0:
        return str(gettext("It is worse than %(rival)s by %(apart)s (%(span)s).", **values))
    return str(gettext("It can’t be told from %(rival)s (difference %(span)s).", **values))


def _of_tried(figures: Figures) -> str:
    """What the other settings would have done."""
    verdicts, apart = figures["verdicts"], figures["apart"].get("tried")
    values = {"tried": grade(verdicts["tried"]["grade"][0]), "own": grade(verdicts["score"]["grade"][0])}
    sentence = gettext("With the tried settings the score would have got %(tried)s instead of %(own)s.", **values)
    if apart is None:
        return f"{sentence} {gettext('There are too few brands to tell whether that is more than luck.')}"
    if apart[1] > 0:
        return f"{sentence} {gettext('That is better beyond luck.')}"
    if apart[2] < 0:
        return f"{sentence} {gettext('That is worse beyond luck.')}"
    return f"{sentence} {gettext('That may be luck.')}"
