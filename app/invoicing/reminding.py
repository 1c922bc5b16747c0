"""Creators who earn and have given no tax details are asked twice; then nothing is paid to them (DAC7, directive
2021/514 annex V section IV A 2: after two reminders, and not before 60 days have passed).

Whoever builds payouts asks the view no_tax_data, which lists them until they fill in what is missing.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from app import clock, outbox
from app.database import db, raw, statement
from app.invoicing.models import TaxProfile, TaxReminder
from app.notifications.readers import readers_by_creator
from app.security import CREATOR
from app.users.models import Creator, Membership
from config import settings

BETWEEN_DAYS, UNTIL_DAYS, LEAST_DAYS = 30, 60, 14  # first to second; first to the block; second to the block, at least


def remind(at: datetime) -> str:
    """Asks who has to be asked today, by letter, and says how many; a second run on the same day asks nobody."""
    theirs = select(Membership.creator_id).where(Membership.ended_at.is_(None), Membership.role.in_(CREATOR))
    answered = select(TaxProfile.creator_id).where(TaxProfile.creator_id.is_not(None))
    query = select(Creator.id).where(Creator.id.in_(theirs), Creator.id.not_in(answered))
    readers = readers_by_creator(list(db.session.scalars(query)))
    given = {"creators": list(readers), "on": clock.today(settings().platform_timezone, at=at), "at": at}
    given |= {"between": BETWEEN_DAYS, "until": UNTIL_DAYS, "least": LEAST_DAYS}
    reminded = raw().execute(statement("app.invoicing", "remind"), given).fetchall()
    asked = select(Creator.id, Creator.public_id).where(Creator.id.in_([row[0] for row in reminded]))
    names = {row.id: row.public_id for row in db.session.execute(asked)}
    outbox.write_all(
        [
            (
                outbox.Event("tax.asked", "creator", creator_id, nr),
                readers[creator_id],
                {"last_day": blocks_on, "path": f"/creators/{names[creator_id]}/tax"},
            )
            for creator_id, nr, blocks_on in reminded
        ],
        at=at,
    )
    db.session.commit()
    return str(gettext("%(count)s creators were asked for their tax details.", count=len(reminded)))


def reminders_of(creator: Creator) -> list[TaxReminder]:
    """When a creator was asked, the first time first."""
    query = select(TaxReminder).where(TaxReminder.creator_id == creator.id).order_by(TaxReminder.nr)
    return list(db.session.scalars(query))
