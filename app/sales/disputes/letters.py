"""Letters about disputes: to the people of a side with the way to their own page, and to the platform's admins."""

from __future__ import annotations

from datetime import datetime

from app import outbox
from app.contracts.letters import one_line, path, write
from app.notifications import readers
from app.outbox import Event
from app.sales.disputes.models import Dispute
from app.security import Role
from app.users.sides import Side


def tell(
    dispute: Dispute, side: str, what: str, *, at: datetime, until: datetime | None = None, said: object = ""
) -> None:
    """Writes to a side what happened: opened, answered, silent, added, decided, appealed, retracted, reminder. `until`
    and `said` are filled in where the letter has a place for them."""
    owner, other = (dispute.brand, dispute.creator) if side == Side.BRAND else (dispute.creator, dispute.brand)
    facts = {"who": one_line(other.name), "order": one_line(dispute.order_ref), "until": until, "said": said}
    facts["path"] = path(side, owner, f"disputes/{dispute.public_id}")
    write(_event(dispute, what, at), dispute, side, facts, at=at)


def tell_platform(dispute: Dispute, what: str, *, at: datetime, until: datetime | None = None) -> None:
    """Writes to the admins: there is something to decide (waiting), time is nearly over (due), or an order has come
    after all (came)."""
    facts = {
        "brand": one_line(dispute.brand.name),
        "creator": one_line(dispute.creator.name),
        "order": one_line(dispute.order_ref),
        "until": until,
        "path": f"/admin/disputes/{dispute.public_id}",
    }
    outbox.write(_event(dispute, what, at), readers.platform_readers({Role.ADMIN}), facts, at=at)


def _event(dispute: Dispute, what: str, at: datetime) -> Event:
    return Event(f"dispute.{what}", "dispute", dispute.id, at.isoformat())
