# ruff: noqa: E501
"""A form saved over a newer version is refused with both versions shown: every form that edits something stored."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict

from app import clock
from app.contracts.offers import negotiation
from app.contracts.terms import programmes
from app.contracts.terms.protection import Rates
from app.creators import channels, shortlists
from app.creators.lists import receiving
from app.database import db
from app.notifications.webhooks import endpoints
from app.uploads.exports.reading import Reading
from app.uploads.models import Upload, UploadFile
from app.uploads.uploads import path_of
from tests.campaigns import campaigning
from tests.campaigns.access import DAYS
from tests.cast import Cast
from tests.contracts.dealing import changed, terms
from tests.payouts.people import identity
from tests.streams.showing import planned

Browse = Callable[[str], FlaskClient]
Fields = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """A form: who edits, the page it stands on and where it is sent, from the address of what is edited; what two tabs
    write, and words by which both are recognised on the page that refuses."""

    who: str
    page: str
    action: str
    one: Fields
    other: Fields
    shown: tuple[str, str]


LEGAL = {"address": "Street 1, Town", "country": "NL", "email": "law@lumen.example"}
TAX = {"street": "Street 1", "town": "Town", "scheme": "small_business", "vat_number": ""}
EDITS = {
    "invoicing.brand_tax_profile_update": Edit("olga", "/tax", "/tax", TAX | {"name": "Lumen BV"}, TAX | {"name": "Lumen NV"}, ("Lumen BV", "Lumen NV")),
    "campaigns.brand_campaign_update": Edit("olga", "/edit", "/edit", {"title": "Lamps one"}, {"title": "Lamps two"}, ("Lamps one", "Lamps two")),
    "contracts.brand_offer_update": Edit("olga", "/edit", "/edit", {"commission_bps": "11"}, {"commission_bps": "12"}, ("11", "12")),
    "contracts.brand_programme_announce": Edit("olga", "", "", {"commission": "21"}, {"commission": "22"}, ("21", "22")),
    "contracts.brand_legal_details_update": Edit("olga", "/offers/legal-details", "/offers/legal-details", LEGAL | {"name": "Lumen BV"}, LEGAL | {"name": "Lumen NV"}, ("Lumen BV", "Lumen NV")),
    "creators.creator_profile_update": Edit("mira", "/profile", "/profile", {"about": "First tab"}, {"about": "Second tab"}, ("First tab", "Second tab")),
    "creators.creator_channel_update": Edit("mira", "", "", {"followers": "501"}, {"followers": "502"}, ("501", "502")),
    "creators.brand_profile_update": Edit("olga", "/profile", "/profile", {"about": "First tab"}, {"about": "Second tab"}, ("First tab", "Second tab")),
    "sales.brand_sharing_update": Edit("olga", "/sharing", "/sharing", {"first_bps": "11", "last_bps": "0"}, {"first_bps": "12", "last_bps": "0"}, ("11", "12")),
    "creators.creator_list_update": Edit("adam", "", "", {"column_1": ""}, {"column_1": "average_views"}, ("–", "Average views")),
    "creators.brand_own_list_update": Edit("olga", "", "", {"column_1": ""}, {"column_1": "average_views"}, ("–", "Average views")),
    "desks.brand_list_rename": Edit("olga", "", "/name", {"name": "Winter one"}, {"name": "Winter two"}, ("Winter one", "Winter two")),
    "desks.brand_creator_tags_update": Edit("olga", "", "/tags", {"tags": "warm"}, {"tags": "cold"}, ("warm", "cold")),
    "desks.brand_categories_update": Edit("olga", "/calendar", "/categories", {"categories": ["home"]}, {"categories": ["games"]}, ("Home", "Games")),
    "users.account_update": Edit("olga", "/account", "/account", {"name": "Olga One"}, {"name": "Olga Two"}, ("Olga One", "Olga Two")),
    "notifications.brand_webhook_update": Edit("olga", "/edit", "/edit", {"url": "https://93.184.215.14/one"}, {"url": "https://93.184.215.14/other"}, ("/one", "/other")),
    "ranking.admin_ranking_update": Edit("adam", "/admin/ranking", "/admin/ranking", {"margin": "26", "category": "24"}, {"margin": "24", "category": "26"}, ("26", "24")),
    "streams.creator_show_update": Edit("mira", "/edit", "/edit", {"title": "Morning light"}, {"title": "Night light"}, ("Morning light", "Night light")),
    "streams.creator_show_item_update": Edit("mira", "/items/1", "/items/1", {"words": "Turn it on"}, {"words": "Turn it off"}, ("Turn it on", "Turn it off")),
    "uploads.upload_reading_update": Edit("olga", "", "/files/1/reading", {"source": "first shop"}, {"source": "second shop"}, ("first shop", "second shop")),
}  # fmt: skip
# Forms whose address sounds like an edit and that show nothing stored: there is no version to overwrite unseen.
NOTHING_SHOWN = {
    "contracts.contract_programme_update": "a choice of one programme, which says what it is",
    "creators.brand_consent_update": "a yes or a no to one creator",
    "ledger.credit_line_update": "an amount for a brand that is chosen in the form",
    "ledger.payout_days_update": "days for a brand that is chosen in the form",
    "payouts.approval_rules_update": "set anew and kept as a version",
    "payouts.bank_details_update": "entered anew, kept as a version, with the password",
    "payouts.platform_account_update": "entered anew and kept as a version",
    "users.language_update": "one choice that shows in the whole page",
    "users.passkey_update": "a new name, entered with the password and a second factor that counts once",
    "users.password_update": "asks for the old password",
    "users.reset_update": "a link that works once",
    "contracts.creator_offer_update": "the same view as the brand's",
    "contracts.creator_legal_details_update": "the same view as the brand's",
    "invoicing.creator_tax_profile_update": "the same view as the brand's",
    "streams.brand_show_update": "the same view as the creator's",
    "streams.brand_show_item_update": "the same view as the creator's",
    "invoicing.platform_tax_profile_update": "the same form as the brand's",
}


def address(cast: Cast, endpoint: str) -> str:
    """The address of what is edited, with something stored there."""
    lumen, mira, at = cast.brands["lumen"], cast.creators["mira"], clock.now()
    brand, olga = f"/brands/{lumen.public_id}", identity("olga")
    match endpoint:
        case "campaigns.brand_campaign_update":
            return f"{brand}/campaigns/{campaigning.campaign(lumen, at=at, **DAYS).public_id}"
        case "contracts.brand_offer_update":
            offer = negotiation.begin(lumen, mira, negotiation.OfferDraft(terms(lumen), "Lamps"), by=olga, at=at)
            return f"{brand}/offers/{offer.public_id}"
        case "contracts.brand_programme_announce":
            return f"{brand}/programmes/{programmes.create(lumen, 'Lamps', Rates(1_000), by=olga, at=at).public_id}"
        case "creators.creator_profile_update":
            return f"/creators/{mira.public_id}"
        case "creators.creator_channel_update":
            channel = channels.add(mira, platform="tiktok", name="mira", by=identity("mira"), at=at)
            return f"/creators/{mira.public_id}/channels/{channel.id}"
        case "uploads.upload_reading_update":
            reading = Reading("shopify_orders", "shopify", "EUR", "Europe/Amsterdam", {"order": 0}, ("Name",))
            upload = Upload(
                brand_id=lumen.id, by_id=olga.person_id, by_name="Olga", created_at=at, status="previewed", status_at=at
            )
            file = UploadFile(upload=upload, nr=1, name="orders.csv", bytes=1, kind="shopify_orders")
            file.reading = reading.as_json()
            db.session.add(file)
            db.session.flush()
            path_of(file).parent.mkdir(parents=True, exist_ok=True)
            path_of(file).write_text("Name\n")
            return f"/uploads/{upload.public_id}"
        case "creators.creator_list_update":
            found = receiving.receive(b"TikTok name,Followers\nanna,5\n", "a.csv", by=identity("adam"), at=at)
            return f"/admin/creator-lists/{found.public_id}"
        case "creators.brand_own_list_update":
            content = b"TikTok name,Followers\nanna,5\n"
            own = receiving.receive(content, "a.csv", brand_id=lumen.id, by=olga, at=at)
            return f"{brand}/own-lists/{own.public_id}"
        case "desks.brand_list_rename":
            return f"{brand}/lists/{shortlists.create(lumen, 'Winter', by=olga, at=at).public_id}"
        case "desks.brand_creator_tags_update":
            return f"{brand}/creators/{mira.public_id}"
        case "notifications.brand_webhook_update":
            made = endpoints.add(lumen, "https://93.184.215.14/", ["payout.paid"], by=olga, at=at)
            return f"{brand}/webhooks/{made.public_id}"
        case "streams.creator_show_update" | "streams.creator_show_item_update":
            show = planned(mira, skus={lumen: ("LAMP",)}, at=at + timedelta(days=1))
            return f"/creators/{mira.public_id}/shows/{show.public_id}"
        case "users.account_update" | "ranking.admin_ranking_update":
            return ""
        case _:
            return brand


def form_at(answer: Any, action: str) -> Any:
    """What a browser would send of the form of the page that goes to `action`."""
    page = html.fromstring(answer.text)
    (form,) = [each for each in page.forms if (each.action or "").split("?")[0] == action and each.method == "POST"]
    return MultiDict([(name, value.removeprefix("\n")) for name, value in form.form_values()])


@pytest.mark.parametrize("endpoint", EDITS)
def test_a_form_saved_over_a_newer_version_is_refused_with_both_shown(
    cast: Cast, browse: Browse, endpoint: str
) -> None:
    edit = EDITS[endpoint]
    of = address(cast, endpoint)
    db.session.commit()
    browser, page, action = browse(edit.who), of + edit.page, of + edit.action
    one, other = form_at(browser.get(page), action), form_at(browser.get(page), action)
    assert one["version"] == other["version"] != ""
    saved = browser.post(action, data=changed(one, **edit.one))
    assert saved.status_code in (302, 303), saved.text
    refused = browser.post(action, data=changed(other, **edit.other))
    assert refused.status_code == 409
    text = " ".join(html.fromstring(refused.text).text_content().split())
    assert "A newer version was saved while you were editing." in text
    (newer,) = html.fromstring(refused.text).xpath('//table[@id="newer"]')
    assert all(words in newer.text_content() for words in edit.shown)
    again = form_at(refused, action)
    assert again["version"] not in ("", other["version"])
    for name, value in edit.other.items():
        assert again.getlist(name) == (value if isinstance(value, list) else [value]), "what was written is still there"
    assert browser.post(action, data=again).status_code in (302, 303), "who has seen both may save"


def test_a_profile_shown_beside_a_refused_password_still_says_which_version_it_is(browse: Browse) -> None:
    browser = browse("olga")
    shown = form_at(browser.get("/account"), "/account")
    refused = browser.post("/account/password", data={"old": "wrong", "new": "short"})
    assert refused.status_code == 422
    assert form_at(refused, "/account")["version"] == shown["version"] != ""


def test_two_tabs_that_save_at_once_are_compared_one_after_the_other(cast: Cast, browse: Browse) -> None:
    of = f"/brands/{cast.brands['lumen'].public_id}/profile"
    browser = browse("olga")
    form = form_at(browser.get(of), of)
    db.session.rollback()
    browsers, answers, start = [browse("olga"), browse("olga")], list[int](), threading.Barrier(2)

    def save(number: int) -> None:
        start.wait()
        answers.append(browsers[number].post(of, data=changed(form, about=f"Tab {number}")).status_code)

    threads = [threading.Thread(target=save, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]


def test_every_form_that_edits_is_among_them(app: Flask) -> None:
    verbs = ("_update", "_edit", "_rename", "_announce", "_save")
    posts = (rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))
    endpoints = {rule.endpoint for rule in posts if rule.endpoint.endswith(verbs)}
    assert endpoints - set(NOTHING_SHOWN) == set(EDITS)
    assert set(NOTHING_SHOWN) <= endpoints
