"""A brand or creator whom the admin enters by hand: a file of one row, which is judged, stored and remembered as any
other."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import gettext
from sqlalchemy import exists, func, select

from app.creators.taking_up import take_up_imports
from app.csvfiles.cells import guarded
from app.csvfiles.importing import import_file
from app.csvfiles.kinds import Kind
from app.database import db
from app.errors import BadFile, Conflict
from app.security import Identity
from app.uploads.file_kinds import KINDS
from app.users import trail
from app.users.models import Brand, Creator

OWNERS: Mapping[str, type[Any]] = {"brands": Brand, "creators": Creator}  # by kind of file


def add(kind_name: str, cells: Mapping[str, str], *, by: Identity, at: datetime) -> Any:
    """The new Brand or Creator with these cells by column, the audit trail's line with it; the caller commits.

    Conflict when the handle is taken; BadFile for a cell that a file may not have either.
    """
    kind, owner, handle = KINDS[kind_name], OWNERS[kind_name], cells["handle"]
    # whoever adds at the same moment waits here: the database's own guard takes `Lumen` beside `lumen`
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"add {kind_name}", 0))))
    if is_taken(kind_name, handle):
        raise Conflict(taken(handle))
    try:
        import_id = _imported(kind, cells, by=by, at=at)
    except (BadFile, Conflict) as error:
        if is_taken(kind_name, handle):  # by a file that has brought it just now
            raise Conflict(taken(handle)) from error
        raise
    new = db.session.scalars(select(owner).where(owner.import_id == import_id)).one_or_none()
    if new is None:  # the same file with the very same row: nothing was new
        raise Conflict(taken(handle))
    take_up_imports([import_id], at=at)
    trail.record("create", owner.__tablename__, new.id, by=by, at=at, handle=new.handle, name=new.name)
    return new


def is_taken(kind_name: str, handle: str) -> bool:
    """Whether a brand, or creator, has this handle, small and capital letters alike: nobody could tell two such apart
    in a list. A file may bring both: handles are compared byte for byte there (spec/formats.md)."""
    owner = OWNERS[kind_name]
    return bool(db.session.scalar(select(exists().where(func.lower(owner.handle) == func.lower(handle)))))


def taken(handle: str) -> str:
    """The sentence for a handle that is taken."""
    return str(gettext("The handle “%(handle)s” is taken already: choose another one.", handle=handle))


def _imported(kind: Kind, cells: Mapping[str, str], *, by: Identity, at: datetime) -> int:
    """Imports the row into the caller's transaction; the id of the import."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"new-{kind.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(cells)
            rows.writerow(guarded(cell) for cell in cells.values())
        return import_file(kind, path, by=by, at=at).import_id or 0
