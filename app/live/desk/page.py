"""All that a desk shows, gathered for its page and for the part of it that is asked for again while the show runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.live import chat
from app.live.desk import afterwards, marks, measures, medians, scenes
from app.live.desk.curve import Curve, curve_of, drawn
from app.live.desk.figures import Figure, figures_of
from app.live.desk.marks import Mark
from app.live.desk.measures import Measures
from app.live.desk.medians import Medians
from app.live.desk.month import ContractMonth, months_of
from app.live.desk.results import fatigue_between
from app.live.desk.scenes import Scene
from app.live.desk.worst import Weak, worst_of
from app.live.models import FatigueMark
from app.streams.models import ShowStatus
from app.streams.warnings import ItemWarning, warnings_of

CHAT_LINES = 8


@dataclass(frozen=True)
class Now:
    """What is told anew while the show runs."""

    scene: Scene
    at: datetime
    measures: Measures
    figures: Sequence[Figure]
    market: Medians
    marks: Sequence[Mark]
    curve: Curve
    drawn: Any
    orders: Sequence[Any]
    lines: Sequence[chat.Line]
    warnings: Sequence[ItemWarning]
    months: Sequence[ContractMonth]


@dataclass(frozen=True)
class After:
    """What is told once it is over."""

    shown: Sequence[afterwards.Shown]
    missed: Sequence[afterwards.Missed]
    worst: Sequence[Weak]
    fatigue: tuple[FatigueMark | None, ...]


def now_of(scene: Scene, *, at: datetime) -> Now:
    """The desk as it stands at `at`."""
    counted = measures.measure(scene, [brand.currency for brand in scenes.brands_of(scene)], at=at)
    happened = marks.marks_of(scene, at=at)
    main = max(counted.totals, key=lambda each: each.sold, default=None)
    currency = main.currency if main else ""
    return Now(
        scene,
        at,
        counted,
        figures_of(counted, seconds=scene.seconds(at), elsewhere=scene.show is None),
        medians.of_market(scene, at=at),
        happened,
        curve_of(scene, counted.minutes, happened, currency, at),
        drawn(scene, counted.minutes, happened, counted.currencies, at),
        measures.latest(scene.stream_ids) if scene.streams else [],
        chat.lines(scene.show.id, most=CHAT_LINES) if scene.show else [],
        _warnings(scene, at),
        months_of(scene, at=at),
    )


def after_of(scene: Scene, now: Now) -> After | None:
    """How it went; None while it is not over."""
    if not scene.over or scene.begins is None:
        return None
    return After(
        afterwards.shown_of(scene, at=now.at),
        afterwards.missed_of(scene),
        worst_of(scene, now.figures, at=now.at),
        fatigue_between(scene.creator.id, scene.brand_id or 0, scene.begins, now.at),
    )


def _warnings(scene: Scene, at: datetime) -> list[ItemWarning]:
    """What is to be said of one's own products before and during the show."""
    show = scene.show
    if show is None or show.status not in (ShowStatus.PLANNED, ShowStatus.REHEARSAL, ShowStatus.ON_AIR):
        return []
    return [each for each in warnings_of(show, at=at) if each.item.brand_id in scene.brand_ids]
