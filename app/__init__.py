"""The application factory: the one place that knows all features."""

from __future__ import annotations

from typing import Any, cast

import click
import psycopg
from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app import assets, formatting, routes, security, words
from app.api import problems
from app.database import abandon, db, engine_options, no_connection
from app.errors import BadInput, NotFound, SignInNeeded, StreamcutError, TooMany, Unavailable
from app.web import filters, tables
from config import ROOT, Config
from config import settings as settings

migrate = Migrate()


def create_app(config: Config, *, pages: bool = True) -> Flask:
    """Builds the product for `config`. Nothing is started or connected here. A process that only settles needs no
    `pages` and no commands: loading them takes longer than all else."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), instance_path=str(config.instance_dir))
    app.extensions["streamcut"] = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=_database_url(config),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config),
        MAX_CONTENT_LENGTH=config.max_upload_bytes,
        TESTING=config.testing,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), compare_type=False)
    security.init_app(
        app,
        secure_cookies=config.secure_cookies,
        trusted_proxies=config.trusted_proxies,
        session_days=config.session_days,
    )
    formatting.init_app(app)
    words.init_app(app)
    assets.init_app(app)
    app.jinja_env.globals.update(platform_name=config.platform_name)
    Bootstrap5(app)
    if pages:
        _features(app)
    app.register_error_handler(StreamcutError, _answer)
    filters.init_app(app, _answer)
    tables.init_app(app)
    app.register_error_handler(HTTPException, _answer_http)
    for kind in (psycopg.OperationalError, DBAPIError, PoolTimeout):
        app.register_error_handler(kind, _answer_database)
    return app


def _features(app: Flask) -> None:
    """Registers every feature's pages and the commands."""
    routes.register(app)
    from app import cli, demo  # the edges may use the factory itself

    demo.init_app(app)
    cli.register(app)


def _database_url(config: Config) -> str:
    """DATABASE_URL as psycopg 3 wants it, or the embedded server's: the owner's, where no other is given."""
    url = config.database_url
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url[len(scheme) :]
    if url:
        return url
    from app.postgres.server import Server

    return Server(config.instance_dir / "pg", {}).url("streamcut")


def _answer(error: StreamcutError) -> ResponseReturnValue:
    """One handler renders every error: as JSON where that is asked for, else as a page."""
    abandon()
    if problems.concerns():
        return problems.problem(error)
    if isinstance(error, SignInNeeded) and request.method == "GET" and not _wants_json():
        return cast(ResponseReturnValue, security.login.unauthorized())
    headers: dict[str, Any] = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.about.get("retry_after", 60))
    if _wants_json():
        return jsonify(error=error.sentence), error.status, headers
    return render_template("error.html", error=error), error.status, headers


def _answer_database(error: psycopg.OperationalError | DBAPIError | PoolTimeout) -> ResponseReturnValue:
    """A database that gives no connection is away, or has none free: that passes. Whatever else it says is a fault."""
    if not no_connection(error):
        raise error
    g._login_user = security.login.anonymous_user()  # the page must not need the database
    return _answer(Unavailable("The database can't answer just now: wait a moment and try again."))


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    """Werkzeug's own errors in our words."""
    if isinstance(error, CSRFError):
        return _answer(BadInput("This form is too old: go back, reload the page and send it again."))
    code = error.code or 500
    if code >= 500:
        g._login_user = security.login.anonymous_user()  # the page must not need the database that may have failed
    if code < 400:
        return cast(ResponseReturnValue, error.get_response())
    if problems.concerns():
        abandon()
        return problems.problem_of_http(error)
    if code == 404:
        return _answer(NotFound("There is no such page, or it is not yours."))
    sentences = {
        405: gettext("This address can't be used that way."),
        413: gettext("That file is too large to send here: use the command line, or cut it into pieces."),
        500: gettext("Something went wrong on our side. It has been logged; nothing was stored."),
    }
    wrapped = StreamcutError(sentences.get(code, gettext("That request could not be read: go back and try again.")))
    wrapped.status = code
    return _answer(wrapped)


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


class Commands(click.Group):
    """A group of commands whose errors are one sentence on standard error, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; a StreamcutError becomes its sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except StreamcutError as error:
            raise click.ClickException(error.sentence) from error
