"""Contracts as pages show them: with their terms in force by version, and their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from app.contracts.models import Contract, Coupon, Terms
from app.contracts.sides import owned_by
from app.database import db
from app.errors import NotFound
from app.users.party_pages import Party


@dataclass
class ContractSummary:
    """A contract, its versions of terms (the newest first) and its codes."""

    contract: Contract
    terms: list[Terms] = field(default_factory=list)
    coupons: list[Coupon] = field(default_factory=list)

    def status(self, at: datetime) -> str:
        """`running`, `to_come` or `ended` at the instant `at`."""
        lower, upper = self.contract.period.lower, self.contract.period.upper
        if lower and at < lower:
            return "to_come"
        return "ended" if upper and at >= upper else "running"

    def in_force(self, at: datetime) -> Terms | None:
        """The terms in force at `at`: the nearest version where the contract does not cover it."""
        covering = [terms for terms in self.terms if at in terms.valid]
        return covering[0] if covering else (self.terms[0] if self.terms else None)


def contracts_of(*, brand_id: int | None = None, creator_id: int | None = None) -> Select[Contract]:
    """The contracts of a brand, of a creator, or of both with each other, the latest first."""
    query = select(Contract).options(joinedload(Contract.brand), joinedload(Contract.creator))
    if brand_id is not None:
        query = query.where(Contract.brand_id == brand_id)
    if creator_id is not None:
        query = query.where(Contract.creator_id == creator_id)
    return query.order_by(Contract.starts_on.desc(), Contract.id.desc())


def with_terms(contracts: Sequence[Contract]) -> list[ContractSummary]:
    """The contracts with their terms and codes, in the same order: two queries for all."""
    summaries = {contract.id: ContractSummary(contract) for contract in contracts}
    for terms in db.session.scalars(select(Terms).where(Terms.contract_id.in_(summaries)).order_by(Terms.nr.desc())):
        summaries[terms.contract_id].terms.append(terms)
    for coupon in db.session.scalars(select(Coupon).where(Coupon.contract_id.in_(summaries)).order_by(Coupon.code)):
        summaries[coupon.contract_id].coupons.append(coupon)
    return list(summaries.values())


def has_status(status: str, at: datetime) -> ColumnElement[bool]:
    """The condition that a contract is `running`, `to_come` or `ended` at `at`."""
    if status == "running":
        return Contract.period.contains(at)
    if status == "to_come":
        return func.lower(Contract.period) > at
    return func.upper(Contract.period) <= at


def contract_of(party: Party, public_id: UUID) -> Contract:
    """The side's contract with this public id; NotFound otherwise."""
    query = select(Contract).where(Contract.public_id == public_id, owned_by(party.owner, Contract))
    contract = db.session.scalar(query)
    if contract is None:
        raise NotFound(gettext("There is no such contract, or it is not yours."))
    return contract
