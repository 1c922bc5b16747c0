"""Reads what a client sends, as Stripe does: forms with brackets on /v1, JSON on /v2."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

NUMBERS = {"amount", "unit_amount", "quantity", "expires_at", "limit", "gte", "lte", "gt", "lt"}
FLAGS = {"requested"}


def read_form(text: str) -> dict[str, Any]:
    """`a[b][c]=1&d[0]=x` as nested objects and lists, with numbers where Stripe has numbers."""
    nested: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        keys, place = re.findall(r"[^\[\]]+", name), nested
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = _typed(keys[-1], value)
    result: dict[str, Any] = _with_lists(nested)
    return result


def read_body(version: int, raw: bytes) -> dict[str, Any]:
    """The body of a request to this version of the API. Raises ValueError when it can't be read."""
    if version == 1:
        return read_form(raw.decode())
    body = json.loads(raw or b"{}")
    if not isinstance(body, dict):
        raise ValueError("a body is an object")
    return body


def _typed(name: str, value: str) -> Any:
    if name in NUMBERS and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value == "true" if name in FLAGS else value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(each) for key, each in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
