"""Where links may lead: addresses at the places where a brand sells, written in one form, so that what is checked is
what a browser reads. Pure: nothing here asks the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from urllib.parse import parse_qsl, quote, urlencode

from flask_babel import gettext

from app.errors import BadInput

LONGEST = 2000  # signs of an address
USUAL_PORTS = {"https": "443", "http": "80"}
OWN = ("ref", "utm_source", "utm_content")  # parameters that a click adds
SOURCE = "streamcut"
_ADDRESS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE)
_PLACE = re.compile(r"([^:]+)(?::([0-9]{1,5}))?")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")  # no number, no single word
_OURSELVES = re.compile(r"localhost|127\.0\.0\.1")
_BARE = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,}}(?:[:/?#]|$)", re.IGNORECASE)
_KEPT = "/%:@!$&'()*+,;=~-._?[]"  # signs of an address that stay as they are


def domain_of(text: str, *, local: bool = False) -> str:
    """The place where a brand sells, from what somebody typed or pasted: `https://Shop.example/x` is `shop.example`,
    and `shop.example:8443` is another place. BadInput where it is none.

    `local`: the machine itself counts too, for trying things out there.
    """
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    match = _ADDRESS.fullmatch(text) if _writable(text) else None
    place = _place(match[2], match[1].lower(), local=local) if match else ""
    if not place:
        raise BadInput(gettext("That is no domain of a shop: write it like shop.example, or www.shop.example."))
    return place


def destination(text: str, domains: Collection[str], *, local: bool = False) -> str:
    """The address as it is stored, of one at `domains`: BadInput with what is wrong otherwise.

    The scheme is https (on the machine itself, where `local`, http too); nobody's name or password stands before the
    host; signs that are not ASCII are written as browsers send them.
    """
    text = text.strip()
    text = f"https://{text}" if _BARE.match(text) else text
    address = _address(text, local=local)
    if not address:
        raise BadInput(gettext("That is no address of a shop: copy it from the browser, from https:// to its end."))
    if leads_to(address, local=local) not in domains:
        allowed = ", ".join(sorted(domains))
        raise BadInput(gettext("Links of this brand lead to %(domains)s and nowhere else.", domains=allowed))
    taken = [name for name, _ in parse_qsl(address.partition("#")[0].partition("?")[2]) if name in OWN]
    if taken:
        names = ", ".join(taken)
        raise BadInput(gettext("Take %(names)s out of the address: every click adds its own.", names=names))
    return address


def leads_to(address: str, *, local: bool = False) -> str:
    """The place an address in the stored form leads to; empty for any other text."""
    match = _ADDRESS.fullmatch(address)
    if match is None or _address(address, local=local) != address:
        return ""
    return _place(match[2], match[1], local=local)


def home(domain: str, *, local: bool = False) -> str:
    """The beginning of the shop at a place."""
    scheme = "http" if local and _OURSELVES.fullmatch(domain.partition(":")[0]) else "https"
    return f"{scheme}://{domain}/"


def with_click(address: str, code: str, click_id: str) -> str:
    """The address with the link's code and the click's id behind its own parameters, before its fragment."""
    before, mark, fragment = address.partition("#")
    joint = "?" if "?" not in before else "" if before[-1] in "?&" else "&"
    own = urlencode(dict(zip(OWN, (code, SOURCE, click_id), strict=True)))
    return f"{before}{joint}{own}{mark}{fragment}"


def _writable(text: str) -> bool:
    """Whether no sign is in it that browsers skip, turn round, or read as another."""
    return text.isprintable() and "\\" not in text and " " not in text and len(text) <= LONGEST


def _address(text: str, *, local: bool) -> str:
    """The stored form; empty where the text is no address that a link may lead to."""
    match = _ADDRESS.fullmatch(text) if _writable(text) else None
    if match is None:
        return ""
    scheme = match[1].lower()
    place = _place(match[2], scheme, local=local)
    if not place or (scheme == "http" and not (local and _OURSELVES.fullmatch(place.partition(":")[0]))):
        return ""
    path, query, fragment = (quote(match[number] or "", safe=_KEPT + "#") for number in (3, 4, 5))
    return f"{scheme}://{place}{path or '/'}{query}{fragment}"


def _place(authority: str, scheme: str, *, local: bool) -> str:
    """Host and port of an address, the usual port left out; empty where it is none a shop can have."""
    match = _PLACE.fullmatch(authority)
    host = _ascii(match[1]) if match else ""
    known = _HOST.fullmatch(host) or (local and _OURSELVES.fullmatch(host))
    if match is None or not known or int(match[2] or 1) not in range(1, 2**16):
        return ""
    port = str(int(match[2])) if match[2] else ""
    return host if port in ("", USUAL_PORTS[scheme]) else f"{host}:{port}"


def _ascii(host: str) -> str:
    """A host in the form in which it is looked up, like xn--caf-dma.example; empty where two readings of it exist."""
    name = unicodedata.normalize("NFKC", host).lower()
    try:
        written = name.encode("idna").decode("ascii").lower()
        return written if written.encode("ascii").decode("idna") == name or written == name else ""
    except UnicodeError:
        return ""
