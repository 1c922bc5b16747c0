"""Sends every request of a row of the access table, as everybody, and says what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from app.security import ANYBODY, PLATFORM, SIGNED_IN, Role
from tests.access import Row, Side, kinds
from tests.cast import PEOPLE
from tests.world import OURS, SAFE, SHUT_OUT, THEIRS, World, email_of

HEADERS = {  # of every answer, whatever it is
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie",
}


@dataclass(frozen=True)
class Cell:
    """One request and what has to come of it."""

    name: str
    what: str
    address: str
    side: Side
    expected: str  # fine, shut (sign in), denied (403), missing (404)
    shown: bool = True  # as a page; of a refusal the sentence alone says as much, and costs a tenth


def _values(app: Flask, row: Row, side: Side) -> dict[str, object]:
    with app.app_context():
        return {variable: side.value(row.kind_of(variable)) for variable in _rule(app, row).arguments}


def _rule(app: Flask, row: Row) -> Rule:
    found = [rule for rule in app.url_map.iter_rules(row.endpoint) if row.method in (rule.methods or ())]
    return max(found, key=lambda rule: len(rule.arguments))


def _address(app: Flask, row: Row, values: dict[str, object]) -> str:
    with app.test_request_context():
        return app.url_for(row.endpoint, _method=row.method, **values)


def _may(row: Row, name: str) -> bool:
    if row.roles == ANYBODY:
        return True
    if name in SHUT_OUT:
        return False
    return row.roles == SIGNED_IN or any(role in row.roles for role, _ in PEOPLE.get(name, []))


def _reaches(row: Row, name: str, side: Side, variables: set[str]) -> bool:
    """Whether what `side` has is there for somebody with a role of the row."""
    if row.roles == ANYBODY or not variables:
        return True
    if any(kinds()[row.kind_of(variable)].personal for variable in variables):
        return side.email == email_of(name)
    if any(Role(role) in row.roles & PLATFORM for role, _ in PEOPLE.get(name, [])):
        return True
    return name in (OURS if side.name == "ours" else THEIRS)


def _cells(world: World, row: Row, name: str) -> Iterator[Cell]:
    """All requests of one person: about their own thing, somebody else's, mixtures of both, and none that there is."""
    own, other = world.side_of(name), world.other_side(name)
    variables = set(_rule(world.app, row).arguments)
    mine, yours = _values(world.app, row, own), _values(world.app, row, other)
    shut = "" if _may(row, name) else "shut" if name in SHUT_OUT else "denied"
    shut = "shut" if row.by_key else shut

    def cell(what: str, values: dict[str, object], side: Side, expected: str) -> Cell:
        return Cell(name, what, _address(world.app, row, values), side, shut or expected)

    yield cell("own", mine, own, "fine" if _reaches(row, name, own, variables) else "missing")
    if mine != yours:
        yield cell("foreign", yours, other, "fine" if _reaches(row, name, other, variables) else "missing")
    sided = {variable for variable in variables if mine[variable] != yours[variable]}
    for variable in sorted(variables) if not shut else ():  # who is shut out is so before anything is looked up
        if len(sided) > 1 and variable in sided:  # of one alone the mixture is the foreign thing itself
            yield cell(f"own with foreign {variable}", mine | {variable: yours[variable]}, own, "missing")
        for missing in _missing(world.app, row, variable):
            yield cell(f"{variable} {missing}", mine | {variable: missing}, own, "missing")


def _missing(app: Flask, row: Row, variable: str) -> list[object]:
    """Names of things that are not there; a number may also be larger than the database's largest."""
    plain = kinds()[row.kind_of(variable)].missing
    number = isinstance(_rule(app, row)._converters[variable], IntegerConverter)
    return [plain, 2**70] if number else [plain]


def _fault(world: World, row: Row, cell: Cell, answer: TestResponse) -> str:
    """What is wrong with an answer; empty when nothing is."""
    status, target = answer.status_code, answer.headers.get("Location", "")
    if cell.expected == "fine":
        right = (status < 400 and not target.startswith("/sign-in?")) or status in row.also
    elif cell.expected == "shut":
        right = status == 401 or (status == 302 and target.startswith("/sign-in?next="))
    else:
        right = status == {"denied": 403, "missing": 404}[cell.expected]
    if not right:
        return f"answered {status} {target}, but should be {cell.expected}"
    for header, value in HEADERS.items():
        if value not in answer.headers.get(header, ""):
            return f"lacks {header}: {value}"
    shown = {cell.side.name} if cell.expected == "fine" else set()
    leaked = [word for word in _not_for(world, cell.name, shown) if word in answer.get_data().lower()]
    return f"shows what is not for {cell.name}: {leaked}" if leaked else ""


def _not_for(world: World, name: str, shown: set[str]) -> list[bytes]:
    """The words somebody must not see, when they rightly look at something of the sides `shown`."""
    if any(Role(role) in PLATFORM for role, _ in PEOPLE.get(name, [])):
        return []
    words = [] if name in OURS or "ours" in shown else [world.ours.word, *(f"{who}@cast.example" for who in OURS)]
    if name not in THEIRS and "theirs" not in shown:
        words += [world.theirs.word, *(f"{who}@cast.example" for who in THEIRS)]
    return [word.encode() for word in words]


def ask_once(world: World, row: Row) -> TestResponse:
    """The answer to somebody who may, about a thing of their own."""
    with world.made_anew():
        name = next(name for name in PEOPLE if _may(row, name))
        side = world.side_of(name)
        return world.ask(row, name, _address(world.app, row, _values(world.app, row, side)), side)


def walk(world: World, row: Row) -> None:
    """Sends every request of a row and undoes it; fails with what is wrong."""
    world.app.config["WTF_CSRF_ENABLED"] = False
    with world.made_anew():
        cells = _thinned([cell for name in (*PEOPLE, *SHUT_OUT) for cell in _cells(world, row, name)])
        loud = [cell for cell in cells if cell.expected == "fine" and row.method not in SAFE]
        _send_quiet(world, row, [cell for cell in cells if cell not in loud])
        for cell in loud:
            _try(world, row, cell)
            world.undo()


def _thinned(cells: list[Cell]) -> list[Cell]:
    """The same requests; of the refusals of one kind, one person is shown the pages, the others the sentences."""
    first: dict[str, str] = {}
    return [
        replace(cell, shown=first.setdefault(cell.expected, cell.name) == cell.name)
        if cell.expected in ("denied", "missing")
        else cell
        for cell in cells
    ]


def _send_quiet(world: World, row: Row, cells: list[Cell]) -> None:
    """Sends what may change nothing, and compares the database before and after all of it."""
    world.remember()
    before = _sums(world, row)
    for cell in cells:
        _try(world, row, cell)
    if _sums(world, row) != before:
        world.undo()
        _name_the_culprit(world, row, cells, before)
    world.undo()


def _sums(world: World, row: Row) -> dict[str, tuple[int, int]]:
    """The sums of all tables in which the row may not count."""
    return {table: found for table, found in world.checksum().items() if table not in row.counts}


def _try(world: World, row: Row, cell: Cell) -> None:
    answer = world.ask(row, cell.name, cell.address, cell.side, shown=cell.shown)
    fault = _fault(world, row, cell, answer)
    page = answer.get_data().decode("utf-8", "replace")[:3000]
    assert not fault, f"{row} as {cell.name}, {cell.what} ({cell.address}): {fault}\n{page}"


def _name_the_culprit(world: World, row: Row, cells: list[Cell], before: dict[str, tuple[int, int]]) -> None:
    """All together they changed something that was not theirs to change: finds out who."""
    for cell in cells:
        world.ask(row, cell.name, cell.address, cell.side)
        after = _sums(world, row)
        changed = [table for table in before if before[table] != after[table]]
        assert not changed, f"{row} as {cell.name}, {cell.what} ({cell.address}) changed {changed}"
    pytest.fail(f"{row}: something changed, but only when all requests came one after another")


class Links(HTMLParser):
    """The addresses of this site that stand in the tables, headings and lead lines of a page's main part."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes where we are, and a link there."""
        values = dict(attrs)
        if tag in ("main", "table", "h1", "h2", "h3", "p", "dl"):
            self.inside.append("lead" if values.get("class") == "lead-line" else tag)
        href = values.get("href") or ""
        placed = {"table", "h1", "h2", "h3", "lead", "dl"} & set(self.inside)
        if tag == "a" and "main" in self.inside and placed and href.startswith("/"):
            self.addresses.add(href.partition("#")[0])

    def handle_endtag(self, tag: str) -> None:
        """One is no longer in it."""
        kinds = ("lead", "p") if tag == "p" else (tag,)
        while self.inside and set(kinds) & set(self.inside):
            if self.inside.pop() in kinds:
                break


READERS = ("olga", "mira", "mo", "adam")  # a brand, a creator, finance and an admin


def follow_links(world: World, row: Row) -> None:
    """Opens a row's page as its readers, and each link in its tables and headings once; fails with one that is shut."""
    with world.made_anew():
        for name in (name for name in READERS if _may(row, name)):
            side = world.side_of(name)
            page = world.ask(row, name, _address(world.app, row, _values(world.app, row, side)), side)
            if page.status_code != 200 or page.mimetype != "text/html":
                continue
            for address in sorted(Links(page.text).addresses):
                answer = world.ask(replace(row, query=""), name, address, side)
                target = answer.headers.get("Location", "")
                shut = answer.status_code >= 400 or target.startswith("/sign-in")
                assert not shut, f"{row} as {name}: the link {address} answers {answer.status_code} {target}"


def send_without_token(world: World, row: Row) -> None:
    """Sends a row's valid request without CSRF token and fails when it is done."""
    world.app.config["WTF_CSRF_ENABLED"] = True
    name = next(name for name in (*PEOPLE, "anonymous") if _may(row, name))
    side = world.side_of(name)
    with world.made_anew():
        address = _address(world.app, row, _values(world.app, row, side))
        before = world.checksum()
        assert world.ask(row, name, address, side).status_code in (400, 422)
        assert world.checksum() == before
