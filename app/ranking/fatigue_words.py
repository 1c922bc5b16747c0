"""What a fatigue says in words (rules.md B25): its causes with the figures behind them, what could help, and what is
not measured. It is advice: nothing reads it to pay anybody less. Figures are shares, roughly, never what a brand has
sold; and how the sales of one brand develop is the business of that brand and the creator alone, so others read figures
only where enough brands are in them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from app.creators import results
from app.database import db
from app.formatting import number, percent
from app.ranking.fatigue import FEWEST
from app.ranking.models import Fatigue

WEIGHTS = {"decline": 50, "sponsored": 20, "repeat_buyers": 30, "watch_time": 20}  # as in sql/fatigue.sql
CALM, HIGH = 30, 60  # below the first nothing needs to be done
PAUSES = ((80, 28), (HIGH, 14), (CALM, 7))  # from this value on, so many days of rest


@dataclass(frozen=True)
class Cause:
    """Why an audience may be tired: its points from 0 (not at all) to 100, and a sentence, with figures where the
    reader may have them."""

    name: str
    points: int
    text: str


@dataclass(frozen=True)
class FatigueWords:
    """A fatigue for people. `level` is unknown (below six streams, and where nothing could be measured), calm, rising
    or high."""

    level: str
    streams: int
    summary: str
    causes: tuple[Cause, ...]
    suggestion: str
    not_measured: tuple[str, ...]


def fatigue_of(
    creator_id: int,
    brand_id: int = 0,
    country: str = "",
    *,
    readers: Collection[int] | None = None,
    insider: bool = False,
) -> FatigueWords | None:
    """The words for a creator, with one brand or (0) with all, in one market or ('') in all; None where the last
    refresh found no stream. For somebody of the brands `readers`, for a stranger (None), or for the creator themself
    and the platform (`insider`)."""
    row = db.session.get(Fatigue, (creator_id, brand_id, country))
    return None if row is None else say(row, figures=insider or _told(row, readers))


def say(row: Fatigue, *, figures: bool) -> FatigueWords:
    """The words for a row of the table, with the figures of sales and buyers or with the level alone."""
    causes = tuple(_causes(row, figures))
    suggestion, missing = _suggestion(row.value, causes), tuple(_missing(row))
    return FatigueWords(level(row.value), row.streams, _summary(row, figures), causes, suggestion, missing)


def level(value: int | None) -> str:
    """How a fatigue is to be taken."""
    if value is None:
        return "unknown"
    return "high" if value >= HIGH else "rising" if value >= CALM else "calm"


def level_in_words(value: int | None) -> str:
    """The same for people."""
    words = {
        "unknown": gettext("Unknown"),
        "calm": gettext("Low"),
        "rising": gettext("Rising"),
        "high": gettext("High"),
    }
    return str(words[level(value)])


def _told(row: Fatigue, readers: Collection[int] | None) -> bool:
    """Whether enough brands sold in the streams of either half."""
    halves = (row.working.get(name, ()) for name in ("brands_before", "brands_later"))
    return all(results.tells(row.creator_id, brands, readers) for brands in halves)


def _summary(row: Fatigue, figures: bool) -> str:
    if row.streams < FEWEST:
        return str(
            gettext(
                "Not enough data: %(streams)s of the %(fewest)s streams needed.", streams=row.streams, fewest=FEWEST
            )
        )
    if row.value is None:
        return str(gettext("Nothing could be measured."))
    if not figures:
        return level_in_words(row.value)
    return str(gettext("%(value)s of 100: higher is worse.", value=row.value))


def _causes(row: Fatigue, figures: bool) -> list[Cause]:
    causes = []
    if row.decline is not None:
        causes.append(Cause("decline", row.decline, _decline(row.working) if figures else _unsaid("decline")))
    if row.sponsored is not None:
        causes.append(Cause("sponsored", row.sponsored, _sponsored(row)))
    if row.repeat_buyers is not None:
        text = _repeat_buyers(row.working) if figures else _unsaid("repeat_buyers")
        causes.append(Cause("repeat_buyers", row.repeat_buyers, text))
    if row.watch_time is not None:
        text = _watch_time(row.working) if figures else _unsaid("watch_time")
        causes.append(Cause("watch_time", row.watch_time, text))
    return sorted(causes, key=lambda cause: -cause.points * WEIGHTS[cause.name])


def _unsaid(name: str) -> str:
    """A cause whose figures would be those of one brand."""
    words = {
        "decline": gettext(
            "Measured: trend in sales per hour. The figures are hidden because they would reveal one brand’s sales."
        ),
        "repeat_buyers": gettext(
            "Measured: returning buyers. The figures are hidden because they would reveal one brand’s sales."
        ),
        "watch_time": gettext("Measured: how long viewers stay."),
    }
    return str(words[name])


def _decline(working: dict[str, Any]) -> str:
    share, half = _roughly(-int(working["change_bps"])), working["half"]
    values = {"share": percent(share), "half": half}
    if share > 0:
        return str(
            gettext(
                "Over the last %(half)s streams, sales per hour fell by about %(share)s compared with the "
                "%(half)s before.",
                **values,
            )
        )
    return str(gettext("Over the last %(half)s streams, sales per hour held or rose.", **values))


def _sponsored(row: Fatigue) -> str:
    values = {"sponsored": number(row.working["sponsored"]), "recent": number(row.working["recent"])}
    if row.brand_id:
        return str(gettext("In 28 days, %(sponsored)s of all %(recent)s streams were for this brand.", **values))
    return str(gettext("In 28 days, %(sponsored)s of %(recent)s streams were under a contract.", **values))


def _repeat_buyers(working: dict[str, Any]) -> str:
    """Without the orders themselves: with a single brand they would be its own."""
    before, later = working["orders_before"], working["orders_later"]
    if later >= before:
        return str(gettext("Orders did not fall, so returning buyers are not a bad sign."))
    return str(
        gettext(
            "Orders fell by about %(share)s; returning buyers went from about %(before)s to %(later)s.",
            share=percent(_roughly(round(10_000 * (before - later) / before))),
            before=percent(_roughly(int(working["again_before_bps"]))),
            later=percent(_roughly(int(working["again_later_bps"]))),
        )
    )


def _watch_time(working: dict[str, Any]) -> str:
    share, half = _roughly(-int(working["watch_bps"])), working["half"]
    if share > 0:
        return str(
            gettext(
                "Over the last %(half)s streams, viewers left about %(share)s sooner than over the %(half)s before.",
                share=percent(share),
                half=half,
            )
        )
    return str(gettext("Over the last %(half)s streams, viewers stayed as long as before, or longer.", half=half))


def _roughly(bps: int) -> int:
    """A share to ten in a hundred, in basis points."""
    return round(bps / 1_000) * 1_000


def _suggestion(value: int | None, causes: tuple[Cause, ...]) -> str:
    """What would help against the heaviest cause."""
    if value is None or value < CALM or not causes:
        return ""
    rest = next(days for least, days in PAUSES if value >= least)
    pause = ngettext("Pause for %(num)d day", "Pause for %(num)d days", rest)
    then = {
        "decline": gettext("%(pause)s, then try another format: the same show brings less each time.", pause=pause),
        "sponsored": gettext(
            "%(pause)s, and show something that is not sponsored: the audience sees little else.", pause=pause
        ),
        "repeat_buyers": gettext(
            "%(pause)s, then show another product: most buyers already have this one.", pause=pause
        ),
        "watch_time": gettext("%(pause)s, then try a shorter show: viewers leave sooner each time.", pause=pause),
    }
    return str(then[causes[0].name])


def _missing(row: Fatigue) -> list[str]:
    """The causes that no source carries yet, and those that this one's figures did not allow."""
    measured = (
        (row.decline, gettext("trend in sales per hour")),
        (row.sponsored, gettext("share of sponsored streams: no streams in 28 days")),
        (row.repeat_buyers, gettext("returning buyers: too few orders from known buyers")),
        (row.watch_time, gettext("watch time: platforms say it of too few streams")),
    )
    here = [text for value, text in measured if value is None and row.streams >= FEWEST]
    return [
        *here,
        gettext("sales per view: sales per hour are used instead"),
        gettext("viewers who saw the same brand three times or more in 28 days"),
        gettext("discount needed for the same sales"),
    ]
