"""What the law of a country asks of a contract between a brand and a creator, as data (rules.md B17). A country more is
an entry more. Research, not advice.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

# What a contract may have to say. Each is looked for by clauses.py in the sheet, or in what we know of the parties.
ITEMS: dict[str, object] = {
    "parties": _(
        "who the parties are, how to reach them and where they pay tax: both fill in their legal details, and somebody "
        "signs in for both sides"
    ),
    "tasks": _("what the creator does"),
    "pay": _("what is paid or how it is computed, and the value of gifts"),
    "duties": _("rights and duties, among them who may use the content: write them into the further clauses"),
    "law": _("the law that governs: choose %(country)s"),
}


@dataclass(frozen=True)
class Pack:
    """One country's rules: from which sum on the items are mandatory."""

    code: str  # what the pack is called in a finding
    country: str  # ISO 3166-1; it holds where a party is at home, or where the audience is
    currency: str
    limit: int  # minor units, net of tax; cash and gifts for one brand, creator, goal and calendar year
    warn_percent: int  # of the limit
    items: tuple[str, ...]


PACKS = (
    # Law 2023-451 with its decree: in force from 1 January 2026
    Pack("fr", "FR", "EUR", 100_000, 80, ("parties", "tasks", "pay", "duties", "law")),
)
