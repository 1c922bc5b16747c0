"""What is to be said of an export beside its bad rows: orders that are no sales, sums that do not add up, guesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext, ngettext

EXAMPLES = 8
# What a flag says of so many; examples stand behind it.
SAID: Mapping[str, Callable[[int], str]] = {
    "cancelled": lambda num: ngettext(
        "%(num)s cancelled order is no sale.", "%(num)s cancelled orders are no sales.", num
    ),
    "unpaid": lambda num: ngettext(
        "%(num)s order is not paid yet: it comes with a later export.",
        "%(num)s orders are not paid yet: they come with a later export.",
        num,
    ),
    "off": lambda num: ngettext(
        "%(num)s order does not add up to its total. It is read all the same.",
        "%(num)s orders do not add up to their totals. They are read all the same.",
        num,
    ),
    "refunded": lambda num: ngettext(
        "Date and line of the refund of %(num)s order are not known: it is shared over the lines.",
        "Date and line of the refunds of %(num)s orders are not known: they are shared over the lines.",
        num,
    ),
    "beyond": lambda num: ngettext(
        "The discount of %(num)s order is more than its lines cost: the rest counts for nothing.",
        "The discounts of %(num)s orders are more than their lines cost: the rest counts for nothing.",
        num,
    ),
    "taxed": lambda num: ngettext(
        "The prices of %(num)s order include tax: it was taken out.",
        "The prices of %(num)s orders include tax: it was taken out.",
        num,
    ),
    "sku": lambda num: ngettext(
        "%(num)s line has no SKU: the name of the product stands for it.",
        "%(num)s lines have no SKU: the name of the product stands for it.",
        num,
    ),
    "status": lambda num: ngettext(
        "The status of %(num)s order is not known here: it counts as a sale.",
        "The statuses of %(num)s orders are not known here: they count as sales.",
        num,
    ),
    "codes": lambda num: ngettext(
        "%(num)s order has several discount codes: the first one counts.",
        "%(num)s orders have several discount codes: the first one counts.",
        num,
    ),
    "day": lambda num: ngettext(
        "%(num)s order has a day and no time: it counts from midnight, so a visit on that day comes too late.",
        "%(num)s orders have a day and no time: they count from midnight, so a visit on that day comes too late.",
        num,
    ),
    "empty": lambda num: ngettext(
        "%(num)s order has no line with a quantity.", "%(num)s orders have no line with a quantity.", num
    ),
    "other": lambda num: ngettext(
        "%(num)s row is neither a sale nor a refund: it is left out.",
        "%(num)s rows are neither sales nor refunds: they are left out.",
        num,
    ),
    "with_tax": lambda num: ngettext(
        "The amount of %(num)s row is with VAT, and the file does not say how much of it.",
        "The amounts of %(num)s rows are with VAT, and the file does not say how much of them.",
        num,
    ),
    "visits": lambda num: ngettext(
        "%(num)s order names a link of your creators, as the shop has recorded it.",
        "%(num)s orders name a link of your creators, as the shop has recorded it.",
        num,
    ),
    "unknown": lambda num: ngettext(
        "The refund of %(num)s order is left out: no sale of that order is known. Bring its order export, then this"
        " file again.",
        "The refunds of %(num)s orders are left out: no sales of those orders are known. Bring their order export, then"
        " this file again.",
        num,
    ),
    "western": lambda _num: gettext(
        "The file is not UTF-8; it was read as Western European text. Check names with accents."
    ),
}


@dataclass
class Flags:
    """By code how many orders it is about, and the first of them."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def put(self, code: str, example: str = "") -> None:
        """One more order."""
        self.counts[code] += 1
        kept = self.examples.setdefault(code, [])
        if example and example not in kept and len(kept) < EXAMPLES:
            kept.append(example)

    def as_json(self) -> list[dict[str, Any]]:
        """To be kept with the file, the most frequent first."""
        return [
            {"code": code, "count": count, "examples": self.examples[code]} for code, count in self.counts.most_common()
        ]


def sentence(flag: Mapping[str, Any]) -> str:
    """What a flag says, with its examples."""
    said = SAID[flag["code"]](flag["count"])
    shown = ", ".join(flag["examples"]) + (" …" if flag["count"] > len(flag["examples"]) else "")
    return f"{said} ({shown})" if flag["examples"] else said
