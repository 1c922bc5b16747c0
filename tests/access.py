"""The access table: every route, method and role of the product. A route without a row fails `tests/test_access.py`.

**To add your routes**, write `tests/<feature>/access.py`:

    from app.security import BRAND, FINANCE, PLATFORM, Role
    from tests.access import Kind, Row, Side
    from tests.market import stream

    def _stream(side: Side) -> object:                      # makes one on this side of the market
        return stream(side.brand, side.creator, title=side.word).public_id

    KINDS = {"stream": Kind(_stream)}

    ROWS = [
        Row("streams.listing", "GET", BRAND | PLATFORM),
        Row("streams.show", "GET", BRAND | PLATFORM),       # /brands/<uuid:brand>/streams/<uuid:stream>
        Row("streams.rename", "POST", frozenset({Role.BRAND_OWNER}), form={"title": "Spring"}),
        Row("streams.invite", "POST", BRAND, form=lambda side: {"creator": side.creator.public_id}),
    ]

- One `Row` per endpoint and method (HEAD and OPTIONS never). `roles` is what stands in the view's `@require(...)`,
  exactly.
- **Variables of the address** are made by the `Kind` with the variable's name: `<uuid:brand>` by the kind `brand`.
  When they are named otherwise, say so: `args={"public_id": "stream"}`. There are `brand`, `creator` and `person`
  already; each feature adds its own in `KINDS`, once for all features. A maker returns what stands in the address. It
  may ask for other things of the same side: `side.value("batch")` (made once for each side and row), `side.brand`,
  `side.creator`, `side.person` (rows of the database), and flushes; it needs no commit. **Put `side.word` into every
  free text it stores**: that is the text which must not be seen from the other side. A thing of which there is one
  only (a kind of file, a job) returns the same for both sides.
- `missing=` of a `Kind` is what stands in the address when there is no such thing: a random UUID unless you say
  otherwise (`Kind(_sale, missing=999_999_999)`, `Kind(_file, missing="nonsense")`).
- **The two sides**: ours is the brand `lumen` (olga, max, bea) and the creator `mira` (mira, ada), theirs the brand
  `kettle` (kim) and the creator `joon`. What a maker makes belongs to the side's brand and creator both, as far as it
  can. Somebody with a role of the row reaches what is on their side; the platform's people reach both sides;
  everybody else gets 404. `Kind(..., personal=True)`: it belongs to `side.person` alone, and nobody else reaches it.
- `form` is the data of a valid POST (a file is `(BytesIO(b"..."), "sales.csv")`; give it in a function, which is
  called for each request). `query` is appended to the address. Whoever is allowed must get less than 400; where that
  can't be (the status does not allow the move any more, say), name it: `also=(409,)`.
- `by_key=True` for what a program asks with a key: whoever comes by a browser gets 401, whatever is asked for.
- `counts`: tables in which a GET keeps count of those who come, like a link's touches; it may change no other.
- `csrf=False` only for what is not sent by a browser, e.g. a webhook with a signature.

Then run `.venv/bin/pytest tests/test_access.py -q -k "streams."`. Every request is undone afterwards, so a row may
delete what it likes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from app.database import db
from app.security import Role
from app.users.models import Brand, Creator, Person

Form = Mapping[str, Any]
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


@dataclass
class Side:
    """One half of the market: what a brand, a creator and a person of theirs have, made when it is first asked for."""

    app: Flask
    name: str  # ours, theirs
    word: str  # stands in all texts of this side and in none of the other
    handles: tuple[str, str]  # of brand and creator
    email: str
    made: dict[str, object] = field(default_factory=dict)

    @property
    def brand(self) -> Brand:
        """The side's brand."""
        return db.session.scalars(select(Brand).where(Brand.handle == self.handles[0])).one()

    @property
    def creator(self) -> Creator:
        """The side's creator."""
        return db.session.scalars(select(Creator).where(Creator.handle == self.handles[1])).one()

    @property
    def person(self) -> Person:
        """The person on this side who asks, or to whom the things belong that are one person's alone."""
        return db.session.scalars(select(Person).where(Person.email == self.email)).one()

    def value(self, kind: str) -> object:
        """What stands in an address for this side's thing of this kind."""
        key = f"{kind} of {self.email}" if kinds()[kind].personal else kind
        if key not in self.made:
            self.made[key] = kinds()[kind].make(self)
            db.session.commit()
        return self.made[key]

    def of(self, email: str) -> Side:
        """The same side, with another person."""
        return Side(self.app, self.name, self.word, self.handles, email, self.made)


@dataclass(frozen=True)
class Kind:
    """A kind of thing that addresses name; `make` makes one for a side and returns what stands in the address."""

    make: Callable[[Side], object]
    missing: object = NOWHERE
    personal: bool = False


@dataclass(frozen=True)
class Row:
    """One route and method: who may use it, and how a valid request looks. The module's docstring says more."""

    endpoint: str
    method: str
    roles: frozenset[Role]
    args: Mapping[str, str] = field(default_factory=dict)
    form: Form | Callable[[Side], Form] = field(default_factory=dict)
    query: str = ""
    also: tuple[int, ...] = ()
    counts: tuple[str, ...] = ()
    csrf: bool = True
    by_key: bool = False

    def kind_of(self, variable: str) -> str:
        """The kind of thing a variable of the address names."""
        return self.args.get(variable, variable)

    def form_for(self, side: Side) -> Form:
        """The data of a valid POST about this side's things."""
        return self.form(side) if callable(self.form) else self.form

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


def _features() -> list[Any]:
    found = sorted(Path(__file__).parent.glob("*/access*.py"))
    return [importlib.import_module(f"tests.{path.parent.name}.{path.stem}") for path in found]


def rows() -> list[Row]:
    """The whole table."""
    return [row for feature in _features() for row in feature.ROWS]


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of thing that has an address."""
    known = {
        "brand": Kind(lambda side: side.brand.public_id),
        "creator": Kind(lambda side: side.creator.public_id),
    }
    for feature in _features():
        known.update(getattr(feature, "KINDS", {}))
    return known
