"""Authenticator apps: six digits that follow from a shared secret and the clock (RFC 6238)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import segno
from flask_babel import gettext
from sqlalchemy import select, update

from app.database import db
from app.errors import BadInput, Conflict
from app.users.factors import sealing
from app.users.factors.models import TotpFactor
from app.users.models import Person
from config import settings

STEP = 30  # seconds
DRIFT = 1  # steps that an app's clock may be before or behind ours
DRAFT_LASTS = timedelta(minutes=15)
DIGITS = 6


def live_app(person_id: int) -> TotpFactor | None:
    """The app whose codes count now."""
    live = TotpFactor.confirmed_at.is_not(None) & TotpFactor.ended_at.is_(None)
    return db.session.scalar(select(TotpFactor).where(TotpFactor.person_id == person_id, live))


def draft_app(person_id: int, *, at: datetime) -> TotpFactor | None:
    """The app that is being set up and has shown no code yet; not one that was left lying for 15 minutes."""
    draft = (
        TotpFactor.confirmed_at.is_(None) & TotpFactor.ended_at.is_(None) & (TotpFactor.created_at > at - DRAFT_LASTS)
    )
    return db.session.scalar(select(TotpFactor).where(TotpFactor.person_id == person_id, draft))


def begin(person_id: int, *, at: datetime) -> TotpFactor:
    """A new secret for an app, which counts once it is confirmed; an earlier one that was not is void."""
    unconfirmed = TotpFactor.confirmed_at.is_(None) & TotpFactor.ended_at.is_(None)
    mine = update(TotpFactor).where(TotpFactor.person_id == person_id, unconfirmed)
    db.session.execute(mine.values(ended_at=at))
    draft = TotpFactor(person_id=person_id, sealed=sealing.seal(pyotp.random_base32()), created_at=at)
    db.session.add(draft)
    db.session.flush()
    return draft


def confirm(person_id: int, code: str, *, at: datetime) -> TotpFactor:
    """The app has shown its first code: from now on it counts, and the one before it no more.

    BadInput for a wrong code, Conflict when nothing is being set up (any more).
    """
    draft = draft_app(person_id, at=at)
    if draft is None:
        raise Conflict(gettext("No app is being set up, or it took more than 15 minutes: begin again."))
    step = matching_step(draft, "".join(code.split()), at=at)
    if step is None:
        raise BadInput(gettext("That is not the code the app shows now. Is the clock of your phone right?"))
    end_app(person_id, at=at)
    draft.confirmed_at, draft.last_step = at, step
    db.session.flush()
    return draft


def end_app(person_id: int, *, at: datetime) -> bool:
    """The live app's codes count no more; whether there was one."""
    live = TotpFactor.confirmed_at.is_not(None) & TotpFactor.ended_at.is_(None)
    mine = update(TotpFactor).where(TotpFactor.person_id == person_id, live).values(ended_at=at)
    return bool(db.session.execute(mine.returning(TotpFactor.id)).all())


def matching_step(app: TotpFactor, code: str, *, at: datetime) -> int | None:
    """The step near `at` whose code this is, a little before or after for clocks that are not right; the latest, for a
    step that was used takes the earlier ones with it."""
    totp, now = pyotp.TOTP(sealing.unseal(app.sealed)), int(at.timestamp()) // STEP
    steps = range(now + DRIFT, now - DRIFT - 1, -1)
    return next((step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)), None)


def next_code(app: TotpFactor, *, at: datetime) -> str:
    """What the app shows at `at`, or in its next half minute when that was used: for demos, whose secrets all know."""
    step = max(int(at.timestamp()) // STEP, (app.last_step or 0) + 1)
    return pyotp.TOTP(sealing.unseal(app.sealed)).generate_otp(step)


def is_of(app: TotpFactor, secret: str) -> bool:
    """Whether the app was set up with this secret."""
    return sealing.unseal(app.sealed) == secret


def install(person_id: int, secret: str, *, at: datetime) -> TotpFactor:
    """An app that counts at once, with a secret that is known: for demos."""
    app = TotpFactor(person_id=person_id, sealed=sealing.seal(secret), created_at=at, confirmed_at=at)
    db.session.add(app)
    db.session.flush()
    return app


def secret_of(app: TotpFactor) -> str:
    """The secret in groups of four, to be typed where a picture can't be scanned."""
    secret = sealing.unseal(app.sealed)
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def address_of(app: TotpFactor, person: Person) -> str:
    """The otpauth address that an app reads."""
    totp = pyotp.TOTP(sealing.unseal(app.sealed))
    return totp.provisioning_uri(name=person.email, issuer_name=settings().platform_name)


def picture_of(address: str) -> str:
    """The QR code as SVG that stands in a page: no styles, dark on light whatever the page's colours are."""
    title = gettext("QR code for your authenticator app")
    return segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff", title=title)
