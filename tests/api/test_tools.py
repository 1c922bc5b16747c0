"""What a model may ask with a key: tried with the official client, over HTTP, against the product as it is served."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from flask import Flask
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from werkzeug.serving import make_server

from app.api.models import Scope
from app.api.operations import OPERATIONS
from app.database import db
from app.users.models import Brand, Creator
from tests import market
from tests.api.calling import Program, program


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """Where the product is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/mcp"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reader(app: Flask, lumen: Brand, mira: Creator) -> Program:
    """A key of Lumen's that reads; Lumen has one contract, and Kettle another."""
    market.contract(lumen, mira, ref="K-lumen")
    db.session.commit()
    return program(app, lumen, Scope.READ)


def ask(address: str, secret: str, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The names of the tools, and the result of each call."""

    async def talk() -> list[Any]:
        headers = {"Authorization": f"Bearer {secret}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            tools = await client.list_tools()
            return [tools.tools, *[await client.call_tool(name, about) for name, about in calls]]

    with ThreadPoolExecutor(1) as thread:  # browsers of other tests keep a loop running in this one
        return thread.submit(asyncio.run, talk()).result()


def test_the_official_client_lists_the_tools_and_reads_with_them(served: str, reader: Program) -> None:
    tools, listed, whose = ask(served, reader.secret, ("contracts", {"limit": 1}), ("brand", {}))
    assert {tool.name for tool in tools} == {each.name for each in OPERATIONS if each.method == "GET"}
    assert all(tool.annotations.read_only_hint for tool in tools)
    (contract,) = listed.structured_content["data"]
    assert (contract["ref"], listed.structured_content) == ("K-lumen", reader.read("contracts?limit=1"))
    assert whose.structured_content["handle"] == "lumen"


def test_a_mistake_is_told_to_the_model_in_a_sentence(
    served: str, reader: Program, kettle: Brand, joon: Creator
) -> None:
    foreign = str(market.contract(kettle, joon).public_id)
    db.session.commit()
    calls = ("contracts", {"limit": 0}), ("contract", {"contract": foreign}), ("sale", {}), ("sale", {"sale": "x"})
    _tools, *results = ask(served, reader.secret, *calls)
    assert [result.is_error for result in results] == [True] * 4
    assert [result.content[0].text for result in results] == [
        "Look at limit: Write 1 or more.",
        "There is nothing at this address, or it is not yours.",
        "Look at sale: It is missing.",
        "Look at sale: Write a whole number.",
    ]


def test_without_a_key_that_reads_there_are_no_tools(app: Flask, served: str, lumen: Brand) -> None:
    sender = program(app, lumen, Scope.SALES)
    hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert sender.post("mcp", hello).status_code == 403
    with pytest.raises(BaseExceptionGroup):
        ask(served, "sck_nothing")


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/delete"}, 200, -32601),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "sales_record"}}, 200, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": ["sales"]}}, 200, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": []}, 400, -32600),
        ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, 400, -32600),
        ([], 400, -32600),
        ("ping", 400, -32600),
    ],
)
def test_a_message_that_makes_no_sense_is_refused(reader: Program, message: Any, status: int, code: int) -> None:
    answer = reader.post("mcp", message)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_what_only_tells_us_something_is_taken_note_of(reader: Program) -> None:
    answer = reader.post("mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (answer.status_code, answer.data) == (202, b"")
    assert reader.get("mcp").status_code == 405, "there is no stream to listen to"
