"""Every error of the API in one form, the problem details of RFC 9457, with the number of the request."""

from __future__ import annotations

import json
import logging
from uuid import UUID, uuid4

from flask import Response, g, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from app.errors import StreamcutError
from config import settings

log = logging.getLogger(__name__)
MEDIA = "application/problem+json"
CODES = {  # what `code` says for each status
    400: "unreadable",
    401: "no_key",
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    409: "conflict",
    413: "too_large",
    415: "wrong_kind",
    422: "invalid",
    429: "too_many",
    500: "fault",
    503: "unavailable",
}


def titles() -> dict[str, str]:
    """Each kind of problem in words."""
    return {
        "unreadable": gettext("The request can’t be read"),
        "no_key": gettext("No good key"),
        "not_allowed": gettext("The key may not do this"),
        "not_found": gettext("Not there"),
        "wrong_method": gettext("Wrong method"),
        "conflict": gettext("Conflict"),
        "too_large": gettext("Too large"),
        "wrong_kind": gettext("Wrong content type"),
        "invalid": gettext("What was sent can’t be taken"),
        "too_many": gettext("Too many requests"),
        "fault": gettext("A fault of ours"),
        "unavailable": gettext("Not available just now"),
    }


def concerns() -> bool:
    """Whether the request behind this is one to the API, so that its errors take this form."""
    return request.path.startswith("/api/")


def problem(error: StreamcutError) -> Response:
    """The answer that tells of an error."""
    code = CODES.get(error.status, "invalid")
    if error.status >= 500:
        log.error("request %s could not be answered", request_id())
    told = {
        "type": settings().address_of(f"/api/docs#{code}"),
        "title": titles()[code],
        "status": error.status,
        "code": code,
        "detail": error.sentence,
        "request_id": str(request_id()),
        "errors": error.about.get("errors", []),
    }
    g.api_problem = code
    response = Response(json.dumps(told, ensure_ascii=False), error.status, content_type=MEDIA)
    if error.status == 429:
        response.headers["Retry-After"] = str(error.about.get("retry_after", 1))
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def problem_of_http(error: HTTPException) -> Response:
    """The same for what Werkzeug says itself."""
    code = error.code or 500
    sentences = {
        404: gettext("There is nothing at this address, or it is not yours."),
        405: gettext("This address does not take this method: the header Allow names those it takes."),
        413: gettext("This is more than is taken at once: send fewer rows."),
        500: gettext("Something went wrong on our side. It has been logged; nothing was stored."),
    }
    told = StreamcutError(sentences.get(code, gettext("That request could not be read: look at the documentation.")))
    told.status = code if code in CODES else 400
    response = problem(told)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def request_id() -> UUID:
    """The number of the request behind this."""
    if "api_request_id" not in g:
        g.api_request_id = uuid4()
    number: UUID = g.api_request_id
    return number
