"""Form fields over the numbered trees of the catalog."""

from __future__ import annotations

from functools import partial
from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice

from app.catalog.taxonomy import tree

INDENT = "\N{EM SPACE}"


class NodesField(SelectMultipleField):
    """Nodes of one of the four trees (app/catalog/taxonomy.py); `data` is their codes in the tree's order."""

    def __init__(self, label: Any = None, validators: Any = None, *, tree: str, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=partial(_nodes, tree), **kwargs)


def _nodes(name: str) -> list[SelectChoice]:
    return [SelectChoice(node.code, INDENT * node.depth + node.name) for node in tree(name).words]
