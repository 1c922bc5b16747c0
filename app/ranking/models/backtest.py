"""How well scores ranked what came. Constraints: migration 0025."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text
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
