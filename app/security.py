"""Who is asking, what they may do, and the headers every answer carries.

Every view begins with `@require(...)`. Which rows somebody may see is decided by the loaders of `app/users/scope.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.errors import BadInput, NotAllowed, NotFound, SignInNeeded
from app.words import Word

STRANGERS_BYTES = 1024 * 1024  # what somebody may send who is not signed in

View = TypeVar("View", bound=Callable[..., Any])


class Role(Word):
    """What somebody is: for a brand, for a creator, or for the platform."""

    BRAND_OWNER = "brand_owner", _("Brand owner"), "quiet"
    BRAND_MEMBER = "brand_member", _("Brand member"), "quiet"
    BRAND_FINANCE = "brand_finance", _("Brand finance"), "quiet"
    CREATOR = "creator", _("Creator"), "quiet"
    AGENT = "agent", _("Agent"), "quiet"  # acts for creators
    FINANCE_MAKER = "finance_maker", _("Finance, maker"), "quiet"
    FINANCE_CHECKER = "finance_checker", _("Finance, checker"), "quiet"
    ADMIN = "admin", _("Admin"), "quiet"
    AUDITOR = "auditor", _("Auditor"), "quiet"  # reads all, changes nothing


BRAND = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER, Role.BRAND_FINANCE})
CREATOR = frozenset({Role.CREATOR, Role.AGENT})
FINANCE = frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER})
PLATFORM = FINANCE | {Role.ADMIN, Role.AUDITOR}
MAKER, CHECKER = frozenset({Role.FINANCE_MAKER}), frozenset({Role.FINANCE_CHECKER})
OWNERS = frozenset({Role.BRAND_OWNER})  # of a brand: who may bind it (rules.md B17)
ANYBODY: frozenset[Role] = frozenset()  # also people who are not signed in
SIGNED_IN = frozenset(Role)  # everybody who is signed in, also without a role


@dataclass(frozen=True)
class Identity:
    """The person behind a request, as the session says. `memberships` are (role, brand id, creator id)."""

    person_id: int
    name: str
    email: str
    language: str
    timezone: str
    token: str  # of the session, so that it can be revoked
    memberships: frozenset[tuple[Role, int | None, int | None]]

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the session's token, not the person."""
        return self.token

    @property
    def roles(self) -> frozenset[Role]:
        """Every role the person has anywhere."""
        return frozenset(role for role, _, _ in self.memberships)

    def has(self, roles: Iterable[Role]) -> bool:
        """Whether the person has one of `roles` anywhere."""
        return not self.roles.isdisjoint(roles)

    def brand_ids(self, roles: Iterable[Role] = BRAND) -> frozenset[int]:
        """The brands for which the person has one of `roles`."""
        wanted = frozenset(roles)
        return frozenset(brand for role, brand, _ in self.memberships if role in wanted and brand is not None)

    def creator_ids(self, roles: Iterable[Role] = CREATOR) -> frozenset[int]:
        """The creators for whom the person has one of `roles`."""
        wanted = frozenset(roles)
        return frozenset(creator for role, _, creator in self.memberships if role in wanted and creator is not None)


login = LoginManager()
csrf = CSRFProtect()


def require(roles: Iterable[Role]) -> Callable[[View], View]:
    """The first decorator of every view: one of `roles` is needed (ANYBODY: none; SIGNED_IN: only to be signed in)."""
    wanted = frozenset(roles)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if wanted and not identity().has(wanted) and wanted != SIGNED_IN:
                raise NotAllowed(gettext("Your role does not allow this. Ask an owner or admin for it."))
            return view(*args, **kwargs)

        guarded.required_roles = wanted  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def signed_in() -> Identity | None:
    """The person behind this request; None when nobody is signed in, and outside of requests."""
    if not current_user or not current_user.is_authenticated:
        return None
    person: Identity = current_user._get_current_object()
    return person


def identity() -> Identity:
    """The person behind this request; SignInNeeded when there is none."""
    person = signed_in()
    if person is None:
        raise SignInNeeded(gettext("Sign in to go on."))
    return person


_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


def content_security_policy(more: Mapping[str, str]) -> str:
    """The policy of every answer, with `more` by directive; a page that needs it sets it as its own header."""
    return "; ".join(f"{name} {value}" for name, value in (_POLICY | dict(more)).items())


CONTENT_SECURITY_POLICY = content_security_policy({})


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]:
        response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "Cookie")
    return response


def client_address() -> str:
    """Where the request comes from, after the trusted proxies."""
    return request.remote_addr or "unknown"


def local_path(target: str) -> str:
    """`target` when it is a path on this site, else "/": what comes with a link must not lead people elsewhere.

    Browsers read a backslash as a slash and skip control characters, so neither may be in it.
    """
    hidden = "\\" in target or not target.isprintable()
    return "/" if hidden or not target.startswith("/") or target.startswith("//") else target


def way_back() -> str:
    """The page of this site one came from, for a page that can't show what was asked for; empty when there is none."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return ""
    path = local_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
    return "" if came_from.path in ("/", request.path) and request.method == "GET" else path


def _take_little_from_strangers() -> None:
    """Only who is signed in may send large files: they are read to the disk before any view is asked."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} and signed_in() is None:
        request.max_content_length = STRANGERS_BYTES


def _refuse_what_no_database_holds() -> None:
    """PostgreSQL stores no NUL in a text, and no number in an address is larger than its largest."""
    if any(isinstance(value, int) and value >= 2**63 for value in (request.view_args or {}).values()):
        raise NotFound(gettext("There is no such page, or it is not yours."))
    sent = [*request.args.listvalues(), *request.form.listvalues(), [request.path]]
    if any("\x00" in value for values in sent for value in values):
        raise BadInput(gettext("There is a NUL character in what you sent: remove it and try again."))


def init_app(app: Flask, *, secure_cookies: bool, trusted_proxies: int, session_days: int) -> None:
    """Sign-in, CSRF protection, cookies and headers on every answer."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-streamcut" if secure_cookies else "streamcut",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure_cookies,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=session_days),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=secure_cookies,
    )
    if trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, trusted_proxies, trusted_proxies, trusted_proxies)  # type: ignore[method-assign]
    login.init_app(app)
    login.session_protection = None  # the session row decides
    app.before_request(_take_little_from_strangers)  # before the CSRF check, which reads the form
    csrf.init_app(app)
    app.before_request(_refuse_what_no_database_holds)
    app.after_request(_headers)
    app.jinja_env.globals.update(way_back=way_back)
