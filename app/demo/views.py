"""The demo's test picture, as a player asks for it."""

from __future__ import annotations

from flask import send_from_directory
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.demo import is_demo
from app.demo.blueprint import blueprint
from app.demo.picture import folder
from app.errors import NotFound
from app.security import ANYBODY, require
from config import settings

KINDS = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t"}


@blueprint.get("/demo/picture/<name>")
@require(ANYBODY)
def test_picture(name: str) -> ResponseReturnValue:
    """The playlist or one of its pieces; nothing where this is no demo."""
    if not is_demo():
        raise NotFound(gettext("There is no such page, or it is not yours."))
    return send_from_directory(folder(settings()), name, mimetype=KINDS.get(name.rpartition(".")[2]))
