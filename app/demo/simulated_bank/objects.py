"""What every deed of the simulated bank stands on: its objects, its refusals, and the events that tell of them."""

from __future__ import annotations

import copy
import json
import secrets
from typing import Any

from app.demo.simulated_bank import statement
from app.demo.simulated_bank.store import PLATFORM, Store

Body = dict[str, Any]


class Refusal(Exception):
    """An error as the API answers it. `kept`: it comes again for the same key, because it was carried out."""

    def __init__(self, status: int, code: str, message: str, *, kept: bool = False, kind: str = "") -> None:
        super().__init__(message)
        self.status, self.kept = status, kept
        self.body = {"error": {"type": kind or "invalid_request_error", "code": code, "message": message}}


class Objects:
    """Finding objects and telling of them. The caller opens the transaction."""

    def __init__(self, store: Store, version: str) -> None:
        self.store, self.version = store, version

    def found(self, identity: str, kind: str) -> Body:
        """An object; Refusal when there is none."""
        body = self.store.get(identity, kind)
        if body is None:
            raise Refusal(404, "resource_missing", f"No such {kind.rpartition('.')[2]}: '{identity}'")
        return body

    def emit(self, kind: str, about: Body, account: str = "") -> None:
        """Notes an event; it is delivered later."""
        event: Body = {
            "object": "event",
            "type": kind,
            "api_version": self.version,
            "data": {"object": copy.deepcopy(about)},
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
        }
        self.note(event | ({"account": account} if account else {}))

    def note(self, event: Body) -> None:
        """Keeps an event with a number, a time and a mode."""
        made = {"id": f"evt_{secrets.token_hex(8)}", "created": int(self.store.now()), "livemode": False} | event
        self.store.run(
            "insert into event (id, created, body, due) values (?, ?, ?, ?)",
            *(made["id"], self.store.now(), json.dumps(made), self.store.now()),
        )

    def fund(self, currency: str, amount: int) -> None:
        """Money on the platform's own balance, from its own bank."""
        made = self.store.add("topup", "tu", PLATFORM, amount=amount, currency=currency.lower(), status="succeeded")
        statement.enter(self.store, "topup", amount, made)
