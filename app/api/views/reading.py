"""Operations that read. What is another brand's is not there."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.api.callers import Caller
from app.api.models import Scope
from app.api.operations import operation
from app.api.reading import lists
from app.api.reading.rows import listed, single
from app.api.reading.sales import page_of_sales, sale_in_full
from app.api.schemas import (
    BrandOfKey,
    ByCreator,
    Contract,
    Creator,
    Listed,
    Page,
    Payout,
    Sale,
    SaleInFull,
    SalesAsked,
    Statement,
    StatementsAsked,
    Stream,
)
from app.clock import first_instant, first_of_next_month
from app.database import db
from app.users.models import Brand
from config import settings


@operation("GET", "/brand", None, BrandOfKey)
def brand(caller: Caller) -> BrandOfKey:
    """Whose key this is.

    The brand, and what the key may do: the first call to try.
    """
    of = db.session.get_one(Brand, caller.brand_id)
    return BrandOfKey(
        handle=of.handle,
        name=of.name,
        country=of.country,
        currency=of.currency,
        timezone=of.timezone,
        key=caller.by.name.removesuffix(" (API)"),
        scopes=sorted(caller.scopes),
    )


@operation("GET", "/sales", Scope.READ, Page[Sale], asked=SalesAsked)
def sales(caller: Caller, asked: SalesAsked) -> Page[Sale]:
    """Sale lines with their why.

    The brand's lines, the latest sold first, each with whose it is, by which rule, and what it earned.
    """
    return page_of_sales(caller, asked)


@operation("GET", "/sales/<int:sale>", Scope.READ, SaleInFull)
def sale(caller: Caller, sale: int) -> SaleInFull:
    """One sale line in full.

    With its refunds and every decision that was made about it.
    """
    return sale_in_full(caller, sale)


@operation("GET", "/contracts", Scope.READ, Page[Contract], asked=ByCreator)
def contracts(caller: Caller, asked: ByCreator) -> Page[Contract]:
    """Contracts with what they pay now."""
    return listed("contracts", caller, asked, lists.contract, Page[Contract])


@operation("GET", "/contracts/<uuid:contract>", Scope.READ, Contract)
def contract(caller: Caller, contract: UUID) -> Contract:
    """One contract."""
    return single("contracts", caller, contract, lists.contract)


@operation("GET", "/streams", Scope.READ, Page[Stream], asked=ByCreator)
def streams(caller: Caller, asked: ByCreator) -> Page[Stream]:
    """Live streams, the latest first."""
    return listed("streams", caller, asked, lists.stream, Page[Stream])


@operation("GET", "/streams/<uuid:stream>", Scope.READ, Stream)
def stream(caller: Caller, stream: UUID) -> Stream:
    """One live stream."""
    return single("streams", caller, stream, lists.stream)


@operation("GET", "/creators", Scope.READ, Page[Creator], asked=Listed)
def creators(caller: Caller, asked: Listed) -> Page[Creator]:
    """The creators of the brand's contracts."""
    return listed("creators", caller, asked, lists.creator, Page[Creator])


@operation("GET", "/creators/<uuid:creator>", Scope.READ, Creator)
def creator(caller: Caller, creator: UUID) -> Creator:
    """One creator of the brand's contracts."""
    return single("creators", caller, creator, lists.creator)


@operation("GET", "/payouts", Scope.READ, Page[Payout], asked=ByCreator)
def payouts(caller: Caller, asked: ByCreator) -> Page[Payout]:
    """Payouts of this brand's money.

    Those that were approved, the latest first, each with the brand's part of it. No key can approve or send one.
    """
    return listed("payouts", caller, asked, lists.payout, Page[Payout])


@operation("GET", "/payouts/<uuid:payout>", Scope.READ, Payout)
def payout(caller: Caller, payout: UUID) -> Payout:
    """One payout of this brand's money."""
    return single("payouts", caller, payout, lists.payout)


@operation("GET", "/statements", Scope.READ, Page[Statement], asked=StatementsAsked)
def statements(caller: Caller, asked: StatementsAsked) -> Page[Statement]:
    """A month of each creator with this brand.

    What was owed at its beginning, earned, taken back, paid, and is owed at its end; by creator and currency. Months
    are cut by the instant booked, by the platform's clock.
    """
    zone, month = settings().platform_timezone, date.fromisoformat(f"{asked.month}-01")
    span = {"begin": first_instant(month, zone), "end": first_instant(first_of_next_month(month), zone)}
    return listed("statements", caller, asked, lambda row: lists.statement(row, asked.month), Page[Statement], span)
