"""Letters about samples to the people of one side, with the way to their own page."""

from __future__ import annotations

from datetime import datetime

from app.campaigns.letters import write_side
from app.contracts.letters import one_line
from app.outbox import Event
from app.samples.models import Sample


def write_sample(
    sample: Sample, side: str, what: str, *, at: datetime, until: datetime | None = None, reason: object = ""
) -> None:
    """Writes to a side what happened to a sample at the instant `at`; `until` and `reason` are filled in where the
    letter has a place for them."""
    event = Event(f"sample.{what}", "sample", sample.id, at.isoformat())
    facts = {"product": one_line(sample.product_name), "until": until, "reason": reason}
    write_side(event, sample.brand, sample.creator, side, f"samples/{sample.public_id}", at=at, **facts)
