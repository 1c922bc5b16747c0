"""Items of an order that stand packed in one cell, as exports of WooCommerce have them:
`name:Mug|sku:MUG|quantity:2|total:20.00|sub_total:25.00`, several parted by `;`, or a list in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

ITEMS = re.compile(r";(?=\s*[a-z_ ]+:)", re.IGNORECASE)
PARTS = re.compile(r"\|(?=\s*[a-z_ ]+:)", re.IGNORECASE)
NAMES = {  # what exports call what we know
    "name": "description",
    "item": "description",
    "product": "description",
    "product name": "description",
    "sku": "sku",
    "product sku": "sku",
    "id": "line",
    "item id": "line",
    "quantity": "quantity",
    "qty": "quantity",
    "total": "total",
    "item total": "total",
    "line total": "total",
    "sub total": "subtotal",
    "subtotal": "subtotal",
    "item subtotal": "subtotal",
    "price": "unit_price",
    "item price": "unit_price",
}
MOST = 1_000


def items(cell: str) -> list[dict[str, str]] | None:
    """The items of a cell, each by our names; None where the cell is nothing of that kind."""
    if cell.lstrip().startswith("["):
        return _of_json(cell)
    found = []
    for part in ITEMS.split(cell):
        pairs = [each.partition(":") for each in PARTS.split(part) if each.strip()]
        item = _named({name: value for name, colon, value in pairs if colon})
        if item:
            found.append(item)
    return found[:MOST] or None


def _of_json(cell: str) -> list[dict[str, str]] | None:
    try:
        listed = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        return None
    return [_named({name: _text(value) for name, value in each.items()}) for each in listed[:MOST]]


def _named(item: Mapping[str, str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in item.items():
        known = NAMES.get(" ".join(name.lower().replace("_", " ").split()))
        if known and known not in named:
            named[known] = value.strip()
    return named


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)
