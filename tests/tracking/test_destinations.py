"""Where links may lead: at the brand's places and nowhere else, however an address is written."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.tracking.destinations import destination, domain_of, home, leads_to, with_click

DOMAINS = ("shop.example", "www.shop.example", "shop.example:8443", "xn--caf-dma.example")

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "\\\\evil.example",
    "https:\\\\evil.example",
    "https://shop.example\\@evil.example",
    "https://evil.example\\.shop.example",
    "https://shop.example@evil.example/",
    "https://shop.example:443@evil.example/",
    "https://user:password@shop.example/",
    "https://evil.example#@shop.example",
    "https://evil.example?shop.example",
    "https://shop.example.evil.example/",
    "https://evilshop.example/",
    "https://sub.shop.example/",
    "https://shop.example./",
    "https://.shop.example/",
    "https://shop.example%2eevil.example/",
    "https://shop.example%00.evil.example/",
    "https://%73hop.example/",
    "https://shop.example:8080/",
    "https://shop.example:80/",
    "https://shop.example:0/",
    "https://shop.example:99999/",
    "https://shop.example:/",
    "https://\u0455hop.example/",  # Cyrillic s
    "https://xn--hop-5cd.example/",
    "https://shop.exam\u00adple/",
    "https://shop\u3002example/",
    "https://stra\u00dfe.example/",
    "https://shop.example\t/",
    "https://shop.example\n.evil.example/",
    "https://shop.example /",
    "https://shop.example/\u202egnp.exe",
    "http://shop.example/",
    "ftp://shop.example/",
    "javascript:alert(1)",
    "JavaScript://shop.example/%0aalert(1)",
    "data:text/html,shop.example",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://localhost/",
    "https://",
    "",
    "lamps",
    "/lamps",
    "https://shop.example/" + "x" * 2000,
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_an_address_elsewhere_is_refused_when_made_and_when_followed(text: str) -> None:
    with pytest.raises(BadInput):
        destination(text, DOMAINS)
    assert leads_to(text) not in DOMAINS


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("https://shop.example", "https://shop.example/"),
        (" HTTPS://Shop.EXAMPLE:443/Lamps ", "https://shop.example/Lamps"),
        ("shop.example/lamps?color=red#top", "https://shop.example/lamps?color=red#top"),
        ("www.shop.example", "https://www.shop.example/"),
        ("https://shop.example:8443/", "https://shop.example:8443/"),
        ("https://caf\u00e9.example/a", "https://xn--caf-dma.example/a"),
        ("https://XN--CAF-dma.example/a", "https://xn--caf-dma.example/a"),
        ("https://shop.example/l\u00e1mp?q=\u00e9&a[]=1", "https://shop.example/l%C3%A1mp?q=%C3%A9&a[]=1"),
        ('https://shop.example/%41"<x>', "https://shop.example/%41%22%3Cx%3E"),
        ("https://shop.example?next=https://evil.example", "https://shop.example/?next=https://evil.example"),
    ],
)
def test_an_address_of_the_shop_is_stored_in_one_form(text: str, stored: str) -> None:
    assert destination(text, DOMAINS) == stored
    assert destination(stored, DOMAINS) == stored
    assert leads_to(stored) in DOMAINS


def test_the_machine_itself_is_a_shop_only_where_things_are_tried_out() -> None:
    address = "http://127.0.0.1:5000/lamps"
    assert destination(address, ["127.0.0.1:5000"], local=True) == address
    assert home("127.0.0.1:5000", local=True) == "http://127.0.0.1:5000/"
    assert home("shop.example", local=True) == "https://shop.example/"
    with pytest.raises(BadInput):
        destination(address, ["127.0.0.1:5000"])


def test_an_address_that_names_a_click_already_is_refused() -> None:
    with pytest.raises(BadInput, match="Take ref, utm_source out"):
        destination("https://shop.example/?ref=me&utm_source=mail&utm_campaign=spring", DOMAINS)


def test_a_refusal_says_where_links_may_lead() -> None:
    with pytest.raises(BadInput, match=r"lead to shop\.example, www\.shop\.example and nowhere else"):
        destination("https://evil.example/", DOMAINS[:2])


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Shop.Example", "shop.example"),
        ("https://shop.example/lamps?x#y", "shop.example"),
        ("shop.example:8443", "shop.example:8443"),
        ("https://shop.example:443", "shop.example"),
        ("caf\u00e9.example", "xn--caf-dma.example"),
    ],
)
def test_a_domain_is_read_from_what_people_paste(text: str, domain: str) -> None:
    assert domain_of(text) == domain


@pytest.mark.parametrize(
    "text", ["", "shop", "*.shop.example", "10.0.0.1", "shop..example", "a@shop.example", "shop.example.", "localhost"]
)
def test_what_is_no_domain_of_a_shop_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no domain of a shop"):
        domain_of(text)


PART = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(path=PART, pairs=st.lists(st.tuples(PART, PART), max_size=4), fragment=PART)
def test_a_click_keeps_the_addresss_own_parameters_and_fragment(
    path: str, pairs: list[tuple[str, str]], fragment: str
) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    text = f"https://shop.example/{quote(path)}" + (f"?{query}" if query else "")
    address = text + (f"#{quote(fragment)}" if fragment else "")
    before, after = urlsplit(address), urlsplit(with_click(address, "abc", "0" * 24))
    assert (after.scheme, after.netloc, after.path, after.fragment) == before[:3] + before[4:]
    own = [("ref", "abc"), ("utm_source", "streamcut"), ("utm_content", "0" * 24)]
    assert parse_qsl(after.query, keep_blank_values=True) == [*parse_qsl(before.query, keep_blank_values=True), *own]
    if len(address) <= 2000 and not {name for name, _ in pairs} & {"ref", "utm_source", "utm_content"}:
        assert leads_to(destination(address, ["shop.example"])) == "shop.example"


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_follows_the_scheme_is_stored_at_the_shop_or_refused(text: str) -> None:
    for begin in ("https://", "https://shop.example", "//", ""):
        try:
            stored = destination(begin + text, ["shop.example"])
        except BadInput:
            continue
        assert stored.startswith("https://shop.example/")
        assert stored.isascii()
        assert stored.isprintable()
        assert urlsplit(stored).hostname == "shop.example"


def test_a_question_mark_or_ampersand_at_the_end_is_not_doubled() -> None:
    for end, joint in (("/", "/?"), ("/?", "/?"), ("/?a=1", "/?a=1&"), ("/?a=1&", "/?a=1&"), ("/#x", "/?")):
        assert with_click(f"https://shop.example{end}", "abc", "1").startswith(f"https://shop.example{joint}ref=abc&")
