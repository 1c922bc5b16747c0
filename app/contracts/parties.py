"""Who the parties of a contract are by law: legal name, address, country and e-mail. They stand in the contract's text,
so whoever sends or accepts an offer has to have filled them in.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from sqlalchemy import select

from app.contracts.models import LegalDetails, Offer
from app.contracts.sides import owned_by
from app.csvfiles.cells import COUNTRIES
from app.database import db
from app.errors import BadInput, Conflict
from app.security import Identity, Role
from app.users.memberships import holders
from app.users.models import Brand, Creator
from app.users.sides import Side
from app.users.trail import record
from app.web.texts import checked_name

LONGEST_ADDRESS, MOST_LINES = 500, 8


@dataclass(frozen=True)
class PartyDetails:
    """What a party says of itself for its contracts; `country` as ISO 3166-1, the address on several lines."""

    name: str
    address: str
    country: str
    email: str


def details_of(party: Brand | Creator) -> LegalDetails | None:
    """What the party has filled in last; None while it has not."""
    query = select(LegalDetails).where(owned_by(party, LegalDetails)).order_by(LegalDetails.id.desc()).limit(1)
    return db.session.scalar(query)


def save_details(party: Brand | Creator, details: PartyDetails, *, by: Identity, at: datetime) -> LegalDetails:
    """Notes what holds from now on; contracts that are frozen already stay as they are. BadInput says what is wrong."""
    checked = PartyDetails(
        checked_name(details.name), _address(details.address), details.country, _email(details.email)
    )
    if checked.country not in COUNTRIES:
        raise BadInput(gettext("Choose the country of the address from the list."))
    row = LegalDetails(recorded_by=by.person_id, recorded_at=at, **asdict(checked))
    row.brand_id, row.creator_id = (party.id, None) if isinstance(party, Brand) else (None, party.id)
    db.session.add(row)
    db.session.flush()
    kind = "brand" if isinstance(party, Brand) else "creator"
    record("save legal details", kind, party.id, by=by, at=at, name=checked.name, country=checked.country)
    return row


def contacts(party: Brand | Creator) -> list[str]:
    """The addresses of the people who sign for a party, in order: of a creator who does not sign in, their agents'.
    Empty when nobody signs yet."""
    if isinstance(party, Brand):
        people = holders(Role.BRAND_OWNER, party.id, None)
    else:
        people = holders(Role.CREATOR, None, party.id) or holders(Role.AGENT, None, party.id)
    return sorted(person.email for person in people if person.disabled_at is None)


def must_be_known(offer: Offer, *sides: str, acting: str) -> None:
    """Returns when these sides of the offer have filled in their legal details; Conflict otherwise, with a sentence for
    the side that is `acting`."""
    for side in sides:
        party = offer.brand if side == Side.BRAND else offer.creator
        if details_of(party) is not None:
            continue
        if side == acting:
            sentence = gettext(
                "Fill in your legal details first (name, address, country and e-mail): they stand in the contract. "
                "Whoever signs for %(name)s finds them under “Legal details”.",
                name=party.name,
            )
        else:
            sentence = gettext(
                "%(name)s has not filled in the legal details that stand in the contract: ask them to do it first.",
                name=party.name,
            )
        raise Conflict(sentence, legal_details=side)


def _email(text: str) -> str:
    """The address without the space around it; BadInput for what is none, as where people register."""
    try:
        validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise BadInput(gettext("That is not an e-mail address: write it like name@example.com.")) from None
    return text.strip()


def _address(text: str) -> str:
    """The lines of an address, each without the space around it; BadInput when there is none, or too much."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    address = "\n".join(lines)
    if not lines or len(lines) > MOST_LINES or len(address) > LONGEST_ADDRESS or not "".join(lines).isprintable():
        raise BadInput(
            gettext(
                "Write the postal address on 1 to %(lines)s lines, in at most %(count)s characters.",
                lines=MOST_LINES,
                count=LONGEST_ADDRESS,
            )
        )
    return address
