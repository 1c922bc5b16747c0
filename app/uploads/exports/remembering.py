"""How a brand's exports were read before: what somebody chose is asked once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant, db
from app.security import Identity
from app.uploads.exports.fields import heading
from app.uploads.exports.programs import PROGRAMS
from app.uploads.exports.reading import Reading
from app.uploads.exports.understanding import sample_of, understood
from app.users.models import Brand


class ExportReading(Base):
    """How exports of a program, or with these headings, were read last. Constraints: 0052_exports.py."""

    __tablename__ = "export_reading"
    brand_id: Mapped[int] = mapped_column(primary_key=True)
    program: Mapped[str] = mapped_column(Text, primary_key=True)
    header_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    reading: Mapped[dict[str, object]] = mapped_column(JSONB)
    made_by_name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)


def reading_of(path: Path, brand: Brand) -> Reading | None:
    """How the file is read: as the last one of its kind was, else as is told from it and from where the brand is.
    None where it is no export; BadFile where it is no table."""
    reading = understood(sample_of(path), currency=brand.currency, zone=brand.timezone)
    if reading is None:
        return None
    known = db.session.get(ExportReading, (brand.id, reading.program, _hash(reading)))
    if known is None:
        return reading
    before = Reading.of_json(known.reading)
    return reading.otherwise(
        columns=reading.columns if reading.program in PROGRAMS else before.columns,
        source=before.source,
        currency=before.currency,
        zone=before.zone,
        tax=before.tax,
        decimal_sign=reading.decimal_sign or before.decimal_sign,
        day_first=reading.day_first or before.day_first,
    )


def remember(readings: Sequence[Reading], brand: Brand, *, by: Identity, at: datetime) -> None:
    """For the next files."""
    for reading in readings:
        key = (brand.id, reading.program, _hash(reading))
        known = db.session.get(ExportReading, key) or ExportReading(brand_id=key[0], program=key[1], header_hash=key[2])
        known.reading, known.made_by_name, known.made_at = reading.as_json(), by.name, at
        db.session.add(known)
    db.session.flush()


def _hash(reading: Reading) -> bytes:
    """Of the headings, where these are all that the file is known by."""
    if reading.program in PROGRAMS:
        return b""
    return hashlib.sha256(json.dumps([heading(each) for each in reading.header]).encode()).digest()
