"""The programs whose files are known by their headings, and what these headings mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.uploads.exports.fields import ITEM, heading

PREAMBLE = 30  # lines among which the headings are looked for


@dataclass(frozen=True)
class Program:
    """A kind of export. `name` is the word for its files, `source` what its sales are called unless the brand says
    otherwise; it is known by any of `signs`, sets of headings. `headings`: by field, the first that is there counts.
    `tax_inside`: whether its prices include tax, None where shops differ."""

    name: str
    source: str
    signs: tuple[frozenset[str], ...]
    headings: Mapping[str, tuple[str, ...]]
    tax_inside: bool | None = None

    def knows(self, header: Sequence[str]) -> bool:
        """Whether these are the headings of its files."""
        names = {heading(each) for each in header}
        return any(names >= signs for signs in self.signs)

    def columns(self, header: Sequence[str]) -> dict[str, int]:
        """Where each field stands."""
        found: dict[str, int] = {}
        names = [heading(each) for each in header]
        for field, spellings in self.headings.items():
            at = next((names.index(each) for each in spellings if each in names), None)
            if at is not None:
                found[field] = at
        if "item_1" not in found and "items" not in found and not self.headings.get("unit_price"):
            packed = [at for at, name in enumerate(names) if ITEM.fullmatch(name)]
            found |= {f"item_{nr}": at for nr, at in enumerate(packed, 1)}
        return found


SHOPIFY_ORDERS = Program(
    "shopify_orders",
    "shopify",
    (
        frozenset({"name", "lineitem quantity", "lineitem price"}),
        frozenset({"name", "lineitem name", "lineitem price"}),
    ),
    {
        "order": ("name",),
        "email": ("email",),
        "status": ("financial status",),
        "occurred_at": ("created at", "paid at"),
        "cancelled_at": ("cancelled at", "canceled at"),
        "currency": ("currency",),
        "subtotal": ("subtotal",),
        "shipping": ("shipping",),
        "tax": ("taxes",),
        "duties": ("duties",),
        "total": ("total",),
        "coupon": ("discount code",),
        "discount": ("discount amount",),
        "refunded": ("refunded amount",),
        "quantity": ("lineitem quantity",),
        "description": ("lineitem name",),
        "unit_price": ("lineitem price",),
        "sku": ("lineitem sku",),
        "taxable": ("lineitem taxable",),
        "line_discount": ("lineitem discount",),
        "country": ("shipping country", "billing country"),
    },
)
PROGRAMS: dict[str, Program] = {program.name: program for program in (SHOPIFY_ORDERS,)}


def program_of(header: Sequence[str]) -> Program | None:
    """The program whose file has these headings."""
    return next((program for program in PROGRAMS.values() if program.knows(header)), None)
