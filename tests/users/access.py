"""The routes of people."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from secrets import token_bytes

from sqlalchemy import select

from app import clock
from app.database import db
from app.security import ANYBODY, BRAND, CREATOR, PLATFORM, SIGNED_IN, Role
from app.users import links
from app.users.factors.models import Passkey
from app.users.models import Invitation, Membership, PasswordReset, Person, UserSession
from tests.access import Kind, Row, Side
from tests.cast import PASSWORD, factor_code, give_app

ADMIN, READERS = frozenset({Role.ADMIN}), frozenset({Role.ADMIN, Role.AUDITOR})
OWNER, SELF = frozenset({Role.BRAND_OWNER}), frozenset({Role.CREATOR})
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the apps that people here have
numbers = count(1)


def _person(side: Side) -> Person:
    email = f"{side.word}{next(numbers)}@cast.example"
    person = Person(email=email, name=side.word, password_hash=side.person.password_hash, created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    return person


def _role(side: Side, role: Role) -> int:
    of = {"creator_id": side.creator.id} if role in CREATOR else {"brand_id": side.brand.id}
    membership = Membership(person_id=_person(side).id, role=role, granted_at=clock.now(), **of)
    db.session.add(membership)
    db.session.flush()
    return membership.id


def _role_of_person(side: Side) -> int:
    person = db.session.scalars(select(Person).where(Person.public_id == side.value("person"))).one()
    membership = Membership(person_id=person.id, role=Role.BRAND_MEMBER, brand_id=side.brand.id, granted_at=clock.now())
    db.session.add(membership)
    db.session.flush()
    return membership.id


def _invitation(side: Side, role: Role) -> Invitation:
    of = {"creator_id": side.creator.id} if role in CREATOR else {"brand_id": side.brand.id}
    email = f"new-{side.word}{next(numbers)}@cast.example"
    row = Invitation(email=email, role=role, invited_at=clock.now(), expires_at=clock.now() + timedelta(days=1), **of)
    db.session.add(row)
    db.session.flush()
    return row


def _session(side: Side) -> object:
    hashed = next(numbers).to_bytes(32, "big")
    row = UserSession(
        token_hash=hashed, person_id=side.person.id, opened_at=clock.now(), seen_at=clock.now(), address=side.word
    )
    row.expires_at, row.browser = clock.now() + timedelta(days=1), side.word
    db.session.add(row)
    db.session.flush()
    return row.id


def _reset(side: Side) -> str:
    row = PasswordReset(person_id=_person(side).id, asked_at=clock.now(), expires_at=clock.now() + timedelta(hours=1))
    db.session.add(row)
    db.session.flush()
    return links.token_of("reset", row.id)


def _with_app(side: Side) -> object:
    person = _person(side)
    give_app(person.id, SECRET)
    return person.public_id


def _passkey(side: Side) -> object:
    """A passkey of the person who asks, and an app beside it, with whose code they may change it."""
    give_app(side.person.id, SECRET)
    row = Passkey(person_id=side.person.id, credential_id=token_bytes(16), public_key=b"", sign_count=0)
    row.name, row.created_at = side.word, clock.now()
    db.session.add(row)
    db.session.flush()
    return row.public_id


def _factor(side: Side) -> dict[str, str]:
    return {"password": PASSWORD, "factor": factor_code(SECRET, clock.now()), "name": side.word}


KINDS = {
    "person": Kind(lambda side: _person(side).public_id),
    "role_of_person": Kind(_role_of_person, missing=999_999_999),
    "brand_member": Kind(lambda side: _role(side, Role.BRAND_MEMBER), missing=999_999_999),
    "agent": Kind(lambda side: _role(side, Role.AGENT), missing=999_999_999),
    "brand_invitation": Kind(lambda side: _invitation(side, Role.BRAND_MEMBER).id),
    "agent_invitation": Kind(lambda side: _invitation(side, Role.AGENT).id),
    "own_session": Kind(_session, personal=True),
    "passkey": Kind(_passkey, personal=True),
    "person_with_app": Kind(_with_app),
    "reset_link": Kind(_reset, missing="nonsense"),
    "join_link": Kind(
        lambda side: links.token_of("invitation", _invitation(side, Role.BRAND_MEMBER).id), missing="nonsense"
    ),
}

NEW_PASSWORD = {"password": "four words of mine"}


def _invite(role: Role) -> dict[str, str]:
    return {"email": "new@cast.example", "role": role}


NEW_BRAND = {
    "handle": "teapot",
    "name": "Teapot",
    "country": "NL",
    "currency": "EUR",
    "timezone": "UTC",
    "platform_fee_percent": "3.5",
}
NEW_CREATOR = {"handle": "noor", "name": "Noor", "country": "NL", "languages": "nl", "timezone": "UTC"}

ROWS = [
    Row("users.health", "GET", ANYBODY),
    Row("users.sign_in", "GET", ANYBODY),
    Row("users.sign_in_create", "POST", ANYBODY, form=lambda side: {"email": side.email, "password": PASSWORD}),
    Row("users.sign_out", "POST", SIGNED_IN),
    Row("users.language_update", "POST", ANYBODY, form={"language": "nl", "next": "/sign-in"}),
    Row("users.forgotten", "GET", ANYBODY),
    Row("users.forgotten_create", "POST", ANYBODY, form={"email": "nobody@cast.example"}),
    Row("users.reset", "GET", ANYBODY, args={"token": "reset_link"}),
    Row("users.reset_update", "POST", ANYBODY, args={"token": "reset_link"}, form=NEW_PASSWORD),
    Row("users.join", "GET", ANYBODY, args={"token": "join_link"}),
    Row(
        "users.join_create",
        "POST",
        ANYBODY,
        args={"token": "join_link"},
        form=NEW_PASSWORD | {"name": "New"},
        also=(409,),
    ),
    Row("users.account", "GET", SIGNED_IN),
    Row("users.account_update", "POST", SIGNED_IN, form={"name": "Me", "language": "nl", "timezone": "Europe/London"}),
    Row("users.password_update", "POST", SIGNED_IN, form={"old": PASSWORD, "new": "four words of mine"}),
    Row("users.session_revoke", "POST", SIGNED_IN, args={"session_id": "own_session"}),
    Row("users.sessions_revoke", "POST", SIGNED_IN),
    Row("users.factors", "GET", SIGNED_IN),
    Row("users.factor_app", "GET", SIGNED_IN),
    Row("users.factor_app_create", "POST", SIGNED_IN, form={"password": PASSWORD}),
    Row("users.factor_app_confirm", "POST", SIGNED_IN, form={"code": "123456"}, also=(409,)),  # nothing is being set up
    Row("users.factor_app_ending", "GET", SIGNED_IN),
    Row("users.factor_app_remove", "POST", SIGNED_IN, form={"password": PASSWORD}, also=(409,)),  # there is none
    Row("users.passkey_new", "GET", SIGNED_IN),
    Row("users.passkey_create", "POST", SIGNED_IN, form={"password": PASSWORD, "name": "a"}, also=(422,)),  # no device
    Row("users.passkey_options", "POST", SIGNED_IN),
    Row("users.passkey", "GET", SIGNED_IN),
    Row("users.passkey_update", "POST", SIGNED_IN, form=_factor),
    Row("users.passkey_ending", "GET", SIGNED_IN),
    Row("users.passkey_remove", "POST", SIGNED_IN, form=_factor),
    Row("users.recovery_codes", "GET", SIGNED_IN),
    Row("users.recovery_codes_create", "POST", SIGNED_IN, form={"password": PASSWORD}, also=(409,)),  # for no factor
    Row("users.factor_challenge", "POST", SIGNED_IN, form={"purpose": "batch 1"}, also=(422,)),  # without a passkey
    Row("users.brand_people", "GET", BRAND | PLATFORM),
    Row("users.brand_invitation_create", "POST", OWNER, form=_invite(Role.BRAND_MEMBER)),
    Row("users.brand_invitation_revoke", "POST", OWNER, args={"invitation": "brand_invitation"}),
    Row("users.brand_member_end", "POST", OWNER, args={"member": "brand_member"}),
    Row("users.creator_people", "GET", CREATOR | PLATFORM),
    Row("users.creator_invitation_create", "POST", SELF, form=_invite(Role.AGENT)),
    Row("users.creator_invitation_revoke", "POST", SELF, args={"invitation": "agent_invitation"}),
    Row("users.creator_member_end", "POST", SELF, args={"member": "agent"}),
    Row("users.people_list", "GET", READERS, query="?q=a&role=brand_owner&state=active"),
    Row("users.person", "GET", READERS),
    Row("users.person_disable", "POST", ADMIN),
    Row("users.person_enable", "POST", ADMIN),
    Row(
        "users.person_factors_reset", "POST", ADMIN, args={"person": "person_with_app"}, form={"reason": "Lost phone."}
    ),
    Row("users.person_role_end", "POST", ADMIN, args={"member": "role_of_person"}),
    Row("users.invitations_list", "GET", READERS),
    Row("users.staff_invitation_create", "POST", ADMIN, form=_invite(Role.FINANCE_MAKER)),
    Row("users.invitation_link", "GET", ADMIN, args={"invitation": "brand_invitation"}),
    Row("users.invitation_revoke", "POST", ADMIN, args={"invitation": "agent_invitation"}),
    Row("users.claims_list", "GET", READERS, query="?state=all&q=a"),
    Row("users.brand_claim", "GET", ADMIN),
    Row("users.brand_claim_create", "POST", ADMIN, form=_invite(Role.BRAND_OWNER)),
    Row("users.creator_claim", "GET", ADMIN),
    Row("users.creator_claim_create", "POST", ADMIN, form=_invite(Role.CREATOR), also=(422,)),
    Row("uploads.brand_new", "GET", ADMIN),
    Row("uploads.brand_create", "POST", ADMIN, form=NEW_BRAND),
    Row("uploads.creator_new", "GET", ADMIN),
    Row("uploads.creator_create", "POST", ADMIN, form=NEW_CREATOR),
    Row("users.audit", "GET", READERS, query="?q=a&from=2026-01-01&to=2026-12-31"),
    Row("users.audit_download", "GET", READERS),
]
