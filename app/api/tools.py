"""The operations that read, as tools of the Model Context Protocol: what a key may read, a model may ask with it.

A server without memory over HTTP: each message is a request with the key and is answered at once, so nothing is kept
between two of them. The messages are those of the official types; nothing here writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import gettext
from mcp_types import (
    CallToolResult,
    Implementation,
    InitializeResult,
    ListToolsResult,
    ServerCapabilities,
    TextContent,
    Tool,
    ToolAnnotations,
    ToolsCapability,
)
from mcp_types.jsonrpc import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION
from pydantic import BaseModel, ConfigDict, Field, create_model

from app.api.callers import Caller
from app.api.document import VERSION
from app.api.operations import OPERATIONS, Operation, checked
from app.errors import StreamcutError
from config import settings

ABOUT = "Read what a brand has sold, whose each sale is and why, its contracts, streams, payouts and statements."
KINDS: dict[str, Any] = {"int": (int, Field(ge=0, le=2**63 - 1)), "uuid": (UUID, ...)}


class Refused(Exception):
    """A message that can't be answered; `code` as in JSON-RPC."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def answer(method: str, params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """What a message asks for, as its result; Refused for one we know nothing of."""
    if method not in METHODS:
        raise Refused(METHOD_NOT_FOUND, gettext("There is no such method."))
    return METHODS[method](params, caller)


def _initialize(params: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
    wanted = params.get("protocolVersion")
    return _written(
        InitializeResult(
            protocol_version=wanted if wanted in HANDSHAKE_PROTOCOL_VERSIONS else LATEST_HANDSHAKE_VERSION,
            capabilities=ServerCapabilities(tools=ToolsCapability()),
            server_info=Implementation(name=settings().platform_name, version=VERSION),
            instructions=ABOUT,
        )
    )


def _list(_params: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
    tools = [
        Tool(
            name=name,
            title=said.summary.removesuffix("."),
            description=f"{said.summary} {said.about}".strip(),
            input_schema=arguments.model_json_schema(),
            annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )
        for name, (said, arguments) in _tools().items()
    ]
    return _written(ListToolsResult(tools=tools))


def _call(params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    name = params.get("name")
    if not isinstance(name, str) or name not in _tools():
        raise Refused(INVALID_PARAMS, gettext("There is no such tool."))
    said, model = _tools()[name]
    try:
        arguments = checked(model, params.get("arguments", {}))
        found = said.function(caller, **_split(said, arguments))
    except StreamcutError as error:
        told = [TextContent(type="text", text=error.sentence)]
        return _written(CallToolResult(content=list(told), is_error=True))
    text = found.model_dump_json()
    content = [TextContent(type="text", text=text)]
    return _written(CallToolResult(content=list(content), structured_content=found.model_dump(mode="json")))


METHODS: dict[str, Callable[[Mapping[str, Any], Caller], dict[str, Any]]] = {
    "initialize": _initialize,
    "ping": lambda _params, _caller: {},
    "tools/list": _list,
    "tools/call": _call,
}


@cache
def _tools() -> dict[str, tuple[Operation, type[BaseModel]]]:
    """The tools by name, each with the model of its arguments: what stands in the path and in the query."""
    found: dict[str, tuple[Operation, type[BaseModel]]] = {}
    for said in OPERATIONS:
        if said.method == "GET":
            path: dict[str, Any] = {name: KINDS[kind] for kind, name in _in_path(said)}
            base = said.asked or _NoArguments
            found[said.name] = said, create_model(f"{said.name}_arguments", __base__=base, **path)
    return found


class _NoArguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _split(said: Operation, arguments: BaseModel) -> dict[str, Any]:
    """The arguments as the operation takes them."""
    names = [name for _, name in _in_path(said)]
    split: dict[str, Any] = {name: getattr(arguments, name) for name in names}
    if said.asked:
        split["asked"] = arguments
    return split


def _in_path(said: Operation) -> list[tuple[str, str]]:
    return re.findall(r"<(\w+):(\w+)>", said.path)


def _written(result: BaseModel) -> dict[str, Any]:
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)
