"""What columns are, as somebody says it: `Followers (K)=followers`, `3=name`, `Views=` for a column to skip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext

from app.creators.lists.cells import bare
from app.creators.lists.columns import FIELDS, Columns
from app.errors import BadInput


def mapped(columns: Columns, header: Sequence[str], said: Iterable[str]) -> dict[str, int]:
    """The columns with what is `said` of them, each `heading=field` or `number=field` (from 1). BadInput names the
    heading that is not there or stands twice, and the field that is none."""
    result = dict(columns)
    for text in said:
        heading, sign, field = text.rpartition("=")
        field = field.strip()
        if not sign or (field and field not in FIELDS):
            raise BadInput(
                gettext(
                    "“%(text)s” does not say what a column is: write HEADING=FIELD, with one of %(fields)s.",
                    text=text,
                    fields=", ".join(FIELDS),
                )
            )
        at = _position(heading.strip(), header)
        result = {each: position for each, position in result.items() if position != at and each != field}
        if field:
            result[field] = at
    return result


def _position(heading: str, header: Sequence[str]) -> int:
    wanted = bare(heading).casefold()
    found = [at for at, each in enumerate(header) if each.casefold() == wanted] if wanted else []
    if len(found) == 1:
        return found[0]
    if not found and heading.isascii() and heading.isdecimal() and 1 <= int(heading) <= len(header):
        return int(heading) - 1
    if found:
        raise BadInput(
            gettext(
                "“%(heading)s” stands over several columns: give the column’s number, like %(number)s=FIELD.",
                heading=heading,
                number=found[-1] + 1,
            )
        )
    raise BadInput(
        gettext(
            "No column is called “%(heading)s”. There are: %(headings)s.",
            heading=heading,
            headings=", ".join(each or str(at) for at, each in enumerate(header, start=1)),
        )
    )
