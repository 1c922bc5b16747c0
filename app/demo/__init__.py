"""A small living market that tells the story: invented brands and creators, their shows, sales, refunds and payouts.

It is only ever in a database that is marked as a demo, and that mark is set once, on an empty one, by the owner of the
tables (`flask up`).
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g, url_for
from flask_babel import gettext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import clock, settings
from app.database import db
from app.demo import factors
from app.demo.market import BRANDS, CREATORS, PASSWORD, PEOPLE
from app.demo.story import play
from app.security import signed_in
from app.words import word

SIMULATED_KEY = "sk_test_simulated_bank"


def make_demo() -> None:
    """Fills the empty database with the demo market, up to this moment, and commits."""
    play(clock.now().replace(microsecond=0))


def is_demo() -> bool:
    """Whether a demo is wanted and this database is marked as one."""
    if not settings().demo:
        return False
    if "is_demo" not in g:
        try:
            g.is_demo = bool(db.session.scalar(text("select demo from market")))
        except SQLAlchemyError:  # the database is away or has no tables yet; the page that tells so must not fail
            db.session.rollback()
            return False
    return bool(g.is_demo)


def demo_sign_ins() -> list[dict[str, str]]:
    """Who can sign in to the demo: `email`, `name`, `role` in words, `password`. Empty where this is no demo."""
    if not is_demo():
        return []
    return [
        {"email": email, "name": name, "role": _in_words(role, of), "password": PASSWORD}
        for email, name, _language, role, of in PEOPLE
    ]


def _in_words(role: str, of: str) -> str:
    names = {brand.handle: brand.name for brand in BRANDS} | {handle: row[0] for handle, row in CREATORS.items()}
    whom = ", ".join(names[handle] for handle in of.split())
    return gettext("%(role)s: %(whom)s", role=word(role), whom=whom) if whom else word(role)


def init_app(app: Flask) -> None:
    """Tells templates whether this is a `demo`, and who can sign in to it."""

    @app.context_processor
    def demo() -> dict[str, Any]:
        return {"demo": is_demo(), "demo_sign_ins": demo_sign_ins}

    @app.template_global()
    def demo_show() -> str:
        """The page of the demo's show that is on air; empty where there is none."""
        newest = "select public_id from show where status = 'on_air' order by on_air_at desc limit 1"
        show = db.session.scalar(text(newest)) if is_demo() else None
        return url_for("live.watch", show=show) if show else ""

    @app.template_global()
    def demo_code() -> str:
        """The code of the reader's app where it is the demo's; empty elsewhere."""
        me = signed_in()
        return factors.demo_code(me.person_id, at=clock.now()) if me and is_demo() else ""
