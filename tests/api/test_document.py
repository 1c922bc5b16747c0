"""The documentation says what there is: OpenAPI from the models that check, a page and Markdown from that."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.api.operations import OPERATIONS
from app.payouts.models import PayoutStatus
from app.sales.commissions.models import Standing
from app.sales.models import Label, Rule
from app.words import Word


@pytest.fixture
def said(client: FlaskClient) -> Any:
    """The document."""
    return client.get("/api/openapi.json").json


def test_every_operation_stands_in_the_document_and_every_route_is_an_operation(app: Flask, said: Any) -> None:
    told = {(method.upper(), path) for path, methods in said["paths"].items() for method in methods}
    apart = {"/api/openapi.json", "/api/docs", "/api/docs.md", "/api/mcp"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/") and rule.rule not in apart]
    routes = {
        (method, re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == routes
    assert len(told) == len(OPERATIONS)


def test_every_reference_leads_somewhere_and_every_schema_is_used(said: Any) -> None:
    references = set(re.findall(r'"#/components/([^"]+)"', str(said).replace("'", '"')))
    there = {f"{kind}/{name}" for kind, named in said["components"].items() for name in named}
    assert references <= there
    assert {each for each in there if each.startswith("schemas/")} <= references


def test_the_page_shows_a_call_for_every_operation(client: FlaskClient, said: Any) -> None:
    page = html.fromstring(client.get("/api/docs").text)
    calls = page.xpath('//div[@class="call"]//code/text()')
    assert len(calls) == len(OPERATIONS)
    assert all('-H "Authorization: Bearer $STREAMCUT_KEY"' in call for call in calls)
    assert {each.get("id") for each in page.xpath("//section[@id]")} >= {each.name for each in OPERATIONS}


def test_a_problems_address_leads_to_its_place_on_the_page(client: FlaskClient) -> None:
    told = client.get("/api/brand").json
    page = html.fromstring(client.get("/api/docs").text)
    assert page.get_element_by_id(told["type"].partition("#")[2]) is not None


def test_programs_that_read_find_the_markdown(client: FlaskClient, said: Any) -> None:
    listed = client.get("/llms.txt")
    assert listed.content_type.startswith("text/markdown")
    address = re.findall(r"\((http[^)]+docs\.md)\)", listed.text)[0]
    told = client.get(address.partition("localhost:8000")[2]).text
    assert all(f"## {method.upper()} {path}" in told for path, methods in said["paths"].items() for method in methods)


@pytest.mark.parametrize(
    ("model", "field", "words"),
    [
        ("Attribution", "rule", Rule),
        ("Attribution", "label", Label),
        ("Attribution", "standing", Standing),
        ("Payout", "status", PayoutStatus),
    ],
)
def test_every_word_an_answer_may_hold_is_named(said: Any, model: str, field: str, words: type[Word]) -> None:
    about = said["components"]["schemas"][model]["properties"][field]["description"]
    assert [word for word in words if not re.search(rf"\b{word}\b", about)] == []
