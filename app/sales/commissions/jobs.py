"""The nightly job of commissions."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from app.database import db
from app.sales.commissions.holding import expire
from app.sales.commissions.suspecting import suspect
from app.sales.commissions.warning import warn


def tend_commissions(at: datetime) -> str:
    """Ends holds whose deadline has passed, holds what the rules suspect, and warns of what becomes payable; commits,
    and says what came of it. Running it twice does nothing more."""
    ended = expire(at=at)
    held = suspect(at=at)
    told = warn(at=at)
    db.session.commit()
    sentence = gettext(
        "%(ended)s holds have ended, %(held)s commissions are held, %(told)s warnings.",
        ended=ended,
        held=held,
        told=told,
    )
    return str(sentence)
