"""Chat, presence and interest, and what shows came to. Constraints: migrations 0047 and 0048."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant


class Chatter(Base):
    """A visitor who writes in the chat of a show. `allowance` is how many messages they could write at `allowed_at`."""

    __tablename__ = "chatter"
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True)
    visitor: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    allowance: Mapped[float]
    allowed_at: Mapped[datetime] = mapped_column(Instant)
    muted_at: Mapped[datetime | None] = mapped_column(Instant)
    muted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ChatMessage(Base):
    """What a visitor has written, or somebody of the show (`person_id`). It never changes; it may be hidden."""

    __tablename__ = "chat_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    visitor: Mapped[bytes | None] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class BlockedWord(Base):
    """A word nobody may write in the shows of a creator, as it is compared: small letters, single spaces."""

    __tablename__ = "blocked_word"
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    word: Mapped[str] = mapped_column(Text, primary_key=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)


class FatigueMark(Base):
    """How tired an audience was from a day on, with one brand or (0) with all; None: not known. Migration 0048."""

    __tablename__ = "fatigue_mark"
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[int | None]
