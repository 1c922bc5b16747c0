"""The figures of a back-test, as its row keeps them. Pure.

`version` tells how to read them; those of older back-tests have none, and are shown as they were made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from app.ranking.backtests.coverage import bands
from app.ranking.backtests.questions import Asked
from app.ranking.backtests.verdicts import Interval, Question, Verdict, difference, verdicts
from app.ranking.grading import Forecasted, tenths

VERSION = 2
METHODS = ("score", "tried", "sales", "followers")
RIVALS = ("sales", "followers")  # whom the score is held against


def figures(asked: Sequence[Asked]) -> dict[str, Any]:
    """Verdicts by method, grades by cut, market and brand, and how the forecasts held."""
    questions = [each.question for each in asked]
    said = [one for each in asked for one in each.said]
    found = verdicts(questions, METHODS)
    forecasted = [
        Forecasted(*(value / each.hours for value in (each.low, each.mean, each.high, each.came))) for each in said
    ]
    return {
        "version": VERSION,
        "ndcg": {method: round(verdict.grade.mean, 4) for method, verdict in found.items()} | _chance(found),
        "verdicts": {method: _verdict(verdict) for method, verdict in found.items()},
        "apart": {
            name: _interval(apart)
            for name, (one, other) in _pairs().items()
            if (apart := difference(questions, one, other)) is not None
        },
        "by_cut": _grouped(questions, lambda each: each.cut_on.isoformat(), "cut_on"),
        "by_market": _grouped(questions, lambda each: each.market, "market"),
        "by_brand": _grouped(questions, lambda each: each.brand, "brand"),
        "bands": [asdict(band) for band in bands(said)],
        "tenths": [asdict(tenth) for tenth in tenths(forecasted)],
        "forecasts": len(said),
    }


def _pairs() -> dict[str, tuple[str, str]]:
    """Which methods are compared: ours with its rivals, and what is tried with ours."""
    return {rival: ("score", rival) for rival in RIVALS} | {"tried": ("tried", "score")}


def _grouped(questions: Iterable[Question], key: Callable[[Question], str], name: str) -> list[dict[str, Any]]:
    """The mean grades of each method over the questions that have the same key; `creators` is the most of one."""
    rows = []
    for value, group in groupby(sorted(questions, key=key), key=key):
        some = list(group)
        found = verdicts(some, METHODS)
        row = {name: value, "questions": len(some), "creators": max(len(each.creators) for each in some)}
        rows.append(row | {method: round(each.grade.mean, 4) for method, each in found.items()} | _chance(found))
    return rows


def _chance(found: dict[str, Verdict]) -> dict[str, float]:
    """What chance gets of all questions that tell anything: those of the score."""
    return {"chance": round(found["score"].chance.mean, 4)} if "score" in found else {}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "grade": _interval(verdict.grade),
        "sure": verdict.sure,
        "chance": _interval(verdict.chance),
        "word": verdict.word,
        "questions": verdict.questions,
    }


def _interval(interval: Interval) -> list[float]:
    return [round(each, 4) for each in (interval.mean, interval.low, interval.high)]
