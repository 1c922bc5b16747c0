"""The redirect: `/go/<code>` leads to the shop, with the click's id."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from flask import Response, request
from flask.typing import ResponseReturnValue

from app import clock
from app.database import single_statements
from app.security import ANYBODY, client_address, require
from app.tracking.blueprint import blueprint
from app.tracking.following import Clicker, follow
from app.tracking.machines import is_fetched_ahead, is_machine
from app.tracking.models import Uncounted
from config import settings

KEPT = timedelta(days=90)  # no contract's window is longer
NUMBER = re.compile("[A-Za-z0-9_-]{22}")


@blueprint.get("/go/<code>")
@require(ANYBODY)
def go(code: str) -> ResponseReturnValue:
    """Leads on to the shop and stores the click as a touch, or counts it as what it is instead.

    `?consent=1` says that who clicks has agreed to be known again: the browser then gets a number, which is used until
    `?consent=0` takes it away. A browser that says no by itself (Global Privacy Control) gets none.
    """
    consent, name, uncounted = request.args.get("consent"), cookie_name(), _uncounted()
    number = None if uncounted else _number(request.cookies.get(name, ""), consent)
    with single_statements() as connection:
        target = follow(connection, code, Clicker(client_address(), uncounted, number), at=clock.now())
    answer = Response(status=302, headers={"Location": target})
    if consent == "0" and name in request.cookies:
        answer.delete_cookie(name, secure=settings().secure_cookies, httponly=True, samesite="Lax")
    elif number and consent == "1":
        answer.set_cookie(name, number, max_age=KEPT, secure=settings().secure_cookies, httponly=True, samesite="Lax")
    return answer


def cookie_name() -> str:
    """The cookie with a browser's number."""
    return "__Host-streamcut-visitor" if settings().secure_cookies else "streamcut-visitor"


def _number(known: str, consent: str | None) -> str | None:
    """The number a browser has, or gets now; None without consent."""
    if consent == "0" or request.headers.get("Sec-GPC") == "1":
        return None
    if NUMBER.fullmatch(known):
        return known
    return secrets.token_urlsafe(16) if consent == "1" else None


def _uncounted() -> Uncounted | None:
    if request.method == "HEAD" or is_machine(request.headers):
        return Uncounted.MACHINE
    return Uncounted.FETCHED_AHEAD if is_fetched_ahead(request.headers) else None
