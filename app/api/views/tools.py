"""The server of the Model Context Protocol, over HTTP: a message a request, each with a key that may read."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from mcp_types.jsonrpc import INVALID_REQUEST

from app import clock
from app.api import reading_json, tools
from app.api.blueprint import blueprint
from app.api.callers import called
from app.api.models import Scope
from app.security import ANYBODY, csrf, require


@blueprint.post("/api/mcp")
@require(ANYBODY)
def mcp() -> ResponseReturnValue:
    """Answers one message of JSON-RPC; what only tells us something is taken note of (202)."""
    caller = called(Scope.READ, at=clock.now())
    message, _content = reading_json.sent()
    if not _is_message(message):
        return _error(None, INVALID_REQUEST, gettext("Send one message of JSON-RPC 2.0.")), 400
    if "id" not in message:
        return Response(status=202)
    try:
        result = tools.answer(message["method"], message.get("params", {}), caller)
    except tools.Refused as refused:
        return _error(message["id"], refused.code, refused.sentence)
    return jsonify(jsonrpc="2.0", id=message["id"], result=result)


csrf.exempt(mcp)  # a key is sent by a program


def _is_message(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and message.get("jsonrpc") == "2.0"
        and isinstance(message.get("method"), str)
        and isinstance(message.get("params", {}), dict)
        and isinstance(message.get("id", ""), str | int)
    )


def _error(number: object, code: int, sentence: str) -> Response:
    return jsonify(jsonrpc="2.0", id=number, error={"code": code, "message": sentence})
