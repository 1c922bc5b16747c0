"""Cells of a list carry their column's heading, for screens on which rows become cards."""

from __future__ import annotations

import re

from markupsafe import Markup

from app.web.tables import labelled

COLUMNS = '<th scope="col">Order</th><th scope="col" class="amount">Net &amp; <abbr>tax</abbr></th><td></td>'
HEAD = f"<thead><tr>{COLUMNS}</tr></thead>"


def labels(html: str) -> list[str]:
    """Every cell after the head, as `text: label`."""
    body = html.partition("</thead>")[2]
    cells = re.findall(r"<t[hd]([^>]*)>([^<]*)", body)
    label = re.compile(r'data-label="([^"]*)"')
    return [f"{text}: {''.join(label.findall(about))}" for about, text in cells]


def test_each_cell_says_its_columns_heading() -> None:
    rows = '<tbody><tr><th scope="row">O-1</th><td class="amount">5</td><td>x</td></tr></tbody>'
    assert labels(labelled(Markup(HEAD + rows))) == ["O-1: Order", "5: Net &amp; tax", "x: "]


def test_a_cell_over_several_columns_says_none_and_the_next_says_its_own() -> None:
    rows = '<tbody><tr><td colspan="3">none</td></tr></tbody><tfoot><tr><td></td><td>9</td><td></td></tr></tfoot>'
    assert labels(labelled(Markup(HEAD + rows))) == ["none: ", ": Order", "9: Net &amp; tax", ": "]


def test_a_table_within_a_cell_is_left_alone() -> None:
    rows = "<tbody><tr><th>O-1</th><td><table><tr><td>in</td></tr></table></td><td>x</td></tr></tbody>"
    assert labels(labelled(Markup(HEAD + rows))) == ["O-1: Order", ": Net &amp; tax", "in: ", "x: "]


def test_nothing_else_of_the_table_changes() -> None:
    rows = '<tbody>\n<tr class="x"><th>a &lt;b&gt;</th><td>1</td><td><a href="/?a=1&amp;b=2">go</a></td></tr></tbody>'
    html = labelled(Markup(HEAD + rows))
    assert re.sub(r' data-label="[^"]*"', "", html) == HEAD + rows
