"""The live videos of Thai sellers on Facebook (Dehouche 2018, UCI, doi 10.24432/C5R60S, CC BY 4.0) as streams with what
viewers did. The file has no ends, no views and no time zone; whoever brings it says what to take for them."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask_babel import gettext

from app.database import raw, rows
from app.errors import BadFile
from app.users.models import Brand

COLUMNS = ("status_id", "status_type", "status_published", "num_reactions", "num_comments", "num_shares")
WRITTEN = ("%m/%d/%Y %H:%M", "%m/%d/%y %H:%M")  # the file mixes both
LIVE = "video"


@dataclass(frozen=True)
class Video:
    """A live video: on whose page, when it was published, and what viewers did."""

    ref: str
    page: str
    starts_at: datetime
    reactions: int
    comments: int
    shares: int


@dataclass(frozen=True)
class Brought:
    """How many pages, streams and rows of engagement were stored, of how many videos; and how many rows of the file
    are of no live video, and how many say the same as an earlier one."""

    creators: int
    streams: int
    engagement: int
    videos: int
    others: int
    repeated: int


def bring(path: Path, brand: Brand, *, minutes: int, zone: str, at: datetime) -> Brought:
    """Stores the live videos of the file as the brand's streams on Facebook, `minutes` long each, by creators called
    `facebook:<page>`; what is stored already stays. BadFile where a row can't be read; nothing is stored then."""
    found, others = [], 0
    for line, row in _rows(path):
        if row["status_type"] == LIVE:
            found.append(_video(line, row, zone))
        else:
            others += 1
    videos = list({video.ref: video for video in found}.values())
    values = {
        "refs": [video.ref for video in videos],
        "pages": [video.page for video in videos],
        "starts": [video.starts_at for video in videos],
        "reactions": [video.reactions for video in videos],
        "comments": [video.comments for video in videos],
        "shares": [video.shares for video in videos],
        "length": timedelta(minutes=minutes),
        "brand": brand.id,
        "at": at,
    }

    def stored(name: str) -> int:
        return int(rows(raw(), "app.streams", name, values)[0].stored)

    creators, streams = stored("seller_pages"), stored("seller_streams")
    repeated = len(found) - len(videos)
    return Brought(creators, streams, stored("seller_engagement"), len(videos), others, repeated)


def published(text: str, zone: str) -> datetime:
    """`4/22/2018 6:00` or `12/9/15 09:28`, months first, as an instant. ValueError for anything else."""
    for pattern in WRITTEN if len(text.split(" ")[0].split("/")[-1]) == 4 else WRITTEN[::-1]:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        except ValueError:
            continue
    raise ValueError(text)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        content = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        listed = list(reader)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(gettext("The file can't be read: %(why)s.", why=str(error)[:200])) from error
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise BadFile(gettext("The file lacks columns: it needs %(columns)s.", columns=", ".join(COLUMNS)))
    yield from enumerate(listed, 2)


def _video(line: int, row: dict[str, str], zone: str) -> Video:
    page, _mark, number = row["status_id"].partition("_")
    try:
        if not (page.isdecimal() and number.isdecimal()):
            raise ValueError(row["status_id"])
        done = [int(row[name]) for name in ("num_reactions", "num_comments", "num_shares")]
        return Video(
            f"facebook:{row['status_id']}", f"facebook:{page}", published(row["status_published"], zone), *done
        )
    except (ValueError, OverflowError) as error:
        raise BadFile(gettext("Line %(line)s can't be read: %(why)s.", line=line, why=str(error)[:200])) from error
