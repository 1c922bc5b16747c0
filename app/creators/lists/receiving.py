"""What becomes of a list: received and looked at, mapped otherwise, imported or discarded.

Nothing is stored of it before somebody has seen how its columns are read. How they were is remembered for the next file
with the same headings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from time import perf_counter

from flask_babel import gettext
from sqlalchemy import select

from app.catalog.taxonomy import PLATFORM, ROOTS, tree
from app.creators import likenesses
from app.creators.lists import columns as mapping
from app.creators.lists import guessing, storing
from app.creators.lists.evidence import fits, sample_of
from app.creators.lists.guessing import Guess
from app.creators.lists.hints import day_of
from app.creators.lists.opening import Listed, opened
from app.creators.lists.reading import (
    Read,
    read,
)
from app.creators.lists.words import platform_of
from app.creators.models import CreatorList, ListMapping, ListStatus
from app.creators.taking_up import take_up
from app.database import db, lock
from app.errors import BadFile, BadInput, Conflict
from app.security import Identity
from app.transitions import move
from app.users import trail

MOST_BYTES = 1 << 23  # of a file as it is sent
KEPT_FAULTS = 5_000  # of an imported list
KEPT = timedelta(days=7)  # how long a list that nobody imports is kept
EARLIEST = date(2000, 1, 1)


def receive(
    content: bytes,
    file_name: str,
    *,
    measured_on: date | None = None,
    brand_id: int | None = None,
    by: Identity | None,
    at: datetime,
) -> CreatorList:
    """Keeps a file as a list to look at, mapped as the last one with its headings was, else as is guessed. `brand_id`:
    whose own list it is.

    `measured_on`: of which day its figures are; None takes it from the file's name, else the day of `at`. BadFile for
    what is no list. Lists that nobody imported in KEPT are discarded.
    """
    if len(content) > MOST_BYTES:
        raise BadFile(gettext("A list can have at most %(size)s MB. Split the file.", size=MOST_BYTES >> 20))
    listed = opened(content)
    today = at.date()
    name = file_name.replace("\x00", "").replace("\\", "/").split("/")[-1][:200] or "list.csv"
    guess = understood(listed, name, brand_id=brand_id)
    creator_list = CreatorList(
        file_name=name,
        sha256=listed.sha256,
        content=content,
        platform=guess.platform,
        measured_on=_day(measured_on or day_of(f"{name} {listed.titles}", today) or today, today),
        columns=guess.columns,
        status=ListStatus.PREVIEWED,
        brand_id=brand_id,
        by_id=by.person_id if by else None,
        by_name=by.name if by else "command line",
        at=at,
    )
    _forget_old(at)
    db.session.add(creator_list)
    db.session.flush()
    return creator_list


def understood(listed: Listed, file_name: str, platform: str = "", *, brand_id: int | None = None) -> Guess:
    """How the columns are read: as somebody read the same headings before, where the cells are still of that kind, else
    as is guessed. Whose platform it is only the file itself tells, or who has chosen `platform`."""
    guess = guessing.guess(listed.header, listed.cells, f"{file_name} {listed.titles}", platform)
    known = db.session.get(ListMapping, _hash(listed.header, brand_id)) if any(listed.header) else None
    if known is None:
        return guess
    who = known.made_by_name
    columns = {field: at for field, at in known.columns.items() if field in mapping.FIELDS}
    if of_another(listed.header, columns, guess.platform):
        return guess
    sample = sample_of(listed.header, listed.cells)
    if not all(fits(field, listed.header[at], sample[at]) for field, at in columns.items()):
        sentence = gettext("%(who)s mapped the same headings otherwise before, which does not fit this file.", who=who)
        return replace(guess, doubts=[sentence, *guess.doubts])
    sentence = gettext("The columns are mapped as %(who)s mapped them for a file with the same headings.", who=who)
    if columns == guess.columns:
        return replace(guess, doubts=[sentence, *guess.doubts], questions=[])
    otherwise = gettext("Going by its values alone, this file would be mapped differently.")
    return Guess(guess.platform, columns, [sentence, otherwise, *guess.platform_doubts])


def understanding(creator_list: CreatorList, listed: Listed, platform: str = "") -> Guess:
    """The same of a list that was received."""
    return understood(listed, creator_list.file_name, platform, brand_id=creator_list.brand_id)


def of_another(header: Sequence[str], columns: Mapping[str, int], platform: str) -> bool:
    """Whether a list has several platforms side by side, and these columns are those of another one."""
    sides = {platform_of(heading) for heading in header if mapping.known_by(heading)} - {""}
    return len(sides) > 1 and any(platform_of(header[at]) not in ("", platform) for at in columns.values())


def choose_platform(creator_list: CreatorList, platform: str, *, at: datetime) -> None:
    """Says whose accounts the list has, and takes its columns for what they are there: of a list with several platforms
    side by side those of this one. BadInput for no platform."""
    lock(creator_list)
    listed = opened(content_of(creator_list))
    creator_list.platform = _platform(platform)
    creator_list.columns = understanding(creator_list, listed, platform).columns
    db.session.flush()


def remap(
    creator_list: CreatorList,
    *,
    platform: str,
    columns: Mapping[str, int],
    measured_on: date,
    decimal_sign: str = "",
    at: datetime,
) -> None:
    """Reads the list's columns otherwise. BadInput for a mapping, platform or day that can't be; WrongStatus when it is
    not to be imported any more. `decimal_sign`: as `reading.read` takes it."""
    lock(creator_list)
    header = opened(content_of(creator_list)).header
    creator_list.columns = mapping.checked(columns, header)
    creator_list.platform, creator_list.measured_on = _platform(platform), _day(measured_on, at.date())
    creator_list.decimal_sign = decimal_sign
    db.session.flush()


def content_of(creator_list: CreatorList) -> bytes:
    """The file of a list that is not imported yet; WrongStatus when it is gone."""
    if creator_list.content is None:
        move(creator_list, ListStatus.IMPORTED)  # says what became of it
        raise BadInput(gettext("The file of this list is no longer kept. Upload it again."))
    return creator_list.content


def reading_of(creator_list: CreatorList) -> str:
    """What the preview of a list rests on, as a digest: whoever imports it has seen this one."""
    rests_on = [creator_list.platform, creator_list.measured_on.isoformat(), creator_list.decimal_sign]
    return hashlib.sha256(json.dumps([rests_on, sorted(creator_list.columns.items())]).encode()).hexdigest()


def ready(creator_list: CreatorList, seen: str) -> tuple[Read, Listed]:
    """The list as it is read, where nothing is open any more; refusals as of `import_list`."""
    content = content_of(creator_list)
    if seen and seen != reading_of(creator_list):
        raise Conflict(gettext("The mapping was changed in the meantime. Check the preview again."))
    listed = opened(content)
    columns, platform = mapping.checked(creator_list.columns, listed.header), _platform(creator_list.platform)
    came = read(listed, columns, platform, creator_list.decimal_sign)
    if came.undecided:
        raise BadInput(two_readings(came))
    if of_another(listed.header, columns, platform):
        raise BadInput(gettext("Some columns are those of another platform than the one chosen. Check the mapping."))
    return came, listed


def import_list(creator_list: CreatorList, *, seen: str = "", by: Identity | None, at: datetime) -> list[int]:
    """Stores the list so that its accounts are found at once, and remembers its mapping; returns the ids of the
    creators of whom something is new.

    BadInput while its platform, the column of accounts or what parts decimals is not said; WrongStatus when somebody
    was faster, Conflict when somebody has had it read otherwise than was `seen` (`reading_of`; empty: by nobody).
    """
    lock(creator_list)
    started = perf_counter()
    came, listed = ready(creator_list, seen)
    storing.in_turn()
    platform = creator_list.platform
    stored = storing.store(
        came,
        platform=platform,
        file_name=creator_list.file_name,
        sha256=listed.sha256,
        measured_on=creator_list.measured_on,
        by=by,
        at=at,
    )
    take_up(stored.creator_ids, at=at)
    likenesses.look(stored.creator_ids, file_name=creator_list.file_name, rows=_beside(came, platform), at=at)
    move(creator_list, ListStatus.IMPORTED)
    creator_list.content, creator_list.import_id = None, stored.import_id
    creator_list.new_creators, creator_list.updated_channels, creator_list.unchanged_rows = (
        stored.new,
        stored.updated,
        stored.unchanged,
    )
    count(creator_list, came)
    creator_list.seconds = perf_counter() - started
    remember(listed.header, creator_list, by, at)
    counts = {"new": stored.new, "updated": stored.updated, "rejected": came.rejected_rows}
    trail.record("import", "creator_list", creator_list.id, by=by, at=at, file=creator_list.file_name, **counts)
    return stored.creator_ids


def two_readings(came: Read) -> str:
    """The question that has to be answered before a list can be imported whose counts fit two readings."""
    headings = "”, “".join(came.undecided)
    return str(
        gettext(
            "The numbers under “%(headings)s” can be read in two ways. Choose how they are written.", headings=headings
        )
    )


def discard(creator_list: CreatorList, *, by: Identity | None, at: datetime) -> None:
    """Forgets the file of a list; WrongStatus when it is imported."""
    lock(creator_list)
    move(creator_list, ListStatus.DISCARDED)
    creator_list.content = None
    trail.record("discard", "creator_list", creator_list.id, by=by, at=at, file=creator_list.file_name)


def latest(number: int) -> Sequence[CreatorList]:
    """The last lists that the platform received; what brands bring for themselves is theirs."""
    own = select(CreatorList).where(CreatorList.brand_id.is_(None))
    return db.session.scalars(own.order_by(CreatorList.id.desc()).limit(number)).all()


def _beside(came: Read, platform: str) -> list[likenesses.Row]:
    """What the rows say of accounts of the same person on other platforms."""
    return [
        likenesses.Row(each.line, platform, each.name, other, name)
        for each in came.accounts
        for other, name in each.elsewhere
    ]


def count(creator_list: CreatorList, came: Read) -> None:
    """Notes what came of reading the list."""
    creator_list.read_rows, creator_list.rejected_rows = came.rows, came.rejected_rows
    creator_list.rejected_cells, creator_list.kept_cells = came.rejected_cells, came.kept_cells
    creator_list.rejected = [asdict(fault) for fault in came.faults[:KEPT_FAULTS]]


def remember(header: Sequence[str], creator_list: CreatorList, by: Identity | None, at: datetime) -> None:
    """Keeps how the columns of these headings are mapped for the next file that has them: a brand's for the brand."""
    if not any(header):
        return
    number = _hash(header, creator_list.brand_id)
    known = db.session.get(ListMapping, number) or ListMapping(header_hash=number)
    known.header, known.platform, known.columns = list(header), creator_list.platform, dict(creator_list.columns)
    known.made_by_name, known.made_at = by.name if by else "command line", at
    db.session.add(known)
    db.session.flush()


def _forget_old(at: datetime) -> None:
    old = select(CreatorList).where(CreatorList.status == ListStatus.PREVIEWED, CreatorList.at < at - KEPT)
    for each in db.session.scalars(old.with_for_update(skip_locked=True)):
        move(each, ListStatus.DISCARDED)
        each.content = None


def _hash(header: Sequence[str], brand_id: int | None) -> bytes:
    whose = [] if brand_id is None else [brand_id]
    return hashlib.sha256(json.dumps([*whose, *(heading.casefold() for heading in header)]).encode()).digest()


def _platform(code: str) -> str:
    if code == ROOTS[PLATFORM] or code not in tree(PLATFORM).by_code:
        raise BadInput(gettext("Choose the platform of these accounts."))
    return code


def _day(day: date, today: date) -> date:
    if not EARLIEST <= day <= today:
        raise BadInput(gettext("Enter the date of the figures: from 2000 on, and not in the future."))
    return day
