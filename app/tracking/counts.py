"""How often links were clicked, and by whom as far as that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.database import query_rows, raw, statement
from app.tracking.models import Link, Uncounted


@dataclass
class Clicks:
    """The clicks on one link: `people` is how many visitors stood behind those that count, where somebody who has not
    agreed to be known is another one at each click. `told` are visits that only the shop has seen."""

    counted: int = 0
    people: int = 0
    told: int = 0
    uncounted: dict[str, int] = field(default_factory=dict)

    @property
    def machines(self) -> int:
        """Clicks of machines, and pages that browsers have fetched ahead."""
        return self.uncounted.get(Uncounted.MACHINE, 0) + self.uncounted.get(Uncounted.FETCHED_AHEAD, 0)

    @property
    def others(self) -> int:
        """Clicks of people that are no touches: too many at once, outside the contract, while the link was off."""
        return sum(self.uncounted.values()) - self.machines


def clicks_of(links: Sequence[Link]) -> dict[int, Clicks]:
    """The clicks on each of the links, by the link's number."""
    found: dict[int, Clicks] = defaultdict(Clicks)
    values = {"links": [link.id for link in links], "brands": sorted({link.brand_id for link in links})}
    for row in query_rows(raw(), statement("app.tracking", "link_clicks"), values):
        found[row.link_id] = Clicks(row.counted, row.people, row.told)
    query = (
        "select link_id, kind, sum(clicks)::bigint clicks from link_tally where link_id = any (%(links)s) group by 1, 2"
    )
    for row in query_rows(raw(), query, values):
        found[row.link_id].uncounted[row.kind] = row.clicks
    return found
