"""Streams, channels, and the shows that are planned for them."""

from app.streams.models.evidence import ActivityKind, AdReminder, HostActivity, QuarterReview, QuarterStatus
from app.streams.models.metrics import StreamEngagement, StreamMinute
from app.streams.models.show import (
    Pin,
    Player,
    Selling,
    Show,
    ShowBrand,
    ShowItem,
    ShowModerator,
    ShowStatus,
)
from app.streams.models.stream import Channel, Stream

__all__ = [
    "ActivityKind",
    "AdReminder",
    "Channel",
    "HostActivity",
    "Pin",
    "Player",
    "QuarterReview",
    "QuarterStatus",
    "Selling",
    "Show",
    "ShowBrand",
    "ShowItem",
    "ShowModerator",
    "ShowStatus",
    "Stream",
    "StreamEngagement",
    "StreamMinute",
]
