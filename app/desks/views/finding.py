"""Where a brand looks for creators: by what they say of themselves, and under filters."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.campaigns import campaigns
from app.campaigns.models import Campaign
from app.catalog import naming
from app.catalog.fields import INDENT
from app.catalog.taxonomy import CATEGORY, PLATFORM, TERRITORY, tree
from app.creators import search, shortlists
from app.creators.search import alike
from app.creators.search.listing import MOST, ORDERS, TURNED
from app.csvfiles.cells import COUNTRIES, LANGUAGES
from app.database import PAGE, db, raw
from app.desks import alike_rows, creator_rows
from app.desks.blueprint import blueprint
from app.users.models import Creator
from app.users.party_pages import Party, party_page
from app.users.sides import Side
from app.web import query_args
from app.web.filters import BadFilter

Options = list[tuple[str, str]]
INVITES = 6  # open campaigns that have a button
FIELDS = (
    *("q", "category", "market", "language", "platform", "followers", "followers_most", "live", "views", "engagement"),
    *("growth", "fatigue", "price", "verified", "tag", "list", "like", "sort"),
)
MORE = ("followers_most", "views", "engagement", "growth", "fatigue", "verified", "tag", "list")  # folded up until used
FALLING = ("followers", "live", "views", "engagement", "growth")  # the largest first, unless turned


@party_page(blueprint, "GET", "creators", sides=(Side.BRAND,))
def creators(party: Party) -> ResponseReturnValue:
    """Everybody in the market, or those who fit what was typed and chosen."""
    model = _model()
    alike_to = alike.alike_of(raw(), model.id, readers=_readers(party)) if model else []
    filters, page = _filters(party, tuple(each.creator_id for each in alike_to) if model else None), _page()
    listing = search.listed(raw(), filters, first=(page - 1) * PAGE, rows=PAGE)
    return render_template(
        "desks/find_creators.html",
        party=party,
        naming=naming,
        listing=listing,
        most=MOST,
        filters=filters,
        own=FIELDS,
        more_open=any(request.args.get(name) for name in MORE),
        sorts=_sorts(filters.order),
        sorted_by=filters.sorted_by(listing.question is not None),
        falling=FALLING,
        model=model,
        reasons={each.creator_id: alike_rows.reasons(each) for each in alike_to},
        rows=creator_rows.candidates(listing.creators, party.brand, tags=party.ours),
        options=_options(party),
        first=(page - 1) * PAGE + 1,
        previous=page - 1,
        following=page + 1 if page * PAGE < listing.within_reach else 0,
        lists=shortlists.lists_of(party.brand) if party.ours else [],
        campaigns=_open_campaigns(party) if party.may_deal else [],
    )


def _model() -> Creator | None:
    """The creator whose likes are asked for; BadFilter where there is none."""
    chosen = query_args.identifier(request.args, "like")
    found = db.session.scalar(select(Creator).where(Creator.public_id == chosen)) if chosen else None
    if chosen and found is None:
        raise BadFilter(gettext("There is no such creator: open their page and follow its link again."), field="like")
    return found


def _readers(party: Party) -> tuple[int, ...]:
    """The brand, where its own people look: they alone read of its buyers."""
    return (party.owner.id,) if party.ours else ()


def _filters(party: Party, alike_to: tuple[int, ...] | None) -> search.Filters:
    """What the address asks for; BadFilter for what no list has."""
    given, currency = request.args, party.brand.currency
    category = query_args.choice(given, "category", tree(CATEGORY).by_code)
    shortlist = query_args.identifier(given, "list") if party.ours else None
    return search.Filters(
        brand=party.owner.id,
        currency=currency,
        text=query_args.text(given, "q"),
        category=tree(CATEGORY).word(category).id if category else None,
        market=query_args.choice(given, "market", COUNTRIES),
        language=query_args.choice(given, "language", LANGUAGES),
        platform=query_args.choice(given, "platform", tree(PLATFORM).by_code),
        verified=query_args.choice(given, "verified", ("1",)) is not None,
        followers=query_args.whole(given, "followers"),
        followers_most=query_args.whole(given, "followers_most"),
        live=query_args.whole(given, "live"),
        views=query_args.whole(given, "views"),
        engagement=query_args.percentage(given, "engagement"),
        growth=query_args.percentage(given, "growth"),
        fatigue=query_args.whole(given, "fatigue", 100),
        price=query_args.amount(given, "price", currency),
        alike=alike_to,
        tag=query_args.text(given, "tag") if party.ours else None,
        shortlist=shortlists.get_list(party.brand, shortlist).id if shortlist else None,
        order=query_args.choice(given, "sort", ORDERS),
    )


def _sorts(order: str | None) -> Options:
    """The orders to choose from; one that a heading has turned only where it is in force."""
    names = {
        "": gettext("Best first"),
        "followers": gettext("Followers"),
        "live": gettext("Live viewers"),
        "views": gettext("Average views"),
        "engagement": gettext("Engagement"),
        "growth": gettext("Growth of followers"),
        "fatigue": gettext("Fatigue, least first"),
        "name": gettext("Name"),
        "price": gettext("Price, lowest first"),
    }
    if order and order.startswith(TURNED):
        names[order] = gettext("%(order)s, the other way round", order=names[order.removeprefix(TURNED)])
    return list(names.items())


def _page() -> int:
    page = query_args.whole(request.args, "page", MOST // PAGE)
    if page == 0:
        raise BadFilter(gettext("There is no such page: go back to the first one."), field="page")
    return page or 1


def _options(party: Party) -> dict[str, Options]:
    """The choices of every filter, after "any"."""
    platforms = [(word.code, word.name) for word in tree(PLATFORM).words if word.depth]
    options = {
        "category": [(word.code, INDENT * (word.depth - 1) + word.name) for word in tree(CATEGORY).words if word.depth],
        "market": sorted(
            ((word.code, word.name) for word in tree(TERRITORY).words if word.code in COUNTRIES),
            key=lambda each: each[1],
        ),
        "language": sorted(((code, naming.language(code)) for code in LANGUAGES), key=lambda each: each[1]),
        "platform": platforms,
        "tag": [(tag, tag) for tag in shortlists.all_tags(party.brand)] if party.ours else [],
        "list": [(str(each.public_id), each.name) for each, _count in shortlists.lists_of(party.brand)]
        if party.ours
        else [],
    }
    return {name: [("", str(gettext("Any"))), *choices] for name, choices in options.items()}


def _open_campaigns(party: Party) -> list[Campaign]:
    """The campaigns to which creators can be invited now, the newest first."""
    at = clock.now()
    published = campaigns.of_brand(party.owner.id).where(Campaign.status == "published")
    return [each for each in db.session.scalars(published) if campaigns.takes(each, at)][:INVITES]
