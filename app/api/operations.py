"""An operation of the API: what it takes, gives and demands, said once. The same saying makes the route, checks the
request, shapes the answer and writes the document (document.py).

Each begins with the key of the request (callers.py); the session of a browser counts for nothing here, so a page of
somebody else can't make a browser act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from app import clock
from app.api import answers, reading_json
from app.api.blueprint import blueprint
from app.api.callers import Caller, called
from app.api.errors import BadFields
from app.api.models import Scope
from app.database import db
from app.security import ANYBODY, csrf, require

View = TypeVar("View", bound=Callable[..., BaseModel])
Model = TypeVar("Model", bound=BaseModel)
MOST_ERRORS = 100  # that one answer lists


@dataclass(frozen=True)
class Operation:
    """One operation; `path` as Flask writes it, behind /api."""

    function: Callable[..., BaseModel]
    name: str
    method: str
    path: str
    scope: Scope | None  # None: any good key
    summary: str  # the first line of the function's docstring
    about: str  # the rest of it
    asked: type[BaseModel] | None  # the query
    sent: type[BaseModel] | None  # the body
    given: type[BaseModel]
    status: int
    example: Mapping[str, Any] | None  # of the body


OPERATIONS: list[Operation] = []


def operation(
    method: str,
    path: str,
    scope: Scope | None,
    given: type[BaseModel],
    *,
    asked: type[BaseModel] | None = None,
    sent: type[BaseModel] | None = None,
    status: int = 200,
    example: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Registers a function as an operation: it is given its caller, what the path names, `asked` (the query) and `sent`
    (the body), and returns a `given`. Its docstring is the documentation."""

    def decorate(function: View) -> View:
        summary, _, about = (function.__doc__ or "").strip().partition("\n")
        said = Operation(
            function=function,
            name=function.__name__,
            method=method,
            path=path,
            scope=scope,
            summary=summary,
            about=" ".join(about.split()),
            asked=asked,
            sent=sent,
            given=given,
            status=status,
            example=example,
        )
        OPERATIONS.append(said)
        view = require(ANYBODY)(_answering(said, function))
        csrf.exempt(view)  # a key is sent by a program, and never by a browser of its own accord
        blueprint.add_url_rule(f"/api{path}", function.__name__, view, methods=[method])
        return function

    return decorate


def _answering(said: Operation, function: Callable[..., BaseModel]) -> Callable[..., ResponseReturnValue]:
    def view(**names: Any) -> ResponseReturnValue:
        caller = called(said.scope, at=clock.now())
        asked = {"asked": query(said.asked)} if said.asked else {}
        if said.sent is None:
            if not said.asked and request.args:
                query(_Nothing)
            return json(function(caller, **names, **asked), said.status)
        return writing(said, function, caller, names)

    view.__name__, view.__module__, view.__doc__ = function.__name__, function.__module__, function.__doc__
    return view


def writing(
    said: Operation, function: Callable[..., BaseModel], caller: Caller, names: Mapping[str, Any]
) -> ResponseReturnValue:
    """Reads the body, has the operation done, and answers; whoever repeats a request gets the answer of the first."""
    value, content = reading_json.sent()
    sent = checked(cast(type[BaseModel], said.sent), value)
    name = answers.name_of_request()
    if name and (before := answers.repeated(caller, name, content)):
        return before
    answer = json(function(caller, **names, sent=sent), said.status)
    if name:
        answers.keep(caller, name, content, answer)
    db.session.commit()
    return answer


class _Nothing(BaseModel):
    """Of an operation whose address asks for nothing."""

    model_config = {"extra": "forbid"}


def query(model: type[Model]) -> Model:
    """What the address asks for, as a `model`; BadFields otherwise."""
    values: dict[str, str] = {}
    for name, several in request.args.lists():
        if len(several) > 1:
            raise BadFields(gettext("“%(name)s” is asked for twice: which is meant?", name=name[:40]))
        values[name] = several[0]
    return checked(model, values)


def checked(model: type[Model], value: Any) -> Model:
    """The value as a `model`; BadFields, with each field that does not fit, otherwise."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=True)
        errors = [_told(fault) for fault in faults[:MOST_ERRORS]]
        first = errors[0]
        where = first["field"] or gettext("the body")
        if first["row"] is not None:
            where = gettext("row %(row)s, %(field)s", row=first["row"], field=where)
        sentence = gettext("Look at %(where)s: %(reason)s", where=where, reason=first["reason"])
        raise BadFields(sentence, errors=errors) from None


def _told(fault: Any) -> dict[str, Any]:
    """One fault that pydantic found: which row, which field, and a sentence."""
    place = list(fault["loc"])
    row = next((each for each in place if isinstance(each, int)), None)
    names = [str(each) for each in place if isinstance(each, str)]
    if row is not None and names:
        names = names[1:]  # the list the row stands in
    return {"row": row, "field": ".".join(names)[:80] or None, "reason": _reason(fault)}


def _reason(fault: Any) -> str:
    about = fault.get("ctx", {})
    sentences = {
        "missing": gettext("It is missing."),
        "extra_forbidden": gettext("There is no such field."),
        "string_type": gettext("Write a text."),
        "string_too_long": gettext("Write at most %(most)s characters.", most=about.get("max_length")),
        "string_too_short": gettext("Write something here."),
        "int_type": gettext("Write a whole number."),
        "int_parsing": gettext("Write a whole number."),
        "int_from_float": gettext("Write a whole number."),
        "list_type": gettext("Write a list."),
        "model_type": gettext("Write an object."),
        "model_attributes_type": gettext("Write an object."),
        "uuid_parsing": gettext("Write an id as an answer gave it."),
        "too_long": gettext("At most %(most)s are taken at once.", most=about.get("max_length")),
        "too_short": gettext("Send at least one."),
        "greater_than_equal": gettext("Write %(least)s or more.", least=about.get("ge")),
        "less_than_equal": gettext("Write %(most)s or less.", most=about.get("le")),
        "timezone_aware": gettext("Write an instant with its offset, like 2026-03-28T09:30:00+01:00."),
        "datetime_parsing": gettext("Write an instant with its offset, like 2026-03-28T09:30:00+01:00."),
        "datetime_from_date_parsing": gettext("Write an instant with its offset, like 2026-03-28T09:30:00+01:00."),
    }
    if fault["type"] == "value_error":
        return str(about["error"])
    return sentences.get(fault["type"]) or str(fault["msg"])


def json(answer: BaseModel, status: int = 200) -> Response:
    """The answer with what `answer` says."""
    return Response(answer.model_dump_json(), status, content_type="application/json")
