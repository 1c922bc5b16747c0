"""JSON that can be read in one way only: no name twice, no NaN, nothing that no database holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from flask import request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from app.api.errors import TooLarge, Unreadable, WrongKind

MOST = 1024 * 1024  # bytes of one request: a thousand rows of a thousand bytes
JSON = "application/json"


def sent() -> tuple[Any, bytes]:
    """What the request's body says, and its bytes. WrongKind, TooLarge or Unreadable, each with a sentence."""
    if request.mimetype != JSON:
        raise WrongKind(gettext("Send JSON, with the header Content-Type: application/json."))
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongKind(gettext("Send the body as it is, without Content-Encoding."))
    request.max_content_length = MOST
    try:
        content = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise TooLarge(
            gettext("A request may have %(most)s bytes: send fewer rows at once.", most=f"{MOST:,}")
        ) from None
    return parsed(content), content


def parsed(content: bytes) -> Any:
    """The value that the bytes write; Unreadable otherwise."""
    try:
        text = content.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unreadable(gettext("The body is no UTF-8.")) from None
    except json.JSONDecodeError as error:
        about = {"line": error.lineno, "column": error.colno}
        raise Unreadable(gettext("The body is no JSON: look at line %(line)s, column %(column)s.", **about)) from None
    except RecursionError:
        raise Unreadable(gettext("The body is nested too deeply.")) from None
    except ValueError:  # a number of thousands of digits
        raise Unreadable(gettext("There is a number in the body that is too long to be read.")) from None
    if b"\\u" in content:
        _refuse_what_no_database_holds(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set[str]()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Unreadable(gettext("“%(name)s” stands twice in one object: which is meant?", name=_sayable(twice[:40])))
    return found


def _sayable(name: str) -> str:
    """The name with a question mark for each half of a character, which no answer can hold."""
    return name.encode("utf-8", "replace").decode()


def _no_number(name: str) -> NoReturn:
    raise Unreadable(gettext("%(name)s is no number of JSON.", name=name))


def _refuse_what_no_database_holds(value: Any) -> None:
    for text in _texts(value):
        if "\x00" in text:
            raise Unreadable(gettext("There is a NUL character in what you sent: remove it and try again."))
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise Unreadable(gettext("There is half a character (a lone surrogate) in what you sent."))


def _texts(value: Any) -> Iterator[str]:
    """Every text in the value, however deep: without recursion, which ends somewhere."""
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            left += each
            left += each.values()
        elif isinstance(each, list):
            left += each
