"""What a platform says of a stream, minute by minute and over all of it. Constraints: migration 0050."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant


class StreamMinute(Base):
    """A minute of a stream. `net_sales` is in minor units; what the platform did not say is None."""

    __tablename__ = "stream_minute"
    id: Mapped[int] = mapped_column(primary_key=True)
    stream_id: Mapped[int] = mapped_column(ForeignKey("stream.id"))
    minute: Mapped[datetime] = mapped_column(Instant)
    viewers: Mapped[int | None]
    taps: Mapped[int | None]
    impressions: Mapped[int | None]
    orders: Mapped[int | None]
    net_sales: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(Currency)
    stock: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]


class StreamEngagement(Base):
    """A whole stream: views, how many watched at once at most, how long one viewer watched on average, and what they
    did."""

    __tablename__ = "stream_engagement"
    id: Mapped[int] = mapped_column(primary_key=True)
    stream_id: Mapped[int] = mapped_column(ForeignKey("stream.id"))
    views: Mapped[int | None]
    peak_viewers: Mapped[int | None]
    watch_seconds: Mapped[int | None]
    reactions: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]
