"""A creator's earnings with a brand, shown on the brand's own site: by an address that ends within the hour."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.api import embeds
from app.api.batches import EXAMPLES, EmbedAsked, EmbedToken
from app.api.blueprint import blueprint
from app.api.callers import Caller
from app.api.models import Scope
from app.api.operations import checked, operation
from app.api.reading import sales
from app.api.schemas import SalesAsked
from app.errors import NotFound
from app.security import ANYBODY, content_security_policy, require
from config import settings

LINES = 25  # on a page


@operation("POST", "/embed-tokens", Scope.EMBED, EmbedToken, sent=EmbedAsked, status=201, example=EXAMPLES["embed"])
def embed_token(caller: Caller, sent: EmbedAsked) -> EmbedToken:
    """Show a creator their earnings on your site.

    Gives an address for an iframe: the creator's earnings with this brand, their links, and why each line is theirs. It
    is good for an hour, needs no cookie, can't change anything, and is shown on the brand's registered domains only.
    """
    token, ends_at = embeds.token(caller, sent.creator)
    return EmbedToken(url=settings().address_of(url_for("api.embed", token=token)), expires_at=ends_at)


@blueprint.get("/embed/<token>")
@require(ANYBODY)
def embed(token: str) -> ResponseReturnValue:
    """What the creator has earned with the brand, and by which links."""
    shown = embeds.read(token, at=clock.now())
    if shown.ends_at <= shown.caller.at:
        return _framed(shown, "api/embed_ended.html", 410)
    about = {"limit": LINES, "creator": shown.creator.public_id, "cursor": request.args.get("cursor")}
    lines, following = sales.lines(shown.caller, checked(SalesAsked, about))
    return _framed(
        shown,
        "api/embed.html",
        token=token,
        lines=lines,
        following=following,
        standings=embeds.standings(shown),
        links=embeds.links(shown),
    )


@blueprint.get("/embed/<token>/sales/<int:sale>")
@require(ANYBODY)
def embed_sale(token: str, sale: int) -> ResponseReturnValue:
    """Why one line is the creator's."""
    shown = embeds.read(token, at=clock.now())
    if shown.ends_at <= shown.caller.at:
        return _framed(shown, "api/embed_ended.html", 410)
    line = sales.line(shown.caller, sale)
    if line.creator_id != shown.creator.public_id:
        raise NotFound(gettext("There is nothing at this address, or it is not yours."))
    refunds = sales.refunds_of(shown.caller, sale)
    return _framed(shown, "api/embed_sale.html", token=token, line=line, why=sales.why(line), refunds=refunds)


def _framed(shown: embeds.Embed, template: str, status: int = 200, **about: Any) -> Response:
    """The page, which only the brand's own sites may frame."""
    page = render_template(template, creator=shown.creator, ends_at=shown.ends_at, **about)
    answer = make_response(page, status)
    answer.headers["Content-Security-Policy"] = content_security_policy({"frame-ancestors": shown.ancestors})
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
