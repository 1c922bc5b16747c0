"""Every page of the access table, opened by somebody who may: sound on a large screen, and on a small and dark one,
where no sum, status or reason of any list is off-screen.

One visitor of each desk, and one who looks on for the platform, open all they may; finance what only it may.

A new page needs nothing here: its row in tests/<feature>/access.py makes the things it shows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page

from app.security import ANYBODY, SIGNED_IN
from tests.access import Row, Side, rows
from tests.browser.desk import OF_THE_LOOK, Desk, axe, fits, screenshot
from tests.cast import PEOPLE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = [row for row in rows() if row.method == "GET"]
EVERYTHING = ["", "sam", "olga", "mira", "adam"]  # "": nobody is signed in
VISITORS = [*EVERYTHING, "mo"]


def _opens(row: Row, name: str) -> bool:
    return _may(row, name) and (name in EVERYTHING or not any(_may(row, other) for other in EVERYTHING))


def _may(row: Row, name: str) -> bool:
    if not name:
        return row.roles == ANYBODY
    return row.roles == SIGNED_IN or not row.roles.isdisjoint(role for role, _of in PEOPLE[name])


def addresses(app: Flask, name: str) -> Iterator[tuple[Row, str]]:
    """The address of every page the visitor may open, about a thing that is there."""
    side = Side(app, "ours", "zebra", ("lumen", "mira"), f"{name or 'olga'}@cast.example")
    for row in PAGES:
        if _opens(row, name):
            (rule,) = (rule for rule in app.url_map.iter_rules(row.endpoint) if "GET" in (rule.methods or ()))
            values = {variable: side.value(row.kind_of(variable)) for variable in rule.arguments}
            with app.test_request_context():
                yield row, url_for(row.endpoint, **values) + row.query


# Whatever is painted outside of the screen, or cut off by something around it that one would have to scroll.
OFF_SCREEN = """() => [...document.querySelectorAll("main td, main th, main .badge, main .amount, main dd, main time")]
  .filter((cell) => cell.checkVisibility() && cell.textContent.trim() && !cell.closest("thead, .visually-hidden, svg"))
  .filter((cell) => {
    const box = cell.getBoundingClientRect();
    let [left, right] = [0, innerWidth];
    for (let around = cell.parentElement; around !== document.body; around = around.parentElement)
      if (getComputedStyle(around).overflowX !== "visible") {
        const edge = around.getBoundingClientRect();
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      }
    return box.left < left - 1 || box.right > right + 1 || cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth;
  })
  .map((cell) => `${cell.tagName} “${cell.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)}” is off-screen`)"""


def _faults(page: Page) -> list[str]:
    """What is wrong with the page that is shown, at the width it is shown at."""
    found: list[str] = []
    small = (page.viewport_size or {}).get("width") == LOOKS["small"]["width"]
    if small and page.locator("table").count():
        found += page.evaluate(OFF_SCREEN)
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first level")
    if not re.fullmatch(r".+ · Streamcut", page.title()):
        found.append(f"the title is “{page.title()}”")
    if not fits(page):
        found.append(f"wider than {page.viewport_size}")
    try:
        axe(page, OF_THE_LOOK if small else None)
    except AssertionError as error:
        found.append(str(error))
    return found


LOOKS: dict[str, dict[str, Any]] = {  # a page is loaded in the first and then looked at in the other
    "small": {"color_scheme": "dark", "width": 360},
    "large": {"color_scheme": "light", "width": 1280},
}


def take_on(page: Page, look: str) -> None:
    """Makes the window what the look is, whatever is shown in it."""
    about = LOOKS[look]
    page.emulate_media(color_scheme=about["color_scheme"], reduced_motion="reduce")
    page.set_viewport_size({"width": about["width"], "height": 800})


@pytest.mark.parametrize("name", VISITORS)
def test_every_page_is_sound(desk: Desk, app: Flask, name: str) -> None:
    page = desk.sign_in(name) if name else desk.page()
    wrong: list[str] = []
    seen = 0
    for row, address in addresses(app, name):
        answer = page.request.get(desk.url(address), max_redirects=0)
        if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue  # a file, or a way to another page
        seen += 1
        for look in LOOKS:
            take_on(page, look)
            if look == "small":
                page.goto(desk.url(address))
            wrong += [f"{row.endpoint} as {name or 'nobody'}, {look}: {fault}" for fault in _faults(page)]
            if os.environ.get("SCREENS"):
                screenshot(page, f"{row.endpoint}-{name or 'nobody'}-{look}")
    assert seen
    assert not wrong, "\n".join(wrong)
