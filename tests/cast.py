"""The fixed cast of every test: two brands, two creators, and everybody who works with them.

| who | what |
|---|---|
| olga, max, bea | owner, member and finance of the brand `lumen` (EUR, Amsterdam, fee 5 %) |
| kim | owner of the brand `kettle` (GBP, London, fee 3.5 %) |
| mira, joon | the creators `mira` and `joon`; ada is mira's agent |
| mo, che | finance maker, finance checker |
| adam, audrey | admin, auditor |
| sam | signed in, no role: the stranger |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.contracts.models import LegalDetails
from app.database import db
from app.users.factors import sealing
from app.users.factors.models import TotpFactor
from app.users.models import Brand, BrandFee, Creator, Membership, Person

PASSWORD = "correct horse battery"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

PEOPLE: dict[str, list[tuple[str, str | None]]] = {
    "olga": [("brand_owner", "lumen")],
    "max": [("brand_member", "lumen")],
    "bea": [("brand_finance", "lumen")],
    "kim": [("brand_owner", "kettle")],
    "mira": [("creator", "mira")],
    "joon": [("creator", "joon")],
    "ada": [("agent", "mira")],
    "mo": [("finance_maker", None)],
    "che": [("finance_checker", None)],
    "adam": [("admin", None)],
    "audrey": [("auditor", None)],
    "sam": [],
}


def people_the_market() -> None:
    """Adds the cast to an empty, migrated database; the caller commits."""
    brands = {
        "lumen": Brand(
            handle="lumen", name="Lumen Lighting", country="NL", currency="EUR", timezone="Europe/Amsterdam"
        ),
        "kettle": Brand(handle="kettle", name="Kettle & Co", country="GB", currency="GBP", timezone="Europe/London"),
    }
    creators = {
        "mira": Creator(
            handle="mira", name="Mira Live", country="NL", languages=["nl", "en"], timezone="Europe/Amsterdam"
        ),
        "joon": Creator(handle="joon", name="Joon Park", country="GB", languages=["en"], timezone="Europe/London"),
    }
    for thing in (*brands.values(), *creators.values()):
        thing.recorded_at = BEGINNING
    db.session.add_all([*brands.values(), *creators.values()])
    db.session.flush()
    for handle, fee in (("lumen", 500), ("kettle", 350)):
        db.session.add(BrandFee(brand_id=brands[handle].id, valid=Range(None, None), fee_bps=fee))
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for name, roles in PEOPLE.items():
        person = Person(email=f"{name}@cast.example", name=name.title(), password_hash=hashed, created_at=BEGINNING)
        db.session.add(person)
        db.session.flush()
        for role, of in roles:
            membership = Membership(person_id=person.id, role=role, granted_at=BEGINNING)
            if role.startswith("brand_"):
                membership.brand_id = brands[of or ""].id
            elif role in ("creator", "agent"):
                membership.creator_id = creators[of or ""].id
            db.session.add(membership)
            if role in ("brand_owner", "creator"):
                fill_in_legal_details(person, brands.get(of or "") or creators[of or ""])


def fill_in_legal_details(person: Person, party: Brand | Creator) -> None:
    """What the party's first person has filled in for contracts."""
    row = LegalDetails(country=party.country, email=f"legal@{party.handle}.example", recorded_by=person.id)
    row.name, row.address = f"{party.name} B.V.", f"1 {party.handle.title()} Street\n1000 AB Town"
    row.brand_id, row.creator_id = (party.id, None) if isinstance(party, Brand) else (None, party.id)
    row.recorded_at = BEGINNING
    db.session.add(row)


def give_app(person_id: int, secret: str = "") -> str:
    """Sets up an authenticator app for somebody, long ago; returns its secret for `factor_code`. The caller commits."""
    secret = secret or pyotp.random_base32()
    app = TotpFactor(person_id=person_id, sealed=sealing.seal(secret), created_at=BEGINNING, confirmed_at=BEGINNING)
    db.session.add(app)
    db.session.flush()
    return secret


def factor_code(secret: str, at: datetime) -> str:
    """What the app shows at an instant. Each counts once: for a second use at once take the one 30 seconds later."""
    return pyotp.TOTP(secret).at(at)


@dataclass(frozen=True)
class Cast:
    """Everybody by name: `cast.people["olga"]`, `cast.brands["lumen"]`, `cast.creators["mira"]`."""

    people: dict[str, Person]
    brands: dict[str, Brand]
    creators: dict[str, Creator]

    @classmethod
    def load(cls) -> Cast:
        """Reads the cast from the current database."""
        return cls(
            {person.email.split("@")[0]: person for person in db.session.scalars(select(Person))},
            {brand.handle: brand for brand in db.session.scalars(select(Brand))},
            {creator.handle: creator for creator in db.session.scalars(select(Creator))},
        )
