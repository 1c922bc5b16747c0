"""Offers, agreements and contracts of the cast from today on, for tests that walk through the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict

from app import clock
from app.contracts.forms.offers import TermsForm
from app.contracts.models import Agreement, Contract, Offer
from app.contracts.offers import negotiation
from app.contracts.signing import signature
from app.contracts.signing.signature import SignatureEntry
from app.contracts.terms.sheet import (
    Bonus,
    Exclusivity,
    Scope,
    Sheet,
)
from app.database import db
from app.users.models import Brand, Creator
from tests.contracts import tables
from tests.contracts.signing import code_for
from tests.payouts.people import identity

OWNERS = {"lumen": "olga", "kettle": "kim", "zebra-lumen": "olga", "okapi-kettle": "kim"}
CREATORS = {"mira": "mira", "joon": "joon", "zebra-mira": "mira", "okapi-joon": "joon"}
PROMISED = (Bonus("retainer", 50_000), Bonus("guarantee", 300_000))


def next_month(today: date) -> date:
    """The first day of the month after."""
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def terms(brand: Brand, **changes: Any) -> Sheet:
    """Lighting, live, 10 %, with a retainer and a guarantee, for half a year from the next month on."""
    begin = next_month(clock.today(brand.timezone))
    sheet = Sheet(
        starts_on=begin,
        ends_on=begin + timedelta(days=180),
        timezone=brand.timezone,
        currency=brand.currency,
        commission_bps=1000,
        work=Scope(("home.lighting",), ("all",), ("NL",), ("live",)),
        bonuses=PROMISED,
    )
    return replace(sheet, **changes)


def closing(**changes: Any) -> Exclusivity:
    """Nobody else's lighting, for 100.00 a month."""
    return replace(Exclusivity("category", Scope(categories=("home.lighting",)), fee=10_000), **changes)


def drafted(brand: Brand, creator: Creator, sheet: Sheet | None = None, **about: Any) -> Offer:
    """A draft of the brand's, or a change of a contract begun by `side`."""
    side = about.get("side", "brand")
    who = OWNERS[brand.handle] if side == "brand" else CREATORS[creator.handle]
    draft = tables.drafted(sheet or terms(brand), about)
    made = negotiation.begin(brand, creator, draft, **{"by": identity(who), "at": clock.now()} | about)
    db.session.commit()
    return made


def proposed(brand: Brand, creator: Creator, sheet: Sheet | None = None, **about: Any) -> Offer:
    """An offer that lies before the other side."""
    made = drafted(brand, creator, sheet, **about)
    side = about.get("side", "brand")
    who = OWNERS[brand.handle] if side == "brand" else CREATORS[creator.handle]
    negotiation.send(made, side=side, by=identity(who), at=clock.now())
    db.session.commit()
    return made


def agreed(offer: Offer) -> Agreement:
    """The creator has accepted the newest version."""
    who = identity(CREATORS[offer.creator.handle])
    seen = negotiation.latest(offer).nr
    made = negotiation.accept(offer, side="creator", seen=seen, by=who, at=clock.now())
    db.session.commit()
    return made


def signed(agreement: Agreement, at: datetime | None = None) -> Contract:
    """Both have signed."""
    at = at or clock.now()
    for side, who in (("brand", OWNERS[agreement.brand.handle]), ("creator", CREATORS[agreement.creator.handle])):
        entry = SignatureEntry(who.title(), code_for(agreement, who, at), "203.0.113.7", "Test/1.0")
        signature.sign(agreement, entry, side=side, by=identity(who), at=at)
    db.session.commit()
    contract = agreement.contract
    assert contract
    return contract


def running(brand: Brand, creator: Creator, **changes: Any) -> Contract:
    """A contract that both have signed and that runs since the first of this month."""
    begin = clock.today(brand.timezone).replace(day=1)
    sheet = terms(brand, starts_on=begin, ends_on=begin + timedelta(days=300), **changes)
    return signed(agreed(proposed(brand, creator, sheet)))


def sent(form: TermsForm) -> MultiDict[str, str]:
    """What a browser sends of a form as it is shown."""
    page = "".join(str(field()) for field in form if field.type != "CSRFTokenField")
    return _values(html.fromstring(f"<form>{page}</form>"))


def filled(sheet: Sheet, **fields: str) -> MultiDict[str, str]:
    """What a browser sends of the form of a sheet, with some fields changed or added."""
    with current_app.test_request_context():
        form = TermsForm(sheet.currency, sheet.timezone, base=sheet, amends=sheet.effective_on is not None)
        form.fill(sheet)
        return changed(sent(form), **fields)


def form_of(answer: Any, action: str) -> MultiDict[str, str]:
    """What a browser would send of the form on a page whose address ends with `action`."""
    page = html.fromstring(answer.text)
    (form,) = [each for each in page.forms if (each.action or "").split("?")[0].endswith(action)]
    return _values(form)


def _values(form: Any) -> MultiDict[str, str]:
    """What the form on a page holds; the line break with which a textarea begins is not part of it."""
    return MultiDict([(name, value.removeprefix("\n")) for name, value in form.form_values()])


def changed(data: MultiDict[str, str], **fields: Any) -> MultiDict[str, str]:
    """The same with other texts in some fields."""
    copy = MultiDict(data)
    for name, value in fields.items():
        copy.setlist(name, value if isinstance(value, list) else [value])
    return copy


def said(answer: Any) -> str:
    """The text of a page, with spaces as one."""
    return " ".join(html.fromstring(answer.text).text_content().split())


def page(browser: FlaskClient, address: str, status: int = 200) -> str:
    """The text of a page that answers as expected."""
    answer = browser.get(address)
    assert answer.status_code == status, answer.text
    return said(answer)
