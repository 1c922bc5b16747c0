"""The curve of a show: as figures for the browser's own drawing, and as a picture for who has no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.live.desk.marks import Mark
from app.live.desk.measures import Minute
from app.live.desk.scenes import Scene
from app.money import exponent

WIDTH, HEIGHT = 1000, 200


@dataclass(frozen=True)
class Band:
    """A stretch of the picture from left to right, or (no width) a line in it."""

    x: float
    width: float
    tone: str
    text: str


@dataclass(frozen=True)
class Column:
    """What was sold in a minute, as a column with its corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Curve:
    """The picture: viewers as a line, net sales of one currency as columns, marks over both."""

    currency: str
    viewers: str  # points of a polyline
    columns: Sequence[Column]
    bands: Sequence[Band]
    most_viewers: int
    most_net: int


def curve_of(scene: Scene, minutes: Sequence[Minute], marks: Sequence[Mark], currency: str, at: datetime) -> Curve:
    """The picture of these minutes."""
    step = WIDTH / max(1, len(minutes))
    most_viewers = max((each.viewers or 0 for each in minutes), default=0)
    nets = [_net(each, currency) for each in minutes]
    most_net = max(nets, default=0)
    return Curve(
        currency,
        " ".join(
            f"{(number + 0.5) * step:.1f},{HEIGHT * (1 - each.viewers / max(1, most_viewers)):.1f}"
            for number, each in enumerate(minutes)
            if each.viewers is not None
        ),
        [_column(number, step, net / most_net) for number, net in enumerate(nets) if net > 0],
        [_band(scene, mark, len(minutes), at) for mark in marks],
        most_viewers,
        max(0, most_net),
    )


def drawn(
    scene: Scene, minutes: Sequence[Minute], marks: Sequence[Mark], currencies: Sequence[str], at: datetime
) -> Any:
    """The same as figures: seconds since the epoch, then a row for each line; money in whole units."""
    return {
        "at": [int(each.at.timestamp()) for each in minutes],
        "lines": [
            _line(gettext("Viewers"), "count", [each.viewers for each in minutes]),
            _line(gettext("Taps"), "count", [each.taps for each in minutes]),
            _line(gettext("Orders"), "count", [each.orders for each in minutes]),
            *(
                _line(
                    gettext("Net sales, %(currency)s", currency=currency),
                    currency,
                    [_net(each, currency) / 10 ** exponent(currency) for each in minutes],
                )
                for currency in currencies
            ),
        ],
        "marks": [
            {
                "kind": mark.kind,
                "from": mark.at.timestamp(),
                "to": (mark.until or scene.until(at)).timestamp() if mark.kind in ("pin", "flash") else None,
                "text": mark.text,
            }
            for mark in marks
        ],
    }


def _line(label: str, scale: str, values: Sequence[float | int | None]) -> dict[str, Any]:
    return {"label": label, "scale": scale, "values": list(values)}


def _column(number: int, step: float, part: float) -> Column:
    sides = ((number + 0.1) * step, HEIGHT * (1 - part), 0.8 * step, HEIGHT * part)
    return Column(*(round(side, 1) for side in sides))


def _net(minute: Minute, currency: str) -> int:
    sold = minute.money.get(currency)
    return sold.net if sold else 0


def _band(scene: Scene, mark: Mark, minutes: int, at: datetime) -> Band:
    begun = (scene.begins or at).replace(second=0, microsecond=0)
    whole = max(1, minutes) * 60

    def place(instant: datetime) -> float:
        return round(min(1.0, max(0.0, (instant - begun).total_seconds() / whole)) * WIDTH, 1)

    lasts = mark.kind in ("pin", "flash")
    start = place(mark.at)
    end = place(mark.until or scene.until(at)) if lasts else start
    return Band(start, round(end - start, 1), mark.tone, f"{mark.since} {mark.text}")
