"""The OpenAPI 3.1 document, written from the operations and the models that check what is asked and answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.operations import OPERATIONS, Operation
from app.api.problems import MEDIA
from app.api.schemas import Problem

VERSION = "1.0.0"
REFERENCE = "#/components/schemas/{model}"
ABOUT = """Send sales, refunds and touches; read what became of them.

Every request carries a key of the brand: `Authorization: Bearer sck_...`. An owner of the brand makes keys under
Settings, API keys. No key can approve or move money.

Amounts are decimal strings in major units (`"12.50"`), percentages decimal strings (`"7.25"`), instants ISO 8601 with
an offset. Lists are given in pages: pass `next` of one answer as `cursor` of the next request. Every answer has an
`X-Request-Id`; the key's page finds the request by it. Every error is a problem of RFC 9457 with one sentence in
`detail`. A key may make %s requests a second after a burst of 100; whoever goes faster is answered 429 with
`Retry-After`.

A model may read with a key what the key may read: `/api/mcp` is a server of the Model Context Protocol (streamable
HTTP, the key in `Authorization`). It reads, and does nothing else."""
PATH_TYPES: dict[str, dict[str, Any]] = {
    "int": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
    "uuid": {"type": "string", "format": "uuid"},
}
PROBLEMS = {
    400: "The body can’t be read as JSON in one way only, or a header is malformed",
    401: "There is no key, or none that is good",
    403: "The key may not do this",
    404: "There is no such thing, or it is another brand’s",
    409: "Something true a moment ago is not any more",
    413: "More than is taken at once",
    415: "The body is not application/json",
    422: "Something does not fit the schema",
    429: "Faster than the key may ask",
    500: "A fault of ours; nothing was stored",
    503: "Not available just now",
}
ALWAYS, WITH_BODY = (401, 403, 404, 422, 429, 500, 503), (400, 409, 413, 415)


def document(address: str, title: str, rate: int) -> dict[str, Any]:
    """The whole document, for the product at this address, with this name, and so many requests a second."""
    info = {"title": f"{title} API", "version": VERSION, "description": ABOUT % rate}
    return {"openapi": "3.1.0", "info": info, "servers": [{"url": address}], **_rest()}


@cache
def _rest() -> dict[str, Any]:
    schemas, names = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(path_of(each), {})[each.method.lower()] = _operation(each, names)
    key = {"type": "http", "scheme": "bearer", "description": "A key of the brand: `sck_…`"}
    components = {
        "schemas": schemas,
        "securitySchemes": {"key": key},
        "responses": {str(status): _problem(status, about) for status, about in PROBLEMS.items()},
        "headers": {
            "X-Request-Id": {
                "description": "The number of the request",
                "required": True,
                "schema": {"type": "string", "format": "uuid"},
            }
        },
    }
    return {"security": [{"key": []}], "paths": paths, "components": components}


def path_of(operation: Operation) -> str:
    """The path as OpenAPI writes it: `/api/sales/{sale}`."""
    return "/api" + re.sub(r"<\w+:(\w+)>", r"{\1}", operation.path)


def _schemas() -> tuple[dict[str, Any], dict[tuple[type[BaseModel], str], str]]:
    """Every schema of the document by name, and the name of each model as it is taken or given."""
    wanted: list[Any] = [(Problem, "serialization")]
    for each in OPERATIONS:
        wanted.append((each.given, "serialization"))
        wanted += [(each.sent, "validation")] if each.sent else []
    found: Mapping[Any, Any]
    found, whole = models_json_schema(wanted, ref_template=REFERENCE)
    text = re.sub(
        r"\bPage_(\w+?)_\b", r"PageOf\1", json.dumps({"$defs": whole["$defs"], "found": list(found.values())})
    )
    renamed = json.loads(text)
    names: dict[Any, str] = {
        key: value["$ref"].rpartition("/")[2] for key, value in zip(found, renamed["found"], strict=True)
    }
    return renamed["$defs"], names


def _operation(said: Operation, names: Mapping[Any, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": said.name,
        "summary": said.summary,
        "description": "\n\n".join(each for each in (said.about, _scope(said)) if each),
        "tags": [said.path.split("/")[1]],
        "parameters": [*_in_path(said), *_in_query(said), *_in_header(said)],
        "responses": {str(said.status): _answer(said, names)},
    }
    if said.sent:
        body: dict[str, Any] = {"schema": {"$ref": REFERENCE.format(model=names[said.sent, "validation"])}}
        if said.example:
            body["example"] = said.example
        told["requestBody"] = {"required": True, "content": {"application/json": body}}
    statuses = sorted((*ALWAYS, *(WITH_BODY if said.sent else ())))
    told["responses"] |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}
    return told


def _scope(said: Operation) -> str:
    return f"Needs a key with the scope `{said.scope}`." if said.scope else "Any good key may ask this."


def _answer(said: Operation, names: Mapping[Any, str]) -> dict[str, Any]:
    content = {"schema": {"$ref": REFERENCE.format(model=names[said.given, "serialization"])}}
    return {
        "description": said.summary,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": {"application/json": content},
    }


def _problem(status: int, about: str) -> dict[str, Any]:
    headers: dict[str, Any] = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    if status == 429:
        headers["Retry-After"] = {"description": "Seconds to wait", "required": True, "schema": {"type": "integer"}}
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {"description": about, "headers": headers, "content": {MEDIA: {"schema": schema}}}


def _in_path(said: Operation) -> Iterable[dict[str, Any]]:
    for kind, name in re.findall(r"<(\w+):(\w+)>", said.path):
        yield {"name": name, "in": "path", "required": True, "schema": PATH_TYPES[kind]}


def _in_query(said: Operation) -> Iterable[dict[str, Any]]:
    if said.asked is None:
        return
    schema = said.asked.model_json_schema()
    for name, about in schema["properties"].items():
        if "anyOf" in about:  # a parameter that is left out is left out: there is no null in an address
            about |= next(each for each in about.pop("anyOf") if each.get("type") != "null")
        kept = {key: value for key, value in about.items() if key not in ("title", "description")}
        if kept.get("default", "") is None:
            del kept["default"]
        required = name in schema.get("required", ())
        parameter = {"name": name, "in": "query", "required": required, "schema": kept}
        yield parameter | ({"description": about["description"]} if "description" in about else {})


def _in_header(said: Operation) -> Iterable[dict[str, Any]]:
    if said.sent:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "A name of your own for this request. Whoever repeats the request with it within 24 hours"
            " gets the first answer again, and nothing is done twice; with another body it is refused (422).",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }
