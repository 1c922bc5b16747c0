"""How well scores ranked what came. Constraints: migrations 0025 and 0062."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant


class Backtest(Base):
    """What scores of before `cut_on` said of the sales from then until `until_on`."""

    __tablename__ = "backtest"
    id: Mapped[int] = mapped_column(primary_key=True)
    cut_on: Mapped[date]
    until_on: Mapped[date]
    queries: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seconds: Mapped[float]
    by_name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)


class BacktestRequest(Base):
    """A back-test that somebody asked for, with settings to `tried` beside those in force; once it is answered there is
    a back-test, or a sentence why not (`refusal`)."""

    __tablename__ = "backtest_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    cut_on: Mapped[date]
    until_on: Mapped[date]
    every: Mapped[int]
    tried: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    asked_by_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    backtest_id: Mapped[int | None] = mapped_column(ForeignKey("backtest.id"))
    refusal: Mapped[str] = mapped_column(Text, default="")
