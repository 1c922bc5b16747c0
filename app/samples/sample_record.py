"""How reliably a creator shows what is sent to them (rules.md B18): shown of all that had to be, over twelve months.
Both sides see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.database import db
from app.samples.models import Sample, SampleStatus

SPAN = timedelta(days=365)
FEWEST = 3  # cases; with less nothing is said


@dataclass(frozen=True)
class Record:
    """How many samples were shown and how many were not, in the last twelve months."""

    fulfilled: int
    missed: int

    @property
    def cases(self) -> int:
        """All that had to be shown."""
        return self.fulfilled + self.missed

    @property
    def share_bps(self) -> int:
        """How much of it was shown, in basis points, rounded down: only a spotless record says 100 %."""
        return self.fulfilled * 10_000 // self.cases


def record_of(creator_id: int, at: datetime) -> Record | None:
    """A creator's record at an instant; None with fewer than three cases."""
    return records_of([creator_id], at).get(creator_id)


def records_of(creator_ids: Iterable[int], at: datetime) -> dict[int, Record]:
    """The records of several creators; who has fewer than three cases is not in it."""
    shown = func.count(Sample.fulfilled_at)
    ended = or_(
        (Sample.status == SampleStatus.FULFILLED) & Sample.fulfilled_at.between(at - SPAN, at),
        (Sample.status == SampleStatus.MISSED) & Sample.missed_at.between(at - SPAN, at),
    )
    query = select(Sample.creator_id, shown, func.count() - shown).where(Sample.creator_id.in_(creator_ids), ended)
    query = query.group_by(Sample.creator_id).having(func.count() >= FEWEST)
    return {creator: Record(fulfilled, missed) for creator, fulfilled, missed in db.session.execute(query)}
