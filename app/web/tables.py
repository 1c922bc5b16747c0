"""Tables that become cards on a narrow screen: each cell carries its column's heading, which the style shows there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from flask import Flask
from markupsafe import Markup, escape

TAG = re.compile(r"<(?P<end>/?)(?P<name>table|thead|tbody|tfoot|tr|th|td)\b(?P<rest>[^>]*)>", re.IGNORECASE)
SPAN = re.compile(r'\bcolspan="(\d+)"')
MARKUP = re.compile(r"<[^>]*>")


def labelled(inside: Markup) -> Markup:
    """What stands inside a `<table>`, with `data-label` on the cells of its body and foot.

    A cell over several columns belongs to none of them and gets none; so does one whose column has no heading, and one
    of a table within the table. Attributes hold no bare `>`: the templates escape it.
    """
    text, labels = str(inside), _headings(str(inside))
    pieces, done, part, column, depth = [], 0, "", 0, 0
    for tag in TAG.finditer(text):
        name, end = tag["name"].lower(), bool(tag["end"])
        if name == "table":
            depth += -1 if end else 1
        elif depth or end:
            continue
        elif name in ("thead", "tbody", "tfoot"):
            part = name
        elif name == "tr":
            column = 0
        else:
            width = _width(tag["rest"])
            label = labels[column] if part != "thead" and width == 1 and column < len(labels) else ""
            if label:
                pieces.append(f'{text[done : tag.end() - 1]} data-label="{escape(label)}">')
                done = tag.end()
            column += width
    return Markup("".join([*pieces, text[done:]]))  # noqa: S704 - our templates' own text, escaped labels # nosec B704


def _headings(text: str) -> Sequence[str]:
    """The text of each column's heading, from the last row of the head."""
    head = text.partition("<thead>")[2].partition("</thead>")[0].rpartition("<tr>")[2]
    headings: list[str] = []
    cells = [tag for tag in TAG.finditer(head) if not tag["end"] and tag["name"].lower() in ("th", "td")]
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        words = MARKUP.sub(" ", head[cell.end() : following.start() if following else None])
        width = _width(cell["rest"])
        headings += [unescape(" ".join(words.split())) if width == 1 else ""] * width
    return headings


def _width(attributes: str) -> int:
    span = SPAN.search(attributes)
    return int(span[1]) if span else 1


def init_app(app: Flask) -> None:
    """Makes `|labelled` known to templates; the macro `table` uses it for every list."""
    app.jinja_env.filters["labelled"] = labelled
