"""Mutants of a statement: comparisons, and/or, + and -, min/max, 0 and 1, a condition or an order left out, `not` and
`desc` taken away. Comments, strings, placeholders and casts stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.mutate.mutants import Mutant

TOKEN = re.compile(
    r"(?P<skip>--[^\n]*|\s+)"
    r"|(?P<fixed>'(?:[^']|'')*'|\"[^\"]*\"|%\(\w+\)s|::\s*\w+(?:\[\])?)"
    r"|(?P<word>left\(|[A-Za-z_][\w.]*)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign>->>|->|<=|>=|<>|!=|\|\||@>|<@|&&|!~|.)"
)
OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "+": "-", "-": "+", "0": "1", "1": "0"} | {
    "and": "or", "or": "and", "min": "max", "max": "min", "least": "greatest", "greatest": "least",
    "bool_and": "bool_or", "bool_or": "bool_and",
}  # fmt: skip
CLAUSES = frozenset(
    "and or group order having limit union then else when where left join cross full inner from on returning window"
    " offset for as rows select".split()
)
OPEN, CLOSE = ("(", "[", "case", "left("), (")", "]", "end")


@dataclass(frozen=True)
class Token:
    """A word, number or sign and where it stands: words are in small letters, what is fixed is `?`."""

    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """All that is neither white space nor comment; strings, placeholders and casts are fixed."""
    return [
        Token("?" if match.lastgroup == "fixed" else match.group().lower(), match.start(), match.end())
        for match in TOKEN.finditer(source)
        if match.lastgroup != "skip"
    ]


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """All single changes of the statement."""
    found = tokens(source)
    if any(token.text == "create" for token in found) and "select" not in {token.text for token in found}:
        return  # a table's columns
    for index, token in enumerate(found):
        before = found[index - 1].text if index else ""
        after = found[index + 1].text if index + 1 < len(found) else ""
        if token.text in OTHER and not _elsewhere(found, index, before, after):
            yield Mutant(path, token.start, token.end, OTHER[token.text], f"{token.text} to {OTHER[token.text]}")
        if token.text == "not" and after in ("exists", "null", "distinct", "bool_and", "bool_or", "in", "("):
            yield Mutant(path, token.start, found[index + 1].start, "", "not dropped")
        if token.text == "desc":
            yield Mutant(path, token.start, token.end, "", "desc dropped")
        if token.text == "order" and after == "by":
            last = _operand(found, index + 2, commas=True)
            yield Mutant(path, token.start, found[last - 1].end, "", "order by dropped")
        yield from _dropped(path, found, index)


def _dropped(path: str, found: Sequence[Token], index: int) -> Iterator[Mutant]:
    """The condition after an `and`, or the first one of several, left out."""
    token = found[index]
    if token.text == "and" and not _of_between(found, index):
        last = _operand(found, index + 1)
        yield Mutant(path, token.start, found[last - 1].end, "", "condition dropped")
    elif token.text in ("where", "on", "having", "when"):
        last = _operand(found, index + 1)
        if last < len(found) and found[last].text == "and":
            yield Mutant(path, found[index + 1].start, found[last + 1].start, "", "first condition dropped")


def _operand(found: Sequence[Token], start: int, *, commas: bool = False) -> int:
    """The index after the condition (or list) that begins at `start`."""
    depth, between = 0, False
    for index in range(start, len(found)):
        text = found[index].text
        if text in OPEN:
            depth += 1
        elif text in CLOSE:
            depth -= 1
            if depth < 0:
                return index
        elif depth:
            continue
        elif text == "between":
            between = True
        elif text == "and" and between:
            between = False
        elif text == "from" and found[index - 1].text == "distinct":
            continue
        elif text in CLAUSES or text == ";" or (text == "," and not commas):
            return index
    return len(found)


def _of_between(found: Sequence[Token], index: int) -> bool:
    """Whether this `and` belongs to a `between`."""
    depth = 0
    for token in reversed(found[:index]):
        if token.text in CLOSE:
            depth += 1
        elif token.text in OPEN:
            depth -= 1
            if depth < 0:
                return False
        elif not depth and token.text in CLAUSES - {"rows"}:
            return False
        elif not depth and token.text == "between":
            return True
    return False


def _elsewhere(found: Sequence[Token], index: int, before: str, after: str) -> bool:
    """Whether the token is something else here: `and` of a `between`, a position, a name, an operator's piece."""
    text = found[index].text
    if text == "and":
        return _of_between(found, index)
    if text in ("min", "max", "least", "greatest", "bool_and", "bool_or"):
        return after != "("
    if text == "=":  # of `update ... set` and `do update set`
        words = [token.text for token in found[:index] if token.text in (*CLAUSES, "set")]
        return bool(words) and words[-1] == "set"
    if text in ("0", "1"):
        if "limit" in (before, after):
            return True
        clause = next((token.text for token in reversed(found[:index]) if token.text in ("by", *CLAUSES)), "")
        return clause == "by" and before in ("by", ",")
    return text in "+-" and before in ("", "(", ",", "then", "else", "select")
