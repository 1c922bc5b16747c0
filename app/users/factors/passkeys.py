"""Passkeys (WebAuthn): a key of somebody's device signs our challenge, after the device has asked who holds it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from flask_babel import gettext
from sqlalchemy import ColumnElement, delete, select, update
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.database import db
from app.errors import BadInput, NotFound
from app.users.factors.models import Passkey, PasskeyChallenge
from app.users.models import Person
from app.web.texts import required_text
from config import settings

LASTS = timedelta(minutes=5)  # of a challenge
LONGEST_NAME, LONGEST_PURPOSE, LONGEST_ANSWER = 60, 100, 20_000  # characters
MOST = 10  # passkeys of one person
ADDING = "a new passkey"  # the purpose of the challenge with which one is registered
REQUIRED = UserVerificationRequirement.REQUIRED


def live_passkeys(person_id: int) -> Sequence[Passkey]:
    """The passkeys somebody can use, the first one first."""
    return db.session.scalars(select(Passkey).where(*_mine(person_id)).order_by(Passkey.id)).all()


def get_passkey(person_id: int, public_id: UUID) -> Passkey:
    """A passkey of this person; NotFound for another's, and one that was removed."""
    row = db.session.scalar(select(Passkey).where(*_mine(person_id), Passkey.public_id == public_id))
    if row is None:
        raise NotFound(gettext("There is no such passkey, or it is not yours."))
    return row


def options_to_add(person: Person, *, at: datetime) -> str:
    """What `navigator.credentials.create` takes, as JSON. The caller commits, for the challenge is kept."""
    row = _challenge(person.id, ADDING, at=at, adds_one=True)
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=settings().platform_name,
        user_id=person.public_id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        challenge=row.challenge,
        timeout=int(LASTS.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=REQUIRED
        ),
        exclude_credentials=_descriptors(person.id),
    )
    return webauthn.options_to_json(options)


def options_to_use(person_id: int, purpose: str, *, at: datetime) -> str:
    """What `navigator.credentials.get` takes, as JSON; the answer is good for this purpose and no other. The caller
    commits. BadInput without a passkey or a purpose."""
    purpose = required_text(purpose, gettext("Say what the passkey is used for."), LONGEST_PURPOSE)
    descriptors = _descriptors(person_id)
    if not descriptors:
        raise BadInput(gettext("You have no passkey: add one on your account’s page, or type a code."))
    row = _challenge(person_id, purpose, at=at, adds_one=False)
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=row.challenge,
        timeout=int(LASTS.total_seconds() * 1000),
        allow_credentials=descriptors,
        user_verification=REQUIRED,
    )
    return webauthn.options_to_json(options)


def add(person_id: int, name: str, answer: str, *, at: datetime) -> Passkey:
    """Keeps the passkey that a device has made on `options_to_add`. BadInput for an answer that is not in order, late
    or used, for a passkey that is known, for a name that is empty or too long, and for one too many."""
    name = checked_name(name)
    if len(live_passkeys(person_id)) >= MOST:
        raise BadInput(gettext("You have %(count)s passkeys: remove one before you add another.", count=MOST))
    credential = _read(answer)
    challenge = _answered(person_id, ADDING, credential, at=at, adds_one=True)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge.challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except Exception as error:  # the library fails in many ways at what was not made by a browser
        raise BadInput(gettext("The passkey could not be checked: try again.")) from error
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)):
        raise BadInput(gettext("This passkey is known here already: take another."))
    row = Passkey(person_id=person_id, name=name, credential_id=made.credential_id, created_at=at)
    row.public_key, row.sign_count = made.credential_public_key, made.sign_count
    db.session.add(row)
    db.session.flush()
    return row


def check(person_id: int, answer: str, purpose: str, *, at: datetime) -> str:
    """Takes the answer of a passkey to `options_to_use` and returns its mark, which is used once. BadInput when it is
    not in order, late, used, or was given for another purpose."""
    credential = _read(answer)
    challenge = _answered(person_id, purpose, credential, at=at, adds_one=False)
    try:
        credential_id = base64url_to_bytes(credential["id"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable() from error
    row = db.session.scalar(select(Passkey).where(*_mine(person_id), Passkey.credential_id == credential_id))
    if row is None:
        raise BadInput(gettext("This passkey is not one of yours, or was removed."))
    try:
        signed = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise BadInput(gettext("The passkey could not be checked: try again.")) from error
    row.sign_count, row.last_used_at = signed.new_sign_count, at
    db.session.flush()
    return str(challenge.id)


def checked_name(name: str) -> str:
    """The name of a passkey on one line; BadInput when it is empty or too long."""
    name = required_text(" ".join(name.split()), gettext("Give the passkey a name."), LONGEST_NAME)
    if not name.isprintable():
        raise BadInput(gettext("Give the passkey a name of letters, figures and signs."))
    return name


def clear_challenges(*, at: datetime) -> int:
    """Deletes challenges that nobody can answer any more; returns how many."""
    gone = delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < at - timedelta(days=1))
    return len(db.session.execute(gone.returning(PasskeyChallenge.id)).all())


def _mine(person_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Passkey.person_id == person_id, Passkey.ended_at.is_(None)


def _descriptors(person_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in live_passkeys(person_id)]


def _challenge(person_id: int, purpose: str, *, at: datetime, adds_one: bool) -> PasskeyChallenge:
    row = PasskeyChallenge(person_id=person_id, purpose=purpose, adds_one=adds_one, challenge=secrets.token_bytes(32))
    row.made_at, row.expires_at = at, at + LASTS
    db.session.add(row)
    db.session.flush()
    return row


def _read(answer: str) -> dict[str, Any]:
    """The JSON that a browser has made of a passkey's answer; BadInput when it is none."""
    try:
        credential = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise _unreadable()
    return credential


def _answered(
    person_id: int, purpose: str, credential: dict[str, Any], *, at: datetime, adds_one: bool
) -> PasskeyChallenge:
    """The challenge that is answered, used up now: of two answers at once one finds it open."""
    try:
        told = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(told["challenge"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _unreadable() from error
    asked = (
        PasskeyChallenge.person_id == person_id,
        PasskeyChallenge.purpose == purpose,
        PasskeyChallenge.adds_one.is_(adds_one),
        PasskeyChallenge.challenge == challenge,
        PasskeyChallenge.used_at.is_(None),
        PasskeyChallenge.expires_at > at,
    )
    row: PasskeyChallenge | None = db.session.scalar(
        update(PasskeyChallenge).where(*asked).values(used_at=at).returning(PasskeyChallenge)
    )
    if row is None:
        raise BadInput(gettext("The passkey’s answer was used, is older than 5 minutes or was for something else."))
    return row


def _unreadable() -> BadInput:
    return BadInput(gettext("That is not the answer of a passkey: use the button, or type a code."))


def _origin() -> str:
    """The address of the site as browsers name it, of BASE_URL."""
    parts = urlsplit(settings().base_url)
    return f"{parts.scheme}://{parts.netloc}"


def _host() -> str:
    """The name of the site to which passkeys belong."""
    return urlsplit(settings().base_url).hostname or "localhost"
