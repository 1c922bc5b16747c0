"""What the timetable does for shows that are over: what they came to is held against others at night, and what visitors
wrote and looked at is not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.database import db, raw
from app.live import chat
from app.live.desk import results

CHAT_KEPT, VISITORS_KEPT = timedelta(days=180), timedelta(days=400)


def note_results(at: datetime) -> str:
    """Works out what the shows of the last weeks came to and how the fatigue of audiences moved; commits, and says how
    many that were."""
    streams = results.note_results(at=at)
    moved = results.note_fatigue(at=at)
    db.session.commit()
    return f"{streams} streams with an audience, {moved} fatigues that have changed."


def clean_live(*, at: datetime) -> int:
    """Deletes old messages of chats, and after longer who watched and tapped; what was counted by the minute stays.
    Commits, and returns the number of messages."""
    messages = chat.clean(before=at - CHAT_KEPT)
    db.session.commit()
    raw().execute("delete from product_tap where at < %s", [at - VISITORS_KEPT])
    raw().execute("delete from show_presence where last_seen < %s", [at - VISITORS_KEPT])
    db.session.commit()
    return messages
