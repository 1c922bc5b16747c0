"""A letter's text: its template, filled with its facts in the reader's language and zone.

The first line of templates/letters/<name>.txt is the subject. What must not lie in a table is made here: links that
open something once, and one-time codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import current_app
from flask_babel import force_locale
from jinja2 import BaseLoader, Environment, Template, TemplateNotFound

from app.database import db
from app.outbox import Letter
from app.users import codes, links
from app.users.models import Person
from config import settings

SECRETS: dict[str, Callable[[Letter], dict[str, str]]] = {
    "password_reset": lambda letter: {"link": links.address("users.reset", "reset", UUID(letter.object_id))},
    "invitation_made": lambda letter: {"link": links.address("users.join", "invitation", UUID(letter.object_id))},
    **{
        f"order_{name}": lambda letter: {"link": links.address("orders.order", "order", UUID(letter.object_id))}
        for name in ("paid", "short", "sent", "withdrawn", "refunded")
    },
    "order_offered": lambda letter: {
        "link": links.address("orders.reservation", "reservation", UUID(letter.object_id))
    },
    "agreement_code": lambda letter: {"code": codes.code_of(letter.facts["purpose"], letter.facts["nonce"])},
}


def render(letter: Letter) -> tuple[str, str]:
    """Subject and body. Names in the subject break no line, and a place filled with nothing leaves no gap."""
    subject, body = _template(current_app.jinja_env, letter.name)
    context = {"platform": settings().platform_name, **letter.facts, **_zoned(letter)}
    if path := letter.facts.get("path"):
        context["link"] = settings().address_of(path)
    if letter.name in SECRETS:
        context |= SECRETS[letter.name](letter)
    with force_locale(letter.language):
        line, text = subject.render(context), body.render(context)
    return " ".join(line.split()), re.sub(r"\n{3,}", "\n\n", text)


def _zoned(letter: Letter) -> dict[str, Callable[[str], str]]:
    """What templates call to show instants by the reader's clock, and days: `when(until)`, `day(first)`."""
    person = db.session.get(Person, letter.person_id) if letter.person_id else None
    zone = ZoneInfo(person.timezone if person else "UTC")

    def when(instant: str) -> str:
        local = datetime.fromisoformat(instant).astimezone(zone)
        return str(format_datetime(local, "d MMM y HH:mm", tzinfo=zone, locale=letter.language))

    def day(text: str) -> str:
        return str(format_date(date.fromisoformat(text), "d MMMM y", locale=letter.language))

    return {"when": when, "day": day}


@lru_cache(maxsize=256)
def _template(environment: Environment, name: str) -> tuple[Template, Template]:
    """The templates of subject and body, cut apart before they are filled, so that no fact can move the cut."""
    path = f"letters/{name}.txt"
    if not isinstance(environment.loader, BaseLoader):
        raise TemplateNotFound(path)
    source, _, _ = environment.loader.get_source(environment, path)
    subject, _, body = source.partition("\n")
    plain = environment.overlay(autoescape=False)
    return plain.from_string(subject), plain.from_string(body)
