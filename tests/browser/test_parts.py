"""The parts pages are made of (templates/_macros.html), all on one page, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import flash, render_template_string, request
from flask_sqlalchemy.pagination import Pagination
from flask_wtf import FlaskForm
from playwright.sync_api import Browser, expect
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired

from app import create_app
from app.security import ANYBODY, require
from app.words import WORDS
from tests.browser.conftest import serving
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.conftest import settings

pytestmark = pytest.mark.browser
PAGE = Path(__file__).with_name("parts.html").read_text(encoding="utf-8")


class Numbers(Pagination):
    """Pages of made-up rows."""

    def _query_items(self) -> list[int]:
        return list(range(25))

    def _query_count(self) -> int:
        return 4800


class Form(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    email = StringField(
        "E-mail", [DataRequired("Fill in an e-mail address.")], description="The one you were invited by."
    )
    currency = SelectField("Currency", choices=["EUR", "GBP"])
    rail = RadioField("Rail", choices=["sepa", "list"], default="sepa")
    agree = BooleanField("I agree")


@pytest.fixture
def parts(chromium: Browser, tmp_path: Path) -> Iterator[Desk]:
    """Browsers at an application that has nothing but the page of parts, and no database."""
    app = create_app(settings("postgresql+psycopg://nobody@127.0.0.1:1/nothing", tmp_path))
    asked = {"times": 0}

    @app.route("/parts", methods=["GET", "POST"])
    @require(ANYBODY)
    def parts() -> str:
        form = Form()
        if request.method == "POST":
            flash(f"Sent: {request.form.get('sent', 'a form')}", "success")
            form.validate()
        asked["times"] += 1
        pages = Numbers(page=int(request.args.get("page", 7)), per_page=25)
        return render_template_string(PAGE, form=form, pages=pages, words=list(WORDS), done=min(asked["times"] - 1, 3))

    with serving(app) as base:
        desk = Desk(chromium, base)
        yield desk
        desk.close()
    assert desk.complaints == []


@pytest.mark.parametrize("look", [{}, {"dark": True}, {"width": 360}], ids=["light", "dark", "small"])
def test_all_parts_are_sound(parts: Desk, look: dict[str, object]) -> None:
    page = parts.page(**look)  # type: ignore[arg-type]
    parts.visit(page, "/parts")
    screenshot(page, f"parts-{'-'.join(look) or 'light'}")
    assert fits(page)
    axe(page)


def test_a_live_part_is_refreshed_until_it_is_done(parts: Desk) -> None:
    page = parts.page()
    parts.visit(page, "/parts?status=paid")
    expect(page.locator("#state progress")).to_have_attribute("value", "0")
    expect(page.locator("#state")).not_to_contain_text("Show how far it is now")
    expect(page.locator("#state")).to_contain_text("Finished.")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert asked == []


def test_without_scripts_a_live_part_has_a_link(parts: Desk) -> None:
    page = parts.page(script=False)
    parts.visit(page, "/parts")
    for done in ("1", "2"):
        page.get_by_role("link", name="Show how far it is now").click()
        expect(page.locator("#state progress")).to_have_attribute("value", done)


def test_filters_keep_the_other_parameters_and_drop_the_page(parts: Desk) -> None:
    page = parts.page()
    parts.visit(page, "/parts?currency=EUR&status=draft&page=9")
    page.get_by_label("Status").select_option("paid")
    page.get_by_label("Order").fill("#1 & 2")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(parts.url("/parts?currency=EUR&status=paid&q=%231+%26+2&from="))
    expect(page.get_by_label("Order")).to_have_value("#1 & 2")
    page.get_by_role("link", name="Clear").click()
    expect(page).to_have_url(parts.url("/parts?currency=EUR"))


def test_pages_keep_the_filters(parts: Desk) -> None:
    page = parts.page()
    parts.visit(page, "/parts?status=draft&page=7")
    expect(page.get_by_text("151–175 of 4,800")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(parts.url("/parts?status=draft&page=8"))
    expect(page.get_by_role("link", name="Page 8")).to_have_attribute("aria-current", "page")


def test_a_button_posts_with_its_token_and_fields(parts: Desk) -> None:
    page = parts.page()
    parts.visit(page, "/parts")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("status").filter(has_text="Sent: yes")).to_be_visible()
    page.get_by_role("button", name="Cancel batch").click()
    expect(page.get_by_role("status").filter(has_text="Sent: confirmed")).to_be_visible()


def test_a_faulty_field_is_named_described_and_linked(parts: Desk) -> None:
    page = parts.page()
    parts.visit(page, "/parts")
    page.locator("form.form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert").filter(has_text="Please look at this again")
    expect(summary).to_contain_text("E-mail: Fill in an e-mail address.")
    field = page.get_by_label("E-mail", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("The one you were invited by. Fill in an e-mail address.")
    summary.get_by_role("link").click()
    expect(field).to_be_focused()
    axe(page)
