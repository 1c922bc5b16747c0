"""A passkey of a real browser: made, used for a change of the account, and an app set up without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import clock
from app.database import db
from app.users.factors.models import FactorUse, Passkey
from tests.browser.desk import Desk, axe, fits, give_device, screenshot
from tests.cast import PASSWORD, Cast, factor_code, give_app

pytestmark = pytest.mark.browser


def test_a_passkey_is_added_and_used_on_the_accounts_page(local_desk: Desk, cast: Cast) -> None:
    page = local_desk.sign_in("che")
    give_device(page)
    page.goto(local_desk.url("/account"))
    page.get_by_role("link", name="Set up a second factor").click()
    axe(page)
    page.get_by_role("link", name="Add a passkey").click()
    axe(page)
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added.")
    expect(page.get_by_text(re.compile(r"^\d{4} \d{4} \d{4}$"))).to_have_count(10)
    axe(page)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="Work laptop").first.click()
    page.get_by_label("New name").fill("Old laptop")
    page.get_by_label("Password").fill(PASSWORD)
    axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your passkey has answered: now send the form.")).to_be_visible()
    screenshot(page, "passkey")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Old laptop").first).to_be_visible()
    axe(page)
    screenshot(page, "factors")
    db.session.rollback()
    assert [(use.purpose, use.kind) for use in db.session.scalars(select(FactorUse))] == [("second factors", "passkey")]
    assert db.session.scalars(select(Passkey.last_used_at)).one() is not None


def test_an_app_is_set_up_without_scripts_on_a_small_screen(local_desk: Desk) -> None:
    page = local_desk.sign_in("che", script=False, width=360)
    page.goto(local_desk.url("/account/factors"))
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    assert fits(page)
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    screenshot(page, "factor_app")
    secret = page.locator(".mono").first.inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill(factor_code(secret, clock.now()))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Your app is set up.")).to_be_visible()
    assert fits(page)
    page.goto(local_desk.url("/account/factors/passkeys/new"))
    expect(page.get_by_text("A passkey needs a browser with scripts.")).to_be_visible()
    expect(page.get_by_role("button", name="Add the passkey")).to_have_count(0)


def test_an_admin_resets_the_factor_of_who_has_lost_it(desk: Desk, cast: Cast) -> None:
    give_app(cast.people["che"].id)
    db.session.commit()
    page = desk.sign_in("adam", width=400)
    page.goto(desk.url(f"/admin/people/{cast.people['che'].public_id}"))
    axe(page)
    assert fits(page)
    page.get_by_label("Reason").fill("Lost the phone, called back.")
    page.get_by_role("button", name="Reset the second factors").click()
    expect(page.get_by_role("status")).to_contain_text("The second factors of Che are reset")
    expect(page.get_by_role("button", name="Reset the second factors")).to_have_count(0)
