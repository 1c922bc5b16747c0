"""What creators and brands say of themselves, and where figures come from. Constraints: migration 0019."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Currency, Instant
from app.words import Word


class PriceUnit(Word):
    """What a creator asks a price for."""

    HOUR = "hour", _("An hour live"), "quiet"
    MONTH = "month", _("Each month"), "quiet"
    VIDEO = "video", _("A video"), "quiet"
    POST = "post", _("A post"), "quiet"


class Measure(Word):
    """What is measured of a channel: a number, or the shares of an audience."""

    FOLLOWERS = "followers", _("Followers"), "quiet"
    AVERAGE_VIEWS = "average_views", _("Average views"), "quiet"
    AVERAGE_LIVE_VIEWERS = "average_live_viewers", _("Average live viewers"), "quiet"
    ENGAGEMENT = "engagement", _("Engagement"), "quiet"
    AUDIENCE_COUNTRIES = "audience_countries", _("Audience by country"), "quiet"
    AUDIENCE_LANGUAGES = "audience_languages", _("Audience by language"), "quiet"
    AUDIENCE_AGES = "audience_ages", _("Audience by age"), "quiet"
    AVERAGE_LIKES = "average_likes", _("Average likes"), "quiet"
    AVERAGE_COMMENTS = "average_comments", _("Average comments"), "quiet"
    AVERAGE_SHARES = "average_shares", _("Average shares"), "quiet"
    PEAK_VIEWERS = "peak_viewers", _("Peak viewers"), "quiet"
    STREAM_MINUTES = "stream_minutes", _("Minutes streamed"), "quiet"


class FigureSource(Word):
    """Who says a figure of a channel."""

    CREATOR_LIST = "creator_list", _("Creator list"), "quiet"
    CREATOR = "creator", _("Creator"), "quiet"
    PLATFORM = "platform", _("Platform"), "quiet"


class Profile(Base):
    """What a creator says of themselves. Without a row nothing was said."""

    __tablename__ = "profile"
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    about: Mapped[str] = mapped_column(Text, server_default="")
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    open_to_offers: Mapped[bool] = mapped_column(server_default="true")
    public: Mapped[bool] = mapped_column(server_default="false")
    ask_commission_bps: Mapped[int | None]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ProfileCategory(Base):
    """A category the creator says they are at home in."""

    __tablename__ = "profile_category"
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True)


class AskingPrice(Base):
    """What a creator asks for an hour live, a month, a video or a post, in minor units."""

    __tablename__ = "asking_price"
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    per: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)


class Figure(Base):
    """A figure of a channel as a source gave it for a day: a number, or the shares of an audience in basis points."""

    __tablename__ = "figure"
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), primary_key=True)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int | None] = mapped_column(BigInteger)
    shares: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_name: Mapped[str] = mapped_column(Text, server_default="")
    measured_on: Mapped[date] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    import_id: Mapped[int | None]


class BrandProfile(Base):
    """What a brand says of itself."""

    __tablename__ = "brand_profile"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    about: Mapped[str] = mapped_column(Text, server_default="")
    website: Mapped[str] = mapped_column(Text, server_default="")
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ResultConsent(Base):
    """A brand lets a creator show what was sold for it alone, or did until it took that back."""

    __tablename__ = "result_consent"
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("creator.id"), primary_key=True)
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
