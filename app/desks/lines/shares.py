"""Who shares a commission (rules.md B3), as far as the reader may see it: a creator reads their own share alone."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import psycopg
from flask_babel import gettext

from app.database import rows
from app.desks.why import Story
from app.sales.splits.rules import ShareReason


class Share(NamedTuple):
    """One creator's share, in minor units before and after refunds; of how many creators, and why it is that."""

    place: int
    creators: int
    creator_id: int
    creator_uuid: UUID
    creator_name: str
    reason: str
    amount: int
    net: int


def shares(connection: psycopg.Connection[object], story: Story) -> list[Share]:
    """The shares of the story's line by its newest decision, those that its reader may see; none of a line that is its
    winner's alone."""
    if not story.verdicts:
        return []
    values = {"brand": story.line.brand_id, "sale": story.line.id, "nr": story.verdicts[-1].nr}
    values |= {"commission": story.sums.commission, "net": story.sums.net_commission}
    found = rows(connection, "app.desks", "why_shares", values, Share)
    return [each for each in found if story.viewer.whole or each.creator_id in story.viewer.creator_ids]


def sentence(reason: str) -> str:
    """Why a share is what it is."""
    said = {
        ShareReason.FIRST: gettext("The buyer’s first visit: the part of the first, and of what all share."),
        ShareReason.LAST: gettext("The buyer’s last visit: the part of the last, and of what all share."),
        ShareReason.FIRST_AND_LAST: gettext(
            "The buyer’s first and last visit: the parts of both, and of what all share."
        ),
        ShareReason.BETWEEN: gettext("A visit in between: of what all share."),
        ShareReason.BELOW_LEAST: gettext("A visit whose share is below the least one: it goes to the last visit."),
    }
    return str(said[ShareReason(reason)])
