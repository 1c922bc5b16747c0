"""The documentation: for programs, for people, and for programs that read what people do."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from app.api import handbook
from app.api.blueprint import blueprint
from app.api.document import PROBLEMS, document
from app.api.problems import CODES, titles
from app.security import ANYBODY, require
from config import settings

MARKDOWN = "text/markdown; charset=utf-8"


def _document() -> dict[str, Any]:
    config = settings()
    return document(config.base_url.rstrip("/"), config.platform_name, config.api_rate)


@blueprint.get("/api/openapi.json")
@require(ANYBODY)
def openapi() -> ResponseReturnValue:
    """The document of OpenAPI 3.1."""
    return jsonify(_document())


@blueprint.get("/api/docs")
@require(ANYBODY)
def docs() -> ResponseReturnValue:
    """The same for people, with calls to copy."""
    said = _document()
    return render_template(
        "api/docs.html",
        about=said["info"]["description"].split("\n\n"),
        entries=handbook.entries(said),
        problems=[
            (code, titles()[code], status, said["components"]["responses"][str(status)]["description"])
            for status, code in CODES.items()
            if status in PROBLEMS
        ],
    )


@blueprint.get("/api/docs.md")
@require(ANYBODY)
def docs_markdown() -> ResponseReturnValue:
    """The same as Markdown."""
    return Response(handbook.markdown(_document()), content_type=MARKDOWN)


@blueprint.get("/llms.txt")
@require(ANYBODY)
def llms() -> ResponseReturnValue:
    """What there is to read for a program that reads (llmstxt.org)."""
    said, config = _document(), settings()
    pages = {
        "Documentation of the API": (config.address_of(url_for("api.docs_markdown")), "every operation, with a call"),
        "OpenAPI 3.1": (config.address_of(url_for("api.openapi")), "the same for programs"),
    }
    links = [f"- [{title}]({address}): {about}" for title, (address, about) in pages.items()]
    first = said["info"]["description"].split("\n\n")[0]
    text = "\n".join([f"# {config.platform_name}", "", f"> {first}", "", "## Documentation", "", *links, ""])
    return Response(text, content_type=MARKDOWN)
