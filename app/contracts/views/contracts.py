"""The contracts of a brand or creator, and the page of one."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_

from app import clock
from app.contracts import contract_papers, overview
from app.contracts.blueprint import blueprint
from app.contracts.terms.phrases import terms_sentences
from app.database import db
from app.security import BRAND, CREATOR, PLATFORM, identity, require
from app.users.models import Creator
from app.users.party_pages import Party, party_page
from app.users.scope import brand_for, creator_for
from app.web import query_args


@blueprint.get("/brands/<uuid:brand>/contracts")
@require(BRAND | PLATFORM)
def brand_contracts(brand: UUID) -> ResponseReturnValue:
    """The brand's contracts with their terms in words."""
    owner, at = brand_for(identity(), brand, read=True), clock.now()
    query = overview.contracts_of(brand_id=owner.id)
    if words := query_args.text(request.args, "creator"):
        query = query.join(Creator).where(or_(Creator.handle == words, Creator.name.icontains(words, autoescape=True)))
    status = query_args.choice(request.args, "status", ("running", "to_come", "ended"))
    if status:
        query = query.where(overview.has_status(status, at))
    pagination = db.paginate(query)
    return render_template(
        "contracts/brand_contracts.html",
        brand=owner,
        summaries=overview.with_terms(pagination.items),
        pagination=pagination,
        at=at,
        terms_sentences=terms_sentences,
    )


@blueprint.get("/creators/<uuid:creator>/contracts")
@require(CREATOR | PLATFORM)
def creator_contracts(creator: UUID) -> ResponseReturnValue:
    """The creator's contracts with their terms in words."""
    who = creator_for(identity(), creator, read=True)
    pagination = db.paginate(overview.contracts_of(creator_id=who.id))
    return render_template(
        "contracts/creator_contracts.html",
        creator=who,
        summaries=overview.with_terms(pagination.items),
        pagination=pagination,
        at=clock.now(),
        terms_sentences=terms_sentences,
    )


@party_page(blueprint, "GET", "contracts/<uuid:contract>")
def contract(party: Party, contract: UUID) -> ResponseReturnValue:
    """One contract as a side of it reads it: its term, every version of its terms in words, and its codes."""
    agreed, at = overview.contract_of(party, contract), clock.now()
    return render_template(
        "contracts/contract.html",
        summary=overview.with_terms([agreed])[0],
        side=party.side,
        party=party,
        papers=contract_papers.papers_of(agreed, at),
        at=at,
        terms_sentences=terms_sentences,
    )
