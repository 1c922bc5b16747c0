"""How creators stand, worked out from the books every night. Constraints: migrations 0024 and 0061.

Written by set-based statements only; the models are for reading.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant
from app.words import Word


class Evidence(Word):
    """What a creator's expected sales in a market rest on."""

    OWN = "own", _("Own streams in this market"), "good"
    NEAR = "near", _("Based on a nearby market"), "warn"
    BESIDE = "beside", _("Based on other categories"), "warn"
    NONE = "none", _("Never streamed under a contract yet"), "quiet"


class Fatigue(Base):
    """How tired an audience is, 0 to 100 (rules.md B25): with a brand (0: with all), in a market ('': in all)."""

    __tablename__ = "fatigue"
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(Text, primary_key=True)
    streams: Mapped[int]
    decline: Mapped[int | None]
    sponsored: Mapped[int | None]
    repeat_buyers: Mapped[int | None]
    watch_time: Mapped[int | None]
    value: Mapped[int | None]
    working: Mapped[dict[str, Any]] = mapped_column(JSONB)


class MarketMean(Base):
    """What an hour live brings on average in a market, a category and a currency; `net` in minor units."""

    __tablename__ = "market_mean"
    country: Mapped[str] = mapped_column(Currency, primary_key=True)
    category: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    creators: Mapped[int]
    orders: Mapped[int]
    minutes: Mapped[int] = mapped_column(BigInteger)
    net: Mapped[int] = mapped_column(BigInteger)
    refund_bps: Mapped[int]
    spread: Mapped[float]
    brands: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    an_hour: Mapped[float | None]
    value: Mapped[float | None]
    variation: Mapped[float] = mapped_column(server_default="1")
    unevenness: Mapped[float] = mapped_column(server_default="0")


class Standing(Base):
    """How a creator stands in a market and a category: what no brief changes."""

    __tablename__ = "standing"
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(Currency, primary_key=True)
    category: Mapped[int] = mapped_column(primary_key=True)
    quality: Mapped[float]
    sales_index: Mapped[float]
    audience: Mapped[float]
    reliability: Mapped[float]
    freshness: Mapped[float]
    spread: Mapped[float]
    orders: Mapped[int]
    streams: Mapped[int]
    minutes: Mapped[int]
    evidence: Mapped[str] = mapped_column(Text)
    near: Mapped[str | None] = mapped_column(Currency)
    fatigue: Mapped[int | None]
    events: Mapped[int]
    first_language: Mapped[str] = mapped_column(Currency)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    platforms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    ages: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    price: Mapped[int | None] = mapped_column(BigInteger)
    price_currency: Mapped[str | None] = mapped_column(Currency)
    brands: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    prior_index: Mapped[float]
    orders_index: Mapped[float]
    value_index: Mapped[float]
    shape: Mapped[float]
    own: Mapped[float]
    widening: Mapped[float]
    followers: Mapped[int | None] = mapped_column(BigInteger)
    live_viewers: Mapped[int | None] = mapped_column(BigInteger)
    views: Mapped[int | None] = mapped_column(BigInteger)


class Ranking(Base):
    """The switches of the order from an instant on, in percent; the newest counts. Rows of before there were switches
    have the points of a score instead, that came to a hundred."""

    __tablename__ = "ranking"
    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[int | None]
    sales: Mapped[int | None]
    audience: Mapped[int | None]
    reliability: Mapped[int | None]
    price: Mapped[int | None]
    freshness: Mapped[int | None]
    margin: Mapped[int | None]
    by_category: Mapped[int | None]
    by_audience: Mapped[int | None]
    by_reliability: Mapped[int | None]
    by_freshness: Mapped[int | None]
    valid_from: Mapped[datetime] = mapped_column(Instant)
    set_by_name: Mapped[str] = mapped_column(Text)


class RankingModel(Base):
    """What was learnt of everybody in the last night (app/ranking/learning.py)."""

    __tablename__ = "ranking_model"
    id: Mapped[int] = mapped_column(primary_key=True)
    until_on: Mapped[date]
    creators: Mapped[int]
    hours: Mapped[float]
    model: Mapped[dict[str, Any]] = mapped_column(JSONB)
    bands: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    made_at: Mapped[datetime] = mapped_column(Instant)
