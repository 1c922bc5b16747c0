"""A brand's keys: which there are, what each may do and did last, a new one, another secret, the end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.api import keys
from app.api.blueprint import blueprint
from app.api.forms import KeyForm, RotateForm
from app.api.models import Key, Scope
from app.clock import first_instant
from app.database import db
from app.errors import Conflict
from app.security import BRAND, OWNERS, PLATFORM, identity, require
from app.users.models import Brand
from app.users.scope import brand_for
from app.web import query_args
from config import settings

SIDE_BY_SIDE = timedelta(days=7)  # what the form proposes


@blueprint.get("/brands/<uuid:brand>/api-keys")
@require(BRAND | PLATFORM)
def brand_api_keys(brand: UUID) -> ResponseReturnValue:
    """The brand's keys, and the form for another one."""
    return _list(brand_for(identity(), brand, read=True), KeyForm())


@blueprint.post("/brands/<uuid:brand>/api-keys")
@require(OWNERS)
def brand_api_key_create(brand: UUID) -> ResponseReturnValue:
    """Makes a key and shows its secret, once."""
    owner, form = brand_for(identity(), brand, OWNERS), KeyForm()
    if not form.validate_on_submit():
        return _list(owner, form), 422
    scopes = [Scope(each) for each in form.scopes.data or ()]
    key, secret = keys.make(owner, form.name.data, scopes, by=identity(), at=clock.now())
    db.session.commit()
    return _secret(owner, key, secret), 201


@blueprint.get("/brands/<uuid:brand>/api-keys/<uuid:key>")
@require(BRAND | PLATFORM)
def brand_api_key(brand: UUID, key: UUID) -> ResponseReturnValue:
    """One key: its secrets, and what was last asked with it."""
    owner = brand_for(identity(), brand, read=True)
    return _page(owner, keys.key_for(owner, key), _rotate_form(owner))


@blueprint.post("/brands/<uuid:brand>/api-keys/<uuid:key>/secrets")
@require(OWNERS)
def brand_api_key_rotate(brand: UUID, key: UUID) -> ResponseReturnValue:
    """Makes another secret for the key and shows it, once; the old one is good until the day chosen."""
    owner = brand_for(identity(), brand, OWNERS)
    row, form = keys.key_for(owner, key), _rotate_form(owner)
    if not form.validate_on_submit() or form.until.data is None:
        return _page(owner, row, form), 422
    until = first_instant(form.until.data + timedelta(days=1), owner.timezone)
    try:
        secret = keys.rotate(row, until, by=identity(), at=clock.now())
    except Conflict as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(owner, keys.key_for(owner, key), form), 409
    db.session.commit()
    return _secret(owner, row, secret), 201


@blueprint.post("/brands/<uuid:brand>/api-keys/<uuid:key>/secrets/<int:secret>/end")
@require(OWNERS)
def brand_api_secret_end(brand: UUID, key: UUID, secret: int) -> ResponseReturnValue:
    """Ends an old secret before its day."""
    owner = brand_for(identity(), brand, OWNERS)
    keys.end_secret(keys.key_for(owner, key), secret, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The old secret is ended."), "success")
    return redirect(url_for("api.brand_api_key", brand=brand, key=key), 303)


@blueprint.get("/brands/<uuid:brand>/api-keys/<uuid:key>/revoke")
@require(OWNERS)
def brand_api_key_end(brand: UUID, key: UUID) -> ResponseReturnValue:
    """Asks whether the key shall be revoked."""
    owner = brand_for(identity(), brand, OWNERS)
    return render_template("api/key_revoke.html", brand=owner, key=keys.key_for(owner, key))


@blueprint.post("/brands/<uuid:brand>/api-keys/<uuid:key>/revoke")
@require(OWNERS)
def brand_api_key_revoke(brand: UUID, key: UUID) -> ResponseReturnValue:
    """Revokes the key, at once and for good."""
    owner = brand_for(identity(), brand, OWNERS)
    keys.revoke(keys.key_for(owner, key), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The key is revoked: nothing more is done with it."), "success")
    return redirect(url_for("api.brand_api_keys", brand=brand), 303)


def _rotate_form(owner: Brand) -> RotateForm:
    today = clock.today(owner.timezone)
    return RotateForm(today, data={"until": today + SIDE_BY_SIDE})


def _list(owner: Brand, form: KeyForm) -> str:
    return render_template(
        "api/keys.html",
        brand=owner,
        keys=keys.keys_of(owner),
        form=form,
        may_change=owner.id in identity().brand_ids(OWNERS),
    )


def _page(owner: Brand, key: Key, form: RotateForm) -> str:
    wanted = query_args.text(request.args, "request")
    return render_template(
        "api/key.html",
        brand=owner,
        key=key,
        form=form,
        at=clock.now(),
        requests=_requests(key, wanted),
        wanted=wanted,
        may_change=owner.id in identity().brand_ids(OWNERS) and not key.revoked_at,
    )


def _requests(key: Key, wanted: str | None) -> object:
    """The last requests, or the one whose id is looked for; none where that is no id."""
    try:
        return keys.requests_of(key, UUID(wanted) if wanted else None)
    except ValueError:
        return []


def _secret(owner: Brand, key: Key, secret: str) -> str:
    call = f'curl "{settings().address_of("/api/brand")}" \\\n  -H "Authorization: Bearer {secret}"'
    return render_template("api/key_secret.html", brand=owner, key=key, secret=secret, call=call)
