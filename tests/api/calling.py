"""Programs of a brand that call the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.api import keys
from app.api.models import Key, Scope
from app.database import db
from app.users.models import Brand
from tests.conftest import Browser
from tests.payouts.people import identity


@dataclass
class Program:
    """It sends its secret with every request; it has no cookies."""

    app: Flask
    key: Key
    secret: str

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        """Asks for /api/<path>."""
        headers = {"Authorization": f"Bearer {self.secret}"} | more.pop("headers", {})
        return Browser(self.app, use_cookies=False).open(f"/api/{path}", method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        """Reads /api/<path>."""
        return self.send("GET", path, **more)

    def read(self, path: str) -> Any:
        """What /api/<path> says, once it is there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Any, **more: Any) -> TestResponse:
        """Sends the body as JSON to /api/<path>."""
        return self.send("POST", path, json=body, **more)


def program(app: Flask, brand: Brand, *scopes: Scope, owner: str = "olga") -> Program:
    """A program with a key that may do so much (everything, unless said otherwise)."""
    key, secret = keys.make(brand, "Web shop", scopes or list(Scope), by=identity(owner), at=clock.now())
    db.session.commit()
    return Program(app, key, secret)
