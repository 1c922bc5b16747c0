"""Whether and how a brand shares commissions among all whose links a buyer followed (rules.md B3). Off by default; what
is announced holds for the contracts that are made after it, so that nobody's promise is lowered; turning it off holds
for all sales from then on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.database import query_rows, raw
from app.errors import BadInput
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record
from app.words import Word

WHOLE = 10_000
MOST = 5  # creators of one line


class ShareReason(Word):
    """Why a creator's share of a commission is what it is."""

    FIRST = "first_visit", _("First visit"), "info"
    LAST = "last_visit", _("Last visit"), "info"
    FIRST_AND_LAST = "first_and_last_visit", _("First and last visit"), "info"
    BETWEEN = "visit_between", _("Visit in between"), "info"
    BELOW_LEAST = "below_least_share", _("Below the least share"), "quiet"


@dataclass(frozen=True)
class Rule:
    """The parts of the first and of the last touch in basis points, what is left being shared equally among all; and
    the least share, in minor units of the brand's currency: less goes to the last."""

    is_on: bool = False
    first_bps: int = 0
    last_bps: int = 0
    floor: int = 0


OFF = Rule()


def rule_of(brand_id: int) -> Rule:
    """What holds for the brand's contracts from now on."""
    query = (
        "select is_on, first_bps, last_bps, floor from split_rule where brand_id = %(brand)s order by id desc limit 1"
    )
    found = query_rows(raw(), query, {"brand": brand_id})
    return Rule(*found[0]) if found else OFF


def announce(brand: Brand, rule: Rule, *, by: Identity, at: datetime) -> None:
    """Shares what contracts made from `at` on win by the rule, or shares nothing any more. Nothing for what holds
    already. The caller commits. BadInput for parts of more than the whole."""
    if not 0 <= rule.first_bps + rule.last_bps <= WHOLE:
        raise BadInput(gettext("The first and the last visit have more than 100 percent together: lower one of them."))
    if rule == rule_of(brand.id):
        return
    raw().execute(
        "insert into split_rule (brand_id, is_on, first_bps, last_bps, floor, set_by, set_at)"
        " values (%(brand)s, %(is_on)s, %(first_bps)s, %(last_bps)s, %(floor)s, %(by)s, %(at)s)",
        asdict(rule) | {"brand": brand.id, "by": by.person_id, "at": at},
    )
    record("split", "brand", brand.id, by=by, at=at, **asdict(rule))
