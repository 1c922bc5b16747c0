"""The figures of a creator's channels, each with where it comes from and of which day it is.

A channel's own columns hold what counts now. The rows of `figure` say which source gave a number for which day; a
number that no row has came with the file of channels (spec/formats.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.creators.accounts import account
from app.creators.audience import AGES
from app.creators.models import Figure, FigureSource, Measure
from app.csvfiles.cells import COUNTRIES, LANGUAGES
from app.database import db
from app.errors import BadInput, Conflict
from app.security import Identity
from app.streams.models import Channel
from app.users.models import Creator
from app.users.trail import record

COLUMNS: dict[str, str] = {  # what is measured: the channel's column that holds the newest
    Measure.FOLLOWERS: "followers",
    Measure.AVERAGE_VIEWS: "average_views",
    Measure.AVERAGE_LIVE_VIEWERS: "average_live_viewers",
    Measure.ENGAGEMENT: "engagement_bps",
    Measure.AUDIENCE_COUNTRIES: "audience_countries",
    Measure.AUDIENCE_LANGUAGES: "audience_languages",
    Measure.AUDIENCE_AGES: "audience_ages",
}
AUDIENCES: dict[str, frozenset[str]] = {
    Measure.AUDIENCE_COUNTRIES: COUNTRIES,
    Measure.AUDIENCE_LANGUAGES: LANGUAGES,
    Measure.AUDIENCE_AGES: frozenset(AGES),
}
MOST, WHOLE, LONGEST = 10**15, 10_000, 128
FILE = "channels"  # the source of what no row of `figure` has
Shares = Mapping[str, int]  # of an audience: a country, language or age band to basis points


@dataclass(frozen=True)
class Known:
    """A figure as it counts now: a number (engagement in basis points) or an audience, its source, and its day."""

    what: str
    value: int | None
    shares: dict[str, int]
    source: str
    source_name: str
    measured_on: date


@dataclass(frozen=True)
class ChannelFigures:
    """A channel with all that is known of it, in the order of COLUMNS, then the rest by name."""

    channel: Channel
    figures: list[Known]


@dataclass(frozen=True)
class Measurement:
    """What the platform showed of a channel on a day: numbers, engagement in basis points, shares of audiences."""

    measured_on: date
    followers: int | None = None
    average_views: int | None = None
    average_live_viewers: int | None = None
    engagement_bps: int | None = None
    audience_countries: Shares = field(default_factory=dict)
    audience_languages: Shares = field(default_factory=dict)
    audience_ages: Shares = field(default_factory=dict)


def channels_of(creator_id: int) -> Sequence[Channel]:
    """The creator's channels, the one with most followers first."""
    query = select(Channel).where(Channel.creator_id == creator_id)
    return db.session.scalars(query.order_by(Channel.followers.desc().nulls_last(), Channel.id)).all()


def figures_of(creator_id: int) -> list[ChannelFigures]:
    """Per channel each figure with its source and day."""
    channels = channels_of(creator_id)
    rows = _rows([channel.id for channel in channels])
    return [
        ChannelFigures(channel, _known(channel, [row for row in rows if row.channel_id == channel.id]))
        for channel in channels
    ]


def add(creator: Creator, *, platform: str, name: str, by: Identity, at: datetime) -> Channel:
    """A channel without any figure yet. BadInput without a name; Conflict when it is known already, also as somebody
    else's: a creator from a list is claimed, not made twice."""
    platform = " ".join(platform.lower().split())
    name = account(name, platform) or ""
    for text in (platform, name):
        if not text or len(text) > LONGEST or not text.isprintable():
            raise BadInput(gettext("Choose a platform and enter the channel's name as shown there."))
    taken = select(Channel.creator_id).where(Channel.platform == platform, func.lower(Channel.name) == name.lower())
    owner = db.session.scalar(taken.limit(1))
    if owner is not None and owner != creator.id:
        raise Conflict(gettext("This channel belongs to another creator here. If it is yours, contact us."))
    channel = Channel(creator_id=creator.id, platform=platform, name=name, categories=[], audience_countries={})
    channel.recorded_at = at
    try:
        with db.session.begin_nested():
            if owner is None:
                db.session.add(channel)
    except IntegrityError:
        owner = creator.id
    if owner is not None:
        raise Conflict(gettext("You already have this channel."))
    record("add", "channel", channel.id, by=by, at=at, platform=platform, name=name)
    return channel


def save_channel(channel: Channel, measurement: Measurement, *, by: Identity, at: datetime) -> list[str]:
    """What the creator says of a channel. Only what differs from what is known is noted as theirs; returns what that
    was, as words of Measure. BadInput for figures that can't be."""
    measured_on = measurement.measured_on
    figures: dict[str, Any] = {what: getattr(measurement, column) for what, column in COLUMNS.items()}
    figures |= {what: _shares(what, figures[what]) for what in AUDIENCES}
    _check(figures, measured_on, at)
    changed = [what for what, value in figures.items() if getattr(channel, COLUMNS[what]) != value]
    if any(each.what in changed and each.measured_on > measured_on for each in _known(channel, _rows([channel.id]))):
        raise BadInput(gettext("We already have a newer figure. Enter what the platform shows now, with its date."))
    for what in changed:
        setattr(channel, COLUMNS[what], figures[what])
        if figures[what] not in (None, {}):
            _note(channel, what, figures[what], measured_on, at)
    db.session.flush()
    if changed:
        record("measure", "channel", channel.id, by=by, at=at, figures=changed, measured_on=measured_on.isoformat())
    return changed


def _rows(channel_ids: Sequence[int]) -> Sequence[Figure]:
    """The rows of these channels, the newest first."""
    query = select(Figure).where(Figure.channel_id.in_(channel_ids))
    return db.session.scalars(query.order_by(Figure.measured_on.desc(), Figure.recorded_at.desc())).all()


def _known(channel: Channel, rows: Sequence[Figure]) -> list[Known]:
    """`rows` are the channel's, the newest first."""
    figures = []
    for what, column in COLUMNS.items():
        value = getattr(channel, column)
        if value in (None, {}):
            continue
        same = (row for row in rows if row.what == what and (row.shares if what in AUDIENCES else row.value) == value)
        figures.append(_told(channel, what, value, next(same, None)))
    others = sorted({row.what for row in rows} - set(COLUMNS))
    return figures + [_read(next(row for row in rows if row.what == what)) for what in others]


def _told(channel: Channel, what: str, value: Any, row: Figure | None) -> Known:
    if row is not None:
        return _read(row)
    number, shares = (None, dict(value)) if what in AUDIENCES else (value, {})
    day = channel.verified_on or channel.recorded_at.astimezone(UTC).date()
    return Known(what, number, shares, FILE, "", day)


def _read(row: Figure) -> Known:
    return Known(row.what, row.value, dict(row.shares or {}), row.source, row.source_name, row.measured_on)


def _note(channel: Channel, what: str, value: Any, measured_on: date, at: datetime) -> None:
    """The creator's figure of that day, in place of what they said of it before."""
    kept = {"value": None, "shares": value} if what in AUDIENCES else {"value": value, "shares": None}
    kept["recorded_at"] = at
    key = {"channel_id": channel.id, "what": what, "source": FigureSource.CREATOR, "measured_on": measured_on}
    row = insert(Figure).values(**key, **kept)
    db.session.execute(row.on_conflict_do_update(index_elements=list(key), set_=kept))


def _shares(what: str, shares: Shares) -> dict[str, int]:
    for key, share in shares.items():
        if key not in AUDIENCES[what] or not 0 <= share <= WHOLE:
            raise BadInput(gettext("“%(text)s” is not a valid audience share.", text=str(key)[:40]))
    if sum(shares.values()) > WHOLE:
        raise BadInput(gettext("Audience shares add up to more than 100 percent."))
    return dict(shares)


def _check(figures: Mapping[str, Any], measured_on: date, at: datetime) -> None:
    if any(isinstance(value, int) and not 0 <= value <= MOST for value in figures.values()):
        raise BadInput(gettext("Enter figures of zero or more."))
    if (figures[Measure.ENGAGEMENT] or 0) > WHOLE:
        raise BadInput(gettext("Engagement must be between 0 and 100 percent."))
    if measured_on > (at + timedelta(hours=14)).date() or measured_on.year < 2000:  # where the day begins first
        raise BadInput(
            gettext("Enter the date on which the platform showed this: from 2000 on, and not in the future.")
        )
