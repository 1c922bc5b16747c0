"""Two tabs: a form that edits something stored carries the version that it shows, and is refused when somebody has
saved another one in the meantime. Both are shown then; who saves once more knows what they replace.

The version is a digest of what the form shows, so a thing needs no column for it, and a change that the form does not
show is in nobody's way. It is compared under the lock of the thing (`hold`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self, TypeVar

from babel.dates import format_date
from flask_babel import get_locale, gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, SelectField, SelectMultipleField

from app.database import Base, db, lock

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Difference:
    """A field in which what is stored now differs from what was filled in, in the reader's words."""

    label: str
    stored: str
    written: str


class VersionedForm(FlaskForm):
    """A form that edits something stored. A view seals it when it shows what is stored, and asks `outdated` under the
    lock before it saves."""

    UNSTORED: ClassVar[frozenset[str]] = frozenset()  # fields that say nothing of what is stored, like a day of today

    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.newer: list[Difference] = []

    def seal(self) -> Self:
        """Notes which version it shows; called once it is filled from what is stored."""
        self.version.data = self._digest()
        return self

    def outdated(self, stored: VersionedForm) -> bool:
        """Whether something else is stored than what this was filled from. `stored` is the form as it would be shown
        now. The differences stand in `newer` then, and saving again replaces what is shown there.

        Who sends no version (a program) has seen none, and is taken at their word.
        """
        now = stored.seal().version.data
        if not self.version.data or self.version.data == now:
            return False
        self.version.data = now
        self.newer = [
            Difference(str(field.label.text), text(stored[field.name]), text(field))
            for field in self._fields_stored()
            if field.name in stored and _plain(field.data) != _plain(stored[field.name].data)
        ]
        self.form_errors.append(
            gettext(
                "A newer version was saved while you were editing. Compare both, and save again if yours is to count."
            )
        )
        return True

    def _digest(self) -> str:
        shown = {field.name: value for field in self._fields_stored() if (value := _plain(field.data)) is not None}
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]

    def _fields_stored(self) -> list[Field]:
        own = {"csrf_token", "version"} | self.UNSTORED
        return [field for field in self if field.name not in own]


def hold(row: Row) -> Row:
    """The row as it is now, locked until the transaction ends; everything else that was read is read anew."""
    locked: Row = lock(row)
    db.session.expire_all()
    return locked


def text(field: Field) -> str:
    """What a field holds, as people read it."""
    data = field.data
    if isinstance(field, BooleanField):
        return str(gettext("Yes") if data else gettext("No"))
    if isinstance(field, SelectField | SelectMultipleField):
        chosen = data if isinstance(field, SelectMultipleField) else [data]
        labels = {str(each[0]): str(each[1]) for each in field.iter_choices()}
        return ", ".join(labels.get(str(each), str(each)) for each in chosen or () if each) or "–"
    if isinstance(field, DateField) and isinstance(data, date):
        return format_date(data, locale=get_locale())
    return str(field._value()) or "–" if hasattr(field, "_value") else str(data or "–")


def _plain(data: Any) -> Any:
    """Data as JSON holds it; what is empty in one way or another is the same."""
    if isinstance(data, list | tuple | set | frozenset):
        plain = [_plain(each) for each in data]
        return (sorted(plain, key=str) if isinstance(data, set | frozenset) else plain) or None
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()} or None
    if isinstance(data, str):
        return data.replace("\r\n", "\n").strip() or None
    return data if data is None or isinstance(data, bool | int | float) else str(data)
