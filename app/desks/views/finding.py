"""Where a brand looks for creators: by what they say of themselves, and under filters."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.catalog.taxonomy import CATEGORY, PLATFORM, TERRITORY, tree
from app.contracts.rounds import BRAND
from app.csvfiles.cells import COUNTRIES, LANGUAGES
from app.database import db, raw
from app.desks import asked, candidates, naming
from app.desks.paging import PAGE
from app.desks.strict_fields import INDENT
from app.desks.views.seats import Seat, seated
from app.errors import BadInput
from app.matching import campaigns, keeping, search
from app.matching.models import Campaign
from app.matching.search.listing import MOST, ORDERS

Options = list[tuple[str, str]]
INVITES = 6  # open campaigns that have a button
FIELDS = ("q", "category", "market", "language", "platform", "followers", "price", "verified", "tag", "list", "sort")


@seated("GET", "creators", sides=(BRAND,))
def creators(seat: Seat) -> ResponseReturnValue:
    """Everybody in the market, or those who fit what was typed and chosen."""
    filters, page = _filters(seat), _page()
    found = search.listed(raw(), filters, first=(page - 1) * PAGE, rows=PAGE)
    return render_template(
        "desks/find_creators.html",
        seat=seat,
        naming=naming,
        found=found,
        most=MOST,
        filters=filters,
        own=FIELDS,
        rows=candidates.candidates(found.creators, seat.brand, tags=seat.ours),
        options=_options(seat),
        first=(page - 1) * PAGE + 1,
        previous=page - 1,
        following=page + 1 if page * PAGE < min(found.count, MOST) else 0,
        lists=keeping.lists_of(seat.brand) if seat.ours else [],
        campaigns=_open_campaigns(seat) if seat.may_deal else [],
    )


def _filters(seat: Seat) -> search.Filters:
    """What the address asks for; BadInput for what no list has."""
    given, currency = request.args, seat.brand.currency
    category = asked.choice(given, "category", tree(CATEGORY).by_code)
    shortlist = asked.identifier(given, "list") if seat.ours else None
    return search.Filters(
        brand=seat.of.id,
        currency=currency,
        text=asked.text(given, "q"),
        category=tree(CATEGORY).word(category).id if category else None,
        market=asked.choice(given, "market", COUNTRIES),
        language=asked.choice(given, "language", LANGUAGES),
        platform=asked.choice(given, "platform", tree(PLATFORM).by_code),
        verified=asked.choice(given, "verified", ("1",)) is not None,
        followers=asked.whole(given, "followers"),
        price=asked.amount(given, "price", currency),
        tag=asked.text(given, "tag") if seat.ours else None,
        shortlist=keeping.one(seat.brand, shortlist).id if shortlist else None,
        order=asked.choice(given, "sort", ORDERS),
    )


def _page() -> int:
    page = asked.whole(request.args, "page", MOST // PAGE)
    if page == 0:
        raise BadInput(gettext("There is no such page: go back to the first one."))
    return page or 1


def _options(seat: Seat) -> dict[str, Options]:
    """The choices of every filter, after "any"."""
    platforms = [(word.code, word.name) for word in tree(PLATFORM).words if word.depth]
    found = {
        "category": [(word.code, INDENT * (word.depth - 1) + word.name) for word in tree(CATEGORY).words if word.depth],
        "market": sorted(
            ((word.code, word.name) for word in tree(TERRITORY).words if word.code in COUNTRIES),
            key=lambda each: each[1],
        ),
        "language": sorted(((code, naming.language(code)) for code in LANGUAGES), key=lambda each: each[1]),
        "platform": platforms,
        "tag": [(tag, tag) for tag in keeping.all_tags(seat.brand)] if seat.ours else [],
        "list": [(str(each.public_id), each.name) for each, _count in keeping.lists_of(seat.brand)]
        if seat.ours
        else [],
    }
    return {name: [("", str(gettext("Any"))), *choices] for name, choices in found.items()}


def _open_campaigns(seat: Seat) -> list[Campaign]:
    """The campaigns to which creators can be invited now, the newest first."""
    at = clock.now()
    published = campaigns.of_brand(seat.of.id).where(Campaign.status == "published")
    return [each for each in db.session.scalars(published) if campaigns.takes(each, at)][:INVITES]
