"""A filter that can't be read: the page comes without it, keeps the others, and marks its field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from app.database import abandon
from app.errors import BadInput, StreamcutError


class BadFilter(BadInput):
    """The argument `field` of the address can't be read."""

    def __init__(self, sentence: str, *, field: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass
class Fault:
    """What stands in a field, why it can't be read, and whether the page has said so."""

    typed: str
    sentence: str
    shown: bool = False


def init_app(app: Flask, answer: Callable[[StreamcutError], ResponseReturnValue]) -> None:
    """Has pages asked again without the filters that can't be read; `answer` renders an error where there is none."""

    def ask_again(error: BadFilter) -> ResponseReturnValue:
        return _page_without(error) or answer(error)

    app.register_error_handler(BadFilter, ask_again)
    app.jinja_env.globals.update(filter_fault=filter_fault, other_faults=other_faults)


def filter_fault(name: str) -> Fault | None:
    """What is wrong with the filter of this name, for the field that shows it."""
    fault: Fault | None = _faults().get(name)
    if fault:
        fault.shown = True
    return fault


def other_faults() -> list[str]:
    """The sentences that no field of the page has shown."""
    return [fault.sentence for fault in _faults().values() if not fault.shown]


def _page_without(error: BadFilter) -> Response | None:
    """The page that was asked for, without each filter that can't be read; None where there is no such page."""
    if request.method != "GET":
        return None
    bad: BadFilter | None = error
    while bad:
        if bad.field not in request.args:
            return None
        _faults()[bad.field] = Fault(request.args[bad.field], bad.sentence)
        kept = [pair for pair in request.args.items(multi=True) if pair[0] != bad.field]
        request.args = ImmutableMultiDict(kept)  # a view reads its filters from here, and so do the links of its page
        abandon()
        try:
            answer, bad = current_app.make_response(current_app.dispatch_request()), None
        except BadFilter as another:
            bad = another
        except Exception as other:  # answered as if the page had been asked for like this
            return current_app.make_response(current_app.handle_user_exception(other))
    if answer.mimetype != "text/html":
        answer.close()
        return None  # a file without a filter would say more than was asked for
    if answer.status_code == 200:
        answer.status_code = 422
    return answer


def _faults() -> dict[str, Fault]:
    if "filter_faults" not in g:
        g.filter_faults = {}
    faults: dict[str, Fault] = g.filter_faults
    return faults
