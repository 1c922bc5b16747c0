"""The documentation, put together from the OpenAPI document: what the page shows and what the Markdown says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One field or parameter: its name, kind, whether it may be missing, and what it means."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Entry:
    """One operation: a call to copy, and the fields of what it takes and gives."""

    name: str
    method: str
    path: str
    summary: str
    about: str
    call: str
    parameters: Sequence[Field]
    sent: Sequence[Field]
    given: Sequence[Field]
    nested: Mapping[str, Sequence[Field]]  # further objects that stand in these


def entries(document: Schema) -> list[Entry]:
    """Every operation of the document."""
    server = document["servers"][0]["url"]
    return [
        _entry(document, server, method, path, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]


def _entry(document: Schema, server: str, method: str, path: str, said: Schema) -> Entry:
    body = said.get("requestBody", {}).get("content", {}).get("application/json")
    answer = next(iter(said["responses"].values()))["content"]["application/json"]["schema"]
    nested: dict[str, Sequence[Field]] = {}
    sent = _fields(document, body["schema"], nested) if body else []
    return Entry(
        name=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        about=said["description"],
        call=_call(server, method.upper(), path, said, body),
        parameters=[
            Field(each["name"], _kind(each["schema"]), each["required"], each.get("description", ""))
            for each in said["parameters"]
        ],
        sent=sent,
        given=_fields(document, answer, nested),
        nested=nested,
    )


def _call(server: str, method: str, path: str, said: Schema, body: Schema | None) -> str:
    """The operation as a command to copy."""
    needed = [each["name"] for each in said["parameters"] if each["in"] == "query" and each["required"]]
    address = server + path + ("?" + "&".join(f"{name}=…" for name in needed) if needed else "")
    if path.endswith("/statements"):
        address = address.replace("…", "2026-03")
    lines = [f'curl "{address}"', '  -H "Authorization: Bearer $STREAMCUT_KEY"']
    if body:
        lines += [
            '  -H "Content-Type: application/json"',
            f'  -H "Idempotency-Key: {said["operationId"]}-2026-03-10-1"',
        ]
        lines.append(f"  -d '{json.dumps(body.get('example', {}), ensure_ascii=False, indent=2)}'")
    return " \\\n".join(lines)


def _fields(document: Schema, schema: Schema, nested: dict[str, Sequence[Field]]) -> list[Field]:
    name = schema["$ref"].rpartition("/")[2]
    whole = document["components"]["schemas"][name]
    found = []
    for field, about in whole.get("properties", {}).items():
        found.append(Field(field, _kind(about), field in whole.get("required", ()), about.get("description", "")))
        for inner in _inner(about):
            inside = inner.rpartition("/")[2]
            if inside not in nested and inside != name:
                nested[inside] = []  # before its own fields are read, which may name it again
                nested[inside] = _fields(document, {"$ref": inner}, nested)
    return found


def _inner(about: Schema) -> Iterator[str]:
    if "$ref" in about:
        yield about["$ref"]
    for each in (*about.get("anyOf", ()), *([about["items"]] if "items" in about else ())):
        yield from _inner(each)


def _kind(schema: Schema) -> str:
    """The kind of a value in a few words: `string (uuid)`, `list of Sale`, `string or null`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    form = schema.get("format")
    return f"{schema.get('type', 'anything')} ({form})" if form else str(schema.get("type", "anything"))


def markdown(document: Schema) -> str:
    """The documentation as Markdown."""
    pieces = [f"# {document['info']['title']}", document["info"]["description"]]
    for entry in entries(document):
        pieces += [f"## {entry.method} {entry.path}", f"{entry.summary}\n\n{entry.about}", f"```sh\n{entry.call}\n```"]
        for title, fields in (("Parameters", entry.parameters), ("Body", entry.sent), ("Answer", entry.given)):
            pieces += [f"### {title}", _table(fields)] if fields else []
        for name, fields in entry.nested.items():
            pieces += [f"### {name}", _table(fields)]
    problems = [[status, about["description"]] for status, about in document["components"]["responses"].items()]
    pieces += ["## Problems", "\n".join(f"- `{status}`: {about}" for status, about in problems)]
    return "\n\n".join(pieces) + "\n"


def _table(fields: Sequence[Field]) -> str:
    rows = [f"| `{each.name}` | {each.kind} | {'yes' if each.required else ''} | {each.about} |" for each in fields]
    return "\n".join(["| field | kind | always | meaning |", "|---|---|---|---|", *rows])
