"""What brands' systems are told of contracts (app/notifications/announcing.py). Names are those of the API."""

from __future__ import annotations

from datetime import datetime

from app.contracts.models import Agreement, Contract
from app.notifications.announcing import announce
from app.users.models import Creator


def announce_sent(agreement: Agreement, creator: Creator, contract: Contract | None, *, at: datetime) -> None:
    """Tells that a text both agreed on waits for their signatures; an amendment names its contract."""
    data = {
        "agreement": agreement.public_id,
        "kind": agreement.kind,
        "creator": {"id": creator.public_id, "handle": creator.handle},
        "contract": {"id": contract.public_id, "ref": contract.ref} if contract else None,
    }
    announce(agreement.brand_id, "contract.sent", data, fact=f"agreement {agreement.id}", at=at)


def announce_enacted(agreement: Agreement, contract: Contract, *, amends: bool, at: datetime) -> None:
    """Tells that a contract was signed by both, or has new terms."""
    data = _about(contract) | {"agreement": agreement.public_id}
    if amends:
        data["effective_on"] = agreement.sheet.effective_on
    type = "contract.amended" if amends else "contract.signed"
    announce(contract.brand_id, type, data, fact=f"agreement {agreement.id}", at=at)


def announce_ended(contract: Contract, *, kind: str, cause: str | None, side: str, at: datetime) -> None:
    """Tells that a side has ended a contract; `ends_on` is its last day."""
    data = _about(contract) | {"kind": kind, "cause": cause, "side": side}
    announce(contract.brand_id, "contract.ended", data, fact=f"contract {contract.id}", at=at)


def _about(contract: Contract) -> dict[str, object]:
    creator = contract.creator
    return {
        "id": contract.public_id,
        "ref": contract.ref,
        "creator": {"id": creator.public_id, "handle": creator.handle},
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "timezone": contract.timezone,
    }
